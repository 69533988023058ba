/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes the usage of ip's objects from their rows. */
#include "ip/ip.h"
#include "kind/encap/encap.h"
#include "model/packet.h"
#include "model/route.h"
#include "model/rule.h"

static void report_rows(struct buffer *text, const char *title, const struct object *object)
{
	buffer_string(text, title);
	fields_usage(text, object, DIALECT_IP, 0, FIELD_SHORTHAND | FIELD_OWN);
}

/* Scripts search this text for a word before they use it: encap.red, End.DT46, next-csid ... */
static void report_encap(struct buffer *text)
{
	for (const struct encap_type *type = encap_types; type->word; type++) {
		buffer_format(text, "encap %s: %s\n", type->word, type->help);
		fields_usage(text, type->object, DIALECT_IP, 0, FIELD_SHORTHAND | FIELD_OWN);
	}
}

static void report_route(struct buffer *text)
{
	buffer_string(text,
		"Usage: ip route [ show | list ] [ FILTER ]\n"
		"       ip route { flush | save } FILTER\n"
		"       ip route { add | change | replace | prepend | append | test | del } ROUTE\n"
		"       ip route get [ fibmatch ] ADDRESS [ KEYS ]\n"
		"       ip route { restore | showdump } < FILE\n"
		"FILTER: [ root PREFIX | match PREFIX | exact PREFIX ] [ table { TABLE | all | "
		"cache } ]\n"
		"        [ vrf NAME ] [ cached ] [ proto PROTO ] [ scope SCOPE ] [ type TYPE ] [ "
		"dev DEV ]\n"
		"        [ via PREFIX ] [ src PREFIX ] [ from PREFIX ] [ tos TOS ] [ metric N ]\n"
		"        [ realms [FROM/]TO ] [ mark N ] [ iif DEV ]\n");
	report_rows(text, "ROUTE, in any order:\n", &route_object);
	report_rows(text, "ADDRESS and KEYS:\n", &packet_object);
	report_encap(text);
}

static void report_rule(struct buffer *text)
{
	buffer_string(text, "Usage: ip rule [ show | list ] [ SELECTOR ]\n"
			    "       ip rule { add | del } SELECTOR ACTION\n"
			    "       ip rule flush [ SELECTOR ]\n"
			    "       ip rule save > FILE\n"
			    "       ip rule restore < FILE\n"
			    "SELECTOR and ACTION, in any order; without an action: table main\n");
	report_rows(text, "", &rule_object);
}

int ip_refuse_usage(struct ip *ip, const struct object *object, struct error *error)
{
	struct buffer text = {0};

	ip->ended = true;
	if (object == &rule_object)
		report_rule(&text);
	else
		report_route(&text);
	ip_report(ip, buffer_text(&text));
	buffer_free(&text);
	return ip_error(error, IP_WORDS, "%s", "");
}
