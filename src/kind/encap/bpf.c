/* SPDX-License-Identifier: GPL-2.0-or-later */
/* encap bpf: programs that process the packets of a route. */
#include <linux/lwtunnel.h>

#include "base/error.h"
#include "base/words.h"
#include "kind/attributes.h"
#include "kind/encap/encap.h"
#include "kind/number.h"
#include "kind/program.h"

struct bpf {
	uint8_t family;
	struct program in, out, xmit;
	struct number headroom;
	struct attributes others;
};

static int parse_headroom(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	return kind_number.parse(parser, field, value, error);
}

static void put_headroom(struct nlmsghdr *message, const struct field *field, const void *value)
{
	kind_number.put(message, field, value);
}

static void get_headroom(struct message *message, const struct field *field, void *value)
{
	kind_number.get(message, field, value);
}

/* ip's text has only the number, after an additional blank. */
static void write_headroom(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	struct label label = field_label(field, view->dialect);

	if (view->dialect == DIALECT_IP) {
		label.word = "";
		writer_aside(writer, " ");
	}
	writer_number(writer, &label, ((const struct number *)value)->value, NULL);
}

static bool same_headroom(const void *a, const void *b)
{
	return kind_number.same(a, b);
}

static const struct kind kind_headroom = {
	.syntax = "N",
	.size = sizeof(struct number),
	.needs = MEMBER_RANGE,
	.parse = parse_headroom,
	.put = put_headroom,
	.get = get_headroom,
	.write = write_headroom,
	.same = same_headroom,
};

static const struct range headrooms = {1, LWT_BPF_MAX_HEADROOM};

#define AT(member) .offset = offsetof(struct bpf, member)

static const struct field rows[] = {
	{.word = "in",
		.kind = &kind_program,
		AT(in),
		.attribute = LWT_BPF_IN,
		.flags = FIELD_INFO,
		.help = "program for incoming packets",
		.sample = "in obj"},
	{.word = "out",
		.kind = &kind_program,
		AT(out),
		.attribute = LWT_BPF_OUT,
		.flags = FIELD_INFO,
		.help = "program for outgoing packets",
		.sample = "out obj"},
	{.word = "xmit",
		.kind = &kind_program,
		AT(xmit),
		.attribute = LWT_BPF_XMIT,
		.flags = FIELD_INFO,
		.help = "program before packets are sent; it may change them",
		.sample = "xmit obj"},
	{.word = "headroom",
		.kind = &kind_headroom,
		AT(headroom),
		.attribute = LWT_BPF_XMIT_HEADROOM,
		.flags = FIELD_INFO,
		.range = &headrooms,
		.help = "bytes that xmit may add in front",
		.sample = "headroom 14"},
	ENCAP_OTHERS,
};

static int finish_bpf(const struct parser *parser, void *record, const struct origin *origin,
	bool del, struct error *error)
{
	(void)record;
	(void)origin;
	(void)del;
	error_at(error, parser->words, parser->words->next,
		"encap bpf needs a program, and programs cannot be loaded from here");
	return error_hint(error, "`ip route add ... encap bpf ...` loads one from its file");
}

const struct object encap_bpf_object = {
	.name = "encap",
	.fields = rows,
	.count = sizeof rows / sizeof *rows,
	.size = sizeof(struct bpf),
	.finish = finish_bpf,
	.once = true,
};
