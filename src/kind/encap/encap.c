/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The types of encapsulation, and their common code. */
#include "kind/encap/encap.h"

#include <stdio.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/lwtunnel.h>
#include <linux/rtnetlink.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/nearest.h"
#include "base/words.h"
#include "field/received.h"
#include "field/walk.h"
#include "kind/number.h"

const struct encap_type encap_types[] = {
	{"ip", LWTUNNEL_ENCAP_IP, &encap_ip_object, "an IPv4 tunnel, by a device that is external"},
	{"ip6", LWTUNNEL_ENCAP_IP6, &encap_ip6_object,
		"an IPv6 tunnel, by a device that is external"},
	{"mpls", LWTUNNEL_ENCAP_MPLS, &encap_mpls_object, "a stack of MPLS labels"},
	{"seg6", LWTUNNEL_ENCAP_SEG6, &encap_seg6_object,
		"a segment routing header: the packet visits the segments"},
	{"seg6local", LWTUNNEL_ENCAP_SEG6_LOCAL, &encap_seg6local_object,
		"what this node does with the packet"},
	{"xfrm", LWTUNNEL_ENCAP_XFRM, &encap_xfrm_object, "an IPsec policy's interface"},
	{"ioam6", LWTUNNEL_ENCAP_IOAM6, &encap_ioam6_object, "a trace of the packet's path (IOAM)"},
	{"rpl", LWTUNNEL_ENCAP_RPL, &encap_rpl_object, "a source route of RPL"},
	{"ila", LWTUNNEL_ENCAP_ILA, &encap_ila_object,
		"replaces the locator, which precedes the identifier"},
	{"bpf", LWTUNNEL_ENCAP_BPF, &encap_bpf_object, "a BPF program; only shown"},
	{NULL, 0, NULL, NULL},
};

static const struct encap_type *type_by_word(const char *word)
{
	for (const struct encap_type *type = encap_types; type->word; type++)
		if (!strcmp(type->word, word))
			return type;
	return NULL;
}

static const struct encap_type *type_by_number(uint16_t number)
{
	for (const struct encap_type *type = encap_types; type->word; type++)
		if (type->number == number)
			return type;
	return NULL;
}

static int refuse_type(struct parser *parser, const char *word, struct error *error)
{
	struct nearest nearest = {0};
	struct buffer all = {0};

	for (const struct encap_type *type = encap_types; type->word; type++) {
		buffer_format(&all, "%s%s", all.length ? ", " : "", type->word);
		nearest_try(&nearest, word, type->word);
	}
	parser_refuse(parser, error, "\"%s\" is not a type of encapsulation", word);
	if (nearest.word)
		error_hint(error, "did you mean \"%s\"?", nearest.word);
	else
		error_hint(error, "one of %s", buffer_text(&all));
	buffer_free(&all);
	return -1;
}

/* Finds the type for a word: one of the table, or a number. */
static int find_type(
	struct parser *parser, const char *word, struct encap *encap, struct error *error)
{
	const struct encap_type *type = type_by_word(word);
	uint32_t number;

	if (type) {
		encap->number = type->number;
		encap->object = type->object;
		return 0;
	}
	if (parser->dialect == DIALECT_IP || !number_read(word, parser->dialect, &number) ||
		!number || number > UINT16_MAX || type_by_number((uint16_t)number))
		return refuse_type(parser, word, error);
	encap->number = (uint16_t)number;
	encap->object = &encap_other_object;
	return 0;
}

/* `ip` requires two words after the type, whatever they are. */
static int check_behind(struct parser *parser, struct error *error)
{
	const struct words *words = parser->words;

	if (parser->dialect == DIALECT_OWN || parser->filter || words->count - words->next >= 2)
		return 0;
	if (words->next == words->count)
		return error_at(error, words, words->count, "the words of the type are missing");
	error_at(error, words, words->next, "\"encap %s\" needs two words after it",
		words->word[words->next - 1]);
	return error_fault(error, FAULT_MISSING, "encap type", NULL);
}

static int parse_encap(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct encap *encap = value;
	const char *word = parser_value(parser, field, error);
	struct keywords *keywords;
	struct origin origin;
	int status;

	if (!word || find_type(parser, word, encap, error) || check_behind(parser, error))
		return -1;
	encap->given = true;
	encap->record = arena_get(parser->arena, encap->object->size);
	origin_clear(&origin, encap->object);
	keywords = keywords_new(encap->object, parser->dialect);
	status = fields_parse(parser, keywords, FIELD_INFO, encap->record, &origin, error);
	keywords_free(keywords);
	if (status || parser->filter || !encap->object->finish)
		return status;
	return encap->object->finish(parser, encap->record, &origin, false, error);
}

static void put_encap(struct nlmsghdr *message, const struct field *field, const void *value)
{
	const struct encap *encap = value;
	struct nlattr *nest = mnl_attr_nest_start(message, field->attribute);

	fields_put(message, encap->object, encap->record);
	mnl_attr_nest_end(message, nest);
	mnl_attr_put_u16(message, RTA_ENCAP_TYPE, encap->number);
}

static void get_encap(struct message *message, const struct field *field, void *value)
{
	struct encap *encap = value;
	const struct field type_field = {.attribute = field->also};
	const struct nlattr *nest = message_attribute(message, field, 0);
	const struct nlattr *number = message_attribute(message, &type_field, sizeof(uint16_t));
	const struct encap_type *type;

	if (!nest || !number)
		return;
	encap->given = true;
	encap->number = mnl_attr_get_u16(number);
	type = type_by_number(encap->number);
	encap->object = type ? type->object : &encap_other_object;
	encap->record = arena_get(message->arena, encap->object->size);
	fields_take(encap->object, nest, message->arena, encap->record);
}

/* Keys and values of JSON are read as words, so `encap` and the type are both keys. ip's text has
 * an additional blank. */
static void write_encap(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	const struct encap *encap = value;
	const struct encap_type *type = type_by_number(encap->number);
	bool ip = view->dialect == DIALECT_IP;
	struct label outer = {.word = ip ? "" : field->word, .key = field->word};
	struct label first = {.word = field->word, .key = "encap_type"};
	struct view inside = *view;
	char number[8];
	struct label word = {.word = number, .key = number};

	inside.hidden = (struct rows){0};
	snprintf(number, sizeof number, "%u", encap->number);
	if (type)
		word = (struct label){.word = type->word, .key = type->word};
	writer_object_open(writer, &outer);
	if (ip) {
		writer_aside(writer, " ");
		writer_string(writer, &first, TINT_NONE, type ? type->word : "unknown");
	} else {
		writer_object_open(writer, &word);
	}
	if (type || !ip)
		fields_write(writer, encap->object, encap->record, &inside, 0);
	if (!ip)
		writer_object_close(writer);
	writer_object_close(writer);
}

static bool same_encap(const void *a, const void *b)
{
	const struct encap *left = a;
	const struct encap *right = b;

	return left->number == right->number &&
	       fields_same(left->object, left->record, right->record, 0);
}

static bool fits_encap(const void *value, const void *wanted)
{
	const struct encap *encap = value;
	const struct encap *selector = wanted;

	return encap->given && encap->number == selector->number &&
	       fields_fit(encap->object, encap->record, selector->record, 0);
}

static void keep_encap(void *value, struct arena *arena)
{
	struct encap *encap = value;

	encap->record = arena_copy(arena, encap->record, encap->object->size);
	fields_keep(encap->object, encap->record, arena);
}

static const struct field *encap_lost(
	const struct field *field, const void *sent, const void *reported, uint8_t family)
{
	const struct encap *encap = sent;
	const struct encap *other = reported;
	int row = fields_lost(encap->object, encap->record, NULL, family, 0);

	if (row < 0)
		return NULL;
	if (other && (!other->given || other->number != encap->number))
		return field;
	if (other)
		row = fields_lost(encap->object, encap->record, other->record, family, 0);
	return row < 0 ? NULL : &encap->object->fields[row];
}

static void complete_encap(struct completion *completion, const struct field *field)
{
	(void)field;
	for (const struct encap_type *type = encap_types; type->word; type++)
		completion_try(completion, type->word, type->help);
}

static const struct object *object_inside(const char *word)
{
	const struct encap_type *type = type_by_word(word);

	return type ? type->object : NULL;
}

const struct kind kind_encap = {
	.syntax = "TYPE [WORDS]",
	.size = sizeof(struct encap),
	.parse = parse_encap,
	.put = put_encap,
	.get = get_encap,
	.write = write_encap,
	.same = same_encap,
	.fits = fits_encap,
	.complete = complete_encap,
	.inside = object_inside,
	.keep = keep_encap,
	.lost = encap_lost,
};
