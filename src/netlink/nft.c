/* Reading and writing the tables; what their rules mean is in nft_rules.c. */
#include "netlink/nft.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <libmnl/libmnl.h>
#include <libnftnl/chain.h>
#include <libnftnl/common.h>
#include <libnftnl/rule.h>
#include <libnftnl/table.h>
#include <libnftnl/udata.h>

#include "base/buffer.h"
#include "base/error.h"
#include "netlink/netlink.h"
#include "netlink/nft_rules.h"

enum {
	OBJECT_MAX = 4096, /* bytes of one encoded object */
	READ_ATTEMPTS = 10,
	BATCH_FIRST = 1 << 30, /* sequence numbers of a batch: none that requests get to */
	UDATA_WANTED = 97,     /* in a rule's user data, behind the comment: how many there are */
};

static const uint8_t families[] = {NFPROTO_IPV4, NFPROTO_IPV6};

struct netlink *nft_open(struct error *error)
{
	return netlink_open_protocol(NETLINK_NETFILTER, error);
}

static int refuse(int number, struct error *error)
{
	if (number == EPERM)
		return error_set(error, STATUS_REFUSED,
			"changing nftables needs the capability CAP_NET_ADMIN: run it as root, or "
			"with sudo");
	error_set(error, STATUS_REFUSED, "nftables: %s (%s)", strerror(number),
		strerrorname_np(number));
	if (number == ENOENT || number == EOPNOTSUPP || number == EPROTONOSUPPORT)
		return error_hint(error,
			"this kernel lacks a part of nftables: nf_tables with nft_masq, nft_ct, "
			"nft_log and nft_fib");
	return -1;
}

/* ---- reading ---- */

static void read_generation(const struct nlmsghdr *message, void *context)
{
	const struct nlattr *attribute;

	mnl_attr_for_each(attribute, message, sizeof(struct nfgenmsg))
	{
		if (mnl_attr_get_type(attribute) == NFTA_GEN_ID &&
			!mnl_attr_validate(attribute, MNL_TYPE_U32))
			*(uint32_t *)context = ntohl(mnl_attr_get_u32(attribute));
	}
}

static int get_generation(struct netlink *nft, uint32_t *generation, struct error *error)
{
	char memory[256];
	struct answer answer;
	struct nlmsghdr *request =
		nftnl_nlmsg_build_hdr(memory, NFT_MSG_GETGEN, AF_UNSPEC, NLM_F_ACK, 0);

	if (netlink_request(nft, request, &answer, read_generation, generation, error))
		return -1;
	return answer.number ? refuse(answer.number, error) : 0;
}

static int read_udata(const struct nftnl_udata *attribute, void *context)
{
	struct nft_found *found = context;
	uint8_t type = nftnl_udata_type(attribute);
	uint8_t length = nftnl_udata_len(attribute);

	if (type == NFTNL_UDATA_RULE_COMMENT)
		snprintf(found->comment, sizeof found->comment, "%.*s", length,
			(const char *)nftnl_udata_get(attribute));
	else if (type == UDATA_WANTED && length == 1)
		found->wanted = *(const uint8_t *)nftnl_udata_get(attribute);
	return 0;
}

static bool read_rule(const struct nlmsghdr *message, void *context)
{
	struct vector *all = context;
	struct nft_found found = {.rules = 1};
	struct nftnl_rule *rule = nftnl_rule_alloc();
	const void *data;
	uint32_t size;

	if (!nftnl_rule_nlmsg_parse(message, rule)) {
		found.family = nftnl_rule_get_u32(rule, NFTNL_RULE_FAMILY) == NFPROTO_IPV6
		                       ? AF_INET6
		                       : AF_INET;
		data = nftnl_rule_get_data(rule, NFTNL_RULE_USERDATA, &size);
		if (data)
			nftnl_udata_parse(data, size, read_udata, &found);
	}
	nftnl_rule_free(rule);
	if (*found.comment)
		vector_push(all, &found);
	return true;
}

static int compare_found(const void *a, const void *b)
{
	const struct nft_found *left = a;
	const struct nft_found *right = b;

	return left->family != right->family ? left->family - right->family
	                                     : strcmp(left->comment, right->comment);
}

/* One for each comment, that counts its rules. */
static void gather(struct vector *found)
{
	size_t kept = 0;

	if (found->count)
		qsort(found->items, found->count, found->size, compare_found);
	for (size_t i = 0; i < found->count; i++) {
		struct nft_found *next = vector_at(found, i);
		struct nft_found *last = kept ? vector_at(found, kept - 1) : NULL;

		if (last && !compare_found(last, next))
			last->rules++;
		else
			*(struct nft_found *)vector_at(found, kept++) = *next;
	}
	found->count = kept;
}

static int read_family(struct netlink *nft, uint8_t family, struct vector *found, bool *interrupted,
	struct error *error)
{
	char memory[512];
	struct answer answer;
	struct nlmsghdr *request = nftnl_nlmsg_build_hdr(memory, NFT_MSG_GETRULE, family, 0, 0);
	struct nftnl_rule *filter = nftnl_rule_alloc();

	nftnl_rule_set_str(filter, NFTNL_RULE_TABLE, NFT_TABLE);
	nftnl_rule_nlmsg_build_payload(request, filter);
	nftnl_rule_free(filter);
	if (netlink_dump(nft, request, &answer, read_rule, found, interrupted, error))
		return -1;
	return answer.number && answer.number != ENOENT ? refuse(answer.number, error) : 0;
}

int nft_read(struct netlink *nft, struct vector *found, uint32_t *generation, struct error *error)
{
	bool interrupted = true;

	found->size = sizeof(struct nft_found);
	for (int attempt = 0; interrupted && attempt < READ_ATTEMPTS; attempt++) {
		found->count = 0;
		interrupted = false;
		if (get_generation(nft, generation, error))
			return -1;
		for (size_t i = 0; i < sizeof families; i++) {
			bool changed;

			if (read_family(nft, families[i], found, &changed, error))
				return -1;
			interrupted |= changed;
		}
	}
	gather(found);
	return 0;
}

/* ---- writing ---- */

struct batch {
	struct buffer messages;
	uint8_t family;
	uint32_t sequence; /* of the last object */
	size_t last;       /* where it begins */
	const struct nft_entry *entry;
	unsigned int rules; /* of the entry */
};

static struct nlmsghdr *begin_object(struct batch *batch, uint16_t type, uint16_t flags)
{
	return nftnl_nlmsg_build_hdr(buffer_reserve(&batch->messages, OBJECT_MAX), type,
		batch->family, flags, ++batch->sequence);
}

static void end_object(struct batch *batch, const struct nlmsghdr *message)
{
	batch->last = batch->messages.length;
	buffer_advance(&batch->messages, NLMSG_ALIGN(message->nlmsg_len));
}

static void add_frame(struct batch *batch, uint16_t type, const uint32_t *generation)
{
	struct nlmsghdr *message =
		mnl_nlmsg_put_header(buffer_reserve(&batch->messages, OBJECT_MAX));
	struct nfgenmsg *header;

	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST;
	message->nlmsg_seq = ++batch->sequence;
	header = mnl_nlmsg_put_extra_header(message, sizeof *header);
	header->res_id = htons(NFNL_SUBSYS_NFTABLES);
	if (generation)
		mnl_attr_put_u32(message, NFNL_BATCH_GENID, htonl(*generation));
	end_object(batch, message);
}

static void add_table(struct batch *batch, uint16_t type, uint16_t flags)
{
	struct nlmsghdr *message = begin_object(batch, type, flags);
	struct nftnl_table *table = nftnl_table_alloc();

	nftnl_table_set_str(table, NFTNL_TABLE_NAME, NFT_TABLE);
	nftnl_table_nlmsg_build_payload(message, table);
	nftnl_table_free(table);
	end_object(batch, message);
}

static void add_chain(struct batch *batch, const struct nft_chain *chain)
{
	struct nlmsghdr *message = begin_object(batch, NFT_MSG_NEWCHAIN, NLM_F_CREATE);
	struct nftnl_chain *object = nftnl_chain_alloc();

	nftnl_chain_set_str(object, NFTNL_CHAIN_TABLE, NFT_TABLE);
	nftnl_chain_set_str(object, NFTNL_CHAIN_NAME, chain->name);
	nftnl_chain_set_str(object, NFTNL_CHAIN_TYPE, chain->type);
	nftnl_chain_set_u32(object, NFTNL_CHAIN_HOOKNUM, chain->hook);
	nftnl_chain_set_s32(object, NFTNL_CHAIN_PRIO, chain->priority);
	nftnl_chain_nlmsg_build_payload(message, object);
	nftnl_chain_free(object);
	end_object(batch, message);
}

static void count_rule(struct nftnl_rule *rule, void *context)
{
	(void)rule;
	++*(unsigned int *)context;
}

static void add_rule(struct nftnl_rule *rule, void *context)
{
	struct batch *batch = context;
	struct nlmsghdr *message =
		begin_object(batch, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND);
	struct nftnl_udata_buf *data = nftnl_udata_buf_alloc(NFT_USERDATA_MAXLEN);
	const uint8_t wanted = (uint8_t)batch->rules;

	nftnl_udata_put_strz(data, NFTNL_UDATA_RULE_COMMENT, batch->entry->comment);
	nftnl_udata_put(data, UDATA_WANTED, sizeof wanted, &wanted);
	nftnl_rule_set_data(
		rule, NFTNL_RULE_USERDATA, nftnl_udata_buf_data(data), nftnl_udata_buf_len(data));
	nftnl_udata_buf_free(data);
	nftnl_rule_nlmsg_build_payload(message, rule);
	end_object(batch, message);
}

/* A rule that is of no entry. */
static void add_first_rule(struct nftnl_rule *rule, void *context)
{
	struct batch *batch = context;
	struct nlmsghdr *message =
		begin_object(batch, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND);

	nftnl_rule_nlmsg_build_payload(message, rule);
	end_object(batch, message);
}

static void add_entry(struct batch *batch, const struct nft_entry *entry)
{
	batch->entry = entry;
	batch->rules = 0;
	nft_rules_make(entry, count_rule, &batch->rules);
	nft_rules_make(entry, add_rule, batch);
}

/* Which of nft_chains hold a rule: bit n is chain n. An empty one would only cost the packets time.
 */
static void note_chain(struct nftnl_rule *rule, void *context)
{
	const char *name = nftnl_rule_get_str(rule, NFTNL_RULE_CHAIN);

	for (int i = 0; nft_chains[i].name; i++)
		if (!strcmp(nft_chains[i].name, name))
			*(unsigned int *)context |= 1U << i;
}

static bool is_of(const struct batch *batch, const struct nft_entry *entry)
{
	return (entry->binding.family == AF_INET6) == (batch->family == NFPROTO_IPV6);
}

static void fill_family(struct batch *batch, const struct nft_entry *entries, size_t count)
{
	unsigned int chains = 0;

	/* Adding the table first makes deleting it safe where it is not there. */
	add_table(batch, NFT_MSG_NEWTABLE, NLM_F_CREATE);
	add_table(batch, NFT_MSG_DELTABLE, 0);
	for (size_t i = 0; i < count; i++)
		if (is_of(batch, &entries[i]))
			nft_rules_make(&entries[i], note_chain, &chains);
	if (chains)
		add_table(batch, NFT_MSG_NEWTABLE, NLM_F_CREATE);
	for (int i = 0; nft_chains[i].name; i++) {
		if (!(chains & 1U << i))
			continue;
		add_chain(batch, &nft_chains[i]);
		nft_rules_begin(&nft_chains[i], batch->family, add_first_rule, batch);
	}
	for (size_t i = 0; i < count; i++)
		if (is_of(batch, &entries[i]))
			add_entry(batch, &entries[i]);
}

/* The first refusal of the batch, or the ack of its last object. */
static bool read_answer(const struct batch *batch, const struct nlmsghdr *message, int *number)
{
	struct answer answer;

	/* Refusals of the frame itself (ERESTART) have its number. */
	if (message->nlmsg_seq <= BATCH_FIRST || message->nlmsg_seq > batch->sequence ||
		!answer_read(&answer, message))
		return false;
	*number = answer.number;
	return answer.number || answer.sequence == batch->sequence - 1;
}

static int hear(struct netlink *nft, const struct batch *batch, int *number, struct error *error)
{
	union {
		struct nlmsghdr header;
		char bytes[16 * 1024];
	} memory;

	for (;;) {
		const struct nlmsghdr *part = &memory.header;
		ssize_t received =
			recv(netlink_descriptor(nft), memory.bytes, sizeof memory.bytes, 0);
		int length = (int)received;

		if (received < 0 && errno == EINTR)
			continue;
		if (received < 0)
			return refuse(errno, error);
		for (; mnl_nlmsg_ok(part, length); part = mnl_nlmsg_next(part, &length))
			if (read_answer(batch, part, number))
				return 0;
	}
}

static int send_batch(struct netlink *nft, const struct batch *batch, struct error *error)
{
	const struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
	int size = (int)batch->messages.length + 64 * 1024;
	int descriptor = netlink_descriptor(nft);

	setsockopt(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size);
	if (sendto(descriptor, batch->messages.data, batch->messages.length, 0,
		    (const struct sockaddr *)&kernel, sizeof kernel) >= 0)
		return 0;
	if (errno != EMSGSIZE)
		return refuse(errno, error);
	error_set(error, STATUS_REFUSED, "nftables: too many rules for one batch of %zu bytes",
		batch->messages.length);
	return error_hint(error, "net.core.wmem_max allows no more without CAP_NET_ADMIN");
}

int nft_write(struct netlink *nft, const struct nft_entry *entries, size_t count,
	uint32_t generation, bool *stale, struct error *error)
{
	struct batch batch = {.sequence = BATCH_FIRST};
	int number = 0;
	int status;

	add_frame(&batch, NFNL_MSG_BATCH_BEGIN, &generation);
	for (size_t i = 0; i < sizeof families; i++) {
		batch.family = families[i];
		fill_family(&batch, entries, count);
	}
	((struct nlmsghdr *)(batch.messages.data + batch.last))->nlmsg_flags |= NLM_F_ACK;
	add_frame(&batch, NFNL_MSG_BATCH_END, NULL);
	status = send_batch(nft, &batch, error);
	if (!status)
		status = hear(nft, &batch, &number, error);
	buffer_free(&batch.messages);
	*stale = !status && number == ERESTART;
	return status || !number || *stale ? status : refuse(number, error);
}
