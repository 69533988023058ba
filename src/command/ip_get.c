/* `ip route get`. */
#include <string.h>
#include <sys/socket.h>

#include "command/ip_route.h"
#include "model/packet.h"
#include "model/route.h"
#include "policy/lookup.h"

/* A packet goes to one host; `ip` takes a prefix and says so. */
static void warn_of_prefix(struct ip *ip, const struct packet *packet, const char *word)
{
	const char *slash = strchr(word, '/');
	unsigned int most = packet->destination.family == AF_INET6 ? 128 : 32;
	uint32_t length;
	char text[96];

	if (!slash || !number_read(slash + 1, DIALECT_IP, &length) || length == most)
		return;
	snprintf(text, sizeof text,
		"Warning: /%u as prefix is invalid, only /%u (or none) is supported.\n", length,
		most);
	ip_tell(ip, text);
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
	origin_clear(&origin, &packet_object);
	if (fields_parse(&parser, ip_words(ip, GRAMMAR_ROUTE_GET), 0, &packet, &origin, error))
		return ip_refuse_words(ip, &parser, &packet_object, error);
	ip->ended = !packet.destination.given;
	if (ip->ended)
		return ip_error(error, IP_FAILED, "need at least a destination address");
	warn_of_prefix(ip, &packet,
		words->word[origin.word[object_field(&packet_object, "to") -
					packet_object.fields]]);
	if (packet_object.finish(&parser, &packet, &origin, false, error) ||
		lookup_ask(ip->session->netlink, &packet, &ip->session->arena, &lookup, error))
		return -1;
	if (lookup.answer.number)
		return ip_refuse_kernel(&lookup.answer, error);
	ip_nexthops_add(&ip->nexthops, ip->session, &lookup.route);
	writer = ip_writer(ip, &route_object, "");
	writer_begin(writer);
	fields_render(writer, &route_object, &lookup.route, &view);
	writer_end(writer);
	writer_free(writer);
	return 0;
}
