/* The usage of ip's objects, from the rows that they have. */
#include "command/ip.h"
#include "model/packet.h"
#include "model/route.h"
#include "model/rule.h"

static void tell_rows(struct buffer *text, const char *title, const struct object *object)
{
	buffer_string(text, title);
	fields_usage(text, object, DIALECT_IP, FIELD_SHORTHAND | FIELD_OWN);
}

static void tell_route(struct buffer *text)
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
	tell_rows(text, "ROUTE, in any order:\n", &route_object);
	tell_rows(text, "ADDRESS and KEYS:\n", &packet_object);
}

static void tell_rule(struct buffer *text)
{
	buffer_string(text, "Usage: ip rule [ show | list ] [ SELECTOR ]\n"
			    "       ip rule { add | del } SELECTOR ACTION\n"
			    "       ip rule flush [ SELECTOR ]\n"
			    "       ip rule save > FILE\n"
			    "       ip rule restore < FILE\n"
			    "SELECTOR and ACTION, in any order; without an action: table main\n");
	tell_rows(text, "", &rule_object);
}

int ip_refuse_usage(struct ip *ip, const struct object *object, struct error *error)
{
	struct buffer text = {0};

	ip->ended = true;
	if (object == &rule_object)
		tell_rule(&text);
	else
		tell_route(&text);
	ip_tell(ip, buffer_text(&text));
	buffer_free(&text);
	return ip_error(error, IP_WORDS, "%s", "");
}
