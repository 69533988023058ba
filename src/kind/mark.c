/* Marks with masks. */
#include "kind/mark.h"

#include <string.h>

#include <libmnl/libmnl.h>

#include "base/error.h"
#include "kind/number.h"

static int parse_mark(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct mark *mark = value;
	const char *word = parser_value(parser, field, error);
	const char *slash;
	size_t length;
	char text[32];

	if (!word)
		return -1;
	slash = strchr(word, '/');
	length = slash ? (size_t)(slash - word) : strlen(word);
	snprintf(text, sizeof text, "%.*s", (int)length, word);
	mark->mask = UINT32_MAX;
	mark->given = true;
	if (length >= sizeof text || !number_read(text, parser->dialect, &mark->value) ||
		(slash && !number_read(slash + 1, parser->dialect, &mark->mask)))
		return parser_refuse(parser, error,
			"\"%s\" is not a mark: MARK or MARK/MASK, as in 0x1/0xff", word);
	if (parser->dialect == DIALECT_OWN && mark->value & ~mark->mask) {
		parser_refuse(parser, error,
			"the mark has bits outside its mask, so nothing would match");
		return error_hint(
			error, "did you mean %#x/%#x?", mark->value & mark->mask, mark->mask);
	}
	/* To the kernel, and so to `ip`, mark 0 without a mask is no selector at all. */
	if (parser->dialect == DIALECT_IP && !mark->value && !slash)
		mark->mask = 0;
	return 0;
}

static void put_mark(struct nlmsghdr *message, const struct field *field, const void *value)
{
	const struct mark *mark = value;

	mnl_attr_put_u32(message, field->attribute, mark->value);
	if (mark->mask != UINT32_MAX || !mark->value)
		mnl_attr_put_u32(message, field->also, mark->mask);
}

/* The kernel tells the mark only when it or the mask is not zero (fib_rules.c, fib_nl_fill_rule).
 */
static void get_mark(struct message *message, const struct field *field, void *value)
{
	struct mark *mark = value;
	struct field mask_field = {.attribute = field->also};
	const struct nlattr *attribute = message_attribute(message, field, sizeof(uint32_t));
	const struct nlattr *mask = message_attribute(message, &mask_field, sizeof(uint32_t));

	if (!attribute && !mask)
		return;
	mark->given = true;
	mark->value = attribute ? mnl_attr_get_u32(attribute) : 0;
	mark->mask = mask ? mnl_attr_get_u32(mask) : UINT32_MAX;
}

static void write_mark(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	const struct mark *mark = value;
	struct label label = field_label(field, view->dialect);
	char text[32];

	if (mark->mask == UINT32_MAX)
		snprintf(text, sizeof text, "%#x", mark->value);
	else
		snprintf(text, sizeof text, "%#x/%#x", mark->value, mark->mask);
	writer_string(writer, &label, TINT_NONE, text);
}

static bool same_mark(const void *a, const void *b)
{
	const struct mark *left = a;
	const struct mark *right = b;

	return left->value == right->value && left->mask == right->mask;
}

const struct kind kind_mark = {
	.syntax = "MARK[/MASK]",
	.size = sizeof(struct mark),
	.parse = parse_mark,
	.put = put_mark,
	.get = get_mark,
	.write = write_mark,
	.same = same_mark,
	.fits = same_mark, /* none is 0/0, which the kernel does not tell */
};
