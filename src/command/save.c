/* save: the lines, or the JSON, that make a scope what it is now. */
#include <sys/socket.h>

#include "command/command.h"
#include "command/snapshot.h"
#include "output/json.h"

/* The command line that the file is from: restore reads it again. */
static void put_scope(struct buffer *text, uint8_t family, const struct words *words, int first)
{
	if (family)
		buffer_string(text, family == AF_INET6 ? "-6 " : "-4 ");
	buffer_string(text, "save");
	for (int i = first; i < words->count; i++)
		buffer_format(text, " %s", words->word[i]);
}

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

/* An array with a line for each record, so that files can be compared by lines too. */
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

int command_save(struct session *session, const struct command *command, struct words *words,
	struct error *error)
{
	int first = words->next;
	struct snapshot_scope scope;
	struct inventory inventory;
	struct vector rules = {0};
	struct buffer text = {0};
	int status;

	(void)command;
	inventory_init(&inventory, session->names, session->options.numeric, session->options.json);
	status = snapshot_scope_read(session, words, &scope, error);
	if (!status)
		status = snapshot_take(session, &scope, &inventory, &rules, error);
	if (!status) {
		inventory_sort(&inventory);
		put_scope(&text, session->options.family, words, first);
		(session->options.json ? put_json : put_lines)(
			session, &inventory, buffer_text(&text));
	}
	buffer_free(&text);
	vector_free(&rules);
	inventory_free(&inventory);
	return status;
}
