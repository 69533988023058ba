/* All verbs, in the order of the overview. */
#include <string.h>

#include "base/nearest.h"
#include "command/command.h"
#include "model/packet.h"
#include "model/route.h"
#include "model/rule.h"

#define NODE .syntax = "DEST INFO", .object = &route_object, .prepare = prepare_add

const struct command commands[] = {
	{.verb = "add",
		.group = "nodes",
		NODE,
		.variant = OPERATION_ADD,
		.help = "put a route into a class"},
	{.verb = "append",
		NODE,
		.variant = OPERATION_APPEND,
		.help = "put it after its equals (DEST, tos, metric)"},
	{.verb = "prepend", NODE, .variant = OPERATION_PREPEND, .help = "put it before its equals"},
	{.verb = "change",
		NODE,
		.variant = OPERATION_CHANGE,
		.help = "change a route that is there"},
	{.verb = "replace",
		NODE,
		.variant = OPERATION_REPLACE,
		.help = "change it, or add it if it is not there"},
	{.verb = "del",
		.synonym = "delete",
		.syntax = "[all] DEST INFO",
		.leading = "all",
		.object = &route_object,
		.prepare = prepare_del,
		.variant = OPERATION_DELETE,
		.help = "remove the route that fits; all: every one"},
	{.verb = "addrule",
		.group = "rules",
		.syntax = "SELECTOR ACTION",
		.object = &rule_object,
		.prepare = prepare_addrule,
		.help = "add a rule; without pref before the rest"},
	{.verb = "replacerule",
		.syntax = "SELECTOR ACTION",
		.object = &rule_object,
		.prepare = prepare_replacerule,
		.help = "give the rule of this selector another action"},
	{.verb = "delrule",
		.syntax = "[all] SELECTOR [ACTION]",
		.leading = "all",
		.object = &rule_object,
		.prepare = prepare_delrule,
		.variant = OPERATION_DELETE,
		.help = "remove the rule that fits; all: every one"},
	{.verb = "show",
		.synonym = "list",
		.group = "lists",
		.syntax = "[DEST] [INFO]",
		.leading = "all",
		.object = &route_object,
		.run = command_show,
		.help = "the routes that fit, in words"},
	{.verb = "showrules",
		.syntax = "[SELECTOR] [ACTION]",
		.leading = "all",
		.object = &rule_object,
		.run = command_showrules,
		.help = "the rules that fit, in words"},
	{.verb = "get",
		.syntax = "ADDR [PACKET]",
		.object = &packet_object,
		.run = command_get,
		.help = "the route that a packet would take"},
	{.verb = "classes",
		.syntax = "",
		.run = command_classes,
		.help = "the classes, their routes and rules"},
	{.verb = "flush",
		.group = "whole",
		.syntax = "all | [DEST] [INFO]",
		.leading = "all",
		.object = &route_object,
		.prepare = prepare_flush,
		.run = command_flush,
		.help = "remove every route that fits"},
	{.verb = "flushrules",
		.syntax = "all | [SELECTOR] [ACTION]",
		.leading = "all",
		.object = &rule_object,
		.prepare = prepare_flushrules,
		.run = command_flush,
		.help = "remove every rule that fits, but the kernel's own"},
	{.verb = "batch",
		.syntax = "FILE",
		.run = command_batch,
		.help = "all lines of a file, or none; -: standard input"},
	{.verb = "monitor",
		.syntax = "[routes] [rules] | flows",
		.leading = "routes rules flows",
		.run = command_monitor,
		.help = "what changes, as it happens; flows: of rules with `log`"},
	{.verb = "save",
		.syntax = "[routes | rules] [SELECTOR]",
		.leading = "routes rules all",
		.object = &route_object,
		.run = command_save,
		.help = "write down what is there, for restore"},
	{.verb = "restore",
		.syntax = "FILE | -",
		.run = command_restore,
		.help = "make it again what the file says"},
	{.verb = "help",
		.group = "",
		.syntax = "[VERB | encap [TYPE]]",
		.run = command_help,
		.offline = true,
		.help = "the usage of a verb, or of encap"},
	{.verb = "complete",
		.group = "",
		.syntax = "-- WORDS",
		.run = command_complete,
		.help = "what may follow the words, for the shell"},
	{.verb = "manual",
		.group = "",
		.syntax = "SECTION",
		.run = command_manual,
		.offline = true,
		.help = "a generated part of the manual page"},
	{.verb = NULL},
};

/* Every line of a batch looks through all verbs. */
static bool is_verb(const char *typed, const char *verb)
{
	return *typed == *verb && !strcmp(typed, verb);
}

const struct command *command_find(const char *verb)
{
	for (const struct command *command = commands; command->verb; command++) {
		if (is_verb(verb, command->verb))
			return command;
		if (command->synonym && is_verb(verb, command->synonym))
			return command;
	}
	return NULL;
}

static int refuse_verb(const struct words *words, const char *verb, struct error *error)
{
	struct nearest nearest = {0};

	error_at(error, words, words->next - 1, "there is no verb \"%s\"", verb);
	for (const struct command *command = commands; command->verb; command++)
		nearest_try(&nearest, verb, command->verb);
	if (nearest.word)
		return error_hint(error, "did you mean \"%s\"?", nearest.word);
	return error_hint(error, "`iproute -h` lists the verbs");
}

const struct command *command_read(struct words *words, struct error *error)
{
	const char *verb = words_take(words);
	const struct command *command = verb ? command_find(verb) : NULL;

	if (!verb)
		error_at(error, words, words->count, "which verb?");
	else if (!command)
		refuse_verb(words, verb, error);
	return command;
}
