/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * complete -- WORDS: prints the possible values of the last word, one per line, each with its
 * meaning after a tab. The line `:files` asks the shell to complete file names.
 */
#include "command/complete.h"

#include <string.h>
#include <sys/socket.h>

#include "command/command.h"
#include "model/packet.h"
#include "model/route.h"
#include "model/rule.h"
#include "netlink/namespace.h"

static void offer(struct completion *completion, const char *word, const char *help)
{
	struct buffer *out = completion->context;

	/* Skips names that would need quotes: each shell quotes in its own way. */
	if (!word_plain_length(word))
		return;
	buffer_string(out, word);
	if (help)
		buffer_format(out, "\t%s", help);
	buffer_char(out, '\n');
}

static void offer_value(struct completion *completion, const struct field *field)
{
	/* completion is the first member. */
	complete_values((struct completing *)completion, field);
}

static void offer_namespace(const char *name, void *completion)
{
	completion_try(completion, name, "network namespace");
}

/* Offers the values of an option. Returns false if it takes none. */
static bool offer_option_value(struct completion *completion, const char *option)
{
	static const char *const models[] = {"0", "1", "2", NULL};

	option += strspn(option, "-");
	if (!strcmp(option, "n") || !strcmp(option, "netns"))
		namespace_each(offer_namespace, completion);
	else if (strcmp(option, "m") != 0)
		return !strcmp(option, "confirm") || !strcmp(option, "guard");
	for (int i = 0; *option == 'm' && models[i]; i++)
		completion_try(completion, models[i], NULL);
	return true;
}

static void offer_options(struct completion *completion)
{
	char word[32];

	for (const struct option *option = options; option->word; option++) {
		snprintf(word, sizeof word, "-%s", option->word);
		completion_try(completion, word, option->help);
		if (option->also && *completion->typed && completion->typed[1]) {
			snprintf(word, sizeof word, "-%s", option->also);
			completion_try(completion, word, option->help);
		}
	}
}

static void offer_verbs(struct completion *completion)
{
	for (const struct command *command = commands; command->verb; command++)
		if (!command->group || *command->group)
			completion_try(completion, command->verb, command->help);
	completion_try(completion, "route", "ip's words and output for routes");
	completion_try(completion, "rule", "ip's words and output for rules");
}

static void take_option(struct session *session, const char *option, const char *value)
{
	struct error ignored;

	option += strspn(option, "-");
	if (!strcmp(option, "6") || !strcmp(option, "4"))
		session->options.family = *option == '6' ? AF_INET6 : AF_INET;
	else if (!strcmp(option, "n") || !strcmp(option, "netns"))
		namespace_enter(value, &ignored);
}

/*
 * Reads the options before the verb, which choose what is read. Returns the index of the verb, or
 * `count` if the value of an option is being typed.
 */
static int find_verb(struct completing *completing, const char *const *words, int count)
{
	struct completion nobody = completing->completion;
	struct buffer thrown_away = {0};
	int i = 0;

	nobody.context = &thrown_away;
	while (i < count - 1 && *words[i] == '-') {
		bool value = offer_option_value(&nobody, words[i]);

		if (value && i == count - 2)
			offer_option_value(&completing->completion, words[i]);
		else
			take_option(completing->session, words[i], words[i + 1]);
		i += value ? 2 : 1;
	}
	buffer_free(&thrown_away);
	return i;
}

/* `list`: words separated by blanks. */
static void offer_list(struct completion *completion, const char *list)
{
	char copy[160];
	const char *word[24];
	const char *reason;
	int count;

	snprintf(copy, sizeof copy, "%s", list ? list : "");
	count = words_cut(copy, word, 24, &reason);
	for (int i = 0; i < count; i++)
		completion_try(completion, word[i], NULL);
}

/* After `route` and `rule`: offers ip's verbs, and our rows in ip's words. */
static void complete_ip(struct completing *completing, const struct object *object,
	const char *const *words, int count)
{
	bool rule = object == &rule_object;
	struct keywords *keywords;

	if (count == 1) {
		offer_list(&completing->completion,
			rule ? "add delete flush list restore save show"
			     : "add append change delete flush get list prepend replace restore "
			       "save show");
		return;
	}
	if (!strcmp(words[0], "get"))
		object = &packet_object;
	completing->object = object;
	completing->existing = strcmp(words[0], "add") != 0;
	keywords = keywords_new(object, DIALECT_IP);
	fields_complete(&completing->completion, keywords, words + 1, count - 1);
	keywords_free(keywords);
}

static bool makes_new(const struct command *command)
{
	return command->prepare == prepare_addrule ||
	       (command->prepare == prepare_add && command->variant != OPERATION_CHANGE &&
		       command->variant != OPERATION_REPLACE);
}

/* For local-policy: `except` may follow `off`, and selectors may follow `except`. */
static bool offer_except(struct completion *completion, const char *const *words, int count)
{
	if (count < 2 || strcmp(words[0], "off") != 0)
		return false;
	completion_try(completion, "except", "packets that pass the rules nevertheless");
	return count > 2;
}

/* Offers file names, and `-f FILE` of the verbs that take it. Returns false if other words are
 * possible, too. */
static bool offer_files(struct completion *completion, const struct command *command,
	const char *const *words, int count)
{
	bool value = command->offline && count > 1 && !strcmp(words[count - 2], "-f");

	if (value || count <= command->files)
		completion->offer(completion, ":files", NULL);
	if (command->offline && *completion->typed == '-')
		completion_try(completion, "-f", "a policy file instead of the kernel's policy");
	return value;
}

static void complete_verb(struct completing *completing, const struct command *command,
	const char *const *words, int count)
{
	const struct object *object = command->object;

	if (offer_files(&completing->completion, command, words, count))
		return;
	if (*completing->completion.typed == '-')
		offer_options(&completing->completion);
	if (count == 1)
		offer_list(&completing->completion, command->leading);
	if (command->leading && count > 1 && !strcmp(words[0], "rules"))
		object = &rule_object;
	if (command->exceptions && !offer_except(&completing->completion, words, count))
		return;
	if (!object)
		return;
	completing->object = object;
	completing->existing = !makes_new(command);
	fields_complete(
		&completing->completion, session_words(completing->session, object), words, count);
}

/* Returns the words with the options after the verb moved before it; the last word is being
 * typed. */
static const char *const *move_options(
	struct completing *completing, const char *const *typed, int count, int verb)
{
	const struct command *command = command_find(typed[verb]);
	struct session *session = completing->session;
	struct words words = {.word = typed, .count = count - 1, .next = verb + 1};
	struct options unused = {0};
	const char **moved;
	struct error ignored;

	if (!command ||
		options_read_behind(&unused, &words, session_words(session, command->object), false,
			&session->line, &ignored))
		return typed;
	moved = arena_get(&session->line, (size_t)count * sizeof *moved);
	memcpy(moved, words.word, (size_t)(count - 1) * sizeof *moved);
	moved[count - 1] = typed[count - 1];
	return moved;
}

int command_complete(struct session *session, const struct command *command, struct words *words,
	struct error *error)
{
	struct completing completing = {
		.completion = {.names = session->names,
			.typed = "",
			.context = &session->out,
			.offer = offer,
			.value = offer_value},
		.session = session,
	};
	const char *const *typed;
	struct error ignored;
	int count, verb;

	(void)error;
	words_accept(words, "--");
	typed = words->word + words->next;
	count = words->count - words->next;
	completing.completion.typed = count ? typed[count - 1] : "";
	verb = find_verb(&completing, typed, count);
	if (verb >= count && count)
		return 0;
	if (verb < count - 1) {
		typed = move_options(&completing, typed, count, verb);
		verb = find_verb(&completing, typed, count);
	}
	if (verb >= count - 1) {
		if (*completing.completion.typed == '-')
			offer_options(&completing.completion);
		else
			offer_verbs(&completing.completion);
		return 0;
	}
	/* Device names come from the kernel; without it none are offered. */
	session_open(session, &ignored);
	command = command_find(typed[verb]);
	if (command)
		complete_verb(&completing, command, typed + verb + 1, count - verb - 1);
	else if (!strcmp(typed[verb], "route") || !strcmp(typed[verb], "rule"))
		complete_ip(&completing, typed[verb][1] == 'o' ? &route_object : &rule_object,
			typed + verb + 1, count - verb - 1);
	return 0;
}
