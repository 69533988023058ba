/* Options, one session, one dispatch; the only exit status and the only writes to standard error.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command/change.h"
#include "command/command.h"
#include "command/ip.h"
#include "kind/names.h"
#include "netlink/namespace.h"

/* The line at fault, and a mark under the word. */
static void print_mark(const struct words *words, int word)
{
	int column = 0;
	int width = 1;

	fputs("    ", stderr);
	for (int i = 0; i < words->count; i++) {
		if (i == word)
			width = (int)strlen(words->word[i]);
		if (i < word)
			column += (int)strlen(words->word[i]) + 1;
		fprintf(stderr, "%s%s", i ? " " : "", words->word[i]);
	}
	fprintf(stderr, "\n    %*s", column, "");
	for (int i = 0; i < (width ? width : 1); i++)
		fputc('^', stderr);
	fputc('\n', stderr);
}

static void print_error(const struct error *error)
{
	const struct words *words = error->words;

	fputs("iproute: ", stderr);
	if (words && words->file)
		fprintf(stderr, "%s:%d: ", words->file, words->line);
	if (error->status == STATUS_DONE)
		fputs("warning: ", stderr);
	fprintf(stderr, "%s\n", error->message);
	if (words && error->word >= 0)
		print_mark(words, error->word);
	if (*error->hint)
		fprintf(stderr, "    %s\n", error->hint);
}

/* ip's sentences are whole as they are. */
static void print_ip_error(const struct error *error)
{
	if (*error->message)
		fprintf(stderr, "%s\n", error->message);
	if (*error->hint)
		fprintf(stderr, "%s\n", error->hint);
}

static void print_text(const char *text)
{
	fputs(text, stderr);
}

static bool asks_for_help(const struct words *words)
{
	for (int i = words->next; i < words->count; i++)
		if (!strcmp(words->word[i], "-h") || !strcmp(words->word[i], "-help") ||
			!strcmp(words->word[i], "--help"))
			return true;
	return false;
}

static int enter_namespace(const struct session *session, struct error *error)
{
	return session->options.namespace ? namespace_enter(session->options.namespace, error) : 0;
}

static int run_verb(struct session *session, struct words *words, struct error *error)
{
	const struct command *command = command_read(words, error);

	if (!command)
		return -1;
	if (session->options.help || (asks_for_help(words) && strcmp(command->verb, "complete"))) {
		usage_command(&session->out, command);
		return 0;
	}
	if (!command->offline && (enter_namespace(session, error) || session_open(session, error)))
		return -1;
	return command->run ? command->run(session, command, words, error)
	                    : change_run(session, command, words, error);
}

static int run(struct session *session, struct words *words, struct error *error)
{
	if (options_read(&session->options, words, error))
		return -1;
	if (session->options.version) {
		session_say(session, "iproute " PACKAGE_VERSION);
		return 0;
	}
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

int main(int argc, char **argv)
{
	struct words words = {.word = (const char *const *)argv + 1, .count = argc - (argc > 0)};
	struct session session = {.names = names_new(), .report = print_error, .tell = print_text};
	struct error error = {.word = -1};
	bool for_ip = argc > 0 && ip_speaks(argv[0], &words);
	int status;

	if (for_ip)
		session.report = print_ip_error;
	status = for_ip ? ip_run(&session, &words, &error) : run(&session, &words, &error);
	status = status ? (int)error.status : STATUS_DONE;
	session_flush(&session, true);
	if (status)
		session.report(&error);
	session_close(&session);
	return status;
}
