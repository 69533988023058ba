/* SPDX-License-Identifier: GPL-2.0-or-later */
/* save: writes the lines, or the JSON, from which restore makes the current routes and rules. */
#include <string.h>
#include <sys/socket.h>

#include "base/replacement.h"
#include "command/command.h"
#include "command/extent.h"
#include "kind/nft_part.h"
#include "model/route.h"
#include "model/rule.h"
#include "output/json.h"
#include "state/inventory.h"
#include "state/own.h"

static const char *item_verb(const struct inventory *inventory, size_t index)
{
	const struct item *item = inventory_item(inventory, index);

	if (item->rule)
		return "addrule";
	return index && inventory_item(inventory, index - 1)->key == item->key ? "append" : "add";
}

static void put_lines(struct session *session, const struct inventory *inventory, const char *scope)
{
	struct buffer *out = &session->out;

	buffer_format(out, "# iproute %s\n", scope);
	for (size_t i = 0; i < inventory->items.count; i++) {
		buffer_string(out, item_verb(inventory, i));
		buffer_char(out, ' ');
		buffer_string(out, inventory_whole(inventory, i));
		buffer_char(out, '\n');
		if (session_flush(session, false))
			return;
	}
	buffer_string(out, "# end\n");
}

/* A JSON array with one line for each record, so that files can be compared line by line. */
static void put_json(struct session *session, const struct inventory *inventory, const char *scope)
{
	struct buffer *out = &session->out;
	struct writer *writer = json_lines_writer(out);
	struct label label = {.word = "save", .key = "save"};

	buffer_char(out, '[');
	writer_open(writer);
	writer_string(writer, &label, TINT_NONE, scope);
	writer_close(writer);
	writer_free(writer);
	out->length--;
	for (size_t i = 0; i < inventory->items.count; i++) {
		buffer_format(out, ",\n{\"%s\":", item_verb(inventory, i));
		buffer_string(out, inventory_whole(inventory, i));
		buffer_char(out, '}');
		if (session_flush(session, false))
			return;
	}
	buffer_string(out, "]\n");
}

static int put_snapshot(
	struct session *session, const struct words *words, int first, struct inventory *inventory)
{
	struct buffer text = {0};

	inventory_sort(inventory);
	extent_write_head(&text, session->options.family, words, first);
	(session->options.json ? put_json : put_lines)(session, inventory, buffer_text(&text));
	buffer_free(&text);
	return session_flush(session, true);
}

/* Writes the records to a file, completely or not at all. */
static int replace_file(struct session *session, const char *path, const struct words *words,
	int first, struct inventory *inventory, struct error *error)
{
	struct replacement file;
	int output = session->output;

	if (replacement_open(&file, path, error))
		return -1;
	session->output = file.descriptor;
	put_snapshot(session, words, first, inventory);
	session->output = output;
	if (session_check_names(session, error)) {
		replacement_abandon(&file);
		return -1;
	}
	if (!session->output_error)
		return replacement_commit(&file, error);
	error_set(error, STATUS_REFUSED, "cannot write %s: %s", path,
		strerror(session->output_error));
	session->output_error = 0;
	replacement_abandon(&file);
	return -1;
}

/* No other word starts like this; `./NAME` stands for a file in the current folder. */
static bool is_path(const char *word)
{
	return word && (*word == '/' || *word == '.');
}

struct saving {
	struct extent extent;
	struct inventory inventory;
	size_t foreign[256]; /* number of records of other programs, by protocol, which are left out
	                      */
	struct vector gone;  /* struct rule: rules without their own record */
	struct arena arena;  /* memory of these rules */
	/* The first rule or route whose nftables part is unknown; empty words: none. */
	struct part lacking;
	char words[PREFIX_TEXT_MAX + 32];
};

static void forget(void *context)
{
	struct saving *saving = context;

	inventory_reset(&saving->inventory);
	memset(saving->foreign, 0, sizeof saving->foreign);
	*saving->words = '\0';
}

static void note_lacking(struct saving *saving, const struct object *object, const void *record)
{
	const struct route *route = record;
	const struct rule *rule = record;
	char text[PREFIX_TEXT_MAX];

	if (*saving->words)
		return;
	if (object == &rule_object && rule->part.given && !rule_has_part(rule)) {
		saving->lacking = rule->part;
		snprintf(saving->words, sizeof saving->words, "the rule with pref %u",
			rule->preference.value);
	} else if (object == &route_object && route->part.given && !route->nat.given) {
		saving->lacking = route->part;
		prefix_text(&route->destination, text);
		snprintf(saving->words, sizeof saving->words, "the NAT route %s", text);
	}
}

static void keep(void *context, const struct object *object, const void *record)
{
	struct saving *saving = context;
	const struct rule *rule = record;
	const struct route *route = record;
	struct route resolved;
	struct rule written;

	/* Skips the marker of a class without a rule. */
	if (object == &route_object && own_is_marker(record))
		return;
	if (extent_leaves_out(&saving->extent, object, record)) {
		saving->foreign[object == &rule_object ? rule->protocol.value
						       : route->protocol.value]++;
	} else if (object == &rule_object && rule->gone.given) {
		fields_keep(&rule_object, vector_push(&saving->gone, rule), &saving->arena);
	} else {
		note_lacking(saving, object, record);
		/* By then the number may belong to another nexthop object, or to none. */
		if (object == &route_object) {
			resolved = *route;
			route_resolve(&resolved);
			record = &resolved;
		} else if (rule->own.given) {
			written = *rule;
			resolved = *(const struct route *)rule->own.record;
			route_resolve(&resolved);
			written.own.record = &resolved;
			record = &written;
		}
		inventory_add(&saving->inventory, object, record);
	}
}

static void report_foreign(struct session *session, const struct saving *saving)
{
	struct buffer makers = {0};
	size_t count = 0;
	struct error note;

	for (unsigned int protocol = 0; protocol < 256; protocol++) {
		const char *name = names_listed(session->names, NAMES_PROTOCOLS, protocol);
		size_t number = saving->foreign[protocol];

		if (!number)
			continue;
		buffer_format(&makers, "%s%zu ", count ? ", " : "", number);
		if (name)
			buffer_string(&makers, name);
		else
			buffer_format(&makers, "%u", protocol);
		count += number;
	}
	if (count) {
		error_set(&note, STATUS_DONE,
			"%zu route%s or rule%s of routing daemons or DHCP %s left out: %s", count,
			count == 1 ? "" : "s", count == 1 ? "" : "s", count == 1 ? "is" : "are",
			buffer_text(&makers));
		error_hint(&note, "they make these again themselves; `iproute save proto PROTO` "
				  "saves those of one protocol");
		session->report(&note);
	}
	buffer_free(&makers);
}

/* Without the lost nftables part, the file would restore something else. */
static int refuse_lacking(const struct saving *saving, struct error *error)
{
	bool missing = saving->lacking.state == PART_MISSING;

	error_set(error, STATUS_REFUSED,
		missing ? "nftables has lost the part of %s: what it did can't be saved"
			: "the nftables part of %s can't be read, and so can't be saved",
		saving->words);
	return error_hint(error, missing ? "give it back with -ensure, or delete it; nothing was "
					   "saved"
					 : "run it as root; nothing was saved");
}

/* Without the own record, the file would restore a rule that routes nothing. */
static int refuse_gone(struct session *session, const struct vector *gone, struct error *error)
{
	const void **rules = arena_get(&session->arena, (gone->count + 1) * sizeof *rules);

	if (!gone->count || session->options.force)
		return 0;
	for (size_t i = 0; i < gone->count; i++)
		rules[i] = vector_at(gone, i);
	error_set(error, STATUS_REFUSED,
		"%zu rule%s lost %s own record, so a save would not be whole", gone->count,
		gone->count == 1 ? " has" : "s have", gone->count == 1 ? "its" : "their");
	return session_hint_records(session, error,
		"`addrule` with the words that made it gives it back; -force leaves it out:",
		&rule_object, rules, gone->count);
}

static int read_extent(struct session *session, struct saving *saving, struct error *error)
{
	struct extent_visitor visitor = {forget, keep, saving};

	if (extent_visit(session, &saving->extent, &visitor, error))
		return -1;
	if (refuse_gone(session, &saving->gone, error))
		return -1;
	return *saving->words ? refuse_lacking(saving, error) : 0;
}

int command_save(struct session *session, const struct command *command, struct words *words,
	struct error *error)
{
	const char *path = is_path(words_peek(words)) ? words_take(words) : NULL;
	int first = words->next;
	struct saving saving = {.gone.size = sizeof(struct rule)};
	struct inventory *inventory = &saving.inventory;
	int status;

	(void)command;
	inventory_init(inventory, session->names, session->options.numeric, session->options.json);
	status = extent_read(session, words, &saving.extent, error);
	if (status && !path && error->words == words && error->word == first && !*error->hint)
		error_hint(error, "a file of this folder is \"./%s\"", words->word[first]);
	if (!status)
		status = read_extent(session, &saving, error);
	if (!status && path)
		status = replace_file(session, path, words, first, inventory, error);
	else if (!status)
		put_snapshot(session, words, first, inventory);
	if (!status)
		report_foreign(session, &saving);
	vector_free(&saving.gone);
	arena_free(&saving.arena);
	inventory_free(inventory);
	return status;
}
