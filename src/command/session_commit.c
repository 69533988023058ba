/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commits for a session: handles signals, shows progress, reports what could not be
 * undone.
 */
#include <signal.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "command/dry_run.h"
#include "command/guard.h"
#include "command/inverse.h"
#include "command/pending.h"
#include "command/session.h"
#include "change/orphan_classes.h"
#include "change/sharing.h"
#include "nat/translation.h"

enum {
	PROGRESS_AFTER = 1000, /* milliseconds */
	PROGRESS_EVERY = 200,
};

/* A running commit. */
struct watch {
	struct session *session;
	const struct commit_hooks *hooks;
	const struct transaction *transaction;
	sigset_t signals;
	bool terminal; /* standard error is a terminal */
	bool shown;
	int64_t start, last; /* milliseconds */
};

/* Reports, in words, the messages that were refused while undoing. */
static void report_stuck(struct session *session, const struct transaction *transaction)
{
	const struct buffer *stuck = &transaction->stuck;
	struct error line;

	for (size_t at = 0; at < stuck->length;) {
		const struct nlmsghdr *message = (const struct nlmsghdr *)(stuck->data + at);
		struct buffer text = {0};

		message_show(session, transaction, message, &text, false);
		error_set(&line, STATUS_PARTLY, "not undone: %s", buffer_text(&text));
		session->report(&line);
		buffer_free(&text);
		at += NLMSG_ALIGN(message->nlmsg_len);
	}
}

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* Shows the number of changes made, their rate, and the remaining time. */
static void show_progress(struct watch *watch, size_t done)
{
	size_t count = watch->transaction->changes.count;
	int64_t time = now();
	int64_t spent = time - watch->start;
	size_t rate;
	char text[128];

	if (spent < PROGRESS_AFTER || time - watch->last < PROGRESS_EVERY)
		return;
	rate = done * 1000 / (size_t)spent;
	snprintf(text, sizeof text, "\r%zu of %zu changes, %zu/s, %zu s left \033[K", done, count,
		rate, rate ? (count - done + rate - 1) / rate : 0);
	watch->session->notify(text);
	watch->last = time;
	watch->shown = true;
}

static void clear_progress(struct watch *watch)
{
	if (watch->shown)
		watch->session->notify("\r\033[K");
	watch->shown = false;
}

static bool refused(void *context, const struct transaction *transaction,
	const struct change *change, const struct answer *answer, struct error *error)
{
	struct watch *watch = context;

	clear_progress(watch);
	return watch->hooks->refused(watch->hooks->context, transaction, change, answer, error);
}

static bool lost(void *context, const struct transaction *transaction, const struct change *change,
	const struct loss *loss, struct error *error)
{
	struct watch *watch = context;

	clear_progress(watch);
	return watch->hooks->lost(watch->hooks->context, transaction, change, loss, error);
}

static void made(void *context, const struct change *change, const struct nlmsghdr *echo)
{
	const struct watch *watch = context;

	watch->hooks->made(watch->hooks->context, change, echo);
}

/* Checks the blocked signals between windows. */
static bool stop(void *context, size_t done, struct error *error)
{
	struct watch *watch = context;
	const struct timespec none = {0};
	int number;

	if (watch->terminal)
		show_progress(watch, done);
	number = sigtimedwait(&watch->signals, NULL, &none);
	if (number <= 0)
		return false;
	clear_progress(watch);
	error_set(error, STATUS_REFUSED, "stopped by SIG%s: the %zu changes made are undone",
		sigabbrev_np(number), done);
	return true;
}

/*
 * They stay blocked: a stopped program undoes its changes, reports that and exits by itself.
 * SIGPIPE must not end a commit either.
 */
static void block_signals(struct watch *watch)
{
	/* All that end a program from outside; SIGXCPU comes with a limit of processor time. */
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM, SIGUSR1, SIGUSR2,
		SIGXCPU, SIGVTALRM, SIGPROF, SIGIO, SIGPWR};
	struct sigaction action;
	sigset_t all;

	sigemptyset(&watch->signals);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		/* SIGHUP may be ignored because of nohup. */
		if (!sigaction(signals[i], NULL, &action) && action.sa_handler != SIG_IGN)
			sigaddset(&watch->signals, signals[i]);
	all = watch->signals;
	sigaddset(&all, SIGPIPE);
	/* Half of a change must not wait until somebody types `fg`. */
	sigaddset(&all, SIGTSTP);
	sigaddset(&all, SIGTTOU);
	sigprocmask(SIG_BLOCK, &all, NULL);
}

void session_begin(struct session *session, struct transaction *transaction)
{
	transaction_init(transaction, session->netlink);
	translation_join(transaction);
	sharing_join(transaction);
	orphan_classes_join(transaction);
	if (session->options.ensure)
		orphan_classes_search_markers(transaction);
}

static int commit(struct session *session, struct transaction *transaction,
	const struct commit_hooks *hooks, struct error *error)
{
	struct watch watch = {
		.session = session,
		.hooks = hooks,
		.transaction = transaction,
		.terminal = isatty(STDERR_FILENO),
		.start = now(),
	};
	const struct commit_hooks watcher = {
		.refused = hooks && hooks->refused ? refused : NULL,
		.lost = hooks && hooks->lost ? lost : NULL,
		.made = hooks && hooks->made ? made : NULL,
		.stop = stop,
		.context = &watch,
	};
	int status;

	block_signals(&watch);
	status = transaction_commit(transaction, &watcher, error);
	clear_progress(&watch);
	report_stuck(session, transaction);
	session->changed = !status && transaction->changes.count;
	return status;
}

/* Nothing would undo the changes at the deadline, so they are undone at once. */
static int give_up(struct session *session, struct error *error)
{
	struct pending pending;
	struct error undoing;

	session_keep_error(session, error);
	if (pending_find(&pending, &undoing)) {
		*error = undoing;
		error_hint(error, "the change is not undone: `iproute rollback` undoes it");
		error->status = STATUS_PARTLY;
	} else if (pending.descriptor >= 0 && pending_undo(session, &pending, &undoing)) {
		*error = undoing;
		error->status = STATUS_PARTLY;
	}
	pending_close(&pending);
	session->changed = false;
	return -1;
}

/* Returns false if the kernel had all of it already (-ensure). */
static bool made_any(const struct transaction *transaction)
{
	for (size_t i = 0; i < transaction->changes.count; i++)
		if (!((const struct change *)vector_at(&transaction->changes, i))->unmade)
			return true;
	return false;
}

/* Writes the lines that undo the changes, before those that undo what this command did earlier. */
static int commit_after(struct session *session, struct transaction *transaction,
	const struct commit_hooks *hooks, const struct buffer *earlier, struct error *error)
{
	unsigned int seconds = session->options.confirm;

	if (pending_write(session, transaction, seconds, earlier, error))
		return -1;
	if (commit(session, transaction, hooks, error)) {
		if (!session->waits)
			pending_drop(session);
		return -1;
	}
	if (!session->waits && !made_any(transaction)) {
		pending_drop(session);
		session->changed = false;
		return 0;
	}
	if (pending_write(session, transaction, seconds, earlier, error) ||
		(!session->waits && pending_watch(error)))
		return give_up(session, error);
	pending_drop_rest(session);
	session->waits = true;
	return 0;
}

/* The lines that undo the changes are on disk before the first change is made. */
static int commit_pending(struct session *session, struct transaction *transaction,
	const struct commit_hooks *hooks, struct error *error)
{
	struct buffer earlier = {0};
	int status = inverse_prepare(session, transaction, error);

	if (!status && session->waits)
		status = pending_read(&earlier, error);
	if (!status)
		status = commit_after(session, transaction, hooks, &earlier, error);
	buffer_free(&earlier);
	return status;
}

int session_commit(struct session *session, struct transaction *transaction,
	const struct commit_hooks *hooks, struct error *error)
{
	if (!session->options.confirm && guard_check(session, transaction, error))
		return -1;
	if (!session->options.dry_run && session->options.confirm && transaction->changes.count)
		return commit_pending(session, transaction, hooks, error);
	if (!session->options.dry_run)
		return commit(session, transaction, hooks, error);
	if (transaction_check(transaction, error))
		return -1;
	return dry_run_show(session, transaction, error);
}
