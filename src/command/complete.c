/* complete -- WORDS: what the last word may become, one a line, a tab before what it means. */
#include <string.h>

#include "command/command.h"
#include "model/route.h"
#include "model/rule.h"

static void offer(struct completion *completion, const char *word, const char *help)
{
	struct buffer *out = completion->context;

	buffer_string(out, word);
	if (help)
		buffer_format(out, "\t%s", help);
	buffer_char(out, '\n');
}

static void offer_verbs(struct completion *completion)
{
	for (const struct command *command = commands; command->verb; command++)
		if (!command->group || *command->group)
			completion_try(completion, command->verb, command->help);
}

static void offer_options(struct completion *completion)
{
	char word[32];

	for (const struct option *option = options; option->word; option++) {
		snprintf(word, sizeof word, "-%s", option->word);
		completion_try(completion, word, option->help);
	}
}

/* Steps over options and their values; returns where the verb stands, or count. */
static int find_verb(const char *const *words, int count)
{
	int i = 0;

	while (i < count - 1 && *words[i] == '-')
		i += !strcmp(words[i], "-n") || !strcmp(words[i], "-m") ? 2 : 1;
	return i;
}

/* The verb's own words, before any other stands there. */
static void offer_leading(struct completion *completion, const struct command *command,
	const char *const *words, int count)
{
	char list[64];
	const char *word[8];
	const char *reason;
	int leading;

	snprintf(list, sizeof list, "%s", command->leading ? command->leading : "");
	leading = words_cut(list, word, 8, &reason);
	completion->typed = words[count - 1];
	for (int i = 0; i < leading; i++)
		if (count == 1)
			completion_try(completion, word[i], NULL);
}

int command_complete(struct session *session, const struct command *command, struct words *words,
	struct error *error)
{
	struct completion completion = {
		.names = session->names,
		.typed = "",
		.context = &session->out,
		.offer = offer,
	};
	const struct object *object;
	const char *const *typed;
	int count;
	int verb;

	(void)error;
	words_accept(words, "--");
	typed = words->word + words->next;
	count = words->count - words->next;
	verb = find_verb(typed, count);
	if (verb >= count - 1) {
		completion.typed = count ? typed[count - 1] : "";
		if (*completion.typed == '-')
			offer_options(&completion);
		else
			offer_verbs(&completion);
		return 0;
	}
	command = command_find(typed[verb]);
	if (command)
		offer_leading(&completion, command, typed + verb + 1, count - verb - 1);
	object = command ? command->object : NULL;
	if (object && command->leading && !strcmp(typed[verb + 1], "rules"))
		object = &rule_object;
	if (object)
		fields_complete(&completion, session_words(session, object), typed + verb + 1,
			count - verb - 1);
	return 0;
}
