/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes errors in ip's words, which programs parse and people know. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "ip/ip.h"
#include "ip/ranges.h"
#include "kind/address.h"
#include "kind/device.h"
#include "kind/packet_value.h"
#include "kind/gateway.h"
#include "kind/mark.h"
#include "kind/nexthops.h"
#include "kind/prefix.h"
#include "model/nexthop.h"
#include "model/packet.h"
#include "model/route.h"
#include "model/rule.h"

/* The sentences other than `"WORD" value is invalid`. */
static const struct {
	const struct object *object;
	const char *row;
	bool filter; /* only in a filter; false: everywhere, unless there is one for a filter */
	const char *sentence;
} sentences[] = {
	{&route_object, "scope", true, "invalid \"scope\""},
	{&route_object, "scope", false, "invalid \"scope\" value"},
	{&route_object, "type", true, "node type value is invalid"},
	{&route_object, "proto", true, "invalid \"protocol\""},
	{&route_object, "proto", false, "\"protocol\" value is invalid"},
	{&route_object, "realms", true, "invalid realms"},
	{&route_object, "realm", false, "\"realm\" value is invalid"},
	{&route_object, "nhid", false, "\"id\" value is invalid"},
	{&route_object, "features", false, "\"features\" value not valid"},
	{&route_object, "weight", false, "\"weight\" is invalid"},
	{&route_object, "advmss", false, "\"mss\" value is invalid"},
	{&route_object, "vrf", false, "Invalid VRF"},
	{&packet_object, "mark", false, "invalid mark value"},
	{&packet_object, "vrf", false, "Invalid VRF"},
	{&packet_object, "uid", false, "invalid UID"},
	{&packet_object, "tos", false, "TOS value is invalid"},
	{&packet_object, "ipproto", false, "Invalid \"ipproto\" value"},
	{&packet_object, "sport", false, "invalid sport"},
	{&packet_object, "dport", false, "invalid dport"},
	{&rule_object, "pref", false, "preference value is invalid"},
	{&rule_object, "fwmark", false, "fwmark value is invalid"},
	{&rule_object, "tos", false, "TOS value is invalid"},
	{&rule_object, "class", true, "table id value is invalid"},
	{&rule_object, "class", false, "invalid table ID"},
	{&rule_object, "goto", false, "invalid target"},
	{&rule_object, "realm", false, "invalid realms"},
	{&rule_object, "action", false, "Failed to parse rule type"},
	{&rule_object, "dev", false, "\"iif\"/\"dev\" not a valid ifname"},
	{&rule_object, "oif", false, "\"oif\" not a valid ifname"},
	{&rule_object, "uidrange", false, "invalid UID range"},
	{&rule_object, "ipproto", false, "Invalid \"ipproto\" value"},
	{&rule_object, "sport", false, "invalid port range"},
	{&rule_object, "dport", false, "invalid port range"},
	{&rule_object, "proto", false, "\"protocol\" value is invalid"},
	{&rule_object, "suppress_prefixlength", false, "suppress_prefixlength value is invalid"},
	{&rule_object, "suppress_ifgroup", false, "Invalid \"suppress_ifgroup\" value"},
};

int ip_error(struct error *error, int status, const char *format, ...)
{
	char message[sizeof error->message];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	return error_set(error, (enum status)status, "%s", message);
}

void ip_report(const struct ip *ip, const char *text)
{
	session_flush(ip->session, true);
	ip->session->notify(text);
}

static const char *family_name(uint8_t family)
{
	switch (family) {
	case AF_UNSPEC:
		return "any valid";
	case AF_INET:
		return "inet";
	case AF_INET6:
		return "inet6";
	case AF_PACKET:
		return "link";
	case AF_MPLS:
		return "mpls";
	case AF_BRIDGE:
		return "bridge";
	default:
		return "???";
	}
}

static int refuse_address(
	const struct parser *parser, const char *what, const char *word, struct error *error)
{
	/* The word at fault may have settled the family itself. */
	bool settled = parser->family_word != error->word;

	return ip_error(error, IP_FAILED, "Error: %s %s is expected rather than \"%s\".",
		family_name(settled ? parser->family : AF_UNSPEC), what, word);
}

/* Returns true if the mask of a mark is wrong. */
static bool is_mask_wrong(const struct field *field, const char *word)
{
	char *end;

	if (field->kind != &kind_mark)
		return false;
	strtoul(word, &end, 0);
	return end > word && *end == '/';
}

/* Returns true for a switch, which takes 0 and 1. */
static bool is_switch(const struct field *field)
{
	return field->range && !field->range->least && field->range->most == 1;
}

static int refuse_value(const struct object *object, const struct parser *parser, const char *word,
	struct error *error)
{
	const struct field *field = error->field;
	const char *row = field->word;

	if (is_mask_wrong(field, word))
		return ip_error(error, IP_WORDS,
			"Error: argument \"%s\" is wrong: fwmask value is invalid",
			strchr(word, '/') + 1);
	for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++)
		if (sentences[i].object == object && !strcmp(sentences[i].row, row) &&
			(parser->filter || !sentences[i].filter))
			return ip_error(error, IP_WORDS, "Error: argument \"%s\" is wrong: %s",
				word, sentences[i].sentence);
	return ip_error(error, IP_WORDS, "Error: argument \"%s\" is wrong: \"%s\" value %s", word,
		field_word(field, DIALECT_IP),
		is_switch(field) ? "should be 0 or 1" : "is invalid");
}

/* Returns true for a row of a nexthop inside a route. */
static bool is_of_nexthop(const struct field *field)
{
	return field && field >= nexthop_object.fields &&
	       field < nexthop_object.fields + nexthop_object.count;
}

static bool is_address(const struct field *field)
{
	return field->kind == &kind_address || field->kind == &kind_gateway ||
	       field->kind == &kind_host || field->kind == &kind_new_destination;
}

/* `ip` takes an unknown word as a destination, even where a type should be. */
static bool is_prefix(const struct object *object, const struct field *field, bool filter)
{
	return !field || field->kind == &kind_prefix || field->kind == &ip_kind_via ||
	       (object == &packet_object && is_address(field)) ||
	       (field->flags & FIELD_BARE && object == &route_object && !filter);
}

static int refuse_device(struct ip *ip, const char *word, struct error *error)
{
	/* Only after these errors a batch continues with -force. */
	ip->ended = false;
	if (is_of_nexthop(error->field))
		return ip_error(error, IP_WORDS,
			"Cannot find device \"%s\"\nError: cannot parse nexthop", word);
	return ip_error(error, IP_FAILED, "Cannot find device \"%s\"", word);
}

/* Refuses another word where only a nexthop is allowed, and a nexthop without words. */
static int refuse_nexthops(const struct words *words, struct error *error)
{
	if (error->fault == FAULT_TRAILING)
		return ip_error(error, IP_WORDS,
			"Error: \"nexthop\" or end of line is expected instead of \"%s\"",
			words->word[error->word]);
	if (error->word >= words->count)
		return ip_error(error, IP_WORDS, "Error: unexpected end of line after \"nexthop\"");
	return ip_error(error, IP_WORDS, "Error: %s", error->message);
}

/* Writes the sentence for the row that the word belongs to. */
static int refuse_row(const struct object *object, const struct parser *parser, const char *word,
	struct error *error)
{
	const struct field *field = error->field;

	/* The kernel does not support this any more. `ip` sends it nevertheless, which drops
	 * packets. */
	if (field && field->flags & FIELD_SHORTHAND)
		return ip_error(
			error, IP_WORDS, "Error: argument \"%s\" is wrong: %s", word, field->help);
	if (field && field->kind == &kind_gateway && !strcmp(word, "via"))
		return ip_error(error, IP_WORDS,
			"Error: argument \"via\" is wrong: use nexthop syntax to specify "
			"multiple via");
	if (field && is_address(field) && object != &packet_object)
		return refuse_address(parser, "address", word, error);
	if (is_prefix(object, field, parser->filter))
		return refuse_address(parser, "prefix", word, error);
	return refuse_value(object, parser, word, error);
}

int ip_refuse_words(struct ip *ip, const struct parser *parser, const struct object *object,
	struct error *error)
{
	const struct words *words = parser->words;
	const struct field *field = error->field;
	const char *word;

	if (error->fault == FAULT_HELP)
		return ip_refuse_usage(ip, object, error);
	if (error->word < 0 || !error->words)
		return -1;
	ip->ended = true;
	if (field && field->kind == &kind_nexthops)
		return refuse_nexthops(words, error);
	if (error->word >= words->count)
		return ip_error(
			error, IP_WORDS, "Command line is not complete. Try option \"help\"");
	word = words->word[error->word];
	if (error->fault == FAULT_TWICE)
		return ip_error(error, IP_WORDS,
			"Error: either \"%s\" is duplicate, or \"%s\" is garbage.", error->what,
			error->value);
	if (ip_is_encap(field))
		return ip_refuse_encap(field, word, error);
	if (field && field->kind == &kind_device)
		return refuse_device(ip, word, error);
	return refuse_row(object, parser, word, error);
}

int ip_refuse_kernel(const struct answer *answer, struct error *error)
{
	size_t length = strlen(answer->sentence);

	if (!length)
		return ip_error(
			error, IP_REFUSED, "RTNETLINK answers: %s", strerror(answer->number));
	return ip_error(error, IP_REFUSED, "Error: %s%s", answer->sentence,
		answer->sentence[length - 1] == '.' ? "" : ".");
}
