/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Programs are only shown; other tools load them. */
#include "kind/program.h"

#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/lwtunnel.h>

#include "base/error.h"
#include "field/received.h"

static int parse_program(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct program *program = value;
	const char *word = parser_value(parser, field, error);

	if (!word)
		return -1;
	if (!parser->filter) {
		parser_refuse(parser, error,
			"\"%s\": programs cannot be loaded from here, only shown", field->word);
		return error_hint(error, "`ip route add ... encap ...` loads one from its file");
	}
	program->given = true;
	snprintf(program->name, sizeof program->name, "%s", word);
	return 0;
}

/* The descriptor of a program is valid only in the process that loaded it. */
static void put_program(struct nlmsghdr *message, const struct field *field, const void *value)
{
	const struct program *program = value;
	struct nlattr *nest = mnl_attr_nest_start(message, field->attribute);

	if (*program->name)
		mnl_attr_put_strz(message, LWT_BPF_PROG_NAME, program->name);
	mnl_attr_nest_end(message, nest);
}

static void get_program(struct message *message, const struct field *field, void *value)
{
	struct program *program = value;
	const struct nlattr *nest = message_attribute(message, field, 0);
	const struct nlattr *attribute;

	if (!nest)
		return;
	program->given = true;
	mnl_attr_for_each_nested(attribute, nest)
	{
		if (mnl_attr_get_type(attribute) == LWT_BPF_PROG_NAME)
			snprintf(program->name, sizeof program->name, "%.*s",
				(int)mnl_attr_get_payload_len(attribute),
				(const char *)mnl_attr_get_payload(attribute));
	}
}

static void write_program(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	const struct program *program = value;
	struct label word = {.word = field_word(field, view->dialect)};
	struct label key = {.key = field_label(field, view->dialect).key};

	writer_string(writer, &word, TINT_NONE, *program->name ? program->name : NULL);
	writer_string(writer, &key, TINT_NONE, *program->name ? program->name : "<unknown>");
}

static bool same_program(const void *a, const void *b)
{
	return !strcmp(((const struct program *)a)->name, ((const struct program *)b)->name);
}

const struct kind kind_program = {
	.syntax = "obj FILE",
	.size = sizeof(struct program),
	.parse = parse_program,
	.put = put_program,
	.get = get_program,
	.write = write_program,
	.same = same_program,
};
