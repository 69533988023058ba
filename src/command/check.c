/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check: finds probable faults of a policy. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/fib_rules.h>

#include "command/check.h"
#include "command/command.h"
#include "command/finding.h"
#include "command/plan.h"
#include "command/reason.h"
#include "command/witness.h"
#include "lookup/scan.h"

#define LABEL(name) (&(struct label){.word = (name), .key = (name)})

/* `# check: ignore CODE reason` in the file, which need not be there. */
static void read_ignored(const char *name, struct buffer *codes)
{
	static const char mark[] = "# check: ignore ";
	FILE *file = strcmp(name, "-") != 0 ? fopen(name, "re") : NULL;
	char *line = NULL;
	size_t room = 0;

	while (file && getline(&line, &room, file) > 0) {
		const char *found = strstr(line, mark);

		if (!found)
			continue;
		found += sizeof mark - 1;
		buffer_char(codes, ' ');
		buffer_add(codes, found, strcspn(found, " \t\n"));
		buffer_char(codes, ' ');
	}
	free(line);
	if (file)
		fclose(file);
}

static bool is_ignored(struct buffer *codes, const char *code)
{
	char wanted[64];

	snprintf(wanted, sizeof wanted, " %s ", code);
	return strstr(buffer_text(codes), wanted) != NULL;
}

/* Adds the lines of a finding's fix that no finding before had. Two findings of one rule may have
 * the same fix; when it is typed twice, the second fails. */
static void take_new_fix(const char *fix, struct buffer *known, struct buffer *lines)
{
	for (size_t length; fix && *fix; fix += length + (fix[length] == '\n')) {
		struct buffer line = {0};

		length = strcspn(fix, "\n");
		buffer_format(&line, "\n%.*s\n", (int)length, fix);
		if (!strstr(buffer_text(known), buffer_text(&line))) {
			buffer_string(known, buffer_text(&line));
			buffer_add(lines, fix, length);
			buffer_char(lines, '\n');
		}
		buffer_free(&line);
	}
	/* Without the last line feed. */
	if (lines->length)
		lines->length--;
}

static void put_fix(struct buffer *out, const char *fix)
{
	for (size_t length; *fix; fix += length + (fix[length] == '\n')) {
		length = strcspn(fix, "\n");
		buffer_format(out, "    fix: %.*s\n", (int)length, fix);
	}
}

static void put_text(
	const struct checking *checking, const struct finding *finding, const char *fix)
{
	struct buffer *out = &checking->session->out;
	struct view view = session_view(checking->session);

	buffer_format(out, "%s: ", finding->code);
	if (finding->rule)
		buffer_format(out, "rule %u: ", finding->rule->preference.value);
	buffer_format(out, "%s\n", finding->text);
	if (finding->rule) {
		buffer_format(out, "    pref %u ", finding->rule->preference.value);
		reason_rule(out, finding->rule, &view);
		buffer_char(out, '\n');
	}
	if (finding->has_witness) {
		buffer_string(out, "    packet: ");
		witness_words(out, checking->subject->snapshot, &finding->witness);
		buffer_char(out, '\n');
	}
	if (finding->owner)
		buffer_format(out,
			"    owner: %s: the program with this protocol made the rule, and mends "
			"it\n",
			finding->owner);
	if (finding->fix && !*fix)
		buffer_string(out, "    (the fix above removes this, too)\n");
	put_fix(out, fix);
}

static void put_json(const struct checking *checking, const struct finding *finding,
	const char *fix, struct writer *writer)
{
	struct buffer text = {0};

	writer_open(writer);
	writer_string(writer, LABEL("code"), TINT_NONE, finding->code);
	if (finding->rule)
		writer_number(writer, LABEL("pref"), finding->rule->preference.value, NULL);
	writer_string(writer, LABEL("text"), TINT_NONE, finding->text);
	if (finding->has_witness) {
		witness_words(&text, checking->subject->snapshot, &finding->witness);
		writer_string(writer, LABEL("packet"), TINT_NONE, buffer_text(&text));
	}
	if (finding->owner)
		writer_string(writer, LABEL("owner"), TINT_NONE, finding->owner);
	if (*fix)
		writer_string(writer, LABEL("fix"), TINT_NONE, fix);
	writer_close(writer);
	buffer_free(&text);
}

static bool is_same_finding(
	const struct finding *left, const struct finding *right, const struct session *session)
{
	struct view view = session_view(session);
	struct buffer words[2] = {{0}};
	bool same = !strcmp(left->code, right->code) && !strcmp(left->text, right->text) &&
	            !left->rule == !right->rule;

	if (same && left->rule) {
		reason_rule(&words[0], left->rule, &view);
		reason_rule(&words[1], right->rule, &view);
		same = left->rule->preference.value == right->rule->preference.value &&
		       !strcmp(buffer_text(&words[0]), buffer_text(&words[1]));
	}
	buffer_free(&words[0]);
	buffer_free(&words[1]);
	return same;
}

static bool has_finding(const struct checking *checking, const struct finding *finding)
{
	for (size_t i = 0; i < checking->findings.count; i++)
		if (is_same_finding(vector_at(&checking->findings, i), finding, checking->session))
			return true;
	return false;
}

/* Writes the findings that `file` does not ignore and `known` (NULL: none) does not contain.
 * Returns their number. */
static size_t put_all(const struct checking *checking, const struct checking *known,
	const char *file, struct writer *writer)
{
	struct buffer ignored = {0};
	struct buffer fixes = {0};
	size_t shown = 0;

	if (file)
		read_ignored(file, &ignored);
	for (size_t i = 0; i < checking->findings.count; i++) {
		const struct finding *finding = vector_at(&checking->findings, i);
		struct buffer fix = {0};

		if (is_ignored(&ignored, finding->code) || (known && has_finding(known, finding)))
			continue;
		shown++;
		take_new_fix(finding->fix, &fixes, &fix);
		if (writer)
			put_json(checking, finding, buffer_text(&fix), writer);
		else
			put_text(checking, finding, buffer_text(&fix));
		buffer_free(&fix);
	}
	buffer_free(&fixes);
	buffer_free(&ignored);
	return shown;
}

static int compare_classes(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a;
	uint32_t right = *(const uint32_t *)b;

	return left < right ? -1 : left > right;
}

static void collect_classes(struct checking *checking)
{
	const struct vector *rules = snapshot_rules(checking->subject->snapshot, checking->family);
	struct vector *classes = &checking->classes;

	classes->size = sizeof(uint32_t);
	classes->count = 0;
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = vector_at(rules, i);

		if (rule_action(rule) == FR_ACT_TO_TBL)
			vector_push(classes, &rule->class.value);
	}
	vector_sort(classes, compare_classes);
}

bool checking_has_class(const struct checking *checking, uint32_t class)
{
	return vector_find(&checking->classes, &class, compare_classes);
}

static int check_family(struct checking *checking, uint8_t family, struct error *error)
{
	int status;

	checking->family = family;
	collect_classes(checking);
	status = policy_set_build(checking->sets, checking->subject->snapshot, family, true,
		&checking->policy, error);
	if (!status)
		status = check_policy(checking, error) || check_rules(checking, error) ||
		                         check_routes(checking, error) ||
		                         check_replies(checking, error) ||
		                         check_answers(checking, error)
		                 ? -1
		                 : 0;
	policy_set_free(&checking->policy);
	return status;
}

static struct checking checking_new(struct session *session, struct subject *subject)
{
	return (struct checking){.session = session, .subject = subject, .sets = policy_sets_new()};
}

static void checking_free(struct checking *checking)
{
	findings_free(&checking->findings);
	vector_free(&checking->classes);
	policy_sets_free(checking->sets);
}

static int find_all(struct checking *checking, struct error *error)
{
	uint8_t family = checking->session->options.family;
	int status = 0;

	if (family != AF_INET6)
		status = check_family(checking, AF_INET, error);
	if (!status && family != AF_INET)
		status = check_family(checking, AF_INET6, error);
	return status;
}

static int run(struct session *session, struct subject *subject, struct error *error)
{
	struct checking checking = checking_new(session, subject);
	struct writer *writer = NULL;
	int status = find_all(&checking, error);

	if (!status && !subject->name)
		status = check_managers(&checking, error);
	if (!status && session->options.json) {
		writer = session_writer(session, "");
		writer_begin(writer);
	}
	/* The kernel has the policy of this file, or should have. */
	if (!status && put_all(&checking, NULL, subject->name ? subject->name : PLAN_FILE, writer))
		session->answer = STATUS_NO;
	if (writer)
		writer_end(writer);
	writer_free(writer);
	checking_free(&checking);
	return status;
}

int check_show_new(struct session *session, struct subject *before, struct subject *after,
	const char *file, struct writer *writer, size_t *shown, struct error *error)
{
	struct checking known = checking_new(session, before);
	struct checking checking = checking_new(session, after);
	int status = find_all(&known, error) || find_all(&checking, error) ? -1 : 0;

	if (!status)
		*shown += put_all(&checking, &known, file, writer);
	checking_free(&known);
	checking_free(&checking);
	return status;
}

int command_check(struct session *session, const struct command *command, struct words *words,
	struct error *error)
{
	struct subject subject = {0};
	int status = subject_words(session, words, &subject, error);

	(void)command;
	if (!status && !subject.name)
		subject.name = words_take(&subject.words);
	if (!status && words_peek(&subject.words))
		status = error_at(error, &subject.words, subject.words.next,
			"check takes one FILE, or none for the kernel");
	if (status) {
		session_keep_error(session, error);
		return status;
	}
	return subject_run(session, &subject, run, error);
}
