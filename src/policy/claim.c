/* Private classes move when others are in the way. */
#include "policy/claim.h"

#include <sys/socket.h>
#include <unistd.h>

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "base/error.h"
#include "policy/own.h"

/* The attribute with the class of a message, if it is one of those claimed. */
static struct nlattr *claimed_attribute(
	const struct transaction *transaction, const struct nlmsghdr *message)
{
	const struct policy *policy = &transaction->policy;
	bool rule = message->nlmsg_type == RTM_NEWRULE || message->nlmsg_type == RTM_DELRULE;
	size_t header = rule ? sizeof(struct fib_rule_hdr) : sizeof(struct rtmsg);
	struct nlattr *attribute;

	mnl_attr_for_each(attribute, message, header)
	{
		if (mnl_attr_get_type(attribute) != (rule ? FRA_TABLE : RTA_TABLE))
			continue;
		return mnl_attr_get_u32(attribute) - policy->claimed < policy->claims ? attribute
		                                                                      : NULL;
	}
	return NULL;
}

uint32_t claim_class(const struct transaction *transaction, const struct nlmsghdr *message)
{
	const struct nlattr *attribute = claimed_attribute(transaction, message);

	return attribute ? mnl_attr_get_u32(attribute) : 0;
}

/* The class of a message, and the metric that own_assign() made of it. */
static void move_class(struct nlmsghdr *message, struct nlattr *class, uint32_t by)
{
	uint32_t number = mnl_attr_get_u32(class);
	struct nlattr *attribute;

	*(uint32_t *)mnl_attr_get_payload(class) += by;
	if (message->nlmsg_type != RTM_NEWROUTE && message->nlmsg_type != RTM_DELROUTE)
		return;
	mnl_attr_for_each(attribute, message, sizeof(struct rtmsg))
	{
		if (mnl_attr_get_type(attribute) == RTA_PRIORITY &&
			mnl_attr_get_u32(attribute) == number)
			*(uint32_t *)mnl_attr_get_payload(attribute) += by;
	}
}

static void move_messages(
	const struct transaction *transaction, struct buffer *messages, uint32_t by)
{
	size_t at = 0;

	while (at < messages->length) {
		struct nlmsghdr *message = (struct nlmsghdr *)(messages->data + at);
		struct nlattr *class = claimed_attribute(transaction, message);

		if (class)
			move_class(message, class, by);
		at += NLMSG_ALIGN(message->nlmsg_len);
	}
}

static void move_groups(const struct transaction *transaction, struct groups *groups, uint32_t by)
{
	move_messages(transaction, &groups->messages, by);
	groups_rehash(groups);
}

static void move_all(struct transaction *transaction, uint32_t by)
{
	struct policy *policy = &transaction->policy;

	for (int i = 0; i < 2; i++) {
		struct rule_list *list = policy_list(policy, i ? AF_INET6 : AF_INET);

		if (list->grouped || list->pending.length) {
			rule_list_group(list);
			move_groups(transaction, &list->groups, by);
		}
	}
	move_groups(transaction, &policy->routes, by);
	move_messages(transaction, &transaction->messages, by);
	move_messages(transaction, &transaction->previous, by);
	policy->claimed += by;
}

int claim_move(struct transaction *transaction, uint32_t taken, int attempt, struct error *error)
{
	const struct policy *policy = &transaction->policy;
	uint32_t by = taken - policy->claimed + 1;

	/*
	 * Two programs that got into each other's way do not take the same step. Steps grow: a dump
	 * of rules that change may have missed the highest class by thousands.
	 */
	if (attempt)
		by += policy->claims * (1 + (uint32_t)(getpid() * attempt) % 64) << attempt / 4;
	if (attempt == CLAIM_ATTEMPTS || UINT32_MAX - policy->claims - policy->claimed < by)
		return error_set(
			error, STATUS_GUARDED, "no private class is free: other programs use them");
	move_all(transaction, by);
	return 0;
}

int claim_check(const struct transaction *transaction, bool *alone, struct error *error)
{
	const struct policy *policy = &transaction->policy;

	*alone = true;
	if (!policy->claims)
		return 0;
	return own_alone(policy->netlink, policy->claimed, policy->claims, alone, error);
}
