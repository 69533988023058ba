/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds batches. Elements of one set go into one message as long as they fit. */
#include "netlink/nft_batch.h"

#include <arpa/inet.h>
#include <endian.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/if.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <libmnl/libmnl.h>
#include <libnftnl/chain.h>
#include <libnftnl/common.h>
#include <libnftnl/rule.h>
#include <libnftnl/udata.h>

#include "netlink/nft_plan.h"

enum {
	OBJECT_MAX = 4096,     /* bytes of one encoded object */
	ELEMENTS_MAX = 32768,  /* bytes of one message of elements: a nest has at most 65535 */
	TYPE_IPV4_ADDRESS = 7, /* nft's numbers of data types, by which it prints keys */
	TYPE_BITS = 6,         /* bits of each type in a key of several types */
	TYPE_SERVICE = TYPE_IPV4_ADDRESS << 12 | 12 << 6 | 13,
	TYPE_DEVICES = 20 << 6 | 20,
	TYPE_MARK = 19,
	TYPE_REALM = 22,
	TYPE_DEVICE = 41,
	RECENT_MAX = 65536, /* elements that packets may add to a set */
	RECENT_MILLISECONDS = 60 * 1000,
	BYTEORDER_HOST = 1, /* nft's numbers of byte orders */
	BYTEORDER_NETWORK = 2,
};

void nft_batch_free(struct nft_batch *batch)
{
	buffer_free(&batch->messages);
}

/* ---- messages ---- */

static struct nlmsghdr *begin_object(struct nft_batch *batch, uint16_t type, uint16_t flags)
{
	batch->open = 0;
	return nftnl_nlmsg_build_hdr(buffer_reserve(&batch->messages, OBJECT_MAX), type,
		batch->family, flags, ++batch->sequence);
}

static void end_object(struct nft_batch *batch, const struct nlmsghdr *message)
{
	batch->last = batch->messages.length;
	buffer_advance(&batch->messages, NLMSG_ALIGN(message->nlmsg_len));
}

void nft_batch_table(struct nft_batch *batch, bool add)
{
	struct nlmsghdr *message = begin_object(
		batch, add ? NFT_MSG_NEWTABLE : NFT_MSG_DELTABLE, add ? NLM_F_CREATE : 0);

	mnl_attr_put_strz(message, NFTA_TABLE_NAME, NFT_TABLE);
	end_object(batch, message);
}

void nft_batch_add_chain(struct nft_batch *batch, const char *name, const struct nft_hook *hook)
{
	struct nlmsghdr *message = begin_object(batch, NFT_MSG_NEWCHAIN, NLM_F_CREATE);
	struct nftnl_chain *chain = nftnl_chain_alloc();

	nftnl_chain_set_str(chain, NFTNL_CHAIN_TABLE, NFT_TABLE);
	nftnl_chain_set_str(chain, NFTNL_CHAIN_NAME, name);
	if (hook) {
		nftnl_chain_set_str(chain, NFTNL_CHAIN_TYPE, hook->type);
		nftnl_chain_set_u32(chain, NFTNL_CHAIN_HOOKNUM, hook->number);
		nftnl_chain_set_s32(chain, NFTNL_CHAIN_PRIO, hook->priority);
	}
	nftnl_chain_nlmsg_build_payload(message, chain);
	nftnl_chain_free(chain);
	end_object(batch, message);
}

void nft_batch_delete_chain(struct nft_batch *batch, const char *name)
{
	struct nlmsghdr *message = begin_object(batch, NFT_MSG_DELCHAIN, 0);

	mnl_attr_put_strz(message, NFTA_CHAIN_TABLE, NFT_TABLE);
	mnl_attr_put_strz(message, NFTA_CHAIN_NAME, name);
	end_object(batch, message);
}

void nft_batch_flush_chain(struct nft_batch *batch, const char *name)
{
	struct nlmsghdr *message = begin_object(batch, NFT_MSG_DELRULE, 0);

	mnl_attr_put_strz(message, NFTA_RULE_TABLE, NFT_TABLE);
	mnl_attr_put_strz(message, NFTA_RULE_CHAIN, name);
	end_object(batch, message);
}

void nft_batch_rule(struct nft_batch *batch, struct nftnl_rule *rule, const char *comment)
{
	struct nlmsghdr *message =
		begin_object(batch, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND);
	struct nftnl_udata_buf *data;

	if (comment) {
		data = nftnl_udata_buf_alloc(NFT_USERDATA_MAXLEN);
		nftnl_udata_put_strz(data, NFTNL_UDATA_RULE_COMMENT, comment);
		nftnl_rule_set_data(rule, NFTNL_RULE_USERDATA, nftnl_udata_buf_data(data),
			nftnl_udata_buf_len(data));
		nftnl_udata_buf_free(data);
	}
	nftnl_rule_nlmsg_build_payload(message, rule);
	end_object(batch, message);
}

/* ---- sets ---- */

/* `traffic`: start value; NULL: 0. */
static void put_counter(struct nlmsghdr *message, uint16_t type, const struct traffic *traffic)
{
	struct nlattr *nest = mnl_attr_nest_start(message, type);
	struct nlattr *data;

	mnl_attr_put_strz(message, NFTA_EXPR_NAME, "counter");
	if (traffic) {
		data = mnl_attr_nest_start(message, NFTA_EXPR_DATA);
		mnl_attr_put_u64(message, NFTA_COUNTER_BYTES, htobe64(traffic->bytes));
		mnl_attr_put_u64(message, NFTA_COUNTER_PACKETS, htobe64(traffic->packets));
		mnl_attr_nest_end(message, data);
	}
	mnl_attr_nest_end(message, nest);
}

/* nft prints keys by their type and byte order. */
static void put_key_type(
	struct nlmsghdr *message, const struct nft_batch *batch, const struct nft_set *set)
{
	static const struct {
		uint32_t type, size, order;
	} keys[] = {
		[NFT_KEY_REALM] = {TYPE_REALM, 4, BYTEORDER_HOST},
		[NFT_KEY_ADDRESS] = {TYPE_IPV4_ADDRESS, 4, BYTEORDER_NETWORK},
		[NFT_KEY_DEVICE] = {TYPE_DEVICE, IFNAMSIZ, BYTEORDER_HOST},
		[NFT_KEY_MARK] = {TYPE_MARK, 4, BYTEORDER_HOST},
		[NFT_KEY_SERVICE] = {TYPE_SERVICE, 12, BYTEORDER_NETWORK},
		[NFT_KEY_DEVICES] = {TYPE_DEVICES, 8, BYTEORDER_HOST},
	};
	bool wide = batch->family == NFPROTO_IPV6 &&
	            (set->key == NFT_KEY_ADDRESS || set->key == NFT_KEY_SERVICE);
	/* An IPv6 address has 12 bytes more, and the next type number. */
	uint32_t step = set->key == NFT_KEY_SERVICE ? 1U << 2 * TYPE_BITS : 1;
	struct nftnl_udata_buf *data = nftnl_udata_buf_alloc(NFT_USERDATA_MAXLEN);

	mnl_attr_put_u32(
		message, NFTA_SET_KEY_TYPE, htonl(keys[set->key].type + (wide ? step : 0)));
	mnl_attr_put_u32(message, NFTA_SET_KEY_LEN, htonl(keys[set->key].size + (wide ? 12 : 0)));
	nftnl_udata_put_u32(data, NFTNL_UDATA_SET_KEYBYTEORDER, keys[set->key].order);
	mnl_attr_put(message, NFTA_SET_USERDATA, (uint16_t)nftnl_udata_buf_len(data),
		nftnl_udata_buf_data(data));
	nftnl_udata_buf_free(data);
}

static uint32_t set_flags(const struct nft_set *set)
{
	if (set->recent)
		return NFT_SET_EVAL | NFT_SET_TIMEOUT;
	return (set->verdicts ? NFT_SET_MAP : 0) |
	       (set->key == NFT_KEY_SERVICE ? NFT_SET_INTERVAL | NFT_SET_CONCAT : 0);
}

static void put_limits(struct nlmsghdr *message)
{
	struct nlattr *nest;

	mnl_attr_put_u64(message, NFTA_SET_TIMEOUT, htobe64(RECENT_MILLISECONDS));
	nest = mnl_attr_nest_start(message, NFTA_SET_DESC);
	mnl_attr_put_u32(message, NFTA_SET_DESC_SIZE, htonl(RECENT_MAX));
	mnl_attr_nest_end(message, nest);
}

/* Writes the lengths of the key's parts: the third is a range of ports. */
static void put_parts(struct nlmsghdr *message, uint8_t family)
{
	const uint32_t sizes[] = {family == NFPROTO_IPV6 ? 16 : 4, 1, 2};
	struct nlattr *nest = mnl_attr_nest_start(message, NFTA_SET_DESC);
	struct nlattr *list = mnl_attr_nest_start(message, NFTA_SET_DESC_CONCAT);

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct nlattr *part = mnl_attr_nest_start(message, NFTA_LIST_ELEM);

		mnl_attr_put_u32(message, NFTA_SET_FIELD_LEN, htonl(sizes[i]));
		mnl_attr_nest_end(message, part);
	}
	mnl_attr_nest_end(message, list);
	mnl_attr_nest_end(message, nest);
}

void nft_batch_set(struct nft_batch *batch, bool add, const struct nft_set *set, const char *name)
{
	struct nlmsghdr *message =
		begin_object(batch, add ? NFT_MSG_NEWSET : NFT_MSG_DELSET, add ? NLM_F_CREATE : 0);

	mnl_attr_put_strz(message, NFTA_SET_TABLE, NFT_TABLE);
	mnl_attr_put_strz(message, NFTA_SET_NAME, name);
	if (add) {
		mnl_attr_put_u32(message, NFTA_SET_ID, htonl(batch->sequence));
		mnl_attr_put_u32(message, NFTA_SET_FLAGS, htonl(set_flags(set)));
		put_key_type(message, batch, set);
		if (set->verdicts)
			mnl_attr_put_u32(message, NFTA_SET_DATA_TYPE, htonl(NFT_DATA_VERDICT));
		if (set->counted)
			put_counter(message, NFTA_SET_EXPR, NULL);
		if (set->recent)
			put_limits(message);
		if (set->key == NFT_KEY_SERVICE)
			put_parts(message, batch->family);
	}
	end_object(batch, message);
}

void nft_batch_flush_set(struct nft_batch *batch, const char *name)
{
	struct nlmsghdr *message = begin_object(batch, NFT_MSG_DELSETELEM, 0);

	mnl_attr_put_strz(message, NFTA_SET_ELEM_LIST_TABLE, NFT_TABLE);
	mnl_attr_put_strz(message, NFTA_SET_ELEM_LIST_SET, name);
	end_object(batch, message);
}

static struct nlmsghdr *open_elements(
	struct nft_batch *batch, uint16_t type, const struct nft_set *set, const char *name)
{
	struct nlmsghdr *message;

	if (batch->open && batch->open_type == type && batch->open_set == set) {
		message = (struct nlmsghdr *)(batch->messages.data + batch->last);
		if (message->nlmsg_len < ELEMENTS_MAX && set->key != NFT_KEY_ADDRESS) {
			batch->messages.length = batch->last;
			buffer_reserve(&batch->messages, ELEMENTS_MAX + OBJECT_MAX);
			return (struct nlmsghdr *)(batch->messages.data + batch->last);
		}
	}
	buffer_reserve(&batch->messages, ELEMENTS_MAX + OBJECT_MAX);
	message = begin_object(batch, type, type == NFT_MSG_NEWSETELEM ? NLM_F_CREATE : 0);
	mnl_attr_put_strz(message, NFTA_SET_ELEM_LIST_TABLE, NFT_TABLE);
	mnl_attr_put_strz(message, NFTA_SET_ELEM_LIST_SET, name);
	batch->open = message->nlmsg_len;
	batch->open_set = set;
	batch->open_type = type;
	mnl_attr_nest_start(message, NFTA_SET_ELEM_LIST_ELEMENTS);
	return message;
}

static void put_verdict(struct nlmsghdr *message, const struct nft_element *element)
{
	struct nlattr *data = mnl_attr_nest_start(message, NFTA_SET_ELEM_DATA);
	struct nlattr *verdict = mnl_attr_nest_start(message, NFTA_DATA_VERDICT);

	mnl_attr_put_u32(message, NFTA_VERDICT_CODE, htonl((uint32_t)element->verdict));
	mnl_attr_put_strz(message, NFTA_VERDICT_CHAIN, element->chain);
	mnl_attr_nest_end(message, verdict);
	mnl_attr_nest_end(message, data);
}

static void put_comment(struct nlmsghdr *message, const char *comment)
{
	struct nftnl_udata_buf *data = nftnl_udata_buf_alloc(NFT_USERDATA_MAXLEN);

	nftnl_udata_put_strz(data, NFTNL_UDATA_SET_ELEM_COMMENT, comment);
	mnl_attr_put(message, NFTA_SET_ELEM_USERDATA, (uint16_t)nftnl_udata_buf_len(data),
		nftnl_udata_buf_data(data));
	nftnl_udata_buf_free(data);
}

static void put_key_end(struct nlmsghdr *message, const struct nft_element *element)
{
	struct nlattr *nest = mnl_attr_nest_start(message, NFTA_SET_ELEM_KEY_END);
	uint8_t key[NFT_KEY_MAX];
	uint16_t port = htons(element->last);

	memcpy(key, element->key, sizeof key);
	memcpy(key + element->key_size - 4, &port, sizeof port);
	mnl_attr_put(message, NFTA_DATA_VALUE, element->key_size, key);
	mnl_attr_nest_end(message, nest);
}

void nft_batch_element(struct nft_batch *batch, bool add, const struct nft_set *set,
	const char *name, const struct nft_element *element)
{
	struct nlmsghdr *message =
		open_elements(batch, add ? NFT_MSG_NEWSETELEM : NFT_MSG_DELSETELEM, set, name);
	struct nlattr *list = (struct nlattr *)((char *)message + batch->open);
	struct nlattr *nest = mnl_attr_nest_start(message, NFTA_LIST_ELEM);
	struct nlattr *key = mnl_attr_nest_start(message, NFTA_SET_ELEM_KEY);

	mnl_attr_put(message, NFTA_DATA_VALUE, element->key_size, element->key);
	mnl_attr_nest_end(message, key);
	if (set->key == NFT_KEY_SERVICE)
		put_key_end(message, element);
	if (add && set->verdicts)
		put_verdict(message, element);
	if (add && set->counted) {
		put_comment(message, element->entry->comment);
		if (element->entry->traffic.packets)
			put_counter(message, NFTA_SET_ELEM_EXPR, &element->entry->traffic);
	}
	mnl_attr_nest_end(message, nest);
	mnl_attr_nest_end(message, list);
	end_object(batch, message);
}
