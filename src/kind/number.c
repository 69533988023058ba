/* Numbers of 32 bits. */
#include "kind/number.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <libmnl/libmnl.h>

#include "base/error.h"

bool number_read(const char *text, enum dialect dialect, uint32_t *value)
{
	int base = dialect == DIALECT_IP ? 0 : 10;
	unsigned long long number;
	char *end;

	if (!strncmp(text, "0x", 2) || !strncmp(text, "0X", 2))
		base = 16;
	if (dialect == DIALECT_OWN && (*text < '0' || *text > '9'))
		return false;
	errno = 0;
	number = strtoull(text, &end, base);
	if (!*text || *end || errno || number > UINT32_MAX)
		return false;
	*value = (uint32_t)number;
	return true;
}

static int parse_number(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct number *number = value;
	const struct range *range = field->extra;
	const char *word = parser_value(parser, field, error);

	if (!word)
		return -1;
	if (!number_read(word, parser->dialect, &number->value))
		return parser_refuse(parser, error, "\"%s\" is not a number of 32 bits", word);
	if (range && (number->value < range->least || number->value > range->most))
		return parser_refuse(parser, error, "\"%s\" takes a number from %u to %u, not %s",
			field_word(field, parser->dialect), range->least, range->most, word);
	number->given = true;
	return 0;
}

static void put_number(struct nlmsghdr *message, const struct field *field, const void *value)
{
	const struct number *number = value;

	mnl_attr_put_u32(message, field->attribute, number->value);
}

static void get_number(struct message *message, const struct field *field, void *value)
{
	struct number *number = value;
	const struct nlattr *attribute = message_attribute(message, field, sizeof(uint32_t));

	if (!attribute)
		return;
	number->given = true;
	number->value = mnl_attr_get_u32(attribute);
}

static void write_number(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	const struct number *number = value;
	struct label label = field_label(field, view->dialect);

	writer_number(writer, &label, number->value, NULL);
}

static bool same_number(const void *a, const void *b)
{
	return ((const struct number *)a)->value == ((const struct number *)b)->value;
}

const struct kind kind_number = {
	.syntax = "N",
	.size = sizeof(struct number),
	.parse = parse_number,
	.put = put_number,
	.get = get_number,
	.write = write_number,
	.same = same_number,
	.fits = same_number, /* none is 0, which the kernel does not tell: metric 0 */
};
