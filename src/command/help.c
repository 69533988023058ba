/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints usage from the tables of commands, options and rows. */
#include <string.h>

#include "command/command.h"
#include "kind/encap/encap.h"
#include "model/nexthop.h"
#include "model/rule.h"

enum { HELP_COLUMN = 33 };

static void put_line(struct buffer *out, const char *left, const char *help)
{
	size_t length = strlen(left);

	buffer_string(out, "  ");
	buffer_string(out, left);
	if (length + 1 > HELP_COLUMN) {
		buffer_char(out, '\n');
		length = 0;
		buffer_fill(out, ' ', 2);
	}
	buffer_fill(out, ' ', HELP_COLUMN - length);
	buffer_string(out, help);
	buffer_char(out, '\n');
}

static void put_options(struct buffer *out)
{
	char left[64];

	for (const struct option *option = options; option->word; option++) {
		snprintf(left, sizeof left, "-%s%s%s%s%s", option->word, option->also ? ", -" : "",
			option->also ? option->also : "",
			option->value && *option->value != '[' ? " " : "",
			option->value ? option->value : "");
		put_line(out, left, option->help);
	}
}

void usage_overview(struct buffer *out)
{
	char left[96];

	buffer_string(out,
		"Usage: iproute [OPTIONS]               the routes, in columns\n"
		"       iproute [OPTIONS] -r | -l | -c  the rules | every route | exceptions\n"
		"       iproute [OPTIONS] VERB [WORDS]\n"
		"       iproute [ip's OPTIONS] route | rule | mrule ...  as ip(8) has it\n");
	for (const struct command *command = commands; command->verb; command++) {
		if (command->group && !*command->group)
			continue;
		if (command->group)
			buffer_format(out, "\n%s:\n", command->group);
		snprintf(left, sizeof left, "%s %s", command->verb, command->syntax);
		put_line(out, left, command->help);
	}
	buffer_string(out, "\noptions:\n");
	put_options(out);
	buffer_string(
		out, "\n`iproute VERB -h` lists the words of a verb; iproute(8) explains them.\n");
}

static void put_examples(struct buffer *out, const struct command *command)
{
	const char *example = command->examples;

	if (example)
		buffer_string(out, "\nExamples:\n");
	while (example && *example) {
		size_t length = strcspn(example, "\n");

		buffer_format(out, "  iproute %.*s\n", (int)length, example);
		example += length + (example[length] == '\n');
	}
}

/* Writes the rows with all flags of `only` and none of `without` under a heading. */
static void put_words(struct buffer *out, const struct command *command, const char *heading,
	uint32_t only, uint32_t without)
{
	buffer_format(out, "\n%s:\n", heading);
	fields_usage(out, command->object, DIALECT_OWN, only, without | command->without);
}

static void put_rule_words(struct buffer *out, const struct command *command)
{
	put_words(out, command, "The selector: which packets the rule matches", FIELD_SELECTOR, 0);
	put_words(out, command, "The action", FIELD_ACTION, 0);
	put_words(out, command, "Other words of a rule", 0, FIELD_SELECTOR | FIELD_ACTION);
}

void usage_command(struct buffer *out, const struct command *command)
{
	buffer_format(out, "Usage: iproute [OPTIONS] %s %s\n\n%s.\n", command->verb,
		command->syntax, command->help);
	put_examples(out, command);
	if (command->see)
		buffer_format(out, "\nThe other words are those of %s: `iproute %.*s -h`.\n",
			command->see, (int)strcspn(command->see, ","), command->see);
	else if (command->object == &rule_object)
		put_rule_words(out, command);
	else if (command->object)
		put_words(out, command, "The words, in any order", 0, 0);
}

static int help_encap(struct buffer *out, struct words *words, struct error *error)
{
	const char *word = words_take(words);
	bool found = false;

	buffer_string(out,
		"encap TYPE WORDS, at the end of a route or nexthop: what each packet is "
		"put into\n");
	for (const struct encap_type *type = encap_types; type->word; type++) {
		if (word && strcmp(word, type->word) != 0)
			continue;
		found = true;
		buffer_format(out, "\nencap %s: %s\n", type->word, type->help);
		fields_usage(out, type->object, DIALECT_OWN, 0, 0);
	}
	if (found)
		return 0;
	buffer_reset(out);
	error_at(error, words, words->next - 1, "\"%s\" is not a type of encapsulation", word);
	return error_hint(error, "`iproute help encap` lists them");
}

static int help_nexthop(struct buffer *out)
{
	buffer_string(out,
		"nexthop WORDS, at the end of a route, again for each way that its packets may "
		"take\n\n");
	fields_usage(out, &nexthop_object, DIALECT_OWN, 0, 0);
	return 0;
}

int command_help(struct session *session, const struct command *command, struct words *words,
	struct error *error)
{
	const char *verb = words_take(words);

	if (!verb) {
		usage_overview(&session->out);
		return 0;
	}
	if (!strcmp(verb, "encap"))
		return help_encap(&session->out, words, error);
	if (!strcmp(verb, "nexthop"))
		return help_nexthop(&session->out);
	command = command_find(verb);
	if (!command)
		return error_at(error, words, words->next - 1, "there is no verb \"%s\"", verb);
	usage_command(&session->out, command);
	return 0;
}

int command_version(struct session *session, const struct command *command, struct words *words,
	struct error *error)
{
	(void)command;
	(void)words;
	(void)error;
	session_say(session, "iproute " PACKAGE_VERSION);
	return 0;
}
