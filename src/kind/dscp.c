/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Code points: decimal, or names in rt_dsfield, which has those of the whole byte. */
#include <string.h>

#include <libmnl/libmnl.h>

#include "base/error.h"
#include "field/received.h"
#include "field/walk.h"
#include "kind/mark.h"
#include "kind/byte.h"
#include "names/names.h"
#include "kind/number.h"

enum {
	DSCP_MOST = 0x3f,
	DSCP_SHIFT = 2, /* the two bits below are ECN */
};

static bool read_dscp(struct parser *parser, const char *word, struct mark *dscp)
{
	uint32_t named;

	if (mark_read(word, parser->dialect, &dscp->value, &dscp->mask))
		return true;
	if (!names_number(parser->names, NAMES_DSFIELD, word, &named) &&
		(parser->dialect == DIALECT_IP || !dsfield_number(parser->names, word, &named)))
		return false;
	dscp->value = named >> DSCP_SHIFT;
	return true;
}

static int parse_dscp(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct mark *dscp = value;
	const char *word = parser_value(parser, field, error);
	uint32_t most = parser->dialect == DIALECT_OWN ? DSCP_MOST : UINT8_MAX;

	if (!word)
		return -1;
	dscp->given = true;
	dscp->mask = DSCP_MOST;
	if (!read_dscp(parser, word, dscp) || dscp->value > most || dscp->mask > most) {
		parser_refuse(parser, error, "\"%s\" is not a code point", word);
		return error_hint(error, "DSCP or DSCP/MASK, each from 0 to 63, or a name in "
					 "rt_dsfield, as in 46, EF, 0x28/0x38");
	}
	if (parser->dialect == DIALECT_IP)
		return 0;
	return mark_check(parser, "the code point", dscp->value, dscp->mask, error);
}

static void put_dscp(struct nlmsghdr *message, const struct field *field, const void *value)
{
	const struct mark *dscp = value;

	mnl_attr_put_u8(message, field->attribute, (uint8_t)dscp->value);
	if (dscp->mask != DSCP_MOST)
		mnl_attr_put_u8(message, field->also, (uint8_t)dscp->mask);
}

static void get_dscp(struct message *message, const struct field *field, void *value)
{
	struct mark *dscp = value;
	const struct nlattr *attribute = message_attribute(message, field, 1);
	const struct nlattr *mask = message_also(message, field, 1);

	if (!attribute)
		return;
	dscp->given = true;
	dscp->has_mask = mask != NULL;
	dscp->value = mnl_attr_get_u8(attribute);
	dscp->mask = mask ? mnl_attr_get_u8(mask) : DSCP_MOST;
}

static void write_dscp(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	const struct mark *dscp = value;
	struct label label = field_label(field, view->dialect);
	const char *name = shown_name(view, NAMES_DSFIELD, (uint32_t)dscp->value << DSCP_SHIFT);
	bool masked = dscp->mask != DSCP_MOST;
	char number[16];
	char mask[16];
	char text[32];

	snprintf(number, sizeof number, "%u", dscp->value);
	snprintf(mask, sizeof mask, "%#x", dscp->mask);
	snprintf(text, sizeof text, "%#x/%#x", dscp->value, dscp->mask);
	if (!name || (view->dialect == DIALECT_OWN && !dscp->value))
		name = number;
	if (view->dialect == DIALECT_IP)
		mark_write_ip(
			writer, field, masked ? text : name, name, dscp->has_mask ? mask : NULL);
	else if (masked)
		writer_string(writer, &label, TINT_NONE, text);
	else
		writer_number(writer, &label, dscp->value, name);
}

static bool same_dscp(const void *a, const void *b)
{
	const struct mark *left = a;
	const struct mark *right = b;

	return left->value == right->value && left->mask == right->mask;
}

static void offer_name(uint32_t number, const char *name, void *argument)
{
	if (!(number & ((1U << DSCP_SHIFT) - 1)))
		completion_try(argument, name, NULL);
}

static void complete_dscp(struct completion *completion, const struct field *field)
{
	(void)field;
	names_all(completion->names, NAMES_DSFIELD, offer_name, completion);
}

const struct kind kind_dscp = {
	.syntax = "DSCP[/MASK]",
	.size = sizeof(struct mark),
	.needs = MEMBER_IP_SECOND_KEY,
	.parse = parse_dscp,
	.put = put_dscp,
	.get = get_dscp,
	.write = write_dscp,
	.same = same_dscp,
	.complete = complete_dscp,
};
