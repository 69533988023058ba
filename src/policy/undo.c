/*
 * Back, the last change first. A route that was added alone is deleted. Groups of equals that the
 * policy kept are made what they were, whatever they are now: the order of equals returns, too.
 */
#include "policy/undo.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "base/error.h"
#include "base/memory.h"
#include "field/walk.h"
#include "model/route.h"
#include "model/rule.h"
#include "netlink/pipeline.h"
#include "policy/claim.h"
#include "policy/sharing.h"

enum {
	CHUNK = 8192, /* messages that are kept before they are sent */
	PASSES = 3,
};

struct undo {
	struct transaction *transaction;
	struct policy now;      /* what the kernel has */
	struct buffer messages; /* to be sent next */
	struct vector starts;   /* uint32_t: where each begins, in units of NLMSG_ALIGNTO bytes */
	bool few; /* the kernel may be asked whether a rule is there already: it looks at each */
	size_t failed;
};

/* ---- sending ---- */

static const struct nlmsghdr *message_at(const struct undo *undo, size_t index)
{
	const uint32_t *start = vector_at(&undo->starts, index);

	return (const struct nlmsghdr *)(undo->messages.data + (size_t)*start * NLMSG_ALIGNTO);
}

static bool put(size_t index, struct nlmsghdr *message, void *context)
{
	const struct nlmsghdr *source = message_at(context, index);

	memcpy(message, source, source->nlmsg_len);
	return true;
}

/* What should go is gone already, or what should come is there: good. */
static bool note_refused(size_t index, const struct answer *answer, void *context)
{
	struct undo *undo = context;
	const struct nlmsghdr *message = message_at(undo, index);
	bool deletes = message->nlmsg_type == RTM_DELROUTE || message->nlmsg_type == RTM_DELRULE;

	if (deletes ? answer->number == ESRCH || answer->number == ENOENT
		    : answer->number == EEXIST)
		return true;
	undo->failed++;
	buffer_add(&undo->transaction->stuck, message, NLMSG_ALIGN(message->nlmsg_len));
	return true;
}

static void send_messages(struct undo *undo)
{
	const struct pipeline pipeline = {.put = put, .refused = note_refused, .context = undo};
	struct error ignored;
	size_t sent = 0;

	if (undo->starts.count && pipeline_send(undo->transaction->policy.netlink,
					  undo->starts.count, &pipeline, &sent, &ignored))
		undo->failed += undo->starts.count - sent;
	undo->starts.count = 0;
	buffer_reset(&undo->messages);
}

static void add_message(
	struct undo *undo, const struct nlmsghdr *source, uint16_t type, uint16_t flags)
{
	uint32_t start = (uint32_t)(undo->messages.length / NLMSG_ALIGNTO);
	size_t size = NLMSG_ALIGN(source->nlmsg_len);
	struct nlmsghdr *message = buffer_reserve(&undo->messages, size + SHARING_ROOM);

	memcpy(message, source, source->nlmsg_len);
	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST | flags;
	if (source->nlmsg_pid && (type == RTM_NEWROUTE || type == RTM_DELROUTE)) {
		sharing_use(message, source->nlmsg_pid);
		size = NLMSG_ALIGN(message->nlmsg_len);
	}
	message->nlmsg_pid = 0;
	buffer_advance(&undo->messages, size);
	undo->starts.size = sizeof start;
	vector_push(&undo->starts, &start);
	if (undo->starts.count == CHUNK)
		send_messages(undo);
}

/* ---- groups ---- */

/* A group as it is and as it was. */
struct pair {
	struct undo *undo;
	const struct object *object;
	struct groups *now;
	struct group_list left; /* of what is there: what is still to be looked at */
	const struct groups *before;
	const struct group *group;
	uint32_t ours; /* the entry of the group's ours that was found last: the next is near */
};

static const struct nlmsghdr *first_of(const struct groups *groups, const struct group_list *list)
{
	return groups_message(groups, groups_entry(groups, list->first)->message);
}

static bool list_has(
	const struct groups *groups, const struct group_list *list, const struct nlmsghdr *message)
{
	for (uint32_t at = list->first; at; at = groups_entry(groups, at)->next)
		if (message_same(
			    groups_message(groups, groups_entry(groups, at)->message), message))
			return true;
	return false;
}

/* Did this message of ours make what is there? */
static bool made_it(const struct object *object, const struct nlmsghdr *message, const void *there)
{
	struct arena arena = {0};
	void *sent = arena_get(&arena, object->size);
	bool made;

	fields_decode(object, message, &arena, sent);
	made = fields_made(object, there, sent);
	arena_free(&arena);
	return made;
}

/* Did a change of ours put it there? The kernel tells more of it than our words did. */
static bool is_ours(struct pair *pair, const struct nlmsghdr *message)
{
	const struct groups *groups = pair->before;
	uint32_t first = pair->group->ours.first;
	uint32_t start = pair->ours ? pair->ours : first;
	struct arena arena = {0};
	void *there = arena_get(&arena, pair->object->size);
	bool found = false;
	uint32_t at = start;

	fields_decode(pair->object, message, &arena, there);
	while (at && !found) {
		uint32_t sent = groups_entry(groups, at)->message;

		found = made_it(pair->object, groups_message(groups, sent), there);
		if (found)
			pair->ours = at;
		at = groups_entry(groups, at)->next;
		at = at ? at : first;
		if (at == start)
			break;
	}
	arena_free(&arena);
	return found;
}

static void append(struct pair *pair, const struct nlmsghdr *message)
{
	bool route = pair->object == &route_object;

	add_message(pair->undo, message, pair->object->type_new,
		NLM_F_CREATE | (route ? NLM_F_APPEND : 0));
}

/*
 * It is gone, as far as a dump told: one of rules may have missed it. A rule that no change of ours
 * took away was somebody else's to take.
 */
static void bring_back(struct pair *pair, const struct nlmsghdr *message)
{
	if (pair->object != &rule_object)
		append(pair, message);
	else if (!list_has(pair->before, &pair->group->now, message))
		add_message(pair->undo, message, RTM_NEWRULE,
			NLM_F_CREATE | (pair->undo->few ? NLM_F_EXCL : 0));
}

/* The first of those left is deleted: its message can mean no other. */
static void drop_first(struct pair *pair)
{
	add_message(pair->undo, first_of(pair->now, &pair->left), pair->object->type_del, 0);
	groups_drop(pair->now, &pair->left);
}

static bool is_foreign(struct pair *pair, const struct nlmsghdr *message)
{
	return !list_has(pair->before, &pair->group->before, message) && !is_ours(pair, message);
}

/* Would the message that deletes the second delete the first, which stands before it? */
static bool is_hit(
	const struct pair *pair, const struct nlmsghdr *first, const struct nlmsghdr *second)
{
	struct arena arena = {0};
	void *there = arena_get(&arena, pair->object->size);
	void *wanted = arena_get(&arena, pair->object->size);
	bool hit;

	fields_decode(pair->object, first, &arena, there);
	fields_decode(pair->object, second, &arena, wanted);
	hit = fields_fit(pair->object, there, wanted, 0);
	arena_free(&arena);
	return hit;
}

/* Somebody else's stays where it is, unless it is in the way. */
static bool may_stay(struct pair *pair, const struct nlmsghdr *message)
{
	const struct groups *now = pair->now;
	uint32_t at = groups_entry(now, pair->left.first)->next;

	if (!is_foreign(pair, message))
		return false;
	for (; at; at = groups_entry(now, at)->next)
		if (is_hit(pair, message, groups_message(now, groups_entry(now, at)->message)))
			return false;
	return true;
}

/* Somebody else's goes behind the others. */
static void pass_first(struct pair *pair)
{
	const struct nlmsghdr *message = first_of(pair->now, &pair->left);
	bool foreign = is_foreign(pair, message);

	drop_first(pair);
	if (foreign)
		append(pair, message);
}

static bool lists_same(const struct pair *pair)
{
	uint32_t a = pair->left.first;
	uint32_t b = pair->group->before.first;

	while (a && b) {
		const struct group_entry *left = groups_entry(pair->now, a);
		const struct group_entry *right = groups_entry(pair->before, b);

		if (!message_same(groups_message(pair->now, left->message),
			    groups_message(pair->before, right->message)))
			return false;
		a = left->next;
		b = right->next;
	}
	return !a && !b;
}

static bool is_single(const struct group_list *list)
{
	return list->first && list->first == list->last;
}

/* The entry is still among those left: everything before it is passed, and it goes to the end. */
static void turn_to(struct pair *pair, const struct nlmsghdr *message)
{
	while (!message_same(first_of(pair->now, &pair->left), message))
		pass_first(pair);
	/* A rule may be there twice: so there is no moment without it. */
	if (pair->object == &rule_object)
		append(pair, message);
	drop_first(pair);
	if (pair->object != &rule_object)
		append(pair, message);
}

static void restore_pair(struct pair *pair)
{
	const struct groups *before = pair->before;
	const struct group_list *wanted = &pair->group->before;

	if (lists_same(pair))
		return;
	if (pair->object == &route_object && is_single(wanted) && is_single(&pair->left) &&
		is_ours(pair, first_of(pair->now, &pair->left))) {
		add_message(pair->undo, first_of(before, wanted), RTM_NEWROUTE,
			NLM_F_CREATE | NLM_F_REPLACE);
		return;
	}
	for (uint32_t at = wanted->first; at; at = groups_entry(before, at)->next) {
		const struct nlmsghdr *message =
			groups_message(before, groups_entry(before, at)->message);

		if (list_has(pair->now, &pair->left, message))
			turn_to(pair, message);
		else
			bring_back(pair, message);
	}
	while (pair->left.first) {
		if (may_stay(pair, first_of(pair->now, &pair->left)))
			groups_drop(pair->now, &pair->left);
		else
			pass_first(pair);
	}
}

static struct pair pair_of(struct undo *undo, const struct object *object, struct groups *now,
	const struct groups *before, const struct group *group)
{
	const struct group *there = groups_find(now, groups_message(before, group->key));

	return (struct pair){
		.undo = undo,
		.object = object,
		.now = now,
		.left = there ? there->now : (struct group_list){0},
		.before = before,
		.group = group,
	};
}

/* ---- rules ---- */

struct place {
	uint32_t preference;
	uint32_t group;
};

static int compare_places(const void *a, const void *b)
{
	const struct place *left = a;
	const struct place *right = b;

	return left->preference < right->preference ? -1 : left->preference > right->preference;
}

/*
 * `only_deletes`: groups of which nothing is missing, from the lowest preference on; else the
 * others, from the highest on: so the kernel finds their places fast.
 */
static void restore_rules(struct undo *undo, uint8_t family, bool only_deletes)
{
	const struct rule_list *before = policy_list(&undo->transaction->policy, family);
	const struct groups *groups = &before->groups;
	struct rule_list *now = policy_list(&undo->now, family);
	struct vector places = {.size = sizeof(struct place)};

	for (size_t i = 0; now->grouped && i < groups->groups.count; i++) {
		const struct group *group = vector_at(&groups->groups, i);
		struct place place = {.group = (uint32_t)i};

		place.preference = rule_preference(groups_message(groups, group->key));
		if (group->touched && !group->before.first == only_deletes)
			vector_push(&places, &place);
	}
	if (places.count)
		qsort(places.items, places.count, sizeof(struct place), compare_places);
	for (size_t i = 0; i < places.count; i++) {
		size_t at = only_deletes ? i : places.count - 1 - i;
		const struct place *place = vector_at(&places, at);
		struct pair pair = pair_of(undo, &rule_object, &now->groups, groups,
			vector_at(&groups->groups, place->group));

		restore_pair(&pair);
	}
	vector_free(&places);
}

static void look_at_rules(struct undo *undo, uint8_t family)
{
	struct rule_list *list = policy_list(&undo->transaction->policy, family);
	struct error ignored;

	if (!list->loaded)
		return;
	rule_list_group(list);
	if (policy_rules(&undo->now, family, &ignored))
		rule_list_group(policy_list(&undo->now, family));
	else
		undo->failed++;
}

/* ---- routes ---- */

static void look_at_routes(struct undo *undo)
{
	const struct vector *scopes = &undo->transaction->policy.scopes;
	struct error ignored;

	for (size_t i = 0; i < scopes->count; i++) {
		const struct scope *scope = vector_at(scopes, i);

		if (policy_load(&undo->now, scope->family, scope->class, &ignored))
			undo->failed++;
	}
}

/* As it was sent. */
static void delete_added(
	struct undo *undo, const struct change *change, const struct nlmsghdr *message)
{
	char *memory = memory_resize(NULL, message->nlmsg_len + SHARING_ROOM);
	struct nlmsghdr *copy = (struct nlmsghdr *)memory;

	memcpy(copy, message, message->nlmsg_len);
	sharing_turn(undo->transaction->sharing, change, copy);
	add_message(undo, copy, message_object(message)->type_del, 0);
	free(memory);
}

/* A change whose equals are not known: by its own message, or by the record that it replaced. */
static void undo_change(struct undo *undo, const struct change *change)
{
	struct transaction *transaction = undo->transaction;
	const struct object *object = change_object(transaction, change);
	const struct nlmsghdr *message = change_message(transaction, change);

	if (change->operation == OPERATION_DELETE)
		add_message(undo, message, object->type_new,
			NLM_F_CREATE | (object == &route_object ? NLM_F_APPEND : NLM_F_EXCL));
	else if (change->previous)
		add_message(undo, change_previous(transaction, change), object->type_new,
			NLM_F_CREATE | NLM_F_REPLACE);
	else
		delete_added(undo, change, message);
}

static void undo_changes(struct undo *undo, const uint32_t *order, size_t made)
{
	struct transaction *transaction = undo->transaction;
	const struct groups *before = &transaction->policy.routes;

	while (made--) {
		struct change *change =
			vector_at(&transaction->changes, order ? order[made] : made);
		const struct group *group;
		struct pair pair;

		if (change->touches) {
			group = groups_find(before, change_message(transaction, change));
			pair = pair_of(undo, &route_object, &undo->now.routes, before, group);
			restore_pair(&pair);
		} else if (!change->kept && !change->unmade) {
			undo_change(undo, change);
		}
	}
}

static void undo_once(struct undo *undo, const uint32_t *order, size_t made)
{
	look_at_rules(undo, AF_INET);
	look_at_rules(undo, AF_INET6);
	look_at_routes(undo);
	restore_rules(undo, AF_INET, true);
	restore_rules(undo, AF_INET6, true);
	undo_changes(undo, order, made);
	restore_rules(undo, AF_INET, false);
	restore_rules(undo, AF_INET6, false);
	send_messages(undo);
}

/*
 * A dump of rules misses some when another program puts rules before them meanwhile: the kernel
 * counts where it was. Those with a private class of ours are known without a dump, and nobody
 * else's.
 */
static size_t undo_claimed(struct transaction *transaction, const uint32_t *order, size_t made)
{
	struct undo undo = {.transaction = transaction};

	while (made--) {
		const struct change *change =
			vector_at(&transaction->changes, order ? order[made] : made);
		const struct nlmsghdr *message = change_message(transaction, change);

		if (message->nlmsg_type == RTM_NEWRULE && !change->unmade &&
			claim_class(transaction, message))
			delete_added(&undo, change, message);
	}
	send_messages(&undo);
	buffer_free(&undo.messages);
	vector_free(&undo.starts);
	return undo.failed;
}

/* What was refused may have waited for something that came after it. */
size_t undo(struct transaction *transaction, const uint32_t *order, size_t made)
{
	size_t failed = made ? 1 : 0;

	for (int pass = 0; pass < PASSES && failed; pass++) {
		struct undo undo = {
			.transaction = transaction,
			.now = {.netlink = transaction->policy.netlink},
			.few = !order,
		};

		buffer_reset(&transaction->stuck);
		undo_once(&undo, order, made);
		failed = undo.failed;
		policy_free(&undo.now);
		buffer_free(&undo.messages);
		vector_free(&undo.starts);
	}
	return failed + undo_claimed(transaction, order, made);
}

void undo_torn_lines(struct transaction *transaction, const struct lines *torn)
{
	struct undo undo = {.transaction = transaction};

	for (size_t i = torn->size ? transaction->changes.count : 0; i--;) {
		struct change *change = vector_at(&transaction->changes, i);

		if (change->unmade || change->operation != OPERATION_ADD || !change->line ||
			!lines_have(torn, change->line))
			continue;
		undo_change(&undo, change);
		change->unmade = true;
	}
	send_messages(&undo);
	buffer_free(&undo.messages);
	vector_free(&undo.starts);
}
