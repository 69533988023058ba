/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * classes: lists every class that has routes, a rule or a name, with its numbers of routes and
 * rules.
 */

#include "command/command.h"
#include "names/names.h"
#include "model/route.h"
#include "model/rule.h"
#include "state/store.h"

struct class_count {
	uint32_t number;
	size_t routes, rules;
};

/*
 * The counts of each class, sorted by number. There are few enough classes for insertion into a
 * sorted array.
 */
struct census {
	struct vector classes; /* struct class_count */
};

static struct class_count *census_at(struct census *census, uint32_t number)
{
	struct class_count *class = census->classes.items;
	size_t low = 0;
	size_t high = census->classes.count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (class[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < census->classes.count && class[low].number == number)
		return &class[low];
	vector_push(&census->classes, &(struct class_count){0});
	class = census->classes.items;
	for (size_t i = census->classes.count - 1; i > low; i--)
		class[i] = class[i - 1];
	class[low] = (struct class_count){.number = number};
	return &class[low];
}

static bool count_route(const void *record, void *context)
{
	census_at(context, ((const struct route *)record)->class.value)->routes++;
	return true;
}

static bool count_rule(const void *record, void *context)
{
	const struct rule *rule = record;

	if (rule->class.given)
		census_at(context, rule->class.value)->rules++;
	return true;
}

static void count_name(uint32_t number, const char *name, void *context)
{
	(void)name;
	if (number)
		census_at(context, number);
}

static const struct column columns[] = {
	{"Class", "class", 10, false, ""},
	{"Name", "name", 12, false, "-"},
	{"Routes", "routes", 8, true, "0"},
	{"Rules", "rules", 6, true, "0"},
	{NULL, NULL, 0, false, NULL},
};

static void write_class(
	struct session *session, struct writer *writer, const struct class_count *class)
{
	static const struct label number = {"class", "class"};
	static const struct label name = {"name", "name"};
	static const struct label routes = {"routes", "routes"};
	static const struct label rules = {"rules", "rules"};
	const char *text = names_name(session->names, NAMES_TABLES, class->number);

	writer_open(writer);
	writer_number(writer, &number, class->number, NULL);
	if (text)
		writer_string(writer, &name, TINT_NONE, text);
	writer_number(writer, &routes, class->routes, NULL);
	writer_number(writer, &rules, class->rules, NULL);
	writer_close(writer);
}

int command_classes(struct session *session, const struct command *command, struct words *words,
	struct error *error)
{
	struct census census = {.classes = {.size = sizeof(struct class_count)}};
	struct scope scope = {.family = session->options.family};
	struct writer *writer;
	int status;

	(void)command;
	if (words_peek(words))
		return error_at(error, words, words->next, "classes takes no words");
	names_all(session->names, NAMES_TABLES, count_name, &census);
	status = store_each(
		session->netlink, &route_object, &scope, count_route, &census, NULL, error);
	if (!status)
		status = store_each(
			session->netlink, &rule_object, &scope, count_rule, &census, NULL, error);
	if (!status) {
		writer = session_columns(session, NULL, columns);
		writer_begin(writer);
		for (size_t i = 0; i < census.classes.count; i++) {
			const struct class_count *class = vector_at(&census.classes, i);

			if (class->number < CLASS_PRIVATE || !class->rules ||
				session->options.details)
				write_class(session, writer, class);
		}
		writer_end(writer);
		writer_free(writer);
	}
	vector_free(&census.classes);
	return status;
}
