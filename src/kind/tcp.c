/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Congestion control and features. */
#include "kind/tcp.h"

#include <string.h>

#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "base/error.h"
#include "base/words.h"
#include "field/received.h"
#include "field/walk.h"
#include "kind/metric.h"
#include "kind/number.h"

#ifndef RTAX_FEATURE_TCP_USEC_TS
#define RTAX_FEATURE_TCP_USEC_TS (1 << 4)
#endif

/* ---- congestion control ---- */

static int parse_congestion(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct congestion *congestion = value;
	const char *word;

	congestion->lock = parser_accept(parser, "lock");
	parser->locked |= congestion->lock;
	word = parser_value(parser, field, error);
	if (!word)
		return -1;
	if (!*word || strlen(word) >= CONGESTION_NAME_MAX || strpbrk(word, " \t\n'\"#"))
		return parser_refuse(parser, error,
			"\"%s\" cannot be the name of an algorithm: 1 to %d characters, no blank",
			word, CONGESTION_NAME_MAX - 1);
	memset(congestion->name, 0, sizeof congestion->name);
	memcpy(congestion->name, word, strlen(word));
	congestion->given = true;
	return 0;
}

static void put_congestion(struct nlmsghdr *message, const struct field *field, const void *value)
{
	mnl_attr_put_str(message, field->attribute, ((const struct congestion *)value)->name);
}

static void get_congestion(struct message *message, const struct field *field, void *value)
{
	struct congestion *congestion = value;
	const struct nlattr *attribute = message_attribute(message, field, 1);
	size_t length;

	if (!attribute)
		return;
	length = strnlen(mnl_attr_get_payload(attribute), mnl_attr_get_payload_len(attribute));
	if (!length || length >= sizeof congestion->name)
		return;
	congestion->given = true;
	memcpy(congestion->name, mnl_attr_get_payload(attribute), length);
}

static void write_congestion(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	static const struct label lock = {.word = "lock", .key = "lock"};
	const struct congestion *congestion = value;
	struct label label = field_label(field, view->dialect);
	struct label word = {.word = label.word};
	struct label key = {.word = "", .key = label.key};

	if (view->dialect == DIALECT_IP) {
		writer_string(writer, &word, TINT_NONE, congestion->lock ? "lock" : NULL);
		writer_string(writer, &key, TINT_NONE, congestion->name);
	} else if (congestion->lock) {
		writer_object_open(writer, &label);
		writer_string(writer, &lock, TINT_NONE, congestion->name);
		writer_object_close(writer);
	} else {
		writer_string(writer, &label, TINT_NONE, congestion->name);
	}
}

static bool same_congestion(const void *a, const void *b)
{
	const struct congestion *left = a;
	const struct congestion *right = b;

	return left->lock == right->lock && !memcmp(left->name, right->name, sizeof left->name);
}

const struct kind kind_congestion = {
	.syntax = "[lock] NAME",
	.size = sizeof(struct congestion),
	.parse = parse_congestion,
	.put = put_congestion,
	.get = get_congestion,
	.write = write_congestion,
	.same = same_congestion,
};

/* ---- features ---- */

static const struct {
	const char *word;
	uint32_t bit;
} features[] = {
	{"ecn", RTAX_FEATURE_ECN},
	{"tcp_usec_ts", RTAX_FEATURE_TCP_USEC_TS},
};

enum { FEATURES = sizeof features / sizeof *features };

static bool read_feature(struct parser *parser, uint32_t *value)
{
	const char *word = words_peek(parser->words);
	uint32_t number;

	for (int i = 0; word && i < FEATURES; i++)
		if (words_accept(parser->words, features[i].word)) {
			*value |= features[i].bit;
			return true;
		}
	if (!word || parser->dialect == DIALECT_IP || strncmp(word, "0x", 2) != 0 ||
		!number_read(word, parser->dialect, &number))
		return false;
	*value |= number;
	words_take(parser->words);
	return true;
}

static int parse_features(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct metric *metric = value;
	const char *word;

	metric->given = true;
	if (parser->dialect == DIALECT_IP)
		metric->value = 0;
	if (read_feature(parser, &metric->value)) {
		while (read_feature(parser, &metric->value))
			;
		return 0;
	}
	word = parser_value(parser, field, error);
	return word ? parser_refuse(
			      parser, error, "\"%s\" is not a feature: ecn, tcp_usec_ts", word)
	            : -1;
}

static void put_features(struct nlmsghdr *message, const struct field *field, const void *value)
{
	mnl_attr_put_u32(message, field->attribute, ((const struct metric *)value)->value);
}

static void get_features(struct message *message, const struct field *field, void *value)
{
	struct metric *metric = value;
	const struct nlattr *attribute = message_attribute(message, field, sizeof(uint32_t));

	metric->given = attribute != NULL;
	metric->value = attribute ? mnl_attr_get_u32(attribute) : 0;
}

/* ip's JSON has features as members of the metrics and, if a bit has no name, also as one
 * number. */
static void write_ip_features(struct writer *writer, uint32_t value, bool lock)
{
	struct label word = {.word = "features"};
	uint32_t rest = value;
	char text[16];

	writer_string(writer, &word, TINT_NONE, lock ? "lock" : NULL);
	for (int i = 0; i < FEATURES; i++) {
		struct label label = {.word = features[i].word, .key = features[i].word};

		if (value & features[i].bit)
			writer_string(writer, &label, TINT_NONE, NULL);
		rest &= ~features[i].bit;
	}
	if (!rest)
		return;
	snprintf(text, sizeof text, "%#x", value);
	writer_string(writer, &(struct label){.word = "", .key = "features"}, TINT_NONE, text);
}

static void write_features(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	const struct metric *metric = value;
	struct label label = field_label(field, view->dialect);
	uint32_t rest = metric->value;
	char text[16];

	if (view->dialect == DIALECT_IP) {
		write_ip_features(writer, metric->value, metric->lock);
		return;
	}
	writer_list_open(writer, &label);
	for (int i = 0; i < FEATURES; i++) {
		if (metric->value & features[i].bit)
			writer_string(writer, NULL, TINT_NONE, features[i].word);
		rest &= ~features[i].bit;
	}
	if (rest || !metric->value) {
		snprintf(text, sizeof text, "0x%x", rest);
		writer_string(writer, NULL, TINT_NONE, text);
	}
	writer_list_close(writer);
}

static bool same_features(const void *a, const void *b)
{
	return ((const struct metric *)a)->value == ((const struct metric *)b)->value;
}

static void complete_features(struct completion *completion, const struct field *field)
{
	(void)field;
	for (int i = 0; i < FEATURES; i++)
		completion_try(completion, features[i].word, NULL);
}

const struct kind kind_features = {
	.syntax = "ecn | tcp_usec_ts ...",
	.size = sizeof(struct metric),
	.parse = parse_features,
	.put = put_features,
	.get = get_features,
	.write = write_features,
	.same = same_features,
	.fits = same_features, /* not given means no bit */
	.repeats = true,
	.complete = complete_features,
};
