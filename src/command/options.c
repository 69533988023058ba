/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the options before and after the verb. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "base/decimal.h"
#include "base/nearest.h"
#include "command/command.h"
#include "command/guarded.h"

enum {
	OPTION_LIST = 1,
	OPTION_SWITCH,
	OPTION_FAMILY,
	OPTION_NAMESPACE,
	OPTION_MODEL,
	OPTION_COLOUR,
	OPTION_SECONDS,
	OPTION_GUARD,
	OPTION_LAST_GOOD,
};

enum { SECONDS_MAX = 86400 };

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
	{.word = "p", .also = "pretty", SWITCH(pretty), .help = "print indented JSON"},
	{.word = "d", .also = "details", SWITCH(details), .help = "show more fields"},
	{.word = "s", .also = "stats", SWITCH(statistics), .help = "show counters"},
	{.word = "N", .also = "Numeric", SWITCH(numeric), .help = "print numbers instead of names"},
	{.word = "dry-run", SWITCH(dry_run), .help = "print the changes in words and make none"},
	{.word = "ensure",
		SWITCH(ensure),
		.line = true,
		.help = "adding what exists, deleting what doesn't: success"},
	{.word = "nexthops", SWITCH(nexthops), .help = "routes of a batch share nexthop objects"},
	{.word = "force", SWITCH(force), .help = "go on after a refusal or a loss"},
	{.word = "confirm",
		.value = "SECONDS",
		.kind = OPTION_SECONDS,
		.argument = offsetof(struct options, confirm),
		.help = "undo the change unless `iproute confirm` comes in time"},
	{.word = "guard",
		.value = "ADDR[:PORT]",
		.kind = OPTION_GUARD,
		.help = "refuse what would cut the connection from there"},
	{.word = "adopt", SWITCH(adopt), .help = "apply: take over what others have made alike"},
	{.word = "partial",
		SWITCH(partial),
		.help = "apply: leave out what must wait for a device"},
	{.word = "last-good",
		.value = "FILE",
		.kind = OPTION_LAST_GOOD,
		.help = "apply: copy the policy there; use that if a later one is refused"},
	{.word = "metrics", SWITCH(metrics), .help = "status: print metrics for Prometheus"},
	{.word = "color",
		.value = "[=WHEN]",
		.kind = OPTION_COLOUR,
		.help = "colours: always, never, auto (a terminal)"},
	{.word = "t", .also = "timestamp", SWITCH(timestamp), .help = "monitor: print the time"},
	{.word = "V", .also = "version", SWITCH(version), .help = "print the version"},
	{.word = "h", .also = "help", SWITCH(help), .help = "print this, or the usage of the verb"},
	{.word = NULL},
};

static const struct option *option_find(const char *word)
{
	for (const struct option *option = options; option->word; option++) {
		size_t length = strlen(option->word);

		/* ip has -Version and -Numeric: accepts the long forms in any case of letters. */
		if (!strcmp(option->word, word) ||
			(option->also && !strcasecmp(option->also, word)))
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

static int read_seconds(
	unsigned int *seconds, const char *text, const struct words *words, struct error *error)
{
	uint64_t number;

	if (!decimal_read(text, &number) || !number || number > SECONDS_MAX)
		return error_at(error, words, words->next - 1,
			"\"%s\" is not a number of seconds (1 to %d)", text, SECONDS_MAX);
	*seconds = (unsigned int)number;
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

static int read_guard(
	struct options *read, const char *value, const struct words *words, struct error *error)
{
	struct guarded guarded;

	read->guard = value;
	if (guarded_read(value, &guarded))
		return 0;
	error_at(error, words, words->next - 1, "\"%s\" is not a connection", value);
	return error_hint(error, "write ADDR or ADDR:PORT of the other end; [ADDR]:PORT of IPv6");
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
	case OPTION_LAST_GOOD:
		read->last_good = value;
		break;
	case OPTION_MODEL:
		return read_model(read, value, words, words->next - 1, error);
	case OPTION_COLOUR:
		return read_colour(read, words, error);
	case OPTION_SECONDS:
		return read_seconds(
			(unsigned int *)((char *)read + option->argument), value, words, error);
	case OPTION_GUARD:
		return read_guard(read, value, words, error);
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

/* Returns `d` for `-d`, `details` for `--details`. */
static const char *option_name(const char *word)
{
	return word + 1 + (word[1] == '-');
}

/* Reads the next word, which is an option. */
static int read_one(struct options *read, struct words *words, bool line, struct error *error)
{
	const char *name = option_name(words_take(words));
	const struct option *option = option_find(name);

	if (!option)
		return refuse_option(words, name, error);
	if (line && !option->line) {
		error_at(error, words, words->next - 1, "a line of a batch cannot have -%s",
			option->word);
		return error_hint(error, "put it before the verb `batch`");
	}
	return option_apply(read, option, words, error);
}

static int read_all(struct options *read, struct words *words, bool line, struct error *error)
{
	while (words_peek(words) && *words_peek(words) == '-')
		if (read_one(read, words, line, error))
			return -1;
	return 0;
}

/* Returns true for the value of a keyword and the file after -f, which are no options. */
static bool is_value(const struct words *words, int index, const struct keywords *keywords)
{
	const char *before = words->word[index - 1];
	const struct field *field;
	bool bare = false;

	if (!strcmp(before, "-f"))
		return true;
	field = keywords ? keywords_find(keywords, before, &bare) : NULL;
	return field && !bare && field->kind && *field->kind->syntax;
}

static bool is_option(const struct words *words, int index, const struct keywords *keywords)
{
	const char *word = words->word[index];

	return *word == '-' && option_find(option_name(word)) && !is_value(words, index, keywords);
}

/* Moves the words from `from` to before `to` in front of those from `place` on. */
static void move_words(const char **word, int place, int from, int to)
{
	for (; from < to; place++, from++) {
		const char *moved = word[from];

		memmove(word + place + 1, word + place, (size_t)(from - place) * sizeof *word);
		word[place] = moved;
	}
}

int options_read_behind(struct options *read, struct words *words, const struct keywords *keywords,
	bool line, struct arena *arena, struct error *error)
{
	int verb = words->next - 1;
	int behind = words->next;
	const char **word = NULL;

	for (int i = words->next; i < words->count; i++) {
		if (!is_option(words, i, keywords))
			continue;
		if (!word)
			word = arena_copy(arena, words->word, (size_t)words->count * sizeof *word);
		words->word = word;
		words->next = i;
		if (read_one(read, words, line, error))
			return -1;
		move_words(word, verb, i, words->next);
		verb += words->next - i;
		behind = verb + 1;
		i = words->next - 1;
	}
	words->next = behind;
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
