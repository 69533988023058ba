/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ranges of source addresses and ports. */
#include "kind/masquerade.h"

#include <string.h>

#include "base/error.h"
#include "base/words.h"
#include "kind/address_text.h"
#include "kind/number.h"

enum { PORT_MOST = 65535 };

static int read_end(struct parser *parser, const char *word, size_t length, uint8_t *family,
	uint8_t bytes[16], struct error *error)
{
	const char *reason = address_read(word, length, parser->dialect, false, family, bytes);

	return reason ? parser_refuse(parser, error, "\"%.*s\": %s", (int)length, word, reason) : 0;
}

static int parse_addresses(
	struct parser *parser, const char *word, struct masquerade *source, struct error *error)
{
	const char *dash = strchr(word, '-');
	uint8_t family;

	if (read_end(parser, word, dash ? (size_t)(dash - word) : strlen(word), &source->family,
		    source->first, error))
		return -1;
	memcpy(source->last, source->first, sizeof source->last);
	if (!dash)
		return 0;
	if (read_end(parser, dash + 1, strlen(dash + 1), &family, source->last, error))
		return -1;
	if (family != source->family)
		return parser_refuse(parser, error, "a range is of one family");
	if (memcmp(source->first, source->last, sizeof source->first) > 0)
		return parser_refuse(parser, error, "the range ends before it starts");
	return 0;
}

static bool read_ports(const char *word, struct masquerade *source)
{
	const char *dash = strchr(word, '-');
	char text[16];
	uint32_t first;
	uint32_t last;

	snprintf(text, sizeof text, "%.*s", dash ? (int)(dash - word) : 15, word);
	if (!number_read(text, DIALECT_OWN, &first) ||
		!number_read(dash ? dash + 1 : word, DIALECT_OWN, &last))
		return false;
	source->first_port = (uint16_t)first;
	source->last_port = (uint16_t)last;
	return first && first <= last && last <= PORT_MOST;
}

static int parse_masquerade(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct masquerade *source = value;
	const char *word;

	(void)field;
	source->given = true;
	if (!words_accept(parser->words, "as"))
		return 0;
	word = words_take(parser->words);
	if (!word)
		return error_at(error, parser->words, parser->words->count,
			"as needs ADDR[-ADDR] after it");
	if (parse_addresses(parser, word, source, error) ||
		parser_settle(parser, source->family, error))
		return -1;
	if (!words_accept(parser->words, "ports"))
		return 0;
	word = words_take(parser->words);
	if (word && read_ports(word, source))
		return 0;
	error_at(error, parser->words, parser->words->next - (word != NULL),
		"ports are a range from 1 to 65535");
	return error_hint(error, "as in ports 1024-65535");
}

static void write_masquerade(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	const struct masquerade *source = value;
	const struct label ports = {.word = "ports", .key = "ports"};
	const struct label as = {.word = "as", .key = "as"};
	struct label label = field_label(field, view->dialect);
	char text[2 * ADDRESS_TEXT_MAX];
	size_t length;

	writer_flag(writer, &label);
	if (!source->family)
		return;
	length = address_text(source->family, source->first, text);
	if (memcmp(source->first, source->last, sizeof source->first) != 0) {
		text[length++] = '-';
		address_text(source->family, source->last, text + length);
	}
	writer_string(writer, &as, address_tint(source->family), text);
	if (!source->first_port)
		return;
	snprintf(text, sizeof text, "%u-%u", source->first_port, source->last_port);
	writer_string(writer, &ports, TINT_NONE, text);
}

static bool same_masquerade(const void *a, const void *b)
{
	const struct masquerade *left = a;
	const struct masquerade *right = b;

	return left->family == right->family && left->first_port == right->first_port &&
	       left->last_port == right->last_port &&
	       !memcmp(left->first, right->first, sizeof left->first) &&
	       !memcmp(left->last, right->last, sizeof left->last);
}

const struct kind kind_masquerade = {
	.syntax = "[as ADDR[-ADDR] [ports A-B]]",
	.size = sizeof(struct masquerade),
	.parse = parse_masquerade,
	.write = write_masquerade,
	.same = same_masquerade,
};
