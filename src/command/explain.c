/* SPDX-License-Identifier: GPL-2.0-or-later */
/* explain: shows what happens to a packet, and which rules and nodes decide it. */
#include "command/command.h"
#include "command/explanation.h"

static int show(struct session *session, const struct explanation *explanation)
{
	struct writer *writer;

	if (!session->options.json) {
		explanation_text(session, explanation, "", &session->out);
	} else {
		writer = session_writer(session, "");
		writer_begin(writer);
		writer_open(writer);
		explanation_json(session, explanation, writer);
		writer_close(writer);
		writer_end(writer);
		writer_free(writer);
	}
	if (explanation->asked && !explanation->agrees)
		session->answer = STATUS_PARTLY;
	else if (explanation->connection.trace.outcome.number)
		session->answer = STATUS_NO;
	return 0;
}

/* Reads the packet, whose words name devices of the subject, and follows it. */
static int follow(struct session *session, struct subject *subject, struct explanation *explanation,
	struct error *error)
{
	struct parser parser = session_parser(session, &subject->words);
	struct packet packet = {0};
	struct origin origin;

	return record_read(&parser, session_words(session, &packet_object), PURPOSE_MAKE, &packet,
		       &origin, error) ||
	                       explanation_make(session, subject, &packet, explanation, error)
	               ? -1
	               : 0;
}

enum { TRIES = 3 };

/* A change between reading the policy and asking the kernel makes them differ: then starts
 * again. */
static int explain(struct session *session, struct subject *subject, struct error *error)
{
	struct explanation explanation = {0};
	const int first = subject->words.next;
	int status = follow(session, subject, &explanation, error);

	for (int i = 1; i < TRIES && !status && explanation.asked && !explanation.agrees; i++) {
		explanation_free(&explanation);
		explanation = (struct explanation){0};
		subject_close(session, subject);
		subject->words.next = first;
		status = subject_open(session, subject, error);
		if (!status)
			status = follow(session, subject, &explanation, error);
	}
	if (!status)
		status = show(session, &explanation);
	explanation_free(&explanation);
	return status;
}

int command_explain(struct session *session, const struct command *command, struct words *words,
	struct error *error)
{
	struct subject subject = {0};
	int status = subject_words(session, words, &subject, error);

	(void)command;
	if (status) {
		session_keep_error(session, error);
		return status;
	}
	return subject_run(session, &subject, explain, error);
}
