/* Harmless rules. */
#include "policy/probe.h"

#include <errno.h>
#include <string.h>

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "base/error.h"
#include "field/walk.h"
#include "model/rule.h"

/* Which attributes a message has: bit n is type n. Whether a value has a mask beside it counts. */
struct set {
	uint64_t attributes;
	uint8_t family;
	bool tos;
};

struct echo {
	char *memory; /* MESSAGE_MAX bytes */
	bool heard;
};

static struct set set_of(const struct nlmsghdr *message)
{
	const struct fib_rule_hdr *header = mnl_nlmsg_get_payload(message);
	struct set set = {.family = header->family, .tos = header->tos};
	const struct nlattr *attribute;

	mnl_attr_for_each(attribute, message, sizeof *header)
	{
		set.attributes |= 1ULL << (mnl_attr_get_type(attribute) & 63);
	}
	return set;
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
	echo->heard = true;
}

static void make_harmless(struct rule *rule)
{
	rule->class.given = false;
	rule->target.given = false;
	rule->action = (struct byte){true, FR_ACT_NOP};
	rule->preference = (struct number){true, UINT32_MAX};
}

/* The rule goes by what the kernel knows of it, since it is not what was sent. */
static int take_back(struct netlink *netlink, const struct nlmsghdr *told, struct arena *arena,
	struct error *error)
{
	struct nlmsghdr *message = arena_get(arena, MESSAGE_MAX);
	struct answer answer;

	memcpy(message, told, told->nlmsg_len);
	message->nlmsg_type = RTM_DELRULE;
	message->nlmsg_flags = NLM_F_REQUEST;
	message->nlmsg_pid = 0;
	if (netlink_request(netlink, message, &answer, NULL, NULL, error))
		return -1;
	if (!answer.number || answer.number == ENOENT)
		return 0;
	return error_set(error, STATUS_PARTLY,
		"a rule that does nothing, pref 4294967295, cannot be taken away again: %s",
		strerror(answer.number));
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
		return -1;
	if (answer.number || !echo.heard)
		return 0;
	if (take_back(netlink, (const struct nlmsghdr *)echo.memory, arena, error))
		return -1;
	*lost = loss_find(loss, &rule_object, message, (const struct nlmsghdr *)echo.memory, arena);
	probes->kept.size = sizeof set;
	if (!*lost)
		vector_push(&probes->kept, &set);
	return 0;
}
