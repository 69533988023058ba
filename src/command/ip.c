/* ip's command line: whose it is, its objects and verbs. */
#include "command/ip.h"
#include "command/ip_filter.h"

#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "model/order.h"
#include "model/packet.h"
#include "model/route.h"
#include "model/rule.h"
#include "netlink/namespace.h"

/* ip's objects, in its order; ours have verbs. Abbreviations as in ip. */
static const struct ip_object objects[] = {
	{"address", NULL, NULL},
	{"addrlabel", NULL, NULL},
	{"maddress", NULL, NULL},
	{"route", ip_route_verbs, &route_object},
	{"rule", ip_rule_verbs, &rule_object},
	{"neighbor", NULL, NULL},
	{"neighbour", NULL, NULL},
	{"ntable", NULL, NULL},
	{"ntbl", NULL, NULL},
	{"link", NULL, NULL},
	{"l2tp", NULL, NULL},
	{"fou", NULL, NULL},
	{"ila", NULL, NULL},
	{"macsec", NULL, NULL},
	{"tunnel", NULL, NULL},
	{"tunl", NULL, NULL},
	{"tuntap", NULL, NULL},
	{"tap", NULL, NULL},
	{"token", NULL, NULL},
	{"tcpmetrics", NULL, NULL},
	{"tcp_metrics", NULL, NULL},
	{"monitor", NULL, NULL},
	{"xfrm", NULL, NULL},
	{"mroute", NULL, NULL},
	{"mrule", ip_rule_verbs, &rule_object},
	{"netns", NULL, NULL},
	{"netconf", NULL, NULL},
	{"vrf", NULL, NULL},
	{"sr", NULL, NULL},
	{"nexthop", NULL, NULL},
	{"mptcp", NULL, NULL},
	{"ioam", NULL, NULL},
	{"help", NULL, NULL},
	{"stats", NULL, NULL},
	{NULL, NULL, NULL},
};

/* What scripts call ip's objects for short, and what they want of them: as `iproute`, where a verb
 * of ours cut short is more likely a mistake, both must be there. */
static const char *const short_objects[] = {
	"a", "addr", "l", "li", "lin", "maddr", "n", "ne", "neigh", "r", "ro", "ru", NULL};
static const char *const usual_verbs[] = {"a", "add", "append", "change", "d", "del", "delete", "f",
	"flush", "g", "get", "help", "l", "list", "ls", "lst", "prepend", "replace", "restore", "s",
	"save", "set", "sh", "show", NULL};

static bool is_among(const char *const *list, const char *word)
{
	while (*list && strcmp(*list, word) != 0)
		list++;
	return *list;
}

static const struct ip_object *find_object(const char *typed)
{
	for (const struct ip_object *object = objects; object->word; object++)
		if (word_abbreviates(typed, object->word))
			return object;
	return NULL;
}

static bool is_object(const char *word, const char *next)
{
	/* Both have a verb of ours by this name. */
	if (!strcmp(word, "monitor") || !strcmp(word, "help"))
		return false;
	for (const struct ip_object *object = objects; object->word; object++)
		if (!strcmp(word, object->word))
			return true;
	return is_among(short_objects, word) && (!next || is_among(usual_verbs, next));
}

bool ip_speaks(const char *program, const struct words *words)
{
	const char *slash = strrchr(program, '/');
	struct words rest = *words;
	struct session session = {0};
	struct ip ip = {.session = &session};
	struct error ignored;
	const char *word;

	if (!strcmp(slash ? slash + 1 : program, "ip"))
		return true;
	if (ip_options_read(&ip, &rest, &ignored))
		return false;
	word = words_take(&rest);
	return word ? is_object(word, words_peek(&rest)) : ip.batch != NULL;
}

static int run_verb(
	struct ip *ip, const struct ip_object *object, struct words *words, struct error *error)
{
	const char *typed = words_take(words);

	if (session_open(ip->session, error))
		return -1;
	if (!typed)
		return object->verbs->run(ip, object->verbs, words, error);
	for (const struct ip_verb *verb = object->verbs; verb->word; verb++)
		if (!strcmp(typed, verb->word) ||
			(!verb->whole && word_abbreviates(typed, verb->word)))
			return verb->run(ip, verb, words, error);
	ip->ended = true;
	if (word_abbreviates(typed, "help"))
		return ip_refuse_usage(ip, object->records, error);
	return ip_error(error, IP_WORDS, "Command \"%s\" is unknown, try \"ip %s help\".", typed,
		object->records->name);
}

int ip_command(struct ip *ip, struct words *words, struct error *error)
{
	const struct ip_object *object = find_object(words_take(words));
	uint8_t family = ip->family;
	int status;

	if (!object)
		return ip_hand_over(ip, error);
	if (!strcmp(object->word, "monitor"))
		return ip_monitor(ip, words, error);
	if (object->verbs == ip_rule_verbs && !strcmp(object->word, "mrule")) {
		if (family != AF_UNSPEC && family != AF_INET && family != AF_INET6)
			return ip_error(error, IP_WORDS,
				"Multicast rules are only supported for IPv4/IPv6, was: %d",
				family);
		ip->family = family == AF_INET6 ? RTNL_FAMILY_IP6MR : RTNL_FAMILY_IPMR;
	}
	status = run_verb(ip, object, words, error);
	ip_nexthops_free(&ip->nexthops);
	ip->family = family;
	return status;
}

int ip_enter(const struct ip *ip, struct error *error)
{
	if (!ip->namespace || !namespace_enter(ip->namespace, error))
		return 0;
	error->status = STATUS_WORDS;
	return -1;
}

bool ip_is_ours(const struct words *words)
{
	const struct ip_object *object = words_peek(words) ? find_object(words_peek(words)) : NULL;
	struct words behind = *words;

	behind.next++;
	if (object && !strcmp(object->word, "monitor"))
		return ip_monitor_is_ours(&behind);
	return object && object->verbs;
}

/* Routes of MPLS and bridges, and what is wrong about families, are the real ip's. */
static bool is_foreign(uint8_t family)
{
	return family != AF_UNSPEC && family != AF_INET && family != AF_INET6;
}

int ip_run(struct session *session, struct words *words, struct error *error)
{
	struct ip ip = {.session = session, .all = words->word};
	int status;

	if (ip_options_read(&ip, words, error) || is_foreign(ip.family) ||
		(!ip.batch && !ip_is_ours(words)))
		return ip_hand_over(&ip, error);
	ip.option_count = words->next;
	if (ip.batch)
		status = ip_batch(&ip, error);
	else if (!(status = ip_enter(&ip, error)))
		status = ip_command(&ip, words, error);
	for (size_t i = 0; i < sizeof ip.words / sizeof *ip.words; i++)
		lexicon_free(ip.words[i]);
	vector_free(&ip.probes.kept);
	return status;
}

const struct lexicon *ip_words(struct ip *ip, enum ip_grammar grammar)
{
	static const struct {
		const struct object *object;
		const char *order;
	} grammars[] = {
		[GRAMMAR_ROUTE] = {&route_object, ip_route_order},
		[GRAMMAR_ROUTE_FILTER] = {&route_object, ip_route_filter_order},
		[GRAMMAR_RANGES] = {&ip_ranges_object, ip_route_ranges_order},
		[GRAMMAR_ROUTE_GET] = {&packet_object, ip_route_get_order},
		[GRAMMAR_RULE] = {&rule_object, ip_rule_order},
		[GRAMMAR_RULE_FILTER] = {&rule_object, ip_rule_filter_order},
	};

	if (!ip->words[grammar])
		ip->words[grammar] =
			lexicon_ordered(grammars[grammar].object, grammars[grammar].order);
	return ip->words[grammar];
}
