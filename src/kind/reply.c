/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Replies of connections that came in by a device. */
#include "kind/reply.h"

#include <string.h>

#include "base/error.h"
#include "base/words.h"
#include "field/walk.h"

static int parse_reply(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct reply *reply = value;
	const char *word;

	(void)field;
	reply->given = true;
	if (!words_accept(parser->words, "mark"))
		return 0;
	word = words_take(parser->words);
	reply->mask = REPLY_MASK;
	if (!word || !mark_read(word, parser->dialect, &reply->value, &reply->mask)) {
		error_at(error, parser->words, parser->words->next - (word != NULL),
			"mark takes MARK[/MASK]: bits of the connection mark");
		return error_hint(error, "as in reply mark 0x1000000/%#x", REPLY_MASK);
	}
	if (mark_check(parser, "the mark", reply->value, reply->mask, error))
		return -1;
	if (!reply->value)
		return parser_refuse(parser, error, "a mark of 0 is that of all other connections");
	return 0;
}

/*
 * Names that differ in their last two digits get different marks, so that the devices of a router
 * hardly collide.
 */
static uint32_t mark_of_name(const char *name)
{
	enum { MARKS = REPLY_MASK >> 24 };
	uint32_t sum = 0;

	for (; *name; name++)
		sum = (sum * 10 + (uint8_t)*name) % MARKS;
	return (sum + 1) << 24;
}

void reply_settle(struct reply *reply, struct ifname *input)
{
	if (!reply->given || !input->given)
		return;
	memcpy(reply->device, input->name, sizeof reply->device);
	*input = (struct ifname){0};
	if (reply->mask)
		return;
	reply->value = mark_of_name(reply->device);
	reply->mask = REPLY_MASK;
}

struct mark reply_mark(const struct reply *reply)
{
	return (struct mark){
		.given = reply->given && reply->mask,
		.value = reply->value,
		.mask = reply->mask,
	};
}

static void write_reply(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	const struct reply *reply = value;
	const struct label device = {.word = "dev", .key = "dev"};
	const struct label mark = {.word = "mark", .key = "mark"};
	struct label label = field_label(field, view->dialect);
	char text[32];

	if (*reply->device)
		writer_string(writer, &device, TINT_DEVICE, reply->device);
	writer_flag(writer, &label);
	if (!reply->mask || (reply->mask == REPLY_MASK &&
				    reply->value == mark_of_name(reply->device) && !view->details))
		return;
	snprintf(text, sizeof text, "%#x/%#x", reply->value, reply->mask);
	writer_string(writer, &mark, TINT_NONE, text);
}

static bool same_reply(const void *a, const void *b)
{
	const struct reply *left = a;
	const struct reply *right = b;

	return left->value == right->value && left->mask == right->mask &&
	       !strcmp(left->device, right->device);
}

/* `reply` alone selects the rules of every device. */
static bool fits_reply(const void *value, const void *wanted)
{
	const struct reply *reply = value;
	const struct reply *selector = wanted;

	return reply->given && (!*selector->device || same_reply(reply, selector));
}

static void complete_reply(struct completion *completion, const struct field *field)
{
	(void)field;
	completion_try(completion, "mark", NULL);
}

const struct kind kind_reply = {
	.syntax = "[mark MARK[/MASK]]",
	.size = sizeof(struct reply),
	.parse = parse_reply,
	.write = write_reply,
	.same = same_reply,
	.fits = fits_reply,
	.complete = complete_reply,
};
