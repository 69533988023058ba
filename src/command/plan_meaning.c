/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shows the effect of a plan's changes, computed by the lookup model without sending anything. */
#include "change/outcome.h"
#include "command/check.h"
#include "command/diff.h"
#include "command/expectation.h"
#include "command/plan.h"

/* Makes the outcome of the plan a subject, closed with subject_close(). Returns 0, or -1 with the
 * error. */
static int plan_outcome(struct plan *plan, struct subject *outcome, struct error *error)
{
	*outcome = subject_of_outcome(outcome_read(&plan->transaction, error));
	return outcome->snapshot ? 0 : -1;
}

/* Reads the subject and proves the expectations on it. */
static int prove_once(struct plan *plan, bool kernel, struct subject *subject, bool *disagrees,
	struct error *error)
{
	int status = kernel ? subject_open(plan->session, subject, error)
	                    : plan_outcome(plan, subject, error);

	if (!status)
		status = expectations_prove(plan->session, subject, &plan->expectations,
			!plan->proven, disagrees, error);
	plan->proven = true;
	if (status)
		session_keep_error(plan->session, error);
	return status;
}

enum { TRIES = 3 };

/* The kernel and the model differ also if somebody else made a change between reading the policy
 * and asking the kernel: then reads it again. */
static int prove(struct plan *plan, bool kernel, struct subject *subject, struct error *error)
{
	bool disagrees = false;
	int status = prove_once(plan, kernel, subject, &disagrees, error);

	for (int i = 1; i < TRIES && status && disagrees; i++) {
		subject_close(plan->session, subject);
		*subject = (struct subject){0};
		disagrees = false;
		status = prove_once(plan, kernel, subject, &disagrees, error);
	}
	return status;
}

int plan_prove(struct plan *plan, bool kernel, struct error *error)
{
	struct subject subject = {0};
	int status;

	if (!plan->expectations.count)
		return 0;
	status = prove(plan, kernel, &subject, error);
	if (status && error->status == STATUS_NO && plan->session->options.partial &&
		plan_waits(plan, subject.snapshot)) {
		error->status = STATUS_DONE;
		error_hint(error, "some lines wait for a device: that may be why");
		plan->session->report(error);
		status = 0;
	}
	subject_close(plan->session, &subject);
	return status;
}

/* ---- showing ---- */

/* More are of no use to a reader. */
enum { SHOWN_MOST = 40 };

struct meaning {
	struct plan *plan;
	struct subject before, after;
	struct writer *writer; /* NULL: text */
};

/* Writes the heading of a part; the caller removes it if nothing follows. */
static size_t head(const struct meaning *meaning, const char *text)
{
	struct buffer *out = &meaning->plan->session->out;
	size_t start = out->length;

	if (!meaning->writer)
		buffer_format(out, "%s%s:\n", start ? "\n" : "", text);
	return start;
}

static void unhead(const struct meaning *meaning, size_t start, size_t shown)
{
	if (!shown && !meaning->writer)
		meaning->plan->session->out.length = start;
}

static int show_packets(struct meaning *meaning, struct error *error)
{
	size_t start = head(meaning, "packets that are treated differently");
	struct session *session = meaning->plan->session;
	bool all = session->options.details || meaning->writer;
	struct shown_changes shown = {.session = session,
		.writer = meaning->writer,
		.most = all ? CHANGES_SHOWN_MOST : SHOWN_MOST};
	int status = shown_changes_write(
		&shown, meaning->before.snapshot, meaning->after.snapshot, error);

	unhead(meaning, start, shown.count);
	if (!status && !shown.count && !meaning->writer)
		buffer_format(&session->out, "%sno packet is treated differently\n",
			session->out.length ? "\n" : "");
	if (all)
		shown_changes_warn(&shown, NULL);
	else if (shown.more)
		buffer_format(&session->out,
			"and more: `iproute -details plan %s` shows up to %d\n",
			meaning->plan->name, CHANGES_SHOWN_MOST);
	return status;
}

static int show_broken(struct meaning *meaning, size_t *broken, struct error *error)
{
	size_t start = head(meaning, "expect lines that do not hold");
	int status = expectations_show_broken(meaning->plan->session, &meaning->after,
		&meaning->plan->expectations, meaning->writer, broken, error);

	unhead(meaning, start, *broken);
	return status;
}

static int show_findings(struct meaning *meaning, struct error *error)
{
	size_t start = head(meaning, "new findings of check");
	size_t shown = 0;
	int status = check_show_new(meaning->plan->session, &meaning->before, &meaning->after,
		meaning->plan->name, meaning->writer, &shown, error);

	unhead(meaning, start, shown);
	return status;
}

int plan_show_meaning(struct plan *plan, struct writer *writer, size_t *broken, struct error *error)
{
	struct meaning meaning = {.plan = plan, .writer = writer};
	int status = subject_open(plan->session, &meaning.before, error);

	if (!status)
		status = plan_outcome(plan, &meaning.after, error);
	if (!status && plan_changes(plan))
		status = show_packets(&meaning, error);
	if (!status)
		status = show_broken(&meaning, broken, error);
	if (!status && plan_changes(plan))
		status = show_findings(&meaning, error);
	if (status)
		session_keep_error(plan->session, error);
	subject_close(plan->session, &meaning.before);
	subject_close(plan->session, &meaning.after);
	return status;
}
