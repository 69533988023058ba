/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads the options, runs one verb, and prints the error. Nothing else exits or writes to standard
 * error.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/streams.h"
#include "base/utf8.h"
#include "command/change.h"
#include "command/command.h"
#include "command/pending.h"
#include "ip/ip.h"
#include "names/names.h"
#include "netlink/namespace.h"

/* Prints the line at fault, with a mark under the word. */
static void add_mark(struct buffer *out, const struct words *words, int word)
{
	size_t column = 0;
	size_t width = 1;

	buffer_string(out, "    ");
	for (int i = 0; i < words->count; i++) {
		size_t columns;

		if (i)
			buffer_char(out, ' ');
		columns = utf8_add_visible(out, words->word[i]);
		if (i == word)
			width = columns;
		if (i < word)
			column += columns + 1;
	}
	buffer_string(out, "\n    ");
	buffer_fill(out, ' ', column);
	buffer_fill(out, '^', width ? width : 1);
	buffer_char(out, '\n');
}

/* If this fails, only the exit status can report the error. */
static void print(struct buffer *text)
{
	stream_write(STDERR_FILENO, text->data, text->length);
	buffer_free(text);
}

static void print_error(const struct error *error)
{
	const struct words *words = error->words;
	struct buffer out = {0};

	buffer_string(&out, "iproute: ");
	if (words && words->file) {
		utf8_add_visible(&out, words->file);
		buffer_format(&out, ":%d: ", words->line);
	}
	if (error->status == STATUS_DONE)
		buffer_string(&out, "warning: ");
	utf8_add_visible(&out, error->message);
	buffer_char(&out, '\n');
	if (words && error->word >= 0)
		add_mark(&out, words, error->word);
	if (*error->hint) {
		buffer_string(&out, "    ");
		utf8_add_visible(&out, error->hint);
		buffer_char(&out, '\n');
	}
	print(&out);
}

/* Sentences in ip's words are printed verbatim. */
static void print_ip_error(const struct error *error)
{
	const char *const lines[] = {error->message, error->hint};
	struct buffer out = {0};

	for (size_t i = 0; i < 2; i++) {
		if (!*lines[i])
			continue;
		utf8_add_visible(&out, lines[i]);
		buffer_char(&out, '\n');
	}
	print(&out);
}

static void print_text(const char *text)
{
	stream_write(STDERR_FILENO, text, strlen(text));
}

static int enter_namespace(const struct session *session, struct error *error)
{
	return session->options.namespace ? namespace_enter(session->options.namespace, error) : 0;
}

static int run_change(struct session *session, const struct command *command, struct words *words,
	struct error *error)
{
	if (command->run ? command->run(session, command, words, error)
			 : change_run(session, command, words, error))
		return -1;
	return session->options.confirm && session->changed ? pending_announce(session, error) : 0;
}

static int run_verb(struct session *session, struct words *words, struct error *error)
{
	const struct command *command = command_read(words, error);

	if (!command)
		return -1;
	if (!command->verbatim &&
		options_read_behind(&session->options, words,
			session_words(session, command->object), false, &session->line, error))
		return -1;
	if (session->options.version)
		return command_version(session, command, words, error);
	if (session->options.help) {
		usage_command(&session->out, command);
		return 0;
	}
	if (!command->offline && (enter_namespace(session, error) || session_open(session, error)))
		return -1;
	if (command->prepare || command->changes)
		return run_change(session, command, words, error);
	return command->run(session, command, words, error);
}

static int run(struct session *session, struct words *words, struct error *error)
{
	if (options_read(&session->options, words, error))
		return -1;
	if (session->options.version)
		return command_version(session, NULL, words, error);
	if (words_peek(words))
		return run_verb(session, words, error);
	if (session->options.help) {
		usage_overview(&session->out);
		return 0;
	}
	if (enter_namespace(session, error) || session_open(session, error))
		return -1;
	return session->options.list == 'r' ? list_rules(session, error)
	                                    : list_routes(session, error);
}

/* Nobody reads the output any more: ends by SIGPIPE, as other programs do. */
static void end_by_pipe(void)
{
	sigset_t pipe;

	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	sigprocmask(SIG_UNBLOCK, &pipe, NULL);
	raise(SIGPIPE);
}

static void warn_of_names(const struct session *session)
{
	const char *line = names_bad_line(session->names);
	struct error warning;

	if (!line)
		return;
	error_set(&warning, STATUS_DONE, "%s: this is not a number and a name; the line is skipped",
		line);
	session->report(&warning);
}

/* Output that could not be written is a failure, too. Returns the exit status. */
static int finish(struct session *session, int status, struct error *error)
{
	bool done = !status && session->changed;
	struct error unwritten;

	warn_of_names(session);
	/* If the devices can't be read, none seems to exist: reports the reason. */
	if (!(status && error->status == STATUS_PARTLY) && session_check_names(session, error))
		status = -1;
	if (session_finish(session, &unwritten) && !status) {
		status = -1;
		*error = unwritten;
	}
	if (status && done)
		error_hint(error, "what was asked for is done, only not shown");
	if (status && (*error->message || session->output_error != EPIPE))
		session->report(error);
	if (session->output_error == EPIPE)
		end_by_pipe();
	return (int)(status ? error->status : session->answer);
}

int main(int argc, char **argv)
{
	struct words words = {.word = (const char *const *)argv + 1, .count = argc - (argc > 0)};
	struct session session = {
		.names = names_new(),
		.output = STDOUT_FILENO,
		.report = print_error,
		.notify = print_text,
	};
	struct error error = {.word = -1};
	bool for_ip = argc > 0 && ip_speaks(argv[0], &words);
	int status;

	if (streams_secure())
		return STATUS_REFUSED;
	if (for_ip)
		session.report = print_ip_error;
	status = for_ip ? ip_run(&session, argv[0], &words, &error) : run(&session, &words, &error);
	status = finish(&session, status, &error);
	session_close(&session);
	return status;
}
