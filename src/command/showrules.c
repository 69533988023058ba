/* SPDX-License-Identifier: GPL-2.0-or-later */
/* showrules: lists matching rules, one line each, in the grammar's words. */
#include "command/command.h"
#include "command/flush.h"
#include "command/rules.h"

static bool fits(
	const struct selector *selector, const struct rule *wanted, const struct rule *rule)
{
	struct rule owned;

	if (!rule->owner.given || !wanted->protocol.given)
		return selector_fits(selector, rule);
	owned = rule_wanted_of(wanted, rule);
	return fields_fit(&rule_object, rule, &owned, 0);
}

static int show_fitting(struct session *session, const struct vector *rules,
	const struct rule *wanted, struct words *words, bool selected, struct error *error)
{
	struct view view = session_view(session);
	struct writer *writer = session_writer(session, "");
	struct renderer renderer;
	struct selector selector;
	size_t count = 0;

	renderer_init(&renderer, &rule_object, &view, 0);
	selector_init(&selector, &rule_object, wanted, 0);
	writer_begin(writer);
	for (size_t i = 0; i < rules->count && !session_flush(session, false); i++) {
		const struct rule *rule = vector_at(rules, i);

		if (!fits(&selector, wanted, rule))
			continue;
		count++;
		renderer_record(&renderer, writer, rule);
	}
	writer_end(writer);
	writer_free(writer);
	if (!selected || count)
		return 0;
	error_at(error, words, -1, "no rule matches");
	error->status = STATUS_NO;
	return -1;
}

int command_showrules(struct session *session, const struct command *command, struct words *words,
	struct error *error)
{
	bool selected = words_peek(words) != NULL;
	struct vector rules = {0};
	struct rule wanted = {0};
	int status;

	(void)command;
	if (rule_selection_read(session, words, &wanted, error))
		return -1;
	status = rules_load(session, wanted.family, &rules, error);
	if (!status)
		status = show_fitting(session, &rules, &wanted, words, selected, error);
	if (!selected)
		rules_report_orphans(session, wanted.family, &rules);
	vector_free(&rules);
	return status;
}
