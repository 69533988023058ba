/* SPDX-License-Identifier: GPL-2.0-or-later */
/* manual SECTION: prints a part of the manual page from the tables, as mdoc source. */
#include <string.h>

#include "command/command.h"
#include "kind/encap/encap.h"
#include "model/nexthop.h"
#include "model/packet.h"
#include "model/route.h"
#include "model/rule.h"

static void put_verbs(struct buffer *out)
{
	for (const struct command *command = commands; command->verb; command++) {
		if (command->group && !*command->group)
			continue;
		buffer_format(out, ".It Cm %s", command->verb);
		if (*command->syntax)
			buffer_format(out, " Ar \"%s\"", command->syntax);
		buffer_format(out, "\n%s%s\n", command->help,
			command->help[strlen(command->help) - 1] == '?' ? "" : ".");
	}
}

static void put_options(struct buffer *out)
{
	for (const struct option *option = options; option->word; option++) {
		buffer_format(out, ".It Fl %s", option->word);
		if (option->also)
			buffer_format(out, " , Fl %s", option->also);
		if (option->value)
			buffer_format(out, "%s Ar \"%s\"", *option->value == '[' ? " Ns" : "",
				option->value);
		buffer_format(out, "\n%s.\n", option->help);
	}
}

static void put_encap(struct buffer *out)
{
	for (const struct encap_type *type = encap_types; type->word; type++) {
		buffer_format(out, ".Ss encap %s\n%s.\n.Bl -tag -width Ds -compact\n", type->word,
			type->help);
		fields_manual(out, type->object, 0);
		buffer_string(out, ".El\n");
	}
}

int command_manual(struct session *session, const struct command *command, struct words *words,
	struct error *error)
{
	const char *section = words_take(words);
	struct buffer *out = &session->out;

	(void)command;
	if (section && !strcmp(section, "verbs"))
		put_verbs(out);
	else if (section && !strcmp(section, "options"))
		put_options(out);
	else if (section && !strcmp(section, "route"))
		fields_manual(out, &route_object, 0);
	else if (section && !strcmp(section, "rule"))
		fields_manual(out, &rule_object, 0);
	else if (section && !strcmp(section, "packet"))
		fields_manual(out, &packet_object, 0);
	else if (section && !strcmp(section, "nexthop"))
		fields_manual(out, &nexthop_object, 0);
	else if (section && !strcmp(section, "encap"))
		put_encap(out);
	else
		return error_at(error, words, words->next - (section != NULL),
			"which section: verbs, options, route, nexthop, rule, packet or encap?");
	return 0;
}
