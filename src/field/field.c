/* What rows and kinds share: names of rows, the words of a value, the parts of a message. */
#include "field/field.h"

#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "base/error.h"
#include "base/words.h"

static bool list_has(const char *list, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = list; at && *at;) {
		size_t span = strcspn(at, " ");

		if (span == length && !memcmp(at, word, length))
			return true;
		at += span;
		at += strspn(at, " ");
	}
	return false;
}

bool field_has_word(const struct field *field, const char *word)
{
	return !strcmp(field->word, word) || list_has(field->synonyms, word) ||
	       (field->ip_word && !strcmp(field->ip_word, word));
}

const struct field *object_field(const struct object *object, const char *word)
{
	for (int i = 0; i < object->count; i++) {
		const struct field *field = &object->fields[i];

		if ((field->word && !strcmp(field->word, word)) || list_has(field->synonyms, word))
			return field;
	}
	return NULL;
}

const char *field_word(const struct field *field, enum dialect dialect)
{
	return dialect == DIALECT_IP && field->ip_word ? field->ip_word : field->word;
}

struct label field_label(const struct field *field, enum dialect dialect)
{
	const char *word = field_word(field, dialect);
	struct label label = {.word = word, .key = word};

	if (dialect == DIALECT_IP && field->ip_key)
		label.key = field->ip_key;
	if (field->flags & (FIELD_POSITIONAL | FIELD_BARE))
		label.word = "";
	return label;
}

const char *parser_value(struct parser *parser, const struct field *field, struct error *error)
{
	const char *word = words_take(parser->words);

	if (!word) {
		error_at(error, parser->words, parser->words->count, "\"%s\" needs %s after it",
			field_word(field, parser->dialect), field->kind->syntax);
		if (field->help)
			error_hint(
				error, "%s: %s", field_word(field, parser->dialect), field->help);
	}
	return word;
}

int parser_refuse(struct parser *parser, struct error *error, const char *format, ...)
{
	char message[sizeof error->message];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	return error_at(error, parser->words, parser->words->next - 1, "%s", message);
}

int parser_refuse_again(
	struct parser *parser, struct error *error, const char *word, const char *value)
{
	return parser_refuse(
		parser, error, "either \"%s\" is duplicate, or \"%s\" is garbage", word, value);
}

static const char *family_name(uint8_t family)
{
	switch (family) {
	case AF_INET6:
		return "IPv6";
	case AF_MPLS:
		return "MPLS";
	case RTNL_FAMILY_IPMR:
	case RTNL_FAMILY_IP6MR:
		return "a multicast rule's";
	default:
		return "IPv4";
	}
}

int parser_settle(struct parser *parser, uint8_t family, struct error *error)
{
	if (parser->family == AF_UNSPEC) {
		parser->family = family;
		parser->family_word = parser->words->next - 1;
	}
	if (parser->family == family)
		return 0;
	parser_refuse(parser, error, "\"%s\" is %s, but the line is %s",
		parser->words->word[parser->words->next - 1], family_name(family),
		family_name(parser->family));
	if (parser->family_word >= 0)
		return error_hint(error, "\"%s\" made it %s",
			parser->words->word[parser->family_word], family_name(parser->family));
	return error_hint(
		error, "the option -%c made it so", parser->family == AF_INET6 ? '6' : '4');
}

/* Attributes of a nest are sorted by type when the first row of that nest asks. */
static void message_open_nest(struct message *message, uint16_t nest)
{
	const struct nlattr *attribute;

	message->nest = nest;
	memset(message->nested, 0, sizeof message->nested);
	if (nest >= ATTRIBUTES_MAX || !message->attribute[nest])
		return;
	mnl_attr_for_each_nested(attribute, message->attribute[nest])
	{
		if (mnl_attr_get_type(attribute) < ATTRIBUTES_MAX)
			message->nested[mnl_attr_get_type(attribute)] = attribute;
	}
}

const struct nlattr *message_nested(struct message *message, const struct field *field)
{
	if (message->nest != field->nest)
		message_open_nest(message, field->nest);
	return message->nested[field->attribute];
}

uint8_t *header_byte(struct nlmsghdr *message, const struct field *field)
{
	return (uint8_t *)mnl_nlmsg_get_payload(message) + field->header;
}
