/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Joins the files of a policy and replaces the names that `set` lines define. */
#include "state/policy_lines.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/missing_file.h"

enum { SOURCES_MAX = 16 }; /* open files */

struct policy_setting {
	const char *name;
	const char *const *value; /* `count` words */
	int count;
	const char *file;
	int line;
};

const struct script *policy_lines_root(const struct policy_lines *lines)
{
	return *(struct script **)vector_at(&lines->sources.open, 0);
}

int policy_lines_open(struct policy_lines *lines, const char *name, struct error *error)
{
	enum source_state state;

	*lines = (struct policy_lines){
		.settings.size = sizeof(struct policy_setting),
		.words.size = sizeof(const char *),
	};
	return source_files_push(&lines->sources, name, &state, error);
}

void policy_lines_close(struct policy_lines *lines)
{
	source_files_close(&lines->sources);
	vector_free(&lines->settings);
	vector_free(&lines->words);
	buffer_free(&lines->text);
	arena_free(&lines->arena);
	arena_free(&lines->line);
}

/* ---- names ---- */

static bool is_name_character(char character)
{
	return isalnum((unsigned char)character) || character == '_';
}

static size_t name_length(const char *text)
{
	size_t length = 0;

	if (isdigit((unsigned char)*text))
		return 0;
	while (is_name_character(text[length]))
		length++;
	return length;
}

static const struct policy_setting *find_setting(
	const struct policy_lines *lines, const char *name, size_t length)
{
	for (size_t i = 0; i < lines->settings.count; i++) {
		const struct policy_setting *setting = vector_at(&lines->settings, i);

		if (strlen(setting->name) == length && !memcmp(setting->name, name, length))
			return setting;
	}
	return NULL;
}

/* Adds to the hint how the word is written if the dollar before `rest` is meant as one. */
static void hint_dollar(const char *word, const char *rest, struct error *error)
{
	char hint[sizeof error->hint];

	snprintf(hint, sizeof hint, "%s", error->hint);
	error_hint(error, "%s; a dollar is written twice: \"%.*s$%s\"", hint, (int)(rest - word),
		word, rest);
}

/*
 * Reads what follows a dollar at *text and moves *text behind it. Returns NULL with the error if
 * the name is not set.
 */
static const struct policy_setting *read_reference(const struct policy_lines *lines,
	const struct words *words, int word, const char **text, struct error *error)
{
	bool braces = **text == '{';
	const char *name = *text + braces;
	size_t length = name_length(name);
	const struct policy_setting *setting = find_setting(lines, name, length);

	if (!length || (braces && name[length] != '}')) {
		error_at(error, words, word, "no name follows \"$\"");
		error_hint(error, "write $NAME or ${NAME}");
		hint_dollar(words->word[word], *text, error);
		return NULL;
	}
	if (!setting) {
		error_at(error, words, word, "\"$%.*s\" is not set", (int)length, name);
		error_hint(
			error, "put a line \"set %.*s VALUE\" before this one", (int)length, name);
		hint_dollar(words->word[word], *text, error);
	}
	*text = name + length + braces;
	return setting;
}

static void push_word(struct policy_lines *lines, const char *text, size_t length)
{
	char *copy = arena_get(&lines->line, length + 1);

	memcpy(copy, text, length);
	vector_push(&lines->words, &copy);
}

/* Replaces the names in one word. A word that is only a name becomes as many words as its value
 * has. */
static int replace_word(
	struct policy_lines *lines, const struct words *words, int word, struct error *error)
{
	const char *text = words->word[word];
	const struct policy_setting *setting;

	buffer_reset(&lines->text);
	while (*text) {
		size_t plain = strcspn(text, "$");
		bool whole = text == words->word[word] && !plain;

		buffer_add(&lines->text, text, plain);
		text += plain;
		if (!*text)
			break;
		if (*++text == '$') {
			buffer_char(&lines->text, *text++);
			continue;
		}
		setting = read_reference(lines, words, word, &text, error);
		if (!setting)
			return -1;
		if (whole && !*text) {
			for (int i = 0; i < setting->count; i++)
				push_word(lines, setting->value[i], strlen(setting->value[i]));
			return 0;
		}
		if (setting->count != 1)
			return error_at(error, words, word, "$%s has %d words: it must stand alone",
				setting->name, setting->count);
		buffer_string(&lines->text, setting->value[0]);
	}
	push_word(lines, buffer_text(&lines->text), lines->text.length);
	return 0;
}

/* In what `save` wrote, names of devices are as they are: a dollar means no name unless a line has
 * been added that sets one. */
static bool is_saved(const struct policy_lines *lines)
{
	const struct script *root = policy_lines_root(lines);

	return !lines->settings.count &&
	       (root->is_json || (!strncmp(root->head, "# iproute ", 10) &&
					 strstr(root->head, "save whole")));
}

static bool has_names(const struct words *words)
{
	for (int i = words->next; i < words->count; i++)
		if (strchr(words->word[i], '$'))
			return true;
	return false;
}

static int replace_names(struct policy_lines *lines, struct words *words, struct error *error)
{
	arena_reset(&lines->line);
	if (!has_names(words) || is_saved(lines))
		return 0;
	lines->words.count = 0;
	for (int i = words->next; i < words->count; i++)
		if (replace_word(lines, words, i, error))
			return -1;
	words->word = lines->words.items;
	words->count = (int)lines->words.count;
	return 0;
}

/* ---- lines that are not returned ---- */

static const char *keep_text(struct policy_lines *lines, const char *text)
{
	return arena_copy(&lines->arena, text, strlen(text) + 1);
}

static int read_set(struct policy_lines *lines, const struct words *words, struct error *error)
{
	const char *name = words->count > 1 ? words->word[1] : "";
	const struct policy_setting *first = find_setting(lines, name, strlen(name));
	struct policy_setting setting = {.count = words->count - 2, .line = words->line};
	const char **value;

	if (!name_length(name) || name[name_length(name)]) {
		error_at(error, words, 1, "\"%s\" cannot be a name", name);
		return error_hint(error, "a name has letters, digits and \"_\", no digit first");
	}
	if (setting.count < 1)
		return error_at(error, words, words->count, "set %s needs a value", name);
	if (first)
		return error_at(
			error, words, 1, "%s is set at %s:%d", name, first->file, first->line);
	value = arena_get(&lines->arena, (size_t)setting.count * sizeof *value);
	for (int i = 0; i < setting.count; i++)
		value[i] = keep_text(lines, words->word[i + 2]);
	setting.name = keep_text(lines, name);
	setting.file = keep_text(lines, words->file);
	setting.value = value;
	vector_push(&lines->settings, &setting);
	return 0;
}

static void keep_owner(struct policy_lines *lines, const struct words *words)
{
	const char **word = arena_get(&lines->arena, 2 * sizeof *word);

	word[0] = "owner";
	word[1] = keep_text(lines, words->word[1]);
	lines->owner = word[1];
	lines->owner_line = *words;
	lines->owner_line.word = word;
	lines->owner_line.file = keep_text(lines, words->file);
}

static int read_owner(struct policy_lines *lines, const struct words *words, struct error *error)
{
	if (words->count != 2)
		return error_at(error, words, words->count, "owner takes one name of a protocol");
	if (lines->owner && strcmp(lines->owner, words->word[1]) != 0)
		return error_at(error, words, 1, "the owner is %s", lines->owner);
	if (lines->number)
		return error_at(
			error, words, 0, "the owner must be named before any route or rule");
	if (!lines->owner)
		keep_owner(lines, words);
	return 0;
}

static int read_include(struct policy_lines *lines, const struct words *words, struct error *error)
{
	const char *slash = strrchr(words->file, '/');
	const char *name = words->count == 2 ? words->word[1] : "";
	enum source_state state;
	size_t folder;

	if (words->count != 2)
		return error_at(error, words, words->count, "include takes the name of one file");
	if (lines->sources.open.count == SOURCES_MAX)
		return error_at(error, words, 1, "the files include each other too deeply");
	buffer_reset(&lines->text);
	if (*name != '/' && slash)
		buffer_add(&lines->text, words->file, (size_t)(slash + 1 - words->file));
	folder = lines->text.length;
	buffer_string(&lines->text, name);
	name = keep_text(lines, buffer_text(&lines->text));
	if (source_files_push(&lines->sources, name, &state, error)) {
		struct error reason = *error;
		bool missing = errno == ENOENT;

		error_at(error, words, 1, "%s", reason.message);
		return missing ? missing_file_hint(name, folder, error) : -1;
	}
	return state == SOURCE_OPEN
	               ? error_at(error, words, 1, "%s includes itself", words->word[1])
	               : 0;
}

int policy_lines_next(struct policy_lines *lines, struct words *words, struct error *error)
{
	for (;;) {
		int status;

		if (script_next(source_files_top(&lines->sources), words, error))
			return -1;
		if (!words->count && lines->sources.open.count == 1)
			return 0;
		if (!words->count) {
			source_files_pop(&lines->sources);
			continue;
		}
		if (replace_names(lines, words, error))
			return -1;
		if (!strcmp(words->word[0], "set")) {
			status = read_set(lines, words, error);
		} else if (!strcmp(words->word[0], "owner")) {
			status = read_owner(lines, words, error);
		} else if (!strcmp(words->word[0], "include")) {
			status = read_include(lines, words, error);
		} else {
			lines->number++;
			return 0;
		}
		if (status)
			return -1;
	}
}

void policy_lines_suggest(const struct policy_lines *lines, struct error *error)
{
	struct buffer hint = {0};

	if (strncmp(error->hint, "did you mean ", 13) || is_saved(lines))
		return;
	for (const char *text = error->hint; *text; text++) {
		if (*text == '$')
			buffer_char(&hint, '$');
		buffer_char(&hint, *text);
	}
	error_hint(error, "%s", buffer_text(&hint));
	buffer_free(&hint);
}

int policy_lines_refuse(const struct words *words, struct error *error)
{
	const char *word = words->word[0];

	error_at(error, words, 0, "\"%s\" does not belong in a policy file", word);
	if (!strcmp(word, "-6") || !strcmp(word, "-4"))
		return error_hint(error, "a prefix tells the family of a line; `from ::/0` makes a "
					 "rule for all IPv6 "
					 "packets");
	return error_hint(error,
		"lines begin with add, addrule, local-policy, expect, set, include, owner, link "
		"or addr");
}
