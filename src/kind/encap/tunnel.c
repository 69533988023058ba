/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options of VXLAN and ERSPAN headers. */
#include "kind/encap/tunnel.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/lwtunnel.h>

#include "base/error.h"
#include "field/received.h"

bool option_number(const char **at, const struct parser *parser, uint32_t most, uint32_t *number)
{
	size_t length = strcspn(*at, ":");
	char text[16];

	if (length >= sizeof text)
		return false;
	memcpy(text, *at, length);
	text[length] = '\0';
	*at += length + ((*at)[length] == ':');
	return number_read(text, parser->dialect, number) && *number <= most;
}

void option_line(
	struct writer *writer, const struct field *field, const char *text, const struct view *view)
{
	struct label label = {.word = field->word};

	writer_aside(writer, view->oneline ? "\\\t" : "\n\t");
	writer_string(writer, &label, TINT_NONE, text);
}

void option_items(struct writer *writer, const struct field *field)
{
	struct label label = {.key = field->word};

	writer_list_open(writer, &label);
}

void option_item(struct writer *writer, const char *key, uint32_t number)
{
	struct label label = {.key = key};

	writer_number(writer, &label, number, NULL);
}

/* ---- VXLAN ---- */

static int parse_vxlan(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	return kind_number.parse(parser, field, value, error);
}

static void put_vxlan(struct nlmsghdr *message, const struct field *field, const void *value)
{
	struct nlattr *nest = mnl_attr_nest_start(message, field->attribute);

	mnl_attr_put_u32(message, LWTUNNEL_IP_OPT_VXLAN_GBP, ((const struct number *)value)->value);
	mnl_attr_nest_end(message, nest);
}

static void get_vxlan(struct message *message, const struct field *field, void *value)
{
	struct number *policy = value;
	const struct nlattr *nest = message_attribute(message, field, 0);
	const struct nlattr *attribute;

	if (!nest)
		return;
	mnl_attr_for_each_nested(attribute, nest)
	{
		if (mnl_attr_get_type(attribute) != LWTUNNEL_IP_OPT_VXLAN_GBP ||
			mnl_attr_get_payload_len(attribute) < sizeof(uint32_t))
			continue;
		policy->given = true;
		policy->value = mnl_attr_get_u32(attribute);
	}
}

static void write_vxlan(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	uint32_t policy = ((const struct number *)value)->value;
	struct label label = field_label(field, view->dialect);
	char text[16];

	if (view->dialect == DIALECT_OWN) {
		writer_number(writer, &label, policy, NULL);
		return;
	}
	snprintf(text, sizeof text, "%u", policy);
	option_line(writer, field, text, view);
	option_items(writer, field);
	writer_object_open(writer, NULL);
	option_item(writer, "gbp", policy);
	writer_object_close(writer);
	writer_list_close(writer);
}

static bool same_vxlan(const void *a, const void *b)
{
	return ((const struct number *)a)->value == ((const struct number *)b)->value;
}

const struct kind kind_vxlan = {
	.syntax = "N",
	.size = sizeof(struct number),
	.parse = parse_vxlan,
	.put = put_vxlan,
	.get = get_vxlan,
	.write = write_vxlan,
	.same = same_vxlan,
};

/* ---- ERSPAN ---- */

/* The kernel uses the index in version 1, direction and hardware id in version 2. */
static int parse_erspan(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct erspan *erspan = value;
	const char *word = parser_value(parser, field, error);
	const char *at = word;
	uint32_t version;
	uint32_t direction = 0;
	uint32_t hwid = 0;

	if (!word)
		return -1;
	if (!option_number(&at, parser, UINT8_MAX, &version) || (version != 1 && version != 2) ||
		!option_number(&at, parser, UINT32_MAX, &erspan->index) ||
		(*at && !option_number(&at, parser, UINT8_MAX, &direction)) ||
		(*at && !option_number(&at, parser, UINT8_MAX, &hwid)) || *at) {
		parser_refuse(parser, error, "\"%s\" are not options of ERSPAN", word);
		return error_hint(error, "1:INDEX or 2:0:DIRECTION:HWID");
	}
	erspan->given = true;
	erspan->version = (uint8_t)version;
	erspan->index = version == 1 ? erspan->index : 0;
	erspan->direction = version == 1 ? 0 : (uint8_t)direction;
	erspan->hwid = version == 1 ? 0 : (uint8_t)hwid;
	return 0;
}

static void put_erspan(struct nlmsghdr *message, const struct field *field, const void *value)
{
	const struct erspan *erspan = value;
	struct nlattr *nest = mnl_attr_nest_start(message, field->attribute);

	mnl_attr_put_u8(message, LWTUNNEL_IP_OPT_ERSPAN_VER, erspan->version);
	if (erspan->version == 1) {
		mnl_attr_put_u32(message, LWTUNNEL_IP_OPT_ERSPAN_INDEX, htonl(erspan->index));
	} else {
		mnl_attr_put_u8(message, LWTUNNEL_IP_OPT_ERSPAN_DIR, erspan->direction);
		mnl_attr_put_u8(message, LWTUNNEL_IP_OPT_ERSPAN_HWID, erspan->hwid);
	}
	mnl_attr_nest_end(message, nest);
}

static void get_erspan(struct message *message, const struct field *field, void *value)
{
	struct erspan *erspan = value;
	const struct nlattr *nest = message_attribute(message, field, 0);
	const struct nlattr *attribute;

	if (!nest)
		return;
	mnl_attr_for_each_nested(attribute, nest)
	{
		uint16_t type = mnl_attr_get_type(attribute);
		uint16_t size = mnl_attr_get_payload_len(attribute);

		if (type == LWTUNNEL_IP_OPT_ERSPAN_VER && size)
			erspan->version = mnl_attr_get_u8(attribute);
		else if (type == LWTUNNEL_IP_OPT_ERSPAN_INDEX && size >= sizeof(uint32_t))
			erspan->index = ntohl(mnl_attr_get_u32(attribute));
		else if (type == LWTUNNEL_IP_OPT_ERSPAN_DIR && size)
			erspan->direction = mnl_attr_get_u8(attribute);
		else if (type == LWTUNNEL_IP_OPT_ERSPAN_HWID && size)
			erspan->hwid = mnl_attr_get_u8(attribute);
	}
	erspan->given = erspan->version == 1 || erspan->version == 2;
	if (erspan->version == 1)
		erspan->direction = erspan->hwid = 0;
	else
		erspan->index = 0;
}

static void write_erspan(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	const struct erspan *erspan = value;
	struct label label = field_label(field, view->dialect);
	char text[40];

	snprintf(text, sizeof text, "%u:%u:%u:%u", erspan->version, erspan->index,
		erspan->direction, erspan->hwid);
	if (view->dialect == DIALECT_OWN) {
		writer_string(writer, &label, TINT_NONE, text);
		return;
	}
	option_line(writer, field, text, view);
	option_items(writer, field);
	writer_object_open(writer, NULL);
	option_item(writer, "ver", erspan->version);
	option_item(writer, "index", erspan->index);
	option_item(writer, "dir", erspan->direction);
	option_item(writer, "hwid", erspan->hwid);
	writer_object_close(writer);
	writer_list_close(writer);
}

static bool same_erspan(const void *a, const void *b)
{
	const struct erspan *left = a;
	const struct erspan *right = b;

	return left->version == right->version && left->index == right->index &&
	       left->direction == right->direction && left->hwid == right->hwid;
}

const struct kind kind_erspan = {
	.syntax = "VERSION:INDEX:DIRECTION:HWID",
	.size = sizeof(struct erspan),
	.parse = parse_erspan,
	.put = put_erspan,
	.get = get_erspan,
	.write = write_erspan,
	.same = same_erspan,
};
