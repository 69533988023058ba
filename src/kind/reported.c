/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Times, counters and flags that the kernel reports. */
#include "kind/reported.h"

#include <string.h>
#include <unistd.h>

#include <linux/in_route.h>
#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "base/decimal.h"
#include "base/error.h"
#include "base/words.h"
#include "field/received.h"
#include "kind/number.h"

static bool same_number(const void *a, const void *b)
{
	return ((const struct number *)a)->value == ((const struct number *)b)->value;
}

/* The kernel reports times in ticks of USER_HZ, which is the same for every program. */
static int32_t seconds(uint32_t ticks)
{
	return (int32_t)ticks / (int32_t)sysconf(_SC_CLK_TCK);
}

/* ---- struct rta_cacheinfo ---- */

static uint32_t cacheinfo_member(struct message *message, uint16_t attribute_type, size_t offset)
{
	struct field field = {.attribute = attribute_type};
	const struct nlattr *attribute =
		message_attribute(message, &field, sizeof(struct rta_cacheinfo));
	uint32_t value = 0;

	if (attribute)
		memcpy(&value, (const char *)mnl_attr_get_payload(attribute) + offset,
			sizeof value);
	return value;
}

static void get_cacheinfo(struct message *message, const struct field *field, void *value)
{
	const struct cacheinfo *part = field->reported;
	struct number *number = value;
	uint32_t member = cacheinfo_member(message, field->attribute, part->offset);

	number->given = member != 0;
	number->value = part->form == CACHEINFO_TICKS ? (uint32_t)seconds(member) : member;
}

/* In text, seconds have a unit and hexadecimal numbers a 0x. */
static void write_cacheinfo(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	enum cacheinfo_form form = field->reported->form;
	uint32_t number = ((const struct number *)value)->value;
	struct label label = field_label(field, view->dialect);
	const char *name = strerrorname_np((int)-number);
	bool timed = form == CACHEINFO_TICKS || form == CACHEINFO_SECONDS;
	char text[32];

	if (form == CACHEINFO_HEX || form == CACHEINFO_FOUR) {
		snprintf(text, sizeof text, form == CACHEINFO_FOUR ? "0x%04x" : "0x%x", number);
		writer_string(writer, &label, TINT_NONE, text);
		return;
	}
	if (view->dialect == DIALECT_IP) {
		snprintf(text, sizeof text, timed ? "%dsec" : "%u", number);
		writer_number(writer, &label, number, text);
		return;
	}
	snprintf(text, sizeof text, timed ? "%ds" : "%u", number);
	if (form == CACHEINFO_ERROR && name)
		writer_string(writer, &label, TINT_NONE, name);
	else
		writer_number(writer, &label, number, text);
}

const struct kind kind_cacheinfo = {
	.syntax = "N",
	.size = sizeof(struct number),
	.needs = MEMBER_REPORTED,
	.get = get_cacheinfo,
	.write = write_cacheinfo,
	.same = same_number,
};

/* ---- expires ---- */

static int parse_expires(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct number *expires = value;
	const char *word = parser_value(parser, field, error);
	char digits[DECIMAL_TEXT_MAX];
	size_t length;

	if (!word)
		return -1;
	expires->given = true;
	if (number_read(word, parser->dialect, &expires->value))
		return 0;
	length = parser->dialect == DIALECT_OWN ? strspn(word, "0123456789") : 0;
	snprintf(digits, sizeof digits, "%.*s", (int)length, word);
	if (length >= sizeof digits || !number_read(digits, DIALECT_OWN, &expires->value) ||
		(strcmp(word + length, "s") != 0 && strcmp(word + length, "sec") != 0)) {
		parser_refuse(parser, error, "\"%s\" is not a number of seconds", word);
		return error_hint(error, "as in 30 or 30s");
	}
	return 0;
}

static void put_expires(struct nlmsghdr *message, const struct field *field, const void *value)
{
	mnl_attr_put_u32(message, field->attribute, ((const struct number *)value)->value);
}

static void get_expires(struct message *message, const struct field *field, void *value)
{
	struct number *expires = value;
	uint32_t ticks =
		cacheinfo_member(message, field->also, offsetof(struct rta_cacheinfo, rta_expires));
	const struct nlattr *attribute = message_attribute(message, field, sizeof(uint32_t));

	expires->given = attribute || ticks;
	if (attribute)
		expires->value = mnl_attr_get_u32(attribute);
	else
		expires->value = (uint32_t)seconds(ticks);
}

/* For the kernel 0 means never: a route with less than a second left must not stay for ever. */
static void write_expires(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	int32_t left = (int32_t)((const struct number *)value)->value;
	struct label label = field_label(field, view->dialect);
	char text[32];
	char json[32];

	if (view->dialect == DIALECT_OWN && left < 1)
		left = 1;
	snprintf(text, sizeof text, view->dialect == DIALECT_OWN ? "%ds" : "%dsec", left);
	snprintf(json, sizeof json, "%d", left);
	writer_literal(writer, &label, json, text);
}

/* Ignores the remaining lifetime when comparing. */
static bool same_expires(const void *a, const void *b)
{
	return ((const struct number *)a)->given == ((const struct number *)b)->given;
}

const struct kind kind_expires = {
	.syntax = "SECONDS",
	.size = sizeof(struct number),
	.parse = parse_expires,
	.put = put_expires,
	.get = get_expires,
	.write = write_expires,
	.same = same_expires,
	.fits = same_expires,
};

/* ---- entries of the cache ---- */

static const struct {
	uint32_t flag;
	const char *name;
} cache_flags[] = {
	{RTCF_LOCAL, "local"},
	{RTCF_REJECT, "reject"},
	{RTCF_MULTICAST, "mc"},
	{RTCF_BROADCAST, "brd"},
	{RTCF_DNAT, "dst-nat"},
	{RTCF_SNAT, "src-nat"},
	{RTCF_MASQ, "masq"},
	{RTCF_DIRECTDST, "dst-direct"},
	{RTCF_DIRECTSRC, "src-direct"},
	{RTCF_REDIRECTED, "redirected"},
	{RTCF_DOREDIRECT, "redirect"},
	{RTCF_FAST, "fastroute"},
	{RTCF_NOTIFY, "notify"},
	{RTCF_TPROXY, "proxy"},
};

/* The flags from a list may follow: `cache <local,brd>`. */
static int parse_cached(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	const char *word = words_peek(parser->words);

	(void)field;
	(void)error;
	((struct number *)value)->given = true;
	if (word && *word == '<')
		words_take(parser->words);
	return 0;
}

static void get_cached(struct message *message, const struct field *field, void *value)
{
	struct number *cached = value;
	uint32_t flags;

	memcpy(&flags, message->family_header + field->header, sizeof flags);
	cached->given = flags & RTM_F_CLONED;
	cached->value = flags & ~0xffffU;
}

static void write_flags(struct writer *writer, uint32_t flags)
{
	char text[160] = "";
	size_t length = 0;

	for (size_t i = 0; i < sizeof cache_flags / sizeof *cache_flags; i++) {
		struct label item = {.word = NULL, .key = cache_flags[i].name};

		if (!(flags & cache_flags[i].flag))
			continue;
		writer_flag(writer, &item);
		length += (size_t)snprintf(text + length, sizeof text - length, "%c%s",
			length ? ',' : '<', cache_flags[i].name);
	}
	if (length) {
		snprintf(text + length, sizeof text - length, ">");
		writer_string(writer, &(struct label){.word = text}, TINT_NONE, NULL);
	}
}

static void write_cached(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	struct label label = field_label(field, view->dialect);

	if (view->dialect == DIALECT_IP)
		writer_aside(writer, view->oneline ? "\\    " : "\n    ");
	writer_list_open(writer, &label);
	write_flags(writer, ((const struct number *)value)->value);
	writer_list_close(writer);
}

const struct kind kind_cached = {
	.syntax = "",
	.size = sizeof(struct number),
	.needs = MEMBER_BITS,
	.parse = parse_cached,
	.get = get_cached,
	.write = write_cached,
	.same = same_expires, /* there or not */
};

/* ---- marks ---- */

static int parse_packet_mark(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	return kind_number.parse(parser, field, value, error);
}

static void get_packet_mark(struct message *message, const struct field *field, void *value)
{
	struct number *mark = value;
	const struct nlattr *attribute = message_attribute(message, field, sizeof(uint32_t));

	mark->value = attribute ? mnl_attr_get_u32(attribute) : 0;
	mark->given = mark->value != 0;
}

static void write_packet_mark(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	uint32_t mark = ((const struct number *)value)->value;
	struct label label = field_label(field, view->dialect);
	char text[32];

	snprintf(text, sizeof text, view->dialect == DIALECT_IP && mark < 16 ? "%u" : "0x%x", mark);
	writer_number(writer, &label, mark, text);
}

const struct kind kind_packet_mark = {
	.syntax = "N",
	.size = sizeof(struct number),
	.parse = parse_packet_mark,
	.get = get_packet_mark,
	.write = write_packet_mark,
	.same = same_number,
	.fits = same_number, /* not given means 0 */
};
