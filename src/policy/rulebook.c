/* The rules of a policy: in order, by preference, by what they select, by their private class. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/fib_rules.h>
#include <libmnl/libmnl.h>

#include "field/walk.h"
#include "model/route.h"
#include "model/rule.h"
#include "policy/own.h"
#include "policy/policy.h"

enum { FEW_RULES = 16 }; /* so few are looked at sooner than another group is found */

void rule_list_free(struct rule_list *list)
{
	vector_free(&list->rules);
	arena_free(&list->arena);
	groups_free(&list->groups);
	groups_free(&list->alike);
	groups_free(&list->owners);
	buffer_free(&list->pending);
	vector_free(&list->parted);
	arena_free(&list->whole);
}

void policy_forget(struct policy *policy)
{
	struct rule_list *lists[] = {&policy->inet, &policy->inet6};

	for (size_t i = 0; i < 2; i++) {
		/* What was found among the rules may still be in use. */
		struct arena arena = lists[i]->arena;

		lists[i]->arena = (struct arena){0};
		rule_list_free(lists[i]);
		*lists[i] = (struct rule_list){.arena = arena};
	}
}

struct rule_list *policy_list(struct policy *policy, uint8_t family)
{
	return family == AF_INET6 ? &policy->inet6 : &policy->inet;
}

/* ---- keys ---- */

/* Of attributes: whole words, as their padding is zeros. */
static uint64_t hash_words(uint64_t hash, const void *bytes, size_t size)
{
	const uint32_t *word = bytes;

	for (size_t i = 0; i < (size + 3) / 4; i++) {
		hash = (hash ^ word[i]) * 0x9e3779b97f4a7c15U;
		hash ^= hash >> 32;
	}
	return hash;
}

/* Attribute types that say what a rule selects, one bit each. */
static uint64_t selector_types(void)
{
	uint64_t types = 0;

	for (int i = 0; i < rule_object.count; i++) {
		const struct field *field = &rule_object.fields[i];

		if (field->flags & FIELD_SELECTOR && field->attribute < 64)
			types |= 1ULL << field->attribute;
	}
	return types & ~1ULL;
}

/* A hash of what it selects: if others fall together, they are only looked at in vain. */
static void key_alike(const struct nlmsghdr *message, uint64_t types, struct group_key *key)
{
	const struct fib_rule_hdr *header = mnl_nlmsg_get_payload(message);
	uint64_t hash = (uint64_t)header->dst_len << 24 | (uint64_t)header->src_len << 16 |
	                (uint64_t)header->tos << 8 | (header->flags & FIB_RULE_INVERT);
	const struct nlattr *attribute;

	mnl_attr_for_each(attribute, message, sizeof *header)
	{
		uint16_t type = mnl_attr_get_type(attribute);

		if (type < 64 && types >> type & 1)
			hash = hash_words(hash, attribute, attribute->nla_len);
	}
	key->near[0] = hash;
}

static uint32_t rule_class(const struct nlmsghdr *message)
{
	const struct nlattr *attribute;

	mnl_attr_for_each(attribute, message, sizeof(struct fib_rule_hdr))
	{
		if (mnl_attr_get_type(attribute) == FRA_TABLE)
			return mnl_attr_get_u32(attribute);
	}
	return 0;
}

static void key_class(const struct nlmsghdr *message, uint64_t types, struct group_key *key)
{
	(void)types;
	key->near[0] = rule_class(message);
}

/* ---- groups ---- */

static void note_lowest(struct rule_list *list, uint32_t preference)
{
	if (preference < list->lowest[0]) {
		list->lowest[1] = list->lowest[0];
		list->lowest[0] = preference;
	} else if (preference < list->lowest[1]) {
		list->lowest[1] = preference;
	}
}

static void put_into(struct groups *groups, const struct nlmsghdr *message)
{
	uint32_t kept = groups_keep(groups, message);
	struct group *group = groups_of(groups, kept);

	groups_put(groups, &group->now, kept, false);
}

static void take_from(struct groups *groups, const struct nlmsghdr *message)
{
	struct group *group = groups_find(groups, message);

	if (group)
		groups_take(groups, &group->now, message);
}

static void list_put(struct rule_list *list, const struct nlmsghdr *message, uint32_t preference)
{
	note_lowest(list, preference);
	put_into(&list->alike, message);
	if (rule_class(message) >= CLASS_PRIVATE)
		put_into(&list->owners, message);
}

static void list_take(struct rule_list *list, const struct nlmsghdr *message, uint32_t preference)
{
	if (preference <= list->lowest[1])
		list->lowest_known = false;
	take_from(&list->alike, message);
	if (rule_class(message) >= CLASS_PRIVATE)
		take_from(&list->owners, message);
}

static void list_change(
	struct rule_list *list, enum operation operation, const struct nlmsghdr *message)
{
	uint32_t preference = rule_preference(message);

	if (operation == OPERATION_REPLACE) {
		groups_mark(&list->groups, message);
		groups_mark(&list->alike, message);
		groups_mark(&list->owners, message);
		return;
	}
	groups_change(&list->groups, operation, groups_keep(&list->groups, message), true);
	if (operation == OPERATION_DELETE)
		list_take(list, message, preference);
	else
		list_put(list, message, preference);
}

static void encode_rule(struct rule_list *list, const struct rule *rule, void *memory)
{
	if (!list->rows.object)
		presence_init(&list->rows, &rule_object);
	rows_encode(presence_rows(&list->rows, rule), &rule_object, rule, rule_object.type_new, 0,
		memory);
}

static bool is_parted(const struct rule *rule)
{
	return rule_translates(rule) || rule->part.given || rule_tag(rule);
}

/* What is partly in nftables is in no message: it is kept beside it. */
static void put_rule(struct rule_list *list, const struct rule *rule, struct nlmsghdr *message)
{
	struct rule *whole;

	encode_rule(list, rule, message);
	if (!is_parted(rule))
		return;
	whole = arena_copy(&list->whole, rule, sizeof *rule);
	fields_keep(&rule_object, whole, &list->whole);
	whole->own.given = false;
	list->parted.size = sizeof whole;
	vector_push(&list->parted, &whole);
	message->nlmsg_pid = (uint32_t)list->parted.count;
}

static void group_loaded(struct rule_list *list)
{
	struct groups *groups = &list->groups;

	*groups = groups_new(group_key_kernel, 0);
	list->alike = groups_new(key_alike, selector_types());
	list->owners = groups_new(key_class, 0);
	list->lowest[0] = list->lowest[1] = UINT32_MAX;
	list->lowest_known = true;
	for (size_t i = 0; i < list->rules.count; i++) {
		const struct rule *rule = vector_at(&list->rules, i);
		struct nlmsghdr *bytes = buffer_reserve(&list->pending, MESSAGE_MAX);
		uint32_t message;
		struct group *group;

		put_rule(list, rule, bytes);
		message = groups_keep(groups, bytes);
		group = groups_of(groups, message);

		groups_put(groups, &group->now, message, false);
		list_put(list, groups_message(groups, message), rule->preference.value);
	}
	list->grouped = true;
}

void rule_list_group(struct rule_list *list)
{
	size_t at = 0;

	if (!list->grouped)
		group_loaded(list);
	while (at < list->pending.length) {
		struct nlmsghdr *message = (struct nlmsghdr *)(list->pending.data + at);
		enum operation operation = (enum operation)message->nlmsg_seq;

		message->nlmsg_seq = 0;
		list_change(list, operation, message);
		at += NLMSG_ALIGN(message->nlmsg_len);
	}
	buffer_reset(&list->pending);
}

static void put_at(struct rule_list *list, const struct rule *rule, uint32_t preference,
	struct nlmsghdr *message)
{
	struct rule copy = *rule;

	copy.preference = (struct number){true, preference};
	put_rule(list, &copy, message);
}

void rule_list_note(struct rule_list *list, enum operation operation, const struct rule *rule,
	uint32_t preference, const struct nlmsghdr *sent)
{
	struct nlmsghdr *message = buffer_reserve(&list->pending, MESSAGE_MAX);

	/* One that names its preference, and is nowhere else, is kept as it is sent. */
	if (sent && rule->preference.given && !is_parted(rule)) {
		memcpy(message, sent, sent->nlmsg_len);
		message->nlmsg_type = rule_object.type_new;
		message->nlmsg_flags = NLM_F_REQUEST;
	} else {
		put_at(list, rule, preference, message);
	}
	message->nlmsg_seq = operation;
	buffer_advance(&list->pending, NLMSG_ALIGN(message->nlmsg_len));
	list->stale = true;
	if (list->grouped)
		rule_list_group(list);
}

/* ---- in order ---- */

struct place {
	uint32_t preference, entry;
};

static int compare_places(const void *a, const void *b)
{
	const struct place *left = a;
	const struct place *right = b;

	return left->preference < right->preference ? -1 : left->preference > right->preference;
}

/* The record of a rule that this transaction adds. */
static void attach_claimed(const struct policy *policy, struct rule *rule, struct arena *arena)
{
	uint32_t index = rule->class.value - policy->claimed;
	const struct nlmsghdr *message;
	struct route *route;

	if (!rule->class.given || index >= policy->owned.count)
		return;
	message =
		(const struct nlmsghdr *)(policy->records.data +
					  (size_t) * (uint32_t *)vector_at(&policy->owned, index) *
						  NLMSG_ALIGNTO);
	route = arena_get(arena, sizeof *route);
	fields_decode(&route_object, message, arena, route);
	rule->own = (struct nested){.given = true, .object = &route_object, .record = route};
}

void policy_claim(struct policy *policy, const struct route *record)
{
	uint32_t start = (uint32_t)(policy->records.length / NLMSG_ALIGNTO);
	struct nlmsghdr *message = buffer_reserve(&policy->records, MESSAGE_MAX);

	fields_encode(&route_object, record, route_object.type_new, 0, message);
	buffer_advance(&policy->records, NLMSG_ALIGN(message->nlmsg_len));
	policy->owned.size = sizeof start;
	vector_push(&policy->owned, &start);
}

static void read_rule(const struct policy *policy, const struct rule_list *list,
	const struct nlmsghdr *message, struct arena *arena, struct rule *rule)
{
	memset(rule, 0, sizeof *rule);
	if (message->nlmsg_pid)
		*rule = **(struct rule **)vector_at(&list->parted, message->nlmsg_pid - 1);
	else
		fields_decode(&rule_object, message, arena, rule);
	attach_claimed(policy, rule, arena);
}

/* The rules in the list's vector are read anew from its groups. */
static void rule_list_renew(const struct policy *policy, struct rule_list *list)
{
	const struct groups *groups = &list->groups;
	struct vector places = {.size = sizeof(struct place)};
	struct rule rule;

	rule_list_group(list);
	for (size_t i = 0; i < groups->groups.count; i++) {
		const struct group *group = vector_at(&groups->groups, i);
		struct place place = {.entry = group->now.first};

		place.preference = rule_preference(groups_message(groups, group->key));
		vector_push(&places, &place);
	}
	if (places.count)
		qsort(places.items, places.count, sizeof(struct place), compare_places);
	list->rules.count = 0;
	arena_reset(&list->arena);
	for (size_t i = 0; i < places.count; i++) {
		uint32_t at = ((struct place *)vector_at(&places, i))->entry;

		for (; at; at = groups_entry(groups, at)->next) {
			read_rule(policy, list,
				groups_message(groups, groups_entry(groups, at)->message),
				&list->arena, &rule);
			vector_push(&list->rules, &rule);
		}
	}
	list->stale = false;
	vector_free(&places);
}

static int rule_list_load(struct policy *policy, uint8_t family, struct error *error)
{
	struct rule_list *list = policy_list(policy, family);
	struct scope scope = {.family = family};

	if (!list->loaded && store_load(policy->netlink, &rule_object, &scope, &list->rules,
				     &list->arena, error))
		return -1;
	list->loaded = true;
	return 0;
}

const struct vector *policy_rules(struct policy *policy, uint8_t family, struct error *error)
{
	struct rule_list *list = policy_list(policy, family);

	if (rule_list_load(policy, family, error))
		return NULL;
	if (list->stale)
		rule_list_renew(policy, list);
	return &list->rules;
}

/* ---- looked for ---- */

/* The group that a rule would be in. */
static const struct group *find_group(
	struct rule_list *list, const struct groups *groups, const struct rule *rule)
{
	struct nlmsghdr *probe = buffer_reserve(&list->pending, MESSAGE_MAX);

	encode_rule(list, rule, probe);
	return groups_find(groups, probe);
}

static void each_of_group(struct policy *policy, struct rule_list *list,
	const struct groups *groups, const struct group *group, struct arena *arena,
	void (*each)(const struct rule *rule, void *context), void *context)
{
	struct rule rule;

	for (uint32_t at = group ? group->now.first : 0; at; at = groups_entry(groups, at)->next) {
		read_rule(policy, list, groups_message(groups, groups_entry(groups, at)->message),
			arena, &rule);
		each(&rule, context);
	}
}

/* Has the first group more than a few rules, and no fewer than the second? */
static bool is_longer(const struct groups *a, const struct group *first, const struct groups *b,
	const struct group *second)
{
	uint32_t left = first ? first->now.first : 0;
	uint32_t right = second ? second->now.first : 0;

	for (int steps = 0; left && (right || steps < FEW_RULES); steps++) {
		left = groups_entry(a, left)->next;
		right = right ? groups_entry(b, right)->next : 0;
	}
	return left != 0;
}

static void each_near(struct policy *policy, struct rule_list *list, const struct rule *wanted,
	enum neighbours neighbours, struct arena *arena,
	void (*each)(const struct rule *rule, void *context), void *context)
{
	const struct groups *groups = &list->groups;
	const struct groups *alike = &list->alike;
	bool both = neighbours == NEIGHBOURS_ALIKE && wanted->preference.given;
	const struct group *group;

	if (neighbours == NEIGHBOURS_ALIKE) {
		group = find_group(list, alike, wanted);
		if (!both || !is_longer(alike, group, groups, NULL) ||
			!is_longer(alike, group, groups, find_group(list, groups, wanted))) {
			each_of_group(policy, list, alike, group, arena, each, context);
			return;
		}
	}
	group = find_group(list, groups, wanted);
	each_of_group(policy, list, groups, group, arena, each, context);
}

int policy_each_rule(struct policy *policy, const struct rule *wanted, enum neighbours neighbours,
	struct arena *arena, void (*each)(const struct rule *rule, void *context), void *context,
	struct error *error)
{
	struct rule_list *list = policy_list(policy, wanted->family);
	const struct vector *rules;

	if (rule_list_load(policy, wanted->family, error))
		return -1;
	if (policy->keep && neighbours != NEIGHBOURS_ALL) {
		rule_list_group(list);
		each_near(policy, list, wanted, neighbours, arena, each, context);
		return 0;
	}
	rules = policy_rules(policy, wanted->family, error);
	for (size_t i = 0; rules && i < rules->count; i++)
		each(vector_at(rules, i), context);
	return rules ? 0 : -1;
}

/* How many rules look up the private class of this one. */
static size_t count_sharers(struct rule_list *list, const struct rule *rule)
{
	const struct group *group = find_group(list, &list->owners, rule);
	size_t count = 0;

	for (uint32_t at = group ? group->now.first : 0; at;
		at = groups_entry(&list->owners, at)->next)
		count++;
	return count;
}

int policy_attach(struct policy *policy, uint8_t family, struct vector *rules, struct arena *arena,
	struct error *error)
{
	struct rule_list *list = policy_list(policy, family);
	struct vector sole = {.size = sizeof(struct rule)};
	struct vector index = {.size = sizeof(size_t)};
	int status;

	if (!policy->keep)
		return own_attach(policy->netlink, rules, &list->rules, arena, error);
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = vector_at(rules, i);

		if (rule->own.given || rule->class.value < CLASS_PRIVATE ||
			count_sharers(list, rule) != 1)
			continue;
		vector_push(&sole, rule);
		vector_push(&index, &i);
	}
	status = own_attach(policy->netlink, &sole, &sole, arena, error);
	for (size_t i = 0; i < sole.count; i++)
		((struct rule *)vector_at(rules, *(size_t *)vector_at(&index, i)))->own =
			((struct rule *)vector_at(&sole, i))->own;
	vector_free(&sole);
	vector_free(&index);
	return status;
}

/* ---- the place of a rule that names none ---- */

static void find_lowest(struct rule_list *list)
{
	const struct groups *groups = &list->groups;

	list->lowest[0] = list->lowest[1] = UINT32_MAX;
	for (size_t i = 0; i < groups->groups.count; i++) {
		const struct group *group = vector_at(&groups->groups, i);
		uint32_t preference = rule_preference(groups_message(groups, group->key));

		if (!group->now.first)
			continue;
		note_lowest(list, preference);
		if (group->now.first != group->now.last)
			note_lowest(list, preference);
	}
	list->lowest_known = true;
}

uint32_t policy_preference(const struct vector *rules)
{
	const struct rule *second = rules->count > 1 ? vector_at(rules, 1) : NULL;

	return second && second->preference.value ? second->preference.value - 1 : 0;
}

uint32_t policy_default_preference(struct policy *policy, uint8_t family)
{
	struct rule_list *list = policy_list(policy, family);

	if (!list->stale && !list->grouped)
		return policy_preference(&list->rules);
	rule_list_group(list);
	if (!list->lowest_known)
		find_lowest(list);
	if (list->lowest[1] == UINT32_MAX || !list->lowest[1])
		return 0;
	return list->lowest[1] - 1;
}
