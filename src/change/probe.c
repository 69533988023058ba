/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Adds a harmless rule and reads the kernel's echo. */
#include "change/probe.h"

#include <errno.h>
#include <string.h>

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

#include "base/error.h"
#include "field/walk.h"
#include "model/rule.h"
#include "netlink/message.h"

enum { TAKE_BACK_ATTEMPTS = 3 };

/* The attributes of a message: bit n is type n. A value with a mask is another attribute than one
 * without. */
struct set {
	uint64_t attributes;
	uint8_t family;
	bool tos;
};

struct echo {
	char *memory; /* MESSAGE_MAX bytes */
	bool received;
};

static struct set set_of(const struct nlmsghdr *message)
{
	const struct fib_rule_hdr *header = NLMSG_DATA(message);

	return (struct set){
		.attributes = message_attributes(message),
		.family = header->family,
		.tos = header->tos,
	};
}

static bool is_known(const struct probes *probes, const struct set *set)
{
	for (size_t i = 0; i < probes->kept.count; i++) {
		const struct set *known = vector_at(&probes->kept, i);

		if (known->attributes == set->attributes && known->family == set->family &&
			known->tos == set->tos)
			return true;
	}
	return false;
}

static void keep_echo(const struct nlmsghdr *reply, void *context)
{
	struct echo *echo = context;

	if (reply->nlmsg_type != RTM_NEWRULE || reply->nlmsg_len > MESSAGE_MAX)
		return;
	memcpy(echo->memory, reply, reply->nlmsg_len);
	echo->received = true;
}

bool rule_is_probe(const struct rule *rule)
{
	return rule->preference.value == UINT32_MAX && rule->action.given &&
	       rule->action.value == FR_ACT_NOP;
}

static void make_harmless(struct rule *rule)
{
	rule->class.given = false;
	rule->target.given = false;
	rule->action = (struct byte){true, FR_ACT_NOP};
	rule->preference = (struct number){true, UINT32_MAX};
}

/* Deletes the rule as the kernel reported it, since it may differ from what was sent. */
static int take_back(struct netlink *netlink, const struct nlmsghdr *reported, struct arena *arena,
	struct error *error)
{
	struct nlmsghdr *message = arena_get(arena, MESSAGE_MAX);
	struct answer answer = {0};
	struct error ignored;
	int status = -1;

	memcpy(message, reported, reported->nlmsg_len);
	message_return(message, RTM_DELRULE, 0);
	/* A request without an answer may have arrived or not. */
	for (int i = 0; status && i < TAKE_BACK_ATTEMPTS; i++) {
		status = netlink_request(netlink, message, &answer, NULL, NULL, error);
		if (status && netlink_renew(netlink, &ignored))
			break;
	}
	if (!status && (!answer.number || answer.number == ENOENT))
		return 0;
	return error_set(error, STATUS_PARTLY,
		"a rule that does nothing, pref 4294967295, cannot be taken away again: %s",
		status ? error->message : strerror(answer.number));
}

/* It is unknown whether the rule was added: removes it if it was. */
static int give_up(struct netlink *netlink, const struct nlmsghdr *harmless, struct arena *arena,
	struct error *error)
{
	struct error stuck;

	if (netlink_renew(netlink, &stuck) || take_back(netlink, harmless, arena, &stuck))
		*error = stuck;
	return -1;
}

int probe_rule(struct probes *probes, struct netlink *netlink, const struct nlmsghdr *message,
	struct arena *arena, bool *lost, struct loss *loss, struct error *error)
{
	struct set set = set_of(message);
	struct nlmsghdr *harmless;
	struct rule rule = {0};
	struct echo echo = {0};
	struct answer answer;

	*lost = false;
	if (is_known(probes, &set) || fields_decode(&rule_object, message, arena, &rule))
		return 0;
	make_harmless(&rule);
	harmless = arena_get(arena, MESSAGE_MAX);
	echo.memory = arena_get(arena, MESSAGE_MAX);
	fields_encode(&rule_object, &rule, RTM_NEWRULE, NLM_F_CREATE | NLM_F_ECHO, harmless);
	if (netlink_request(netlink, harmless, &answer, keep_echo, &echo, error))
		return give_up(netlink, harmless, arena, error);
	if (answer.number || !echo.received)
		return 0;
	if (take_back(netlink, (const struct nlmsghdr *)echo.memory, arena, error))
		return -1;
	*lost = loss_find(loss, &rule_object, message, (const struct nlmsghdr *)echo.memory, arena);
	probes->kept.size = sizeof set;
	if (!*lost)
		vector_push(&probes->kept, &set);
	return 0;
}
