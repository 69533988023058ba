/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes findings. */
#include "command/finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "base/memory.h"
#include "command/witness.h"
#include "field/walk.h"
#include "model/binding.h"
#include "model/rule.h"

static char *format_text(const char *format, va_list values)
{
	va_list again;
	char *text;
	int length;

	va_copy(again, values);
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	text = memory_get((size_t)length + 1);
	vsnprintf(text, (size_t)length + 1, format, values);
	return text;
}

struct finding *finding_add(struct checking *checking, const char *code, const struct rule *rule,
	const char *format, ...)
{
	struct finding finding = {.code = code, .rule = rule};
	va_list values;

	va_start(values, format);
	finding.text = format_text(format, values);
	va_end(values);
	checking->findings.size = sizeof finding;
	return vector_push(&checking->findings, &finding);
}

static void replace_text(char **text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void replace_text(char **text, const char *format, ...)
{
	va_list values;

	free(*text);
	va_start(values, format);
	*text = format_text(format, values);
	va_end(values);
}

void finding_fix(struct finding *finding, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	finding->fix = format_text(format, values);
	va_end(values);
}

/* Counts the rules with a preference; they are sorted by it. */
static size_t count_preference(const struct snapshot *snapshot, uint8_t family, uint32_t preference)
{
	const struct vector *rules = snapshot_rules(snapshot, family);
	size_t low = 0;
	size_t high = rules->count;
	size_t end;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (((const struct rule *)vector_at(rules, middle))->preference.value < preference)
			low = middle + 1;
		else
			high = middle;
	}
	for (end = low; end < rules->count; end++)
		if (((const struct rule *)vector_at(rules, end))->preference.value != preference)
			break;
	return end - low;
}

void finding_rule_words(const struct checking *checking, const struct rule *rule, const char *verb,
	struct buffer *out)
{
	struct view view = {.names = checking->session->names, .complete = true};

	buffer_string(out, verb);
	/* In IPv6 the words show the family. */
	if (rule->family == AF_INET && !rule->source.given && !rule->destination.given)
		buffer_string(out, "from 0.0.0.0/0 ");
	fields_line(out, &rule_object, rule, &view, "", false);
}

/* `static` and `boot` are those of administrators. */
static bool is_ours(uint8_t protocol)
{
	return protocol <= RTPROT_STATIC || protocol == PROTOCOL_POLICY ||
	       protocol == PROTOCOL_TRANSLATED || protocol == PROTOCOL_SHARED;
}

bool finding_is_owned(
	const struct checking *checking, struct finding *finding, const struct rule *rule)
{
	uint8_t protocol = rule->owner.given ? rule->owner.value : rule->protocol.value;
	const char *name;

	if (is_ours(protocol))
		return false;
	name = names_listed(checking->session->names, NAMES_PROTOCOLS, protocol);
	if (name)
		replace_text(&finding->owner, "%s", name);
	else
		replace_text(&finding->owner, "proto %u", protocol);
	return true;
}

void finding_fix_delrule(const struct checking *checking, struct finding *finding)
{
	const struct snapshot *snapshot = checking->subject->snapshot;
	const struct rule *rule = finding->rule;
	uint32_t preference = rule->preference.value;
	struct buffer words = {0};

	if (finding_is_owned(checking, finding, rule))
		return;
	/* Fixes of other findings may add a rule with a preference of the kernel's own rules. */
	if (preference && preference < PREFERENCE_MAIN &&
		count_preference(snapshot, rule->family, preference) == 1)
		buffer_format(&words, "%sdelrule pref %u", rule->family == AF_INET6 ? "-6 " : "",
			preference);
	else
		finding_rule_words(checking, rule, "delrule ", &words);
	finding_fix(finding, "%s", buffer_text(&words));
	buffer_free(&words);
}

void finding_witness(struct checking *checking, struct finding *finding, uint32_t condition)
{
	const struct snapshot *snapshot = checking->subject->snapshot;
	struct diagram_path path;

	finding->has_witness = diagram_find_path(policy_sets_diagrams(checking->sets), condition,
		path_preferred(checking->family), &path);
	if (!finding->has_witness)
		return;
	finding->witness =
		witness_of_path(checking->sets, snapshot, checking->family, condition, &path);
}

void findings_free(struct vector *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		struct finding *finding = vector_at(findings, i);

		free(finding->text);
		free(finding->fix);
		free(finding->owner);
	}
	vector_free(findings);
}
