/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs in the order of `iproute -h`. */
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
		.help = "add a route to a class",
		.examples = "add 10.0.0.0/8 gw 192.0.2.2\nadd default reject class 250"},
	{.verb = "append",
		NODE,
		.variant = OPERATION_APPEND,
		.help = "add it after those with the same DEST, tos and metric",
		.examples = "append 2001:db8:9::/48 gw 2001:db8:1::2\nappend 10.0.0.0/8 gw "
			    "192.0.2.3 metric 5"},
	{.verb = "prepend",
		NODE,
		.variant = OPERATION_PREPEND,
		.help = "add it before them",
		.examples = "prepend 10.0.0.0/8 gw 192.0.2.3\nprepend 10.0.0.0/8 dev eth1 tos 10"},
	{.verb = "change",
		NODE,
		.variant = OPERATION_CHANGE,
		.help = "change an existing route",
		.examples = "change 10.0.0.0/8 gw 192.0.2.3\nchange default gw 192.0.2.3 class 250 "
			    "mtu 1400"},
	{.verb = "replace",
		NODE,
		.variant = OPERATION_REPLACE,
		.help = "change it, or add it if it doesn't exist",
		.examples = "replace default gw 192.0.2.3\nreplace 10.3.0.0/16 prohibit"},
	{.verb = "del",
		.synonym = "delete",
		.syntax = "[all] DEST INFO",
		.leading = "all",
		.object = &route_object,
		.prepare = prepare_del,
		.variant = OPERATION_DELETE,
		.help = "remove the route that matches; all: every one",
		.examples = "del 10.0.0.0/8\ndel all via 192.0.2.2"},
	{.verb = "addrule",
		.group = "rules",
		.syntax = "SELECTOR ACTION",
		.object = &rule_object,
		.prepare = prepare_addrule,
		.help = "add a rule; without pref, before all others",
		.examples = "addrule from 10.1.0.0/16 class 250\naddrule from 10.9.0.0/16 route gw "
			    "198.51.100.2 dev eth1"},
	{.verb = "replacerule",
		.syntax = "SELECTOR ACTION",
		.object = &rule_object,
		.prepare = prepare_replacerule,
		.help = "change the action of the rule with this selector",
		.examples = "replacerule from 10.1.0.0/16 class 251\nreplacerule from 10.9.0.0/16 "
			    "route gw 192.0.2.2"},
	{.verb = "delrule",
		.syntax = "[all] SELECTOR [ACTION]",
		.leading = "all",
		.object = &rule_object,
		.prepare = prepare_delrule,
		.variant = OPERATION_DELETE,
		.help = "remove the rule that matches; all: every one",
		.examples = "delrule from 10.1.0.0/16\ndelrule pref 32766"},
	{.verb = "local-policy",
		.syntax = "on | off [except SELECTOR]... | show",
		.leading = "on off show",
		.object = &rule_object,
		.prepare = prepare_local_policy,
		.run = command_local_policy,
		.exceptions = true,
		.help = "do packets of this host itself pass the rules",
		.examples = "local-policy show\nlocal-policy off except fwmark 7"},
	{.verb = "show",
		.synonym = "list",
		.group = "lists",
		.syntax = "[DEST] [INFO]",
		.leading = "all",
		.object = &route_object,
		.run = command_show,
		.help = "list matching routes, one line each",
		.examples = "show class 250\nshow root 10.0.0.0/8 dev eth0"},
	{.verb = "showrules",
		.syntax = "[SELECTOR] [ACTION]",
		.leading = "all",
		.object = &rule_object,
		.run = command_showrules,
		.help = "list matching rules, one line each",
		.examples = "showrules\nshowrules from root 10.0.0.0/8"},
	{.verb = "get",
		.syntax = "ADDR [PACKET]",
		.object = &packet_object,
		.run = command_get,
		.help = "show the route that a packet takes",
		.examples = "get 203.0.113.9\nget 203.0.113.9 from 10.1.0.4 iif eth1"},
	{.verb = "classes",
		.syntax = "",
		.run = command_classes,
		.help = "list the classes with their routes and rules",
		.examples = "classes\n-j classes"},
	{.verb = "explain",
		.group = "meaning",
		.syntax = "ADDR [PACKET] [-f FILE]",
		.object = &packet_object,
		.run = command_explain,
		.offline = true,
		.help = "where a packet goes, and which rules decide it",
		.examples = "explain 203.0.113.9 from 10.1.0.4 iif eth1\nexplain 203.0.113.9 -f "
			    "./policy"},
	{.verb = "test",
		.syntax = "FILE ... [-f FILE]",
		.run = command_test,
		.files = UINT8_MAX,
		.offline = true,
		.help = "does the policy do what `expect` lines say?",
		.examples = "test ./policy -f ./before\ntest ./policy"},
	{.verb = "check",
		.syntax = "[FILE]",
		.run = command_check,
		.files = 1,
		.offline = true,
		.help = "what is probably wrong with the policy",
		.examples = "check\ncheck ./policy"},
	{.verb = "diff",
		.syntax = "[-lines] FILE|- FILE|-",
		.run = command_diff,
		.files = 2,
		.offline = true,
		.help = "which packets two policies treat differently",
		.examples = "diff ./before ./policy\ndiff -lines ./before -"},
	{.verb = "graph",
		.syntax = "[-svg] [ADDR PACKET] [-f FILE]",
		.object = &packet_object,
		.run = command_graph,
		.offline = true,
		.help = "the policy as a Graphviz graph",
		.examples = "graph\ngraph -svg -f ./policy"},
	{.verb = "flush",
		.group = "whole",
		.syntax = "all | [DEST] [INFO]",
		.leading = "all",
		.object = &route_object,
		.prepare = prepare_flush,
		.run = command_flush,
		.changes = true,
		.help = "remove every route that matches",
		.examples = "flush class 250\n-dry-run flush all",
		.see = "show"},
	{.verb = "flushrules",
		.syntax = "all | [SELECTOR] [ACTION]",
		.leading = "all",
		.object = &rule_object,
		.prepare = prepare_flushrules,
		.run = command_flush,
		.changes = true,
		.help = "remove every rule that matches, except the kernel's own",
		.examples = "flushrules class 250\n-dry-run flushrules all",
		.see = "showrules"},
	{.verb = "batch",
		.syntax = "FILE",
		.run = command_batch,
		.files = 1,
		.changes = true,
		.help = "run the lines of a file, all or none; -: standard input",
		.examples = "batch ./lines\n-force batch ./lines"},
	{.verb = "monitor",
		.syntax = "[routes] [rules] | flows",
		.leading = "routes rules flows",
		.run = command_monitor,
		.help = "print changes as they happen; flows: of rules with `log`",
		.examples = "monitor\n-t monitor rules"},
	{.verb = "save",
		.syntax = "[FILE] [routes | rules] [SELECTOR]",
		.leading = "routes rules all",
		.object = &route_object,
		.run = command_save,
		.help = "write routes and rules, to a file (/PATH or ./PATH), for restore",
		.examples = "save ./before\nsave rules from root 10.0.0.0/8",
		.see = "show, and after `rules` of showrules"},
	{.verb = "restore",
		.syntax = "FILE | -",
		.run = command_restore,
		.files = 1,
		.changes = true,
		.help = "make routes and rules equal to the file",
		.examples = "restore ./before\n-dry-run restore ./before"},
	{.verb = "plan",
		.group = "policy",
		.syntax = "[FILE]",
		.run = command_plan,
		.files = 1,
		.help = "show what apply would change",
		.examples = "plan ./policy\n-json plan ./policy"},
	{.verb = "apply",
		.syntax = "[FILE]",
		.run = command_apply,
		.files = 1,
		.changes = true,
		.help = "make what the policy file declares, all or nothing",
		.examples = "apply ./policy\n-confirm 60 apply ./policy"},
	{.verb = "rehearse",
		.syntax = "[FILE]",
		.run = command_rehearse,
		.files = true,
		.help = "play apply in a copy of this network namespace",
		.examples = "rehearse ./policy\n-json rehearse ./policy"},
	{.verb = "status",
		.syntax = "[FILE]",
		.run = command_status,
		.files = true,
		.help = "is the policy still in force, and who has made what",
		.examples = "status ./policy\n-json status"},
	{.verb = "confirm",
		.syntax = "",
		.run = command_confirm,
		.help = "keep the change that -confirm lets wait",
		.examples = "-confirm 60 add default gw 192.0.2.2\nconfirm"},
	{.verb = "rollback",
		.syntax = "",
		.run = command_rollback,
		.help = "undo it at once",
		.examples = "-confirm 60 add default gw 192.0.2.2\nrollback"},
	{.verb = "help",
		.group = "",
		.syntax = "[VERB | encap [TYPE]]",
		.run = command_help,
		.offline = true,
		.help = "print the usage of a verb, or of encap"},
	{.verb = "version",
		.group = "",
		.syntax = "",
		.run = command_version,
		.offline = true,
		.help = "print the version"},
	{.verb = "complete",
		.group = "",
		.syntax = "-- WORDS",
		.verbatim = true,
		.run = command_complete,
		.offline = true,
		.help = "print what may follow the words, for the shell"},
	{.verb = "manual",
		.group = "",
		.syntax = "SECTION",
		.run = command_manual,
		.offline = true,
		.help = "print a generated part of the manual page"},
	{.verb = NULL},
};

/* Every line of a batch searches the verbs, so this must be fast. */
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
		error_at(error, words, words->count, "the verb is missing");
	else if (!command)
		refuse_verb(words, verb, error);
	return command;
}
