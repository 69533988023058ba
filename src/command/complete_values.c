/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values for completion that only the kernel knows: preferences, classes and prefixes in use. */
#include "command/complete.h"

#include <string.h>
#include <linux/rtnetlink.h>

#include "kind/class.h"
#include "kind/prefix.h"
#include "model/route.h"
#include "model/rule.h"
#include "names/names.h"
#include "state/store.h"

/* More than a shell shows; a class may have a million routes. */
enum { VALUES_MAX = 500 };

struct values {
	struct completion *completion;
	struct session *session;
	const struct field *field; /* the row of the value */
	size_t seen;
	char last[64]; /* the last value offered: equal ones often follow each other */
};

/* Returns false when the limit is reached. */
static bool offer_value(struct values *values, const char *text, const char *help)
{
	if (strcmp(values->last, text) != 0) {
		snprintf(values->last, sizeof values->last, "%s", text);
		completion_try(values->completion, text, help);
	}
	return ++values->seen < VALUES_MAX;
}

static bool offer_preference(const void *record, void *context)
{
	struct values *values = context;
	const struct rule *rule = record;
	struct view view = session_view(values->session);
	struct buffer line = {0};
	char text[16];
	bool more;

	snprintf(text, sizeof text, "%u", rule->preference.value);
	fields_line(&line, &rule_object, rule, &view, "", false);
	more = offer_value(values, text, buffer_text(&line));
	buffer_free(&line);
	return more;
}

static bool offer_class(struct values *values, const struct number *class)
{
	char text[16];

	if (!class->given || class->value >= CLASS_PRIVATE ||
		names_name(values->session->names, NAMES_TABLES, class->value))
		return true;
	snprintf(text, sizeof text, "%u", class->value);
	return offer_value(values, text, NULL);
}

static bool offer_class_of_route(const void *record, void *context)
{
	return offer_class(context, &((const struct route *)record)->class);
}

static bool offer_class_of_rule(const void *record, void *context)
{
	return offer_class(context, &((const struct rule *)record)->class);
}

/* Serves routes and rules: the row gives the place of the prefix. */
static bool offer_prefix(const void *record, void *context)
{
	struct values *values = context;
	const struct prefix *prefix = (const void *)((const char *)record + values->field->offset);
	char text[PREFIX_TEXT_MAX];

	if (!prefix->given)
		return true;
	prefix_text(prefix, text);
	return offer_value(values, text, NULL);
}

static bool offer_prefix_of_route(const void *record, void *context)
{
	const struct route *route = record;

	/* Nobody wants to delete the kernel's own routes. */
	return route->class.value == CLASS_LOCAL || offer_prefix(record, context);
}

static void scan(struct values *values, const struct object *object,
	bool (*each)(const void *record, void *context))
{
	struct scope scope = {.family = values->session->options.family};
	struct error ignored;

	values->seen = 0;
	if (!session_open(values->session, &ignored))
		store_each(values->session->netlink, object, &scope, each, values, NULL, &ignored);
}

void complete_values(struct completing *completing, const struct field *field)
{
	struct values values = {
		.completion = &completing->completion,
		.session = completing->session,
		.field = field,
	};
	bool of_rule = completing->object == &rule_object;

	if (field->kind == &kind_class) {
		scan(&values, &rule_object, offer_class_of_rule);
		scan(&values, &route_object, offer_class_of_route);
	} else if (of_rule && (field->kind == &kind_preference || !strcmp(field->word, "goto"))) {
		scan(&values, &rule_object, offer_preference);
	} else if (field->kind == &kind_prefix && completing->existing) {
		scan(&values, completing->object, of_rule ? offer_prefix : offer_prefix_of_route);
	}
}
