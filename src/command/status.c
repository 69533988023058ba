/* SPDX-License-Identifier: GPL-2.0-or-later */
/* status: shows the owners of routes and rules, and whether the kernel still holds what the policy
 * file declares. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command/command.h"
#include "command/expectation.h"
#include "command/owners.h"
#include "command/pending.h"
#include "command/plan.h"
#include "output/json.h"

#define LABEL(name) (&(struct label){.word = (name), .key = (name)})

struct state {
	struct plan *plan;
	struct owners owners;
	struct subject kernel;
	bool declared;     /* there is a policy file */
	size_t broken;     /* number of expect lines that do not hold */
	bool pends;        /* a change waits to be confirmed */
	unsigned int left; /* remaining seconds */
	bool rest;         /* a rollback waits for a device */
};

/* ---- reading ---- */

/* The default file need not exist. */
static bool is_declared(const struct plan *plan)
{
	return strcmp(plan->name, PLAN_FILE) != 0 || !access(plan->name, F_OK);
}

/* A record of another owner in the place of a line counts as changed. */
static int compare(struct state *state, struct error *error)
{
	struct plan *plan = state->plan;
	struct options *now = &plan->session->options;
	const struct options given = *now;
	int status;

	now->partial = now->adopt = true;
	plan->lists = true;
	status = plan_read(plan, error) || plan_compare(plan, error) ? -1 : 0;
	*now = given;
	if (!status)
		plan_excuse_waiting(plan, state->kernel.snapshot);
	return status;
}

static int find_pending(struct state *state, struct error *error)
{
	struct pending pending;
	int status = pending_find(&pending, error);

	state->pends = !status && pending.descriptor >= 0;
	if (state->pends)
		state->left = pending_left(&pending);
	pending_close(&pending);
	if (!status)
		status = pending_find_rest(&pending, error);
	state->rest = !status && pending.descriptor >= 0;
	pending_close(&pending);
	return status;
}

static int read_state(struct state *state, struct error *error)
{
	struct session *session = state->plan->session;

	if (find_pending(state, error) || owners_count(session, &state->owners, error) ||
		subject_open(session, &state->kernel, error))
		return -1;
	state->declared = is_declared(state->plan);
	return state->declared ? compare(state, error) : 0;
}

static bool has_drift(const struct state *state)
{
	return state->declared && (plan_changes(state->plan) || state->broken);
}

/* ---- text ---- */

static int show_broken(struct state *state, struct writer *writer, struct error *error)
{
	struct plan *plan = state->plan;
	struct buffer *out = &plan->session->out;
	size_t start = out->length;

	if (!writer)
		buffer_string(out, "\nexpect lines that do not hold:\n");
	if (expectations_show_broken(plan->session, &state->kernel, &plan->expectations, writer,
		    &state->broken, error))
		return -1;
	if (!writer && !state->broken)
		out->length = start;
	return 0;
}

static int show_declared(struct state *state, struct error *error)
{
	struct plan *plan = state->plan;
	struct buffer *out = &plan->session->out;

	if (plan_changes(plan)) {
		buffer_format(out, "\nnot as %s declares, `iproute %sapply %s` would change:\n",
			plan->name, plan->waiting.count ? "-partial " : "", plan->name);
		plan_show_changes(plan, NULL);
	}
	if (show_broken(state, NULL, error))
		return -1;
	if (plan->waiting.count)
		buffer_string(out, "\nwaiting for a device:\n");
	for (size_t i = 0; i < plan->waiting.count; i++)
		buffer_format(out, "%s\n",
			((const struct plan_waiting *)vector_at(&plan->waiting, i))->text);
	if (!has_drift(state))
		buffer_format(out, "\nas %s declares\n", plan->name);
	return 0;
}

static int show_text(struct state *state, struct error *error)
{
	struct buffer *out = &state->plan->session->out;

	owners_show(state->plan->session, &state->owners, NULL);
	if (state->declared && show_declared(state, error))
		return -1;
	if (!state->declared)
		buffer_format(out, "\nthere is no policy file %s\n", PLAN_FILE);
	if (state->pends)
		buffer_format(out,
			"\na change waits to be confirmed, and is undone in %u s; `iproute "
			"confirm` keeps it\n",
			state->left);
	if (state->rest)
		buffer_string(out,
			"\nan earlier rollback waits for a device: `iproute rollback` goes on "
			"with it when that is up\n");
	return 0;
}

/* ---- JSON ---- */

static void write_waiting(struct state *state, struct writer *writer)
{
	const struct vector *waiting = &state->plan->waiting;

	for (size_t i = 0; i < waiting->count; i++) {
		writer_open(writer);
		writer_string(writer, LABEL("waiting"), TINT_NONE,
			((const struct plan_waiting *)vector_at(waiting, i))->text);
		writer_close(writer);
	}
	if (!state->pends)
		return;
	writer_open(writer);
	writer_number(writer, LABEL("pending"), state->left, NULL);
	writer_close(writer);
}

static int show_json(struct state *state, struct error *error)
{
	struct session *session = state->plan->session;
	struct writer *writer = json_writer(&session->out, session->options.pretty);
	int status = 0;

	writer_begin(writer);
	owners_show(session, &state->owners, writer);
	if (state->declared) {
		plan_show_changes(state->plan, writer);
		status = show_broken(state, writer, error);
	}
	write_waiting(state, writer);
	writer_end(writer);
	writer_free(writer);
	return status;
}

/* ---- metrics: the text format of Prometheus ---- */

static void put_gauge(struct buffer *out, const char *name, const char *help, size_t value)
{
	buffer_format(out, "# HELP iproute_%s %s\n# TYPE iproute_%s gauge\niproute_%s %zu\n", name,
		help, name, name, value);
}

static int show_metrics(struct state *state, struct error *error)
{
	struct session *session = state->plan->session;
	const struct difference *difference = &state->plan->reconcile.difference;
	struct buffer *out = &session->out;
	size_t start;

	owners_show_metrics(session, &state->owners);
	start = out->length;
	if (state->declared && show_broken(state, NULL, error))
		return -1;
	out->length = start;
	put_gauge(out, "policy_declared", "1: there is a policy file.", state->declared);
	put_gauge(out, "policy_missing", "Lines of the policy file that are not in force.",
		difference->added);
	put_gauge(out, "policy_changed", "Lines of it that others have changed.",
		difference->changed + difference->repairs.count);
	put_gauge(out, "policy_extra", "Routes and rules of its owner that it does not declare.",
		difference->removed);
	put_gauge(out, "policy_waiting", "Lines of it that wait for a device.",
		state->plan->waiting.count);
	put_gauge(out, "policy_expectations_broken", "Its expect lines that do not hold.",
		state->broken);
	put_gauge(out, "confirm_pending", "1: a change waits to be confirmed.", state->pends);
	return 0;
}

static int show(struct state *state, struct error *error)
{
	const struct options *given = &state->plan->session->options;

	if (given->metrics)
		return show_metrics(state, error);
	return given->json ? show_json(state, error) : show_text(state, error);
}

static int run(struct plan *plan, struct error *error)
{
	struct state state = {.plan = plan};
	int status = read_state(&state, error);

	if (!status)
		status = show(&state, error);
	if (!status && has_drift(&state))
		plan->session->answer = STATUS_NO;
	if (status)
		session_keep_error(plan->session, error);
	subject_close(plan->session, &state.kernel);
	return status;
}

int command_status(struct session *session, const struct command *command, struct words *words,
	struct error *error)
{
	return plan_run(session, command, words, run, error);
}
