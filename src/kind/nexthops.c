/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Turns each nexthop into a message of its own, so that its rows work like those of any record. */
#include "kind/nexthops.h"

#include <string.h>

#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/words.h"
#include "field/received.h"
#include "field/walk.h"
#include "kind/number.h"

enum {
	/* The kernel can't list a route of more than 32 KiB, nor those after it; the rest is for
	 * the other rows. */
	LIST_BYTES_MAX = 31 * 1024,
	REST_BYTES = MESSAGE_MAX / 4, /* bytes left for the rows after the list */
};

/* One nexthop as a message of its own. */
union leaf {
	struct nlmsghdr header;
	unsigned char bytes[MESSAGE_MAX];
};

static struct nexthops_item *add_item(
	struct nexthops *list, const struct object *object, struct arena *arena)
{
	struct nexthops_item *item = arena_get(arena, sizeof *item);

	item->record = arena_get(arena, object->size);
	if (list->last)
		list->last->next = item;
	else
		list->first = item;
	list->last = item;
	list->object = object;
	list->given = true;
	list->count++;
	return item;
}

/* ---- messages ---- */

/* Writes the header and the attributes of the message as a struct rtnexthop; returns its size in
 * bytes. */
static size_t leaf_flatten(const union leaf *leaf, struct rtnexthop *hop)
{
	const struct nexthops_header *header = mnl_nlmsg_get_payload(&leaf->header);
	const struct nlattr *attribute;
	char *to = (char *)(hop + 1);

	*hop = (struct rtnexthop){
		.rtnh_flags = (uint8_t)header->flags,
		.rtnh_hops = header->hops,
	};
	mnl_attr_for_each(attribute, &leaf->header, sizeof *header)
	{
		size_t size = MNL_ALIGN(attribute->nla_len);

		if (mnl_attr_get_type(attribute) == RTA_OIF) {
			hop->rtnh_ifindex = (int)mnl_attr_get_u32(attribute);
			continue;
		}
		memcpy(to, attribute, size);
		to += size;
	}
	hop->rtnh_len = (unsigned short)(to - (char *)hop);
	return hop->rtnh_len;
}

/* The reverse of leaf_flatten(). Returns false if it is longer than any that this program sends. */
static bool leaf_build(
	union leaf *leaf, const struct object *object, uint8_t family, const struct rtnexthop *hop)
{
	size_t rest = hop->rtnh_len - sizeof *hop;
	struct nexthops_header *header;

	if (rest > LIST_BYTES_MAX)
		return false;
	mnl_nlmsg_put_header(leaf);
	leaf->header.nlmsg_type = object->type_new;
	header = mnl_nlmsg_put_extra_header(&leaf->header, sizeof *header);
	header->family = family;
	header->flags = hop->rtnh_flags;
	header->hops = hop->rtnh_hops;
	if (hop->rtnh_ifindex)
		mnl_attr_put_u32(&leaf->header, RTA_OIF, (uint32_t)hop->rtnh_ifindex);
	memcpy(leaf->bytes + leaf->header.nlmsg_len, hop + 1, rest);
	leaf->header.nlmsg_len += (uint32_t)rest;
	return true;
}

static void put_nexthops(struct nlmsghdr *message, const struct field *field, const void *value)
{
	const struct nexthops *list = value;
	struct nlattr *nest = mnl_attr_nest_start(message, field->attribute);
	union leaf leaf;

	nest->nla_type = field->attribute;
	for (const struct nexthops_item *item = list->first; item; item = item->next) {
		fields_encode(list->object, item->record, list->object->type_new, 0, &leaf);
		/* Words never give more than a message can contain, so these came from the
		 * kernel. */
		if (message->nlmsg_len + leaf.header.nlmsg_len > MESSAGE_MAX - REST_BYTES)
			break;
		message->nlmsg_len += (uint32_t)leaf_flatten(
			&leaf, (struct rtnexthop *)((char *)message + message->nlmsg_len));
	}
	mnl_attr_nest_end(message, nest);
}

static void get_nexthops(struct message *message, const struct field *field, void *value)
{
	const struct object *object = field->inner;
	const struct nlattr *attribute =
		message_attribute(message, field, sizeof(struct rtnexthop));
	struct decoder decoder;
	const char *at;
	const char *end;
	union leaf leaf;

	if (!attribute)
		return;
	decoder_init(&decoder, object);
	at = mnl_attr_get_payload(attribute);
	end = at + mnl_attr_get_payload_len(attribute);
	while (at + sizeof(struct rtnexthop) <= end) {
		const struct rtnexthop *hop = (const struct rtnexthop *)at;
		struct nexthops_item *item;

		if (hop->rtnh_len < sizeof *hop || hop->rtnh_len > end - at)
			return;
		if (leaf_build(&leaf, object, message->family_header[0], hop)) {
			item = add_item(value, object, message->arena);
			decoder_read(&decoder, &leaf.header, message->arena, item->record);
		}
		at += MNL_ALIGN(hop->rtnh_len);
	}
}

/* ---- words ---- */

/* In ip's dialect only nexthops may follow the first one. */
static int check_behind(struct parser *parser, const struct field *field, struct error *error)
{
	const char *word = words_peek(parser->words);

	if (parser->dialect == DIALECT_OWN || !word || !strcmp(word, field->word))
		return 0;
	error_at(error, parser->words, parser->words->next,
		"\"%s\" follows a nexthop; only nexthops may", word);
	return error_fault(error, FAULT_TRAILING, NULL, NULL);
}

static int check_room(
	struct parser *parser, struct nexthops *list, const void *record, struct error *error)
{
	union leaf leaf;
	union leaf flat;

	fields_encode(list->object, record, list->object->type_new, 0, &leaf);
	list->bytes += (uint32_t)leaf_flatten(&leaf, (struct rtnexthop *)flat.bytes);
	if (list->bytes <= LIST_BYTES_MAX)
		return 0;
	parser_refuse(parser, error, "%u nexthops do not fit into one message", list->count);
	return error_hint(error, "use a group of nexthop objects: nhid N");
}

static int parse_nexthops(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	const struct object *object = field->inner;
	struct nexthops *list = value;
	struct nexthops_item *item = add_item(list, object, parser->arena);

	if (parser->dialect == DIALECT_IP && !words_peek(parser->words))
		return error_at(error, parser->words, parser->words->count,
			"a nexthop has no words after it");
	item->origin = arena_get(parser->arena, sizeof *item->origin);
	origin_clear(item->origin, object);
	list->selects = parser->filter;
	if (fields_parse(parser, keywords_inner(parser->keywords, field), FIELD_INFO, item->record,
		    item->origin, error) ||
		object->finish(parser, item->record, item->origin, parser->filter, error))
		return -1;
	if (check_room(parser, list, item->record, error))
		return -1;
	return check_behind(parser, field, error);
}

static void write_nexthops(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	const struct nexthops *list = value;
	struct label label = field_label(field, view->dialect);
	struct label word = {.word = label.word};
	struct view inside = *view;

	inside.hidden = (struct rows){0};
	inside.plain = view->dialect == DIALECT_IP;
	label.word = "";
	writer_list_open(writer, &label);
	for (const struct nexthops_item *item = list->first; item; item = item->next) {
		writer_object_open(writer, NULL);
		if (view->dialect == DIALECT_IP)
			writer_aside(writer, view->oneline ? "\\\t" : "\n\t");
		writer_string(writer, &word, TINT_NONE, NULL);
		fields_write(writer, list->object, item->record, &inside, 0);
		writer_object_close(writer);
	}
	writer_list_close(writer);
}

/* ---- comparing ---- */

static bool same_nexthops(const void *a, const void *b)
{
	const struct nexthops *left = a;
	const struct nexthops *right = b;
	const struct nexthops_item *other = right->first;

	if (left->count != right->count)
		return false;
	for (const struct nexthops_item *item = left->first; item; item = item->next) {
		if (!fields_same(left->object, item->record, other->record, 0))
			return false;
		other = other->next;
	}
	return true;
}

static bool has_fitting(const struct nexthops *list, const void *wanted)
{
	for (const struct nexthops_item *item = list->first; item; item = item->next)
		if (fields_fit(list->object, item->record, wanted, 0))
			return true;
	return false;
}

/* Words may leave out what the kernel fills in (the device of a gateway). */
static bool fits_nexthops(const void *value, const void *wanted)
{
	const struct nexthops *list = value;
	const struct nexthops *selector = wanted;
	const struct nexthops_item *other = list->first;

	if (!list->given || (!selector->selects && list->count != selector->count))
		return false;
	for (const struct nexthops_item *item = selector->first; item; item = item->next) {
		if (selector->selects ? !has_fitting(list, item->record)
				      : !fields_fit(list->object, other->record, item->record, 0))
			return false;
		if (!selector->selects)
			other = other->next;
	}
	return true;
}

static void keep_nexthops(void *value, struct arena *arena)
{
	struct nexthops *list = value;

	list->last = NULL;
	for (struct nexthops_item **at = &list->first; *at; at = &(*at)->next) {
		struct nexthops_item *item = arena_copy(arena, *at, sizeof *item);

		item->record = arena_copy(arena, item->record, list->object->size);
		fields_keep(list->object, item->record, arena);
		if (item->origin)
			item->origin = arena_copy(arena, item->origin, sizeof *item->origin);
		*at = item;
		list->last = item;
	}
}

/* The kernel's list may be longer and in another order: IPv6 adds nexthops to an existing route. */
static const struct field *nexthops_lost(
	const struct field *field, const void *sent, const void *reported, uint8_t family)
{
	const struct nexthops *list = sent;
	const struct nexthops *others = reported;

	(void)field;
	for (const struct nexthops_item *item = list->first; item; item = item->next) {
		int row = fields_lost(list->object, item->record, NULL, family, 0);

		if (row >= 0 && !(others && others->given && has_fitting(others, item->record)))
			return field_lost(&list->object->fields[row], item->record, NULL, family);
	}
	return NULL;
}

const struct kind kind_nexthops = {
	.syntax = "[gw ADDR] [dev DEV] [weight N] ...",
	.size = sizeof(struct nexthops),
	.needs = MEMBER_INNER,
	.parse = parse_nexthops,
	.put = put_nexthops,
	.get = get_nexthops,
	.write = write_nexthops,
	.same = same_nexthops,
	.fits = fits_nexthops,
	.repeats = true,
	.inner = true,
	.keep = keep_nexthops,
	.lost = nexthops_lost,
};

/* ---- weights ---- */

static int parse_weight(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	return kind_number.parse(parser, field, value, error);
}

static void put_weight(struct nlmsghdr *message, const struct field *field, const void *value)
{
	*header_byte(message, field) = (uint8_t)(((const struct number *)value)->value - 1);
}

static void get_weight(struct message *message, const struct field *field, void *value)
{
	*(struct number *)value = (struct number){true, message_header(message, field) + 1U};
}

static void write_weight(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	kind_number.write(writer, field, value, view);
}

static uint32_t weight_of(const void *value)
{
	const struct number *weight = value;

	return weight->given ? weight->value : 1;
}

static bool same_weight(const void *a, const void *b)
{
	return weight_of(a) == weight_of(b);
}

const struct kind kind_weight = {
	.syntax = "N",
	.size = sizeof(struct number),
	.needs = MEMBER_RANGE,
	.parse = parse_weight,
	.put = put_weight,
	.get = get_weight,
	.write = write_weight,
	.same = same_weight,
	.fits = same_weight, /* not given means 1 */
};
