/* Options of Geneve, VXLAN and ERSPAN headers. */
#include "kind/options.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/lwtunnel.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "kind/hex.h"

/* The next number of `A:B:C`, at most `most`; *at stands behind its colon or at the end. */
static bool take_number(
	const char **at, const struct parser *parser, uint32_t most, uint32_t *number)
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

/* ip's text: a line for them. */
static void write_line(
	struct writer *writer, const struct field *field, const char *text, const struct view *view)
{
	struct label label = {.word = field->word};

	writer_aside(writer, view->oneline ? "\\\t" : "\n\t");
	writer_string(writer, &label, TINT_NONE, text);
}

/* ip's JSON: a list of objects, which text does not show. */
static void open_items(struct writer *writer, const struct field *field)
{
	struct label label = {.key = field->word};

	writer_list_open(writer, &label);
}

static void put_item(struct writer *writer, const char *key, uint32_t number)
{
	struct label label = {.key = key};

	writer_number(writer, &label, number, NULL);
}

/* ---- Geneve ---- */

/* NULL, or what is wrong. */
static const char *read_hex(const char *text, struct geneve_option *option)
{
	size_t length = strlen(text);

	if (!length || length % 8)
		return "the data of an option is whole words: a multiple of 8 hexadecimal digits";
	if (length / 2 > GENEVE_DATA_MAX)
		return "the data of an option is at most 124 bytes";
	option->size = (uint8_t)(length / 2);
	if (!hex_read(text, option->size, option->data))
		return "the data of an option is hexadecimal";
	return NULL;
}

static const char *read_geneve(
	const struct parser *parser, const char *text, struct geneve_option *option)
{
	uint32_t class;
	uint32_t type;

	if (!take_number(&text, parser, UINT16_MAX, &class))
		return "the class of an option is a number of 16 bits";
	if (!take_number(&text, parser, UINT8_MAX, &type))
		return "the type of an option is a number of 8 bits";
	option->class = (uint16_t) class;
	option->type = (uint8_t)type;
	return read_hex(text, option);
}

static int parse_geneve(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct geneve *geneve = value;
	const char *word = parser_value(parser, field, error);
	struct geneve_option option[GENEVE_OPTIONS_MAX];

	if (!word)
		return -1;
	for (const char *at = word;; at++) {
		size_t length = strcspn(at, ",");
		char text[16 + 2 * GENEVE_DATA_MAX + 2];
		const char *reason = "the option is too long";

		if (geneve->count == GENEVE_OPTIONS_MAX)
			return parser_refuse(parser, error, "too many options");
		if (length < sizeof text) {
			memcpy(text, at, length);
			text[length] = '\0';
			reason = read_geneve(parser, text, &option[geneve->count]);
		}
		if (reason) {
			parser_refuse(parser, error, "\"%.*s\": %s", (int)length, at, reason);
			return error_hint(error, "as in 0x102:128:00000001");
		}
		geneve->count++;
		at += length;
		if (!*at)
			break;
	}
	geneve->given = true;
	geneve->option = arena_copy(parser->arena, option, sizeof *option * (size_t)geneve->count);
	return 0;
}

static void put_geneve(struct nlmsghdr *message, const struct field *field, const void *value)
{
	const struct geneve *geneve = value;

	for (int i = 0; i < geneve->count; i++) {
		const struct geneve_option *option = &geneve->option[i];
		struct nlattr *nest = mnl_attr_nest_start(message, field->attribute);

		mnl_attr_put_u16(message, LWTUNNEL_IP_OPT_GENEVE_CLASS, htons(option->class));
		mnl_attr_put_u8(message, LWTUNNEL_IP_OPT_GENEVE_TYPE, option->type);
		mnl_attr_put(message, LWTUNNEL_IP_OPT_GENEVE_DATA, option->size, option->data);
		mnl_attr_nest_end(message, nest);
	}
}

/* What the kernel tells: class, type and data, again and again. The data ends an option. */
static void take_options(const struct nlattr *nest, struct geneve *geneve)
{
	struct geneve_option option = {0};
	const struct nlattr *attribute;

	mnl_attr_for_each_nested(attribute, nest)
	{
		const void *payload = mnl_attr_get_payload(attribute);
		uint16_t size = mnl_attr_get_payload_len(attribute);
		uint16_t type = mnl_attr_get_type(attribute);

		if (type == LWTUNNEL_IP_OPT_GENEVE_CLASS && size >= 2)
			option.class = ntohs(mnl_attr_get_u16(attribute));
		else if (type == LWTUNNEL_IP_OPT_GENEVE_TYPE && size)
			option.type = mnl_attr_get_u8(attribute);
		if (type != LWTUNNEL_IP_OPT_GENEVE_DATA || !size || size > GENEVE_DATA_MAX ||
			size % 4 || geneve->count == GENEVE_OPTIONS_MAX)
			continue;
		option.size = (uint8_t)size;
		memcpy(option.data, payload, size);
		geneve->option[geneve->count++] = option;
	}
}

/* Several options are told in one nest, and sent in several. */
static void get_geneve(struct message *message, const struct field *field, void *value)
{
	struct geneve *geneve = value;
	const struct nlattr *options = message->attribute[field->nest];
	const struct nlattr *attribute;
	struct geneve_option room[GENEVE_OPTIONS_MAX];

	if (!options)
		return;
	geneve->option = room;
	mnl_attr_for_each_nested(attribute, options)
	{
		if (mnl_attr_get_type(attribute) == field->attribute)
			take_options(attribute, geneve);
	}
	geneve->given = geneve->count > 0;
	geneve->option = arena_copy(message->arena, room, sizeof *room * (size_t)geneve->count);
}

static void option_add(struct buffer *text, const struct geneve_option *option)
{
	buffer_format(text, "%s%u:%u:", text->length ? "," : "", option->class, option->type);
	hex_add(text, option->data, option->size);
}

static void write_items(struct writer *writer, const struct field *field,
	const struct geneve *geneve, struct buffer *text)
{
	struct label data = {.key = "data"};

	open_items(writer, field);
	for (int i = 0; i < geneve->count; i++) {
		writer_object_open(writer, NULL);
		put_item(writer, "class", geneve->option[i].class);
		put_item(writer, "type", geneve->option[i].type);
		buffer_reset(text);
		hex_add(text, geneve->option[i].data, geneve->option[i].size);
		writer_string(writer, &data, TINT_NONE, buffer_text(text));
		writer_object_close(writer);
	}
	writer_list_close(writer);
}

static void write_geneve(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	const struct geneve *geneve = value;
	struct label label = field_label(field, view->dialect);
	struct buffer text = {0};

	for (int i = 0; i < geneve->count; i++)
		option_add(&text, &geneve->option[i]);
	if (view->dialect == DIALECT_OWN) {
		writer_string(writer, &label, TINT_NONE, buffer_text(&text));
	} else {
		write_line(writer, field, buffer_text(&text), view);
		write_items(writer, field, geneve, &text);
	}
	buffer_free(&text);
}

static bool same_geneve(const void *a, const void *b)
{
	const struct geneve *left = a;
	const struct geneve *right = b;

	if (left->count != right->count)
		return false;
	for (int i = 0; i < left->count; i++) {
		const struct geneve_option *one = &left->option[i];
		const struct geneve_option *other = &right->option[i];

		if (one->class != other->class || one->type != other->type ||
			one->size != other->size || memcmp(one->data, other->data, one->size) != 0)
			return false;
	}
	return true;
}

static void keep_geneve(void *value, struct arena *arena)
{
	struct geneve *geneve = value;

	geneve->option =
		arena_copy(arena, geneve->option, sizeof *geneve->option * (size_t)geneve->count);
}

const struct kind kind_geneve = {
	.syntax = "CLASS:TYPE:HEX[,...]",
	.size = sizeof(struct geneve),
	.parse = parse_geneve,
	.put = put_geneve,
	.get = get_geneve,
	.write = write_geneve,
	.same = same_geneve,
	.keep = keep_geneve,
};

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
	write_line(writer, field, text, view);
	open_items(writer, field);
	writer_object_open(writer, NULL);
	put_item(writer, "gbp", policy);
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

/* The kernel takes the index of version 1, direction and hardware of version 2. */
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
	if (!take_number(&at, parser, UINT8_MAX, &version) || (version != 1 && version != 2) ||
		!take_number(&at, parser, UINT32_MAX, &erspan->index) ||
		(*at && !take_number(&at, parser, UINT8_MAX, &direction)) ||
		(*at && !take_number(&at, parser, UINT8_MAX, &hwid)) || *at) {
		parser_refuse(parser, error, "\"%s\" are no options of ERSPAN", word);
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
	write_line(writer, field, text, view);
	open_items(writer, field);
	writer_object_open(writer, NULL);
	put_item(writer, "ver", erspan->version);
	put_item(writer, "index", erspan->index);
	put_item(writer, "dir", erspan->direction);
	put_item(writer, "hwid", erspan->hwid);
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
