/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decides whether a command line is for ip, and runs its objects and verbs. */
#include "ip/ip.h"

#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "model/route.h"
#include "model/rule.h"
#include "netlink/namespace.h"
#include "command/pending.h"

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

/* Abbreviations of ip's objects in scripts, and the verbs that follow. Called as `iproute`, both
 * are required, because a shortened verb of ours is more likely a mistake. */
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
	/* We have verbs with these names, too. */
	if (!strcmp(word, "monitor") || !strcmp(word, "help"))
		return false;
	for (const struct ip_object *object = objects; object->word; object++)
		if (!strcmp(word, object->word))
			return true;
	return is_among(short_objects, word) && (!next || is_among(usual_verbs, next));
}

static bool is_ip(const char *program)
{
	const char *slash = strrchr(program, '/');

	return !strcmp(slash ? slash + 1 : program, "ip");
}

bool ip_speaks(const char *program, const struct words *words)
{
	struct words rest = *words;
	struct session session = {0};
	struct ip ip = {.session = &session};
	struct error ignored;
	const char *word;

	if (is_ip(program))
		return true;
	if (ip_options_read(&ip, &rest, &ignored))
		return false;
	word = words_take(&rest);
	return word ? is_object(word, words_peek(&rest)) : ip.batch != NULL;
}

static int find_verb(
	struct ip *ip, const struct ip_object *object, struct words *words, struct error *error)
{
	const char *typed = words_take(words);

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

/* Releases the lock of the namespace, taken by ip_send(), flush or restore, at the end of the
 * command: a batch lets other programs in between its lines. */
static int run_verb(
	struct ip *ip, const struct ip_object *object, struct words *words, struct error *error)
{
	int status = session_open(ip->session, error) ? -1 : find_verb(ip, object, words, error);

	session_unlock(ip->session);
	ip->session->settled = false;
	return status;
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
	nexthop_cache_free(&ip->nexthops);
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

/* The real ip handles MPLS and bridge routes, and reports wrong families. */
static bool is_foreign(uint8_t family)
{
	return family != AF_UNSPEC && family != AF_INET && family != AF_INET6;
}

int ip_lock(struct ip *ip, struct error *error)
{
	return ip->called ? session_lock(ip->session, error) : pending_settle(ip->session, error);
}

int ip_run(struct session *session, const char *program, struct words *words, struct error *error)
{
	struct ip ip = {.session = session, .all = words->word, .called = is_ip(program)};
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
		keywords_free(ip.words[i]);
	vector_free(&ip.probes.kept);
	return status;
}
