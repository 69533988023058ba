/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares the place of a rule with that of others. */
#include "command/shadow.h"

#include <linux/fib_rules.h>

#include "field/walk.h"

static bool refuses(const struct rule *rule)
{
	uint8_t action = rule->action.given ? rule->action.value : FR_ACT_UNSPEC;

	return action == FR_ACT_BLACKHOLE || action == FR_ACT_UNREACHABLE ||
	       action == FR_ACT_PROHIBIT;
}

static bool routes(const struct rule *rule)
{
	return (rule->class.given || rule->own.given) && !rule->suppress_length.given &&
	       !rule->suppress_group.given;
}

/* Returns true if the rule selects some packets. Rules for all packets follow each other on
 * purpose: their classes are tried in the order of preference, like areas of OSPF. */
static bool selects(const struct rule *rule)
{
	struct rows given = fields_given(&rule_object, rule);
	int row;

	while ((row = rows_take(&given)) >= 0)
		if (rule_object.fields[row].flags & FIELD_SELECTOR)
			return true;
	return false;
}

/* Returns true if the rule takes packets and has the same selector as the request. */
static bool takes_the_same(const struct rule *rule, const struct rule_request *request)
{
	return !rule_is_builtin(rule) && (refuses(rule) || routes(rule)) &&
	       rules_select_alike(rule, &request->rule);
}

static bool is_in_front(const struct rule *rule, const struct rule *wanted)
{
	return wanted->preference.given && rule->preference.value <= wanted->preference.value;
}

static bool say(struct session *session, const struct rule *rule, struct error *warning,
	const char *message, const char *lead)
{
	const void *record = rule;

	error_set(warning, STATUS_DONE, "%s", message);
	session_hint_records(session, warning, lead, &rule_object, &record, 1);
	return true;
}

/* `there`: an existing rule with the same selector as `wanted`, which does not exist yet. */
static bool compare(struct session *session, const struct rule *there, const struct rule *wanted,
	struct error *warning)
{
	bool placed = wanted->preference.given;

	if (is_in_front(there, wanted)) {
		if (refuses(there))
			return say(session, there, warning, "the rule matches no packet",
				"one in front with the same selector refuses them all:");
		return there->preference.value == wanted->preference.value && routes(wanted) &&
		       say(session, there, warning,
			       "the rule gets only packets that find no route before",
			       "one with the same pref and selector is in front:");
	}
	if (refuses(wanted))
		return say(session, there, warning, "the rule takes all packets of another",
			"this one matches none any more:");
	return !placed && routes(there) &&
	       say(session, there, warning, "the rule takes the packets of another",
		       "this one gets only those that find no route before:");
}

bool shadow_find(struct session *session, struct rule_request *request, struct error *warning)
{
	struct rule_request anywhere = *request;
	struct vector found = {0};
	struct error ignored;
	bool shadowed = false;

	if (!refuses(&request->rule) && (!routes(&request->rule) || !selects(&request->rule)))
		return false;
	anywhere.rule.preference.given = false;
	if (rules_find(session, &anywhere, NEIGHBOURS_ALIKE, takes_the_same, &found, &ignored))
		found.count = 0;
	for (size_t i = 0; i < found.count && !shadowed; i++)
		shadowed = compare(session, vector_at(&found, i), &request->rule, warning);
	vector_free(&found);
	return shadowed;
}

static bool takes_all(const struct rule *rule, const struct rule_request *request)
{
	return rule->preference.value > PREFERENCE_HOST_END && (refuses(rule) || routes(rule)) &&
	       rules_select_alike(rule, &request->rule);
}

bool shadow_find_place(struct session *session, struct rule_request *request,
	const struct rule *rule, struct error *warning)
{
	struct rule_request all = {
		.rule = {.family = rule->family},
		.words = request->words,
		.transaction = request->transaction,
	};
	struct vector found = {0};
	const void *records[2];
	struct error ignored;
	bool behind = false;
	char lead[96];

	if (request->rule.preference.given)
		return false;
	if (!rules_find(session, &all, NEIGHBOURS_ALIKE, takes_all, &found, &ignored) &&
		found.count) {
		records[0] = vector_at(&found, 0);
		records[1] = rule;
		behind = ((const struct rule *)records[0])->preference.value <
		         rule->preference.value;
	}
	if (behind) {
		error_set(warning, STATUS_DONE,
			"the rule is there, but behind one that takes all packets");
		snprintf(lead, sizeof lead,
			"`delrule pref %u`, then the same `addrule`, puts it in front:",
			rule->preference.value);
		session_hint_records(session, warning, lead, &rule_object, records, 2);
	}
	vector_free(&found);
	return behind;
}
