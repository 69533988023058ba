/* The options before the verb. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/nearest.h"
#include "command/command.h"

enum {
	OPTION_LIST = 1,
	OPTION_SWITCH,
	OPTION_FAMILY,
	OPTION_NAMESPACE,
	OPTION_MODEL,
	OPTION_COLOUR,
};

#define SWITCH(member) .kind = OPTION_SWITCH, .argument = offsetof(struct options, member)

const struct option options[] = {
	{.word = "r", .kind = OPTION_LIST, .argument = 'r', .help = "list the rules, in columns"},
	{.word = "l",
		.kind = OPTION_LIST,
		.argument = 'l',
		.help = "list every route of every class, in full"},
	{.word = "c",
		.kind = OPTION_LIST,
		.argument = 'c',
		.help = "list cached exceptions (path MTU, redirects)"},
	{.word = "4",
		.kind = OPTION_FAMILY,
		.argument = AF_INET,
		.line = true,
		.help = "IPv4 only"},
	{.word = "6",
		.kind = OPTION_FAMILY,
		.argument = AF_INET6,
		.line = true,
		.help = "IPv6 only"},
	{.word = "m",
		.value = "N",
		.kind = OPTION_MODEL,
		.line = true,
		.help = "class of gateway routes: fib_model 0, 1 or 2"},
	{.word = "n",
		.also = "netns",
		.value = "NAME",
		.kind = OPTION_NAMESPACE,
		.help = "work in this network namespace"},
	{.word = "j", .also = "json", SWITCH(json), .help = "print JSON"},
	{.word = "p", .also = "pretty", SWITCH(pretty), .help = "print JSON on many lines"},
	{.word = "d", .also = "details", SWITCH(details), .help = "also what is usually left out"},
	{.word = "s", .also = "stats", SWITCH(statistics), .help = "counters, where there are any"},
	{.word = "N", .also = "Numeric", SWITCH(numeric), .help = "numbers instead of names"},
	{.word = "dry-run", SWITCH(dry_run), .help = "print the changes in words and make none"},
	{.word = "ensure",
		SWITCH(ensure),
		.line = true,
		.help = "what is there (or gone) already is success"},
	{.word = "nexthops", SWITCH(nexthops), .help = "routes of a batch share nexthop objects"},
	{.word = "force", SWITCH(force), .help = "go on where it would stop"},
	{.word = "color",
		.value = "[=WHEN]",
		.kind = OPTION_COLOUR,
		.help = "colours: always, never, auto (a terminal)"},
	{.word = "t",
		.also = "timestamp",
		SWITCH(timestamp),
		.help = "monitor: say when it happened"},
	{.word = "V", .also = "Version", SWITCH(version), .help = "print the version"},
	{.word = "h", .also = "help", SWITCH(help), .help = "print this, or the usage of the verb"},
	{.word = NULL},
};

static const struct option *option_find(const char *word)
{
	for (const struct option *option = options; option->word; option++) {
		size_t length = strlen(option->word);

		if (!strcmp(option->word, word) || (option->also && !strcmp(option->also, word)))
			return option;
		if (option->kind == OPTION_COLOUR && !strncmp(option->word, word, length) &&
			word[length] == '=')
			return option;
	}
	return NULL;
}

static int refuse_option(const struct words *words, const char *name, struct error *error)
{
	struct nearest nearest = {0};

	error_at(error, words, words->next - 1, "there is no option \"%s\"",
		words->word[words->next - 1]);
	for (const struct option *option = options; option->word; option++) {
		nearest_try(&nearest, name, option->word);
		if (option->also)
			nearest_try(&nearest, name, option->also);
	}
	if (nearest.word)
		return error_hint(error, "did you mean \"-%s\"?", nearest.word);
	return error_hint(error, "`iproute -h` lists them");
}

static int read_model(struct options *read, const char *text, const struct words *words, int word,
	struct error *error)
{
	if (strlen(text) != 1 || *text < '0' || *text > '2')
		return error_at(error, words, word, "fib_model is 0, 1 or 2, not \"%s\"", text);
	read->fib_model = *text - '0';
	return 0;
}

static int read_colour(struct options *read, const struct words *words, struct error *error)
{
	const char *when = strchr(words->word[words->next - 1], '=');

	if (!when || !strcmp(when, "=always"))
		read->colour = COLOUR_ALWAYS;
	else if (!strcmp(when, "=auto"))
		read->colour = COLOUR_AUTO;
	else if (!strcmp(when, "=never"))
		read->colour = COLOUR_NEVER;
	else
		return error_at(error, words, words->next - 1,
			"-color takes always, auto or never, not \"%s\"", when + 1);
	return 0;
}

static int option_apply(
	struct options *read, const struct option *option, struct words *words, struct error *error)
{
	const char *value = "";

	if (option->value && *option->value != '[') {
		value = words_take(words);
		if (!value)
			return error_at(error, words, words->count, "-%s needs %s after it",
				option->word, option->value);
	}
	switch (option->kind) {
	case OPTION_LIST:
		if (read->list && read->list != (char)option->argument)
			return error_at(
				error, words, words->next - 1, "-r, -l and -c exclude each other");
		read->list = (char)option->argument;
		break;
	case OPTION_FAMILY:
		read->family = (uint8_t)option->argument;
		break;
	case OPTION_NAMESPACE:
		read->namespace = value;
		break;
	case OPTION_MODEL:
		return read_model(read, value, words, words->next - 1, error);
	case OPTION_COLOUR:
		return read_colour(read, words, error);
	default:
		*(bool *)((char *)read + option->argument) = true;
	}
	return 0;
}

static int read_environment(struct options *read, struct error *error)
{
	const char *model = getenv("IPROUTE_FIB_MODEL");
	const char *no_colour = getenv("NO_COLOR");

	read->colour = no_colour && *no_colour ? COLOUR_NEVER : COLOUR_AUTO;
	if (!model || !*model || !read_model(read, model, NULL, -1, error))
		return 0;
	return error_set(error, STATUS_WORDS, "IPROUTE_FIB_MODEL is 0, 1 or 2, not \"%s\"", model);
}

static int read_all(struct options *read, struct words *words, bool line, struct error *error)
{
	while (words_peek(words) && *words_peek(words) == '-') {
		const char *name = words_take(words) + 1;
		const struct option *option;

		if (*name == '-')
			name++;
		option = option_find(name);
		if (!option)
			return refuse_option(words, name, error);
		if (line && !option->line) {
			error_at(error, words, words->next - 1, "a line of a batch takes no -%s",
				option->word);
			return error_hint(error, "it stands before the verb `batch`");
		}
		if (option_apply(read, option, words, error))
			return -1;
	}
	return 0;
}

int options_read(struct options *read, struct words *words, struct error *error)
{
	if (read_environment(read, error))
		return -1;
	return read_all(read, words, false, error);
}

int options_read_line(struct options *read, struct words *words, struct error *error)
{
	return read_all(read, words, true, error);
}
