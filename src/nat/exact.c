/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks the conditions under which a packet is translated if, and only if, the rule routed it. */
#include "nat/exact.h"

#include <string.h>
#include <sys/socket.h>

#include <linux/fib_rules.h>

#include "base/buffer.h"
#include "base/error.h"
#include "field/walk.h"
#include "model/rule.h"
#include "nat/hidden.h"
#include "nat/overlap.h"

static const struct rule *rule_at(const struct vector *rules, size_t index)
{
	return vector_at(rules, index);
}

/* ---- refusals ---- */

/*
 * Adds the rule in the way and the possible solutions to an error; returns -1. `retag`: it is one
 * of the solutions.
 */
static int exact_refuse(const struct rule *other, bool retag, struct error *error)
{
	struct buffer text = {0};
	struct view view = {.numeric = true};

	error->status = STATUS_GUARDED;
	fields_line(&text, &rule_object, other, &view, "", false);
	if (other->family == AF_INET6)
		error_hint(error,
			"in the way: %s\n"
			"    give one of them more selectors, as \"to 2000::/3\", so that no "
			"packet "
			"matches both,\n"
			"    or let the one that translates be first: a pref below %u",
			buffer_text(&text), other->preference.value);
	else
		error_hint(error,
			"in the way: %s\n"
			"    give the rule a record of its own (route gw ADDR dev DEV) instead of "
			"a "
			"class%s",
			buffer_text(&text),
			retag ? ",\n    or say \"retag\": the realm of the class goes on its other "
				"rules, "
				"too"
			      : "");
	buffer_free(&text);
	return -1;
}

/* ---- what nftables can see ---- */

static int refuse_hidden(
	const struct rule *rule, const char *word, const char *what, struct error *error)
{
	error_set(error, STATUS_GUARDED, "nftables cannot see \"%s\" of %s", word, what);
	return exact_refuse(rule, false, error);
}

static int check_own_words(const struct rule *rule, struct error *error)
{
	const char *word = rule_hidden_word(rule);

	if (!word)
		word = rule_suppressing_word(rule);
	if (!word && rule->input.given && !strcmp(rule->input.name, "lo"))
		word = "dev lo";
	if (word && rule->family == AF_INET6) {
		error_set(
			error, STATUS_GUARDED, "nftables cannot see \"%s\" of an IPv6 rule", word);
		return error_hint(error, "IPv6 rules that translate select by from, to and dev");
	}
	if (word)
		return refuse_hidden(rule, word, "a rule whose class others look up, too", error);
	return 0;
}

/* ---- a class that several rules look up ---- */

static bool looks_up_same(const struct rule *rule, const struct rule *other)
{
	return other->class.given && other->class.value == rule->class.value;
}

static int check_tags(const struct vector *rules, size_t index, struct error *error)
{
	const struct rule *rule = rule_at(rules, index);

	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *other = rule_at(rules, i);
		bool same = looks_up_same(rule, other);

		if (i == index || same == (rule_tag(other) == rule_tag(rule)))
			continue;
		/* A `nop` rule routes no packet, so no packet gets its realm. A killed program may
		 * have left one (change/probe.h). */
		if (other->action.given && other->action.value == FR_ACT_NOP)
			continue;
		if (!same) {
			error_set(error, STATUS_GUARDED,
				"a rule of another class has the same realm, %u", rule_tag(rule));
			return exact_refuse(other, false, error);
		}
		error_set(error, STATUS_GUARDED,
			"another rule looks up class %u, and nftables cannot tell its packets "
			"apart",
			rule->class.value);
		return exact_refuse(other, !other->realm.given || rule_tag(other), error);
	}
	return 0;
}

/* `other` is special: exact_index.h. */
static int check_earlier(const struct rule *rule, const struct rule *other, struct error *error)
{
	const char *word;

	if (!rules_meet(rule, other))
		return 0;
	if (other->target.given && other->target.value > rule->preference.value) {
		error_set(error, STATUS_GUARDED, "an earlier rule jumps over this one");
		return exact_refuse(other, false, error);
	}
	if (!looks_up_same(rule, other))
		return 0;
	word = rule_hidden_word(other);
	if (!word)
		word = rule_suppressing_word(other);
	return word ? refuse_hidden(other, word, "an earlier rule of the same class", error) : 0;
}

static int check_shared(const struct exact_index *index, size_t rule, struct error *error)
{
	if (check_own_words(rule_at(index->rules, rule), error))
		return -1;
	for (size_t i = 0; i < index->special.count; i++) {
		size_t other = *(size_t *)vector_at(&index->special, i);

		if (other >= rule)
			break;
		if (check_earlier(rule_at(index->rules, rule), rule_at(index->rules, other), error))
			return -1;
	}
	return 0;
}

/* ---- IPv6: by the selectors alone ---- */

/* Returns true if `outer` matches every packet that `inner` matches. */
static bool rule_holds(const struct rule *outer, const struct rule *inner)
{
	if (rule_hidden_word(outer) ||
		(outer->reply.given &&
			(!inner->reply.given || !kind_mark.same(&outer->mark, &inner->mark))))
		return false;
	if (outer->input.given &&
		(!inner->input.given || strcmp(outer->input.name, inner->input.name) != 0))
		return false;
	if (outer->source.given &&
		(!inner->source.given || !prefix_holds(&outer->source, &inner->source)))
		return false;
	return !outer->destination.given ||
	       (inner->destination.given && prefix_holds(&outer->destination, &inner->destination));
}

static int check_first(const struct exact_index *index, size_t rule, struct error *error)
{
	size_t other = meeting_find(&index->routing, rule, 0);

	if (other >= rule)
		return 0;
	error_set(error, STATUS_GUARDED,
		"IPv6 has no realms: an earlier rule may route the same packets, and nftables "
		"cannot tell");
	return exact_refuse(rule_at(index->rules, other), false, error);
}

/* `next`: the preference of the next rule that matches some of its packets. */
static int refuse_open(const struct rule *rule, uint32_t next, struct error *error)
{
	const struct view view = {.numeric = true};
	const uint32_t preference = rule->preference.value;
	bool room = next > preference + 1;
	struct rule companion = {
		.family = AF_INET6,
		.preference = {true, room ? preference + 1 : preference},
		.source = rule->source,
		.destination = rule->destination,
		.input = rule->input,
		.action = {true, FR_ACT_UNREACHABLE},
	};
	struct buffer text = {0};

	fields_line(&text, &rule_object, &companion, &view, "", false);
	error_set(error, STATUS_GUARDED,
		"IPv6 has no realms: where the class has no route, a later rule would route the "
		"packets, and nftables could not tell");
	error_hint(error,
		"let a rule of the same selectors refuse them; first:\n"
		"        iproute -6 addrule %s\n"
		"    then this rule, with pref %u",
		buffer_text(&text), room ? preference : preference - 1);
	buffer_free(&text);
	return -1;
}

static int check_last(const struct exact_index *index, size_t rule, struct error *error)
{
	const struct rule *last = rule_at(index->rules, rule);
	size_t next = meeting_find(&index->all, rule, rule + 1);
	const struct rule *other;

	if (next == index->rules->count)
		return refuse_open(last, UINT32_MAX, error);
	other = rule_at(index->rules, next);
	return rule_ends_lookup(other) && rule_holds(other, last)
	               ? 0
	               : refuse_open(last, other->preference.value, error);
}

bool exact_demands(const struct vector *rules, size_t rule)
{
	const struct rule *last = rule_at(rules, rule);

	if (last->family != AF_INET6 || !rule_ends_lookup(last))
		return false;
	while (rule--) {
		const struct rule *earlier = rule_at(rules, rule);

		if (earlier->family != AF_INET6 || !rules_meet(earlier, last))
			continue;
		if (rule_translates(earlier) && rule_holds(last, earlier))
			return true;
		if (rule_ends_lookup(earlier) && rule_holds(earlier, last))
			return false;
	}
	return false;
}

static int check_alone(const struct exact_index *index, size_t rule, struct error *error)
{
	if (check_own_words(rule_at(index->rules, rule), error) || check_first(index, rule, error))
		return -1;
	return check_last(index, rule, error);
}

int exact_check(const struct exact_index *index, size_t rule, struct error *error)
{
	const struct exact_fact *fact = exact_fact(index, rule);

	if (rule_at(index->rules, rule)->family == AF_INET6)
		return check_alone(index, rule, error);
	if (fact->conflicted && check_tags(index->rules, rule, error))
		return -1;
	return fact->shares ? check_shared(index, rule, error) : 0;
}
