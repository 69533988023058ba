/* Conditions under which a packet is translated if, and only if, the rule routed it. */
#include "policy/exact.h"

#include <string.h>
#include <sys/socket.h>

#include <linux/fib_rules.h>

#include "base/buffer.h"
#include "base/error.h"
#include "field/walk.h"
#include "model/route.h"
#include "output/text.h"

static const struct rule *rule_at(const struct vector *rules, size_t index)
{
	return vector_at(rules, index);
}

bool rule_shares(const struct vector *rules, size_t index)
{
	const struct rule *rule = rule_at(rules, index);

	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *other = rule_at(rules, i);

		if (i != index && other->class.given && other->class.value == rule->class.value)
			return true;
	}
	return false;
}

int exact_refuse(const struct rule *other, bool retag, struct error *error)
{
	struct buffer text = {0};
	struct view view = {.numeric = true};
	struct writer *writer = text_writer(&text, SPACING_BETWEEN, false, "");

	error->status = STATUS_GUARDED;
	writer_begin(writer);
	fields_render(writer, &rule_object, other, &view);
	writer_end(writer);
	writer_free(writer);
	if (text.length && text.data[text.length - 1] == '\n')
		text.length--;
	error_hint(error,
		"in the way: %s\n"
		"    give the rule a record of its own (route gw ADDR dev DEV) instead of a "
		"class%s",
		buffer_text(&text),
		retag ? ",\n    or say \"retag\": the realm of the class goes on its other rules, "
			"too"
		      : "");
	buffer_free(&text);
	return -1;
}

/* ---- what nftables can see ---- */

/* The first word of the rule that says more than from, to and dev; NULL: none. */
static const char *hidden_word(const struct rule *rule)
{
	for (int i = 0; i < rule_object.count; i++) {
		const struct field *field = &rule_object.fields[i];

		if (!(field->flags & FIELD_SELECTOR) || !field->kind || !field_given(field, rule))
			continue;
		if (strcmp(field->word, "from") != 0 && strcmp(field->word, "to") != 0 &&
			strcmp(field->word, "dev") != 0)
			return field->word;
	}
	return NULL;
}

static const char *suppressing_word(const struct rule *rule)
{
	static const char *const words[] = {"suppress_prefixlength", "suppress_ifgroup"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		const struct field *field = object_field(&rule_object, words[i]);

		if (field && field_given(field, rule))
			return words[i];
	}
	return NULL;
}

static bool prefixes_meet(const struct prefix *a, const struct prefix *b)
{
	return !a->given || !b->given || prefix_holds(a, b) || prefix_holds(b, a);
}

/* May one forwarded packet match both? */
static bool rules_meet(const struct rule *a, const struct rule *b)
{
	if (a->invert.given || b->invert.given)
		return true;
	if (!prefixes_meet(&a->source, &b->source) ||
		!prefixes_meet(&a->destination, &b->destination))
		return false;
	if ((a->input.given && !strcmp(a->input.name, "lo")) ||
		(b->input.given && !strcmp(b->input.name, "lo")))
		return false;
	return !a->input.given || !b->input.given || !strcmp(a->input.name, b->input.name);
}

static int refuse_hidden(
	const struct rule *rule, const char *word, const char *what, struct error *error)
{
	error_set(error, STATUS_GUARDED, "nftables cannot see \"%s\" of %s", word, what);
	return exact_refuse(rule, false, error);
}

static int check_own_words(const struct rule *rule, struct error *error)
{
	const char *word = hidden_word(rule);

	if (!word)
		word = suppressing_word(rule);
	if (!word && rule->input.given && !strcmp(rule->input.name, "lo"))
		word = "dev lo";
	if (word)
		return refuse_hidden(rule, word,
			rule->family == AF_INET6 ? "an IPv6 rule"
						 : "a rule whose class others look up, too",
			error);
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
	word = hidden_word(other);
	if (!word)
		word = suppressing_word(other);
	return word ? refuse_hidden(other, word, "an earlier rule of the same class", error) : 0;
}

static int check_shared(const struct vector *rules, size_t index, struct error *error)
{
	if (check_own_words(rule_at(rules, index), error))
		return -1;
	for (size_t i = 0; i < index; i++)
		if (check_earlier(rule_at(rules, index), rule_at(rules, i), error))
			return -1;
	return 0;
}

/* ---- IPv6: by the selectors alone ---- */

static bool ends_lookup(const struct rule *rule)
{
	uint8_t action = rule->action.given ? rule->action.value : 0;

	return action == FR_ACT_BLACKHOLE || action == FR_ACT_UNREACHABLE ||
	       action == FR_ACT_PROHIBIT;
}

/* Every packet of `inner` matches `outer` as well. */
static bool rule_holds(const struct rule *outer, const struct rule *inner)
{
	if (hidden_word(outer))
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

static int check_first(const struct vector *rules, size_t index, struct error *error)
{
	const struct rule *rule = rule_at(rules, index);

	for (size_t i = 0; i < index; i++) {
		const struct rule *other = rule_at(rules, i);

		if (ends_lookup(other) || !rules_meet(rule, other) ||
			(other->class.given && other->class.value == CLASS_LOCAL))
			continue;
		error_set(error, STATUS_GUARDED,
			"IPv6 has no realms: an earlier rule may route the same packets, and "
			"nftables cannot tell");
		exact_refuse(other, false, error);
		return error_hint(error, "%s\n    or give the rule a lower pref", error->hint);
	}
	return 0;
}

static int check_last(const struct vector *rules, size_t index, struct error *error)
{
	const struct rule *rule = rule_at(rules, index);
	char source[PREFIX_TEXT_MAX] = "default";

	for (size_t i = index + 1; i < rules->count; i++) {
		const struct rule *other = rule_at(rules, i);

		if (!rules_meet(rule, other))
			continue;
		if (ends_lookup(other) && rule_holds(other, rule))
			return 0;
		break;
	}
	if (rule->source.given)
		prefix_text(&rule->source, source);
	error_set(error, STATUS_GUARDED,
		"IPv6 has no realms: where the class has no route, a later rule would route the "
		"packets, and nftables could not tell");
	return error_hint(error,
		"let a rule of the same selectors follow it at once:\n"
		"        iproute -6 addrule from %s ... pref %u reject",
		source, rule->preference.value + 1);
}

static int check_alone(const struct vector *rules, size_t index, struct error *error)
{
	if (check_own_words(rule_at(rules, index), error) || check_first(rules, index, error))
		return -1;
	return check_last(rules, index, error);
}

int exact_check(const struct vector *rules, size_t index, struct error *error)
{
	const struct rule *rule = rule_at(rules, index);

	if (rule->family == AF_INET6)
		return check_alone(rules, index, error);
	if (check_tags(rules, index, error))
		return -1;
	return rule_shares(rules, index) ? check_shared(rules, index, error) : 0;
}
