/* SPDX-License-Identifier: GPL-2.0-or-later */
/* encap mpls: puts labels in front of the packet (linux/mpls_iptunnel.h). */
#include <arpa/inet.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/mpls.h>
#include <linux/mpls_iptunnel.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/words.h"
#include "field/received.h"
#include "kind/attributes.h"
#include "kind/encap/encap.h"
#include "kind/label.h"
#include "kind/number.h"

enum {
	LABELS_MAX = 30, /* the kernel's MAX_NEW_LABELS */
};

struct labels {
	bool given;
	uint8_t count;
	uint32_t label[LABELS_MAX]; /* the outermost first */
};

struct mpls {
	uint8_t family;
	struct labels labels;
	struct number ttl;
	struct attributes others;
};

static int parse_labels(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct labels *labels = value;
	const char *at = parser_value(parser, field, error);

	if (!at)
		return -1;
	for (;;) {
		size_t length = strcspn(at, "/");

		if (labels->count == LABELS_MAX)
			return parser_refuse(parser, error, "more than %d labels", LABELS_MAX);
		if (!label_read(at, length, parser->dialect, &labels->label[labels->count++]))
			return parser_refuse(parser, error,
				"\"%.*s\" is not a label: a number up to %d", (int)length, at,
				LABEL_MAX);
		at += length;
		if (!*at++)
			break;
	}
	labels->given = true;
	return 0;
}

static void put_labels(struct nlmsghdr *message, const struct field *field, const void *value)
{
	const struct labels *labels = value;
	uint32_t entry[LABELS_MAX];

	for (int i = 0; i < labels->count; i++)
		entry[i] = label_entry(labels->label[i], i == labels->count - 1);
	mnl_attr_put(message, field->attribute, sizeof *entry * labels->count, entry);
}

static void get_labels(struct message *message, const struct field *field, void *value)
{
	struct labels *labels = value;
	const struct nlattr *attribute = message_attribute(message, field, sizeof(uint32_t));
	const uint32_t *entry;
	size_t count;

	if (!attribute)
		return;
	entry = mnl_attr_get_payload(attribute);
	count = mnl_attr_get_payload_len(attribute) / sizeof *entry;
	for (size_t i = 0; i < count && i < LABELS_MAX; i++)
		labels->label[labels->count++] = ntohl(entry[i]) >> MPLS_LS_LABEL_SHIFT;
	labels->given = true;
}

/* ip's text has an additional blank before and after it. */
static void write_labels(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	const struct labels *labels = value;
	struct label label = field_label(field, view->dialect);
	struct buffer text = {0};

	for (int i = 0; i < labels->count; i++)
		buffer_format(&text, "%s%u", i ? "/" : "", labels->label[i]);
	if (view->dialect == DIALECT_IP)
		writer_aside(writer, " ");
	writer_string(writer, &label, TINT_NONE, buffer_text(&text));
	buffer_free(&text);
}

static bool same_labels(const void *a, const void *b)
{
	const struct labels *left = a;
	const struct labels *right = b;

	return left->count == right->count &&
	       !memcmp(left->label, right->label, sizeof *left->label * left->count);
}

static const struct kind kind_labels = {
	.syntax = "LABEL[/LABEL...]",
	.size = sizeof(struct labels),
	.parse = parse_labels,
	.put = put_labels,
	.get = get_labels,
	.write = write_labels,
	.same = same_labels,
};

#define AT(member) .offset = offsetof(struct mpls, member)

static const struct field rows[] = {
	{.word = "dst",
		.kind = &kind_labels,
		AT(labels),
		.attribute = MPLS_IPTUNNEL_DST,
		.flags = FIELD_POSITIONAL | FIELD_INFO,
		.help = "labels, the outermost first",
		.sample = "100/200"},
	{.word = "ttl",
		.kind = &kind_octet,
		AT(ttl),
		.attribute = MPLS_IPTUNNEL_TTL,
		.flags = FIELD_INFO,
		.help = "hop limit of the labels, instead of the packet's own",
		.sample = "ttl 64"},
	ENCAP_OTHERS,
};

static int finish_mpls(const struct parser *parser, void *record, const struct origin *origin,
	bool del, struct error *error)
{
	(void)origin;
	(void)del;
	if (((const struct mpls *)record)->labels.given)
		return 0;
	error_at(error, parser->words, parser->words->next, "the labels are missing");
	error_fault(error, FAULT_MISSING, NULL, NULL);
	error_field(error, object_field(&encap_mpls_object, "dst"));
	return error_hint(error, "encap mpls %s", kind_labels.syntax);
}

const struct object encap_mpls_object = {
	.name = "encap",
	.fields = rows,
	.count = sizeof rows / sizeof *rows,
	.size = sizeof(struct mpls),
	.finish = finish_mpls,
	.once = true,
};
