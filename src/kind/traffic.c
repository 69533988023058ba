/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counters of packets and bytes. */
#include "kind/traffic.h"

#include "base/decimal.h"
#include "base/error.h"
#include "base/words.h"

static int parse_traffic(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct traffic *traffic = value;
	const char *packets = words_take(parser->words);
	const char *bytes = words_accept(parser->words, "bytes") ? words_take(parser->words) : NULL;

	(void)field;
	traffic->given = true;
	if (packets && bytes && decimal_read(packets, &traffic->packets) &&
		decimal_read(bytes, &traffic->bytes))
		return 0;
	return error_at(
		error, parser->words, parser->words->next - 1, "a counter is packets N bytes N");
}

static void write_traffic(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	const struct traffic *traffic = value;
	const struct label packets = field_label(field, view->dialect);
	const struct label bytes = {.word = "bytes", .key = "bytes"};

	writer_number(writer, &packets, traffic->packets, NULL);
	writer_number(writer, &bytes, traffic->bytes, NULL);
}

static bool same_traffic(const void *a, const void *b)
{
	const struct traffic *left = a;
	const struct traffic *right = b;

	return left->packets == right->packets && left->bytes == right->bytes;
}

const struct kind kind_traffic = {
	.syntax = "",
	.size = sizeof(struct traffic),
	.parse = parse_traffic,
	.write = write_traffic,
	.same = same_traffic,
};
