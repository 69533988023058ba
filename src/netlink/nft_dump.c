/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads attributes directly: libnftnl would build an object for each of thousands of elements. */
#include "netlink/nft_dump.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <libmnl/libmnl.h>
#include <libnftnl/common.h>
#include <libnftnl/udata.h>

#include "netlink/netlink.h"
#include "netlink/nft_entry.h"
#include "netlink/nft_batch.h"

struct dump {
	void (*element)(const struct nft_seen *seen, void *context);
	void (*rule)(const char *chain, const char *comment, void *context);
	void *context;
};

static const struct nlattr *inside(const struct nlattr *nest, uint16_t type)
{
	const struct nlattr *attribute;

	if (!nest)
		return NULL;
	mnl_attr_for_each_nested(attribute, nest)
	{
		if (mnl_attr_get_type(attribute) == type)
			return attribute;
	}
	return NULL;
}

static const struct nlattr *of_message(const struct nlmsghdr *message, uint16_t type)
{
	const struct nlattr *attribute;

	mnl_attr_for_each(attribute, message, sizeof(struct nfgenmsg))
	{
		if (mnl_attr_get_type(attribute) == type)
			return attribute;
	}
	return NULL;
}

void nft_read_comment(const uint8_t *data, size_t size, char comment[NFT_COMMENT_SPACE])
{
	*comment = '\0';
	if (size >= 2 && data[0] == NFTNL_UDATA_RULE_COMMENT && data[1] <= size - 2 && data[1])
		snprintf(comment, NFT_COMMENT_SPACE, "%.*s", data[1], (const char *)data + 2);
}

static void read_comment(const struct nlattr *data, char comment[NFT_COMMENT_SPACE])
{
	nft_read_comment(data ? mnl_attr_get_payload(data) : NULL,
		data ? mnl_attr_get_payload_len(data) : 0, comment);
}

static const char *string_of(const struct nlattr *attribute)
{
	return attribute && mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING) >= 0
	               ? mnl_attr_get_str(attribute)
	               : "";
}

static uint64_t wide_of(const struct nlattr *attribute)
{
	uint64_t value = 0;

	if (attribute && mnl_attr_get_payload_len(attribute) == sizeof value)
		memcpy(&value, mnl_attr_get_payload(attribute), sizeof value);
	return be64toh(value);
}

static void read_counter(const struct nlattr *expression, struct nft_seen *seen)
{
	const struct nlattr *data = inside(expression, NFTA_EXPR_DATA);

	if (strcmp(string_of(inside(expression, NFTA_EXPR_NAME)), "counter") != 0)
		return;
	seen->packets = wide_of(inside(data, NFTA_COUNTER_PACKETS));
	seen->bytes = wide_of(inside(data, NFTA_COUNTER_BYTES));
}

static void read_verdict(const struct nlattr *data, struct nft_seen *seen)
{
	const struct nlattr *verdict = inside(data, NFTA_DATA_VERDICT);
	const struct nlattr *code = inside(verdict, NFTA_VERDICT_CODE);

	if (code && mnl_attr_validate(code, MNL_TYPE_U32) >= 0)
		seen->verdict = (int32_t)ntohl(mnl_attr_get_u32(code));
	seen->chain = string_of(inside(verdict, NFTA_VERDICT_CHAIN));
}

static void read_element(const struct nlattr *element, const struct dump *dump)
{
	struct nft_seen seen = {.chain = ""};
	char comment[NFT_COMMENT_SPACE] = "";
	const struct nlattr *attribute;

	mnl_attr_for_each_nested(attribute, element)
	{
		const struct nlattr *value = NULL;

		switch (mnl_attr_get_type(attribute)) {
		case NFTA_SET_ELEM_KEY:
			value = inside(attribute, NFTA_DATA_VALUE);
			if (!value || mnl_attr_get_payload_len(value) > sizeof seen.key)
				return;
			seen.key_size = (uint8_t)mnl_attr_get_payload_len(value);
			memcpy(seen.key, mnl_attr_get_payload(value), seen.key_size);
			break;
		case NFTA_SET_ELEM_DATA:
			read_verdict(attribute, &seen);
			break;
		case NFTA_SET_ELEM_USERDATA:
			read_comment(attribute, comment);
			break;
		case NFTA_SET_ELEM_EXPR:
			read_counter(attribute, &seen);
			break;
		default:
			break;
		}
	}
	seen.comment = comment;
	dump->element(&seen, dump->context);
}

static bool read_elements(const struct nlmsghdr *message, void *context)
{
	const struct nlattr *list = of_message(message, NFTA_SET_ELEM_LIST_ELEMENTS);
	const struct nlattr *element;

	if (!list)
		return true;
	mnl_attr_for_each_nested(element, list)
	{
		read_element(element, context);
	}
	return true;
}

static bool read_rule(const struct nlmsghdr *message, void *context)
{
	const struct dump *dump = context;
	char comment[NFT_COMMENT_SPACE];

	read_comment(of_message(message, NFTA_RULE_USERDATA), comment);
	dump->rule(string_of(of_message(message, NFTA_RULE_CHAIN)), comment, dump->context);
	return true;
}

static int run(struct netlink *nft, struct nlmsghdr *request,
	bool (*each)(const struct nlmsghdr *message, void *context), struct dump *dump,
	bool *interrupted, struct error *error)
{
	struct answer answer;
	bool changed = false;

	if (netlink_dump(nft, request, &answer, each, dump, &changed, error))
		return -1;
	*interrupted |= changed;
	return answer.number && answer.number != ENOENT ? nft_refuse(answer.number, error) : 0;
}

int nft_dump_set(struct netlink *nft, uint8_t family, const char *set,
	void (*each)(const struct nft_seen *seen, void *context), void *context, bool *interrupted,
	struct error *error)
{
	struct dump dump = {.element = each, .context = context};
	char memory[512];
	struct nlmsghdr *request = nftnl_nlmsg_build_hdr(memory, NFT_MSG_GETSETELEM, family, 0, 0);

	mnl_attr_put_strz(request, NFTA_SET_ELEM_LIST_TABLE, NFT_TABLE);
	mnl_attr_put_strz(request, NFTA_SET_ELEM_LIST_SET, set);
	return run(nft, request, read_elements, &dump, interrupted, error);
}

static void read_one(const struct nlmsghdr *message, void *context)
{
	read_elements(message, context);
}

int nft_dump_element(struct netlink *nft, const char *set, uint32_t key,
	void (*each)(const struct nft_seen *seen, void *context), void *context,
	struct error *error)
{
	struct dump dump = {.element = each, .context = context};
	struct answer answer;
	char memory[512];
	struct nlmsghdr *request =
		nftnl_nlmsg_build_hdr(memory, NFT_MSG_GETSETELEM, NFPROTO_IPV4, NLM_F_ACK, 0);
	struct nlattr *list, *element, *nest;

	mnl_attr_put_strz(request, NFTA_SET_ELEM_LIST_TABLE, NFT_TABLE);
	mnl_attr_put_strz(request, NFTA_SET_ELEM_LIST_SET, set);
	list = mnl_attr_nest_start(request, NFTA_SET_ELEM_LIST_ELEMENTS);
	element = mnl_attr_nest_start(request, NFTA_LIST_ELEM);
	nest = mnl_attr_nest_start(request, NFTA_SET_ELEM_KEY);
	mnl_attr_put(request, NFTA_DATA_VALUE, sizeof key, &key);
	mnl_attr_nest_end(request, nest);
	mnl_attr_nest_end(request, element);
	mnl_attr_nest_end(request, list);
	if (netlink_request(nft, request, &answer, read_one, &dump, error))
		return -1;
	return answer.number && answer.number != ENOENT ? nft_refuse(answer.number, error) : 0;
}

int nft_dump_rules(struct netlink *nft, uint8_t family,
	void (*each)(const char *chain, const char *comment, void *context), void *context,
	bool *interrupted, struct error *error)
{
	struct dump dump = {.rule = each, .context = context};
	char memory[512];
	struct nlmsghdr *request = nftnl_nlmsg_build_hdr(memory, NFT_MSG_GETRULE, family, 0, 0);

	mnl_attr_put_strz(request, NFTA_RULE_TABLE, NFT_TABLE);
	return run(nft, request, read_rule, &dump, interrupted, error);
}

static void read_table(const struct nlmsghdr *message, void *context)
{
	const struct nlattr *flags = of_message(message, NFTA_TABLE_FLAGS);

	if (flags && mnl_attr_validate(flags, MNL_TYPE_U32) >= 0)
		*(bool *)context = ntohl(mnl_attr_get_u32(flags)) & NFT_TABLE_F_DORMANT;
}

int nft_dump_table(
	struct netlink *nft, uint8_t family, bool *there, bool *dormant, struct error *error)
{
	char memory[512];
	struct answer answer;
	struct nlmsghdr *request =
		nftnl_nlmsg_build_hdr(memory, NFT_MSG_GETTABLE, family, NLM_F_ACK, 0);

	*dormant = false;
	mnl_attr_put_strz(request, NFTA_TABLE_NAME, NFT_TABLE);
	if (netlink_request(nft, request, &answer, read_table, dormant, error))
		return -1;
	*there = !answer.number;
	return answer.number && answer.number != ENOENT ? nft_refuse(answer.number, error) : 0;
}
