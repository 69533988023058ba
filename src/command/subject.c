/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opens the policy that explain, test, check, diff or graph examines. */
#include "command/subject.h"

#include <string.h>

#include "command/remainder.h"
#include "model/rule.h"
#include "names/names.h"
#include "netlink/namespace.h"

static bool is_file_option(const char *word)
{
	return !strcmp(word, "-f") || !strcmp(word, "--f") || !strcmp(word, "-file") ||
	       !strcmp(word, "--file");
}

int subject_words(
	struct session *session, struct words *words, struct subject *subject, struct error *error)
{
	const char **rest = arena_get(&session->arena, (size_t)(words->count + 1) * sizeof *rest);
	int count = 0;

	subject->words = *words;
	for (int i = 0; i < words->count; i++) {
		if (i < words->next || !is_file_option(words->word[i])) {
			rest[count++] = words->word[i];
			continue;
		}
		if (i + 1 == words->count)
			return error_at(
				error, words, i, "\"%s\" needs FILE after it", words->word[i]);
		subject->name = words->word[++i];
	}
	subject->words.word = rest;
	subject->words.count = count;
	return 0;
}

/* Without the nftables part of a rule, results may be wrong. */
static void warn_of_unreadable(struct session *session, const struct snapshot *snapshot)
{
	const struct rule *rule = snapshot_unreadable(snapshot);
	struct error warning;

	if (!rule)
		return;
	error_set(&warning, STATUS_DONE,
		"the nftables part of the rule with pref %u could not be read: what it translates "
		"is not known",
		rule->preference.value);
	error_hint(&warning, "try again, as root");
	session->report(&warning);
}

static int connect_kernel(struct session *session, struct error *error)
{
	if (session->options.namespace && !session->netlink &&
		namespace_enter(session->options.namespace, error))
		return -1;
	return session_open(session, error);
}

static int open_kernel(struct session *session, struct subject *subject, struct error *error)
{
	if (connect_kernel(session, error))
		return -1;
	subject->snapshot = snapshot_of_kernel(session->netlink, error);
	if (subject->snapshot)
		warn_of_unreadable(session, subject->snapshot);
	return subject->snapshot ? 0 : -1;
}

struct subject subject_of_outcome(struct snapshot *outcome)
{
	return (struct subject){.snapshot = outcome, .unsent = true};
}

/* Reads the file, and what it leaves out from the kernel. */
static int read_completed(struct session *session, struct subject *subject, struct error *error)
{
	struct remainder remainder = {.session = session};
	int status = connect_kernel(session, error);

	/* Not those of the kernel. */
	names_devices(session->names, snapshot_device_names(subject->snapshot));
	subject->file.begin = remainder_begin;
	subject->file.context = &remainder;
	if (!status)
		status = policy_file_read(&subject->file, error);
	if (!status)
		remainder_end(&remainder, subject->snapshot);
	remainder_free(&remainder);
	return status;
}

int subject_open(struct session *session, struct subject *subject, struct error *error)
{
	int status;

	if (!subject->name)
		return open_kernel(session, subject, error);
	subject->snapshot = snapshot_empty();
	status = policy_file_open(
		&subject->file, subject->name, session->names, subject->snapshot, error);
	if (!status)
		status = subject->completes ? read_completed(session, subject, error)
		                            : policy_file_read(&subject->file, error);
	if (status)
		session_keep_error(session, error);
	return status;
}

void subject_close(struct session *session, struct subject *subject)
{
	if (subject->name)
		policy_file_close(&subject->file);
	if (subject->snapshot && snapshot_interrupted(subject->snapshot))
		session_warn_interrupted(session, &route_object);
	snapshot_free(subject->snapshot);
	subject->snapshot = NULL;
	if (session->netlink)
		names_devices(session->names, links_source(session->links));
}

int subject_run(struct session *session, struct subject *subject,
	int (*run)(struct session *session, struct subject *subject, struct error *error),
	struct error *error)
{
	int status = subject_open(session, subject, error);

	if (!status)
		status = run(session, subject, error);
	if (status)
		session_keep_error(session, error);
	subject_close(session, subject);
	return status;
}
