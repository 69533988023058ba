/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * graph: draws a policy as a Graphviz graph. Rules are below each other in their order; beside them
 * their classes, then gateways and devices. Neighbouring rules with the same class share one box.
 */
#include <errno.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

#include "base/utf8.h"
#include "command/command.h"
#include "command/explanation.h"
#include "command/reason.h"
#include "kind/class.h"
#include "lookup/scan.h"

enum { FOLDED_SHOWN = 6, EDGES_SHOWN = 12, TARGET_MAX = 160 };

struct drawing {
	struct session *session;
	struct subject *subject;
	struct view view;
	uint8_t family;
	struct buffer dot;
	const struct trace *trace; /* NULL: no packet */
	struct vector edges;       /* struct edge: of the class being drawn */
};

/* An arrow from a class. */
struct edge {
	char target[TARGET_MAX]; /* as in a label */
	size_t count;
};

static const struct rule *rule_at(const struct drawing *drawing, size_t index)
{
	return vector_at(snapshot_rules(drawing->subject->snapshot, drawing->family), index);
}

static size_t rule_count(const struct drawing *drawing)
{
	return snapshot_rules(drawing->subject->snapshot, drawing->family)->count;
}

static bool leads_alike(const struct rule *a, const struct rule *b)
{
	return rule_action(a) == FR_ACT_TO_TBL && rule_action(b) == FR_ACT_TO_TBL &&
	       a->class.value == b->class.value && !a->own.given && !b->own.given;
}

/* Returns the end of the rules from `begin` on that share one box. */
static size_t fold_end(const struct drawing *drawing, size_t begin)
{
	size_t end = begin + 1;

	while (end < rule_count(drawing) &&
		leads_alike(rule_at(drawing, begin), rule_at(drawing, end)))
		end++;
	return end;
}

static bool is_scanned(const struct drawing *drawing, const struct rule *rule, bool decides)
{
	if (!drawing->trace)
		return false;
	for (size_t i = 0; i < drawing->trace->steps.count; i++) {
		const struct trace_step *step = vector_at(&drawing->trace->steps, i);

		if (step->rule == rule)
			return !decides || drawing->trace->outcome.rule == rule;
	}
	return false;
}

static void add_rule_text(struct drawing *drawing, const struct rule *rule)
{
	struct rule shown = *rule;
	struct buffer text = {0};

	/* The arrow shows the class. */
	shown.class.given = false;
	shown.own.given = false;
	reason_rule(&text, &shown, &drawing->view);
	buffer_format(&drawing->dot, "%u  ", rule->preference.value);
	utf8_add_quotable(&drawing->dot, text.length ? buffer_text(&text) : "every packet");
	buffer_string(&drawing->dot, "\\l");
	buffer_free(&text);
}

static void draw_box(struct drawing *drawing, size_t begin, size_t end)
{
	bool decides = false;
	bool scanned = false;

	for (size_t i = begin; i < end; i++) {
		decides |= is_scanned(drawing, rule_at(drawing, i), true);
		scanned |= is_scanned(drawing, rule_at(drawing, i), false);
	}
	buffer_format(&drawing->dot, "\trule%zu [shape=box%s label=\"", begin,
		decides   ? " style=filled fillcolor=gold penwidth=2"
		: scanned ? " style=filled fillcolor=lightyellow"
			  : "");
	for (size_t i = begin; i < end && i < begin + FOLDED_SHOWN; i++)
		add_rule_text(drawing, rule_at(drawing, i));
	if (end - begin > FOLDED_SHOWN)
		buffer_format(&drawing->dot, "... and %zu more\\l", end - begin - FOLDED_SHOWN);
	buffer_string(&drawing->dot, "\"]\n");
}

static const char *edge_style(bool taken)
{
	return taken ? " [color=red penwidth=2]" : "";
}

static void draw_action(struct drawing *drawing, size_t begin, size_t end)
{
	const struct vector *rules = snapshot_rules(drawing->subject->snapshot, drawing->family);
	const struct rule *rule = rule_at(drawing, begin);
	bool taken = false;
	size_t target;

	for (size_t i = begin; i < end; i++)
		taken |= is_scanned(drawing, rule_at(drawing, i), true);
	switch (rule_action(rule)) {
	case FR_ACT_TO_TBL:
		buffer_format(&drawing->dot, "\trule%zu -> class%u%s\n", begin, rule->class.value,
			edge_style(taken));
		break;
	case FR_ACT_GOTO:
		target = rules_find_target(rules, begin);
		if (target < rules->count)
			buffer_format(&drawing->dot,
				"\trule%zu -> rule%zu [style=dashed constraint=false]\n", begin,
				target);
		break;
	case FR_ACT_NOP:
		break;
	default:
		buffer_format(&drawing->dot, "\trule%zu -> refused%s\n", begin, edge_style(taken));
		break;
	}
}

static void draw_rules(struct drawing *drawing)
{
	size_t before = SIZE_MAX;

	buffer_string(&drawing->dot, "\tsubgraph rules { rank=same\n");
	for (size_t i = 0; i < rule_count(drawing); i = fold_end(drawing, i)) {
		draw_box(drawing, i, fold_end(drawing, i));
		if (before != SIZE_MAX)
			buffer_format(
				&drawing->dot, "\trule%zu -> rule%zu [color=gray]\n", before, i);
		before = i;
	}
	buffer_string(&drawing->dot, "\t}\n");
	for (size_t i = 0; i < rule_count(drawing); i = fold_end(drawing, i))
		draw_action(drawing, i, fold_end(drawing, i));
}

/* ---- classes ---- */

static void note_edge(struct drawing *drawing, const char *target)
{
	struct edge edge = {.count = 1};

	for (size_t i = 0; i < drawing->edges.count; i++) {
		struct edge *known = vector_at(&drawing->edges, i);

		if (!strcmp(known->target, target)) {
			known->count++;
			return;
		}
	}
	snprintf(edge.target, sizeof edge.target, "%s", target);
	drawing->edges.size = sizeof edge;
	vector_push(&drawing->edges, &edge);
}

static bool note_route(const struct route *route, void *context)
{
	struct drawing *drawing = context;
	struct hop hops[HOPS_MAX];
	char target[TARGET_MAX];
	char address[ADDRESS_TEXT_MAX];
	struct buffer device = {0};
	size_t count;

	if (node_type(route) == RTN_THROW)
		return true;
	if (type_refusal(node_type(route))) {
		note_edge(drawing, "refused");
		return true;
	}
	if (node_type(route) != RTN_UNICAST) {
		note_edge(drawing, "this host");
		return true;
	}
	count = node_hops(drawing->subject->snapshot, route, hops, HOPS_MAX);
	for (size_t i = 0; i < count; i++) {
		buffer_reset(&device);
		utf8_add_quotable(
			&device, reason_device(drawing->subject->snapshot, hops[i].device));
		if (hops[i].gateway.given) {
			address_text(hops[i].gateway.family, hops[i].gateway.bytes, address);
			snprintf(
				target, sizeof target, "%s\\non %s", address, buffer_text(&device));
		} else {
			snprintf(target, sizeof target, "on %s", buffer_text(&device));
		}
		note_edge(drawing, target);
	}
	buffer_free(&device);
	return true;
}

static bool is_class_taken(const struct drawing *drawing, uint32_t class)
{
	return drawing->trace && drawing->trace->outcome.class == class;
}

static bool is_edge_taken(const struct drawing *drawing, uint32_t class, const char *target)
{
	struct drawing probe = {.subject = drawing->subject};
	bool taken = false;

	if (!is_class_taken(drawing, class) || !drawing->trace->outcome.node)
		return false;
	note_route(drawing->trace->outcome.node, &probe);
	for (size_t i = 0; i < probe.edges.count; i++)
		taken |= !strcmp(((struct edge *)vector_at(&probe.edges, i))->target, target);
	vector_free(&probe.edges);
	return taken;
}

static void draw_edges(struct drawing *drawing, uint32_t class)
{
	size_t shown = 0;

	for (size_t i = 0; i < drawing->edges.count && shown++ < EDGES_SHOWN; i++) {
		const struct edge *edge = vector_at(&drawing->edges, i);
		bool taken = is_edge_taken(drawing, class, edge->target);

		buffer_format(&drawing->dot, "\tclass%u -> \"%s\" [label=\"%zu\"%s]\n", class,
			edge->target, edge->count, taken ? " color=red penwidth=2" : "");
	}
	if (drawing->edges.count > EDGES_SHOWN)
		buffer_format(&drawing->dot, "\tclass%u -> \"%zu others\"\n", class,
			drawing->edges.count - EDGES_SHOWN);
}

static int draw_class(struct drawing *drawing, const struct rule *rule, struct error *error)
{
	struct scope scope = {.family = drawing->family, .class = rule->class.value};
	char spare[DECIMAL_TEXT_MAX];
	int status;

	buffer_format(&drawing->dot, "\tclass%u [shape=ellipse%s label=\"%s", rule->class.value,
		is_class_taken(drawing, rule->class.value) ? " style=filled fillcolor=gold" : "",
		rule->own.given ? "own" : "class ");
	if (!rule->own.given)
		utf8_add_quotable(
			&drawing->dot, class_name(&drawing->view, rule->class.value, spare));
	buffer_string(&drawing->dot, "\"]\n");
	drawing->edges.count = 0;
	status =
		snapshot_each_route(drawing->subject->snapshot, &scope, note_route, drawing, error);
	if (!status)
		draw_edges(drawing, rule->class.value);
	return status;
}

static bool is_drawn(const struct drawing *drawing, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (rule_action(rule_at(drawing, i)) == FR_ACT_TO_TBL &&
			rule_at(drawing, i)->class.value == rule_at(drawing, index)->class.value)
			return true;
	return false;
}

static int draw(struct drawing *drawing, struct error *error)
{
	buffer_string(&drawing->dot,
		"digraph policy {\n\trankdir=LR\n\tnode [fontname=\"sans-serif\" fontsize=11]\n"
		"\tedge [fontname=\"sans-serif\" fontsize=9]\n"
		"\trefused [shape=octagon color=red]\n");
	draw_rules(drawing);
	for (size_t i = 0; i < rule_count(drawing); i++)
		if (rule_action(rule_at(drawing, i)) == FR_ACT_TO_TBL && !is_drawn(drawing, i) &&
			draw_class(drawing, rule_at(drawing, i), error))
			return -1;
	buffer_string(&drawing->dot, "}\n");
	return 0;
}

/* ---- the verb ---- */

/* Runs dot on the file; its output goes to standard output. Returns its exit status, or -1 with
 * errno. */
static int run_dot(int file)
{
	static const char *const words[] = {"dot", "-Tsvg", NULL};
	posix_spawn_file_actions_t actions;
	int status = -1;
	pid_t child;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, file, STDIN_FILENO);
	errno = posix_spawnp(&child, "dot", &actions, NULL, (char *const *)words, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (errno)
		return -1;
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* Passes the graph to dot in a file: writing to a pipe that dot does not read would end this
 * program. */
static int write_svg(struct session *session, struct buffer *dot, struct error *error)
{
	int file = memfd_create("graph", MFD_CLOEXEC);
	int status = -1;

	if (session_flush(session, true))
		return 0;
	if (file >= 0 && write(file, dot->data, dot->length) == (ssize_t)dot->length &&
		lseek(file, 0, SEEK_SET) == 0)
		status = run_dot(file);
	if (file >= 0)
		close(file);
	if (status < 0 && errno == ENOENT) {
		error_set(error, STATUS_REFUSED, "there is no program \"dot\"");
		return error_hint(error, "Debian, Fedora and Alpine: install graphviz");
	}
	return status ? error_set(error, STATUS_REFUSED, "dot failed") : 0;
}

static int run(struct session *session, struct subject *subject, bool svg, struct error *error)
{
	struct drawing drawing = {
		.session = session, .subject = subject, .view = session_view(session)};
	struct explanation explanation = {0};
	struct packet packet = {0};
	struct origin origin;
	struct parser parser = session_parser(session, &subject->words);
	int status = 0;

	drawing.family = session->options.family ? session->options.family : AF_INET;
	if (words_peek(&subject->words)) {
		status = record_read(&parser, session_words(session, &packet_object), PURPOSE_MAKE,
				 &packet, &origin, error) ||
		                         explanation_make(
						 session, subject, &packet, &explanation, error)
		                 ? -1
		                 : 0;
		drawing.family = packet.family;
		drawing.trace = &explanation.connection.trace;
	}
	if (!status)
		status = draw(&drawing, error);
	if (!status && svg)
		status = write_svg(session, &drawing.dot, error);
	else if (!status)
		buffer_add(&session->out, drawing.dot.data, drawing.dot.length);
	buffer_free(&drawing.dot);
	vector_free(&drawing.edges);
	explanation_free(&explanation);
	return status;
}

int command_graph(struct session *session, const struct command *command, struct words *words,
	struct error *error)
{
	struct subject subject = {0};
	int status = subject_words(session, words, &subject, error);
	bool svg = words_accept(&subject.words, "-svg") || words_accept(&subject.words, "--svg");

	(void)command;
	if (!status)
		status = subject_open(session, &subject, error);
	if (!status)
		status = run(session, &subject, svg, error);
	if (status)
		session_keep_error(session, error);
	subject_close(session, &subject);
	return status;
}
