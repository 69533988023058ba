/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `ip route get`. */
#include <ctype.h>
#include <string.h>
#include <sys/socket.h>

#include "ip/grammar.h"
#include "ip/route.h"
#include "model/packet.h"
#include "model/route.h"
#include "state/lookup.h"

/* A packet goes to one host; `ip` accepts a prefix with a warning. */
static void warn_of_prefix(struct ip *ip, const struct packet *packet, const char *word)
{
	const char *slash = strchr(word, '/');
	unsigned int most = packet->destination.family == AF_INET6 ? 128 : 32;
	uint32_t length = 0;
	char text[96];

	/* A word such as `default` is a prefix of the family given by an option. */
	if (!slash && (!ip->family || strpbrk(word, ".:") || isdigit((unsigned char)*word)))
		return;
	if (slash && (!number_read(slash + 1, DIALECT_IP, &length) || length == most))
		return;
	snprintf(text, sizeof text,
		"Warning: /%u as prefix is invalid, only /%u (or none) is supported.\n", length,
		most);
	ip_report(ip, text);
}

int ip_route_get(
	struct ip *ip, const struct ip_verb *verb, struct words *words, struct error *error)
{
	struct parser parser = ip_parser(ip, words);
	struct view view = ip_view(ip);
	struct packet packet = {0};
	struct origin origin;
	struct lookup lookup;
	struct writer *writer;

	(void)verb;
	if (ip_read(ip, GRAMMAR_ROUTE_GET, &parser, &packet, &origin, error))
		return -1;
	ip->ended = !packet.destination.given;
	if (ip->ended)
		return ip_error(error, IP_FAILED, "need at least a destination address");
	warn_of_prefix(ip, &packet, words->word[origin_word(&origin, "to")]);
	if (packet_object.finish(&parser, &packet, &origin, false, error))
		return ip_refuse_words(ip, &parser, &packet_object, error);
	if (lookup_ask(ip->session->netlink, &packet, &ip->session->arena, &lookup, error))
		return -1;
	if (lookup.answer.number)
		return ip_refuse_kernel(&lookup.answer, error);
	ip_nexthop_add(&ip->nexthops, ip->session, &lookup.route);
	writer = ip_writer(ip, &route_object, "");
	writer_begin(writer);
	fields_render(writer, &route_object, &lookup.route, &view);
	writer_end(writer);
	writer_free(writer);
	return 0;
}
