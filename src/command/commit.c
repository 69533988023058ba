/* Changes made for a session: signals, progress, a dry run, and what could not be undone. */
#include <signal.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "command/session.h"
#include "output/text.h"
#include "policy/translation.h"

enum {
	PROGRESS_AFTER = 1000, /* milliseconds */
	PROGRESS_EVERY = 200,
};

/* A commit as it runs. */
struct watch {
	struct session *session;
	const struct referee *referee;
	const struct transaction *transaction;
	sigset_t signals;
	bool terminal; /* somebody looks on */
	bool shown;
	int64_t start, last; /* milliseconds */
};

/* A message in the words that would send it. */
static void show_message(struct session *session, const struct transaction *transaction,
	const struct nlmsghdr *message, struct buffer *out, bool colour)
{
	struct view view = session_view(session);
	const struct object *object = message_object(message);
	struct arena arena = {0};
	void *record = arena_get(&arena, object->size);
	struct writer *writer;
	char prefix[32];

	snprintf(prefix, sizeof prefix, "%s ", message_verb(message));
	view.complete = true;
	view.family = AF_UNSPEC;
	fields_decode(object, message, &arena, record);
	translation_words(transaction, object, record);
	writer = text_writer(out, SPACING_BETWEEN, colour, prefix);
	writer_begin(writer);
	fields_render(writer, object, record, &view);
	writer_end(writer);
	writer_free(writer);
	arena_free(&arena);
}

/* The way back that was refused, in words: main prints it. */
static void tell_stuck(struct session *session, const struct transaction *transaction)
{
	const struct buffer *stuck = &transaction->stuck;
	struct error line;

	for (size_t at = 0; at < stuck->length;) {
		const struct nlmsghdr *message = (const struct nlmsghdr *)(stuck->data + at);
		struct buffer text = {0};

		show_message(session, transaction, message, &text, false);
		error_set(&line, STATUS_PARTLY, "not undone: %.*s", (int)(text.length - 1),
			buffer_text(&text));
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

/* How many, how fast, how long still. */
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
	watch->session->tell(text);
	watch->last = time;
	watch->shown = true;
}

static void clear_progress(struct watch *watch)
{
	if (watch->shown)
		watch->session->tell("\r\033[K");
	watch->shown = false;
}

static bool refused(void *context, const struct transaction *transaction,
	const struct change *change, const struct answer *answer, struct error *error)
{
	struct watch *watch = context;

	clear_progress(watch);
	return watch->referee->refused(watch->referee->context, transaction, change, answer, error);
}

static bool lost(void *context, const struct transaction *transaction, const struct change *change,
	const struct loss *loss, struct error *error)
{
	struct watch *watch = context;

	clear_progress(watch);
	return watch->referee->lost(watch->referee->context, transaction, change, loss, error);
}

static void made(void *context, const struct change *change, const struct nlmsghdr *told)
{
	const struct watch *watch = context;

	watch->referee->made(watch->referee->context, change, told);
}

/* Signals wait while changes are made, and are looked for in between. */
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
 * They stay blocked: whoever is stopped has undone what it did and ends by itself, and says so. A
 * broken pipe, too, is no reason to stop half way.
 */
static void block_signals(struct watch *watch)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
	struct sigaction action;
	sigset_t all;

	sigemptyset(&watch->signals);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		/* nohup means it. */
		if (!sigaction(signals[i], NULL, &action) && action.sa_handler != SIG_IGN)
			sigaddset(&watch->signals, signals[i]);
	all = watch->signals;
	sigaddset(&all, SIGPIPE);
	sigprocmask(SIG_BLOCK, &all, NULL);
}

static int commit(struct session *session, struct transaction *transaction,
	const struct referee *referee, struct error *error)
{
	struct watch watch = {
		.session = session,
		.referee = referee,
		.transaction = transaction,
		.terminal = isatty(STDERR_FILENO),
		.start = now(),
	};
	const struct referee watcher = {
		.refused = referee && referee->refused ? refused : NULL,
		.lost = referee && referee->lost ? lost : NULL,
		.made = referee && referee->made ? made : NULL,
		.stop = stop,
		.context = &watch,
	};
	int status;

	block_signals(&watch);
	status = transaction_commit(transaction, &watcher, error);
	clear_progress(&watch);
	tell_stuck(session, transaction);
	return status;
}

int session_commit(struct session *session, struct transaction *transaction,
	const struct referee *referee, struct error *error)
{
	if (!session->options.dry_run)
		return commit(session, transaction, referee, error);
	if (transaction_check(transaction, error))
		return -1;
	for (size_t i = 0; i < transaction->changes.count; i++)
		show_message(session, transaction,
			change_message(transaction, vector_at(&transaction->changes, i)),
			&session->out, session_colour(session));
	return 0;
}
