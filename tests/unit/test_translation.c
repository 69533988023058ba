/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The nftables entries before, during and after a change of rules, and refusals, without a kernel.
 * tests/netns tests the effect on packets.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/socket.h>

#include <linux/netfilter.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/words.h"
#include "field/walk.h"
#include "names/names.h"
#include "model/rule.h"
#include "netlink/nft_rules.h"
#include "state/bindings.h"
#include "nat/entries.h"
#include "nat/exact.h"

enum { WORDS_MAX = 32 };

static struct names *names;
static struct keywords *keywords;
static struct arena arena;

static int prepare(void **state)
{
	(void)state;
	names = names_new_in("/nonexistent", "/nonexistent");
	keywords = keywords_new(&rule_object, DIALECT_OWN);
	return 0;
}

static int clean(void **state)
{
	(void)state;
	keywords_free(keywords);
	names_free(names);
	arena_free(&arena);
	return 0;
}

/* A rule as the kernel and nftables would report it; `realm` is a realm tag. */
static struct rule rule_of(const char *line, uint32_t realm)
{
	const char *word[WORDS_MAX];
	char text[256];
	const char *reason;
	struct words words = {.word = word};
	struct parser parser = {
		.words = &words, .names = names, .arena = &arena, .family_word = -1};
	struct rule rule = {0};
	struct error error = {0};
	struct origin origin;

	snprintf(text, sizeof text, "%s", line);
	words.count = words_cut(text, word, WORDS_MAX, &reason);
	origin_clear(&origin, &rule_object);
	if (fields_parse(&parser, keywords, 0, &rule, &origin, &error) ||
		rule_object.finish(&parser, &rule, &origin, false, &error))
		fail_msg("%s: %s", line, error.message);
	if (realm)
		rule.realm = (struct number){true, realm};
	return rule;
}

static struct vector rules_of(const char *const *lines, uint32_t realm)
{
	struct vector rules = {.size = sizeof(struct rule)};

	for (; *lines; lines++) {
		struct rule rule = rule_of(*lines, strstr(*lines, "class 250") ? realm : 0);

		vector_push(&rules, &rule);
	}
	return rules;
}

static struct vector entries_for(const char *const *lines)
{
	struct vector rules = rules_of(lines, REALM_FIRST);
	struct vector entries = {.size = sizeof(struct nft_entry)};
	const struct vector none = {0};
	struct exact_index index;
	struct entry_index known;

	exact_index_make(&index, &rules);
	entry_index_make(&known, &none);
	entries_of_rules(&entries, &index, &known);
	exact_index_free(&index);
	vector_free(&rules);
	return entries;
}

/* IDLE before a comment: the entry is idle. */
#define IDLE "idle: "

static void assert_entries(const struct vector *entries, const char *const *comments)
{
	size_t count = 0;

	for (; comments[count]; count++) {
		const struct nft_entry *entry;
		char comment[NFT_COMMENT_MAX + sizeof IDLE];

		if (count >= entries->count)
			fail_msg("\"%s\" is missing", comments[count]);
		entry = vector_at(entries, count);
		snprintf(comment, sizeof comment, "%s%s", entry->idle ? IDLE : "", entry->comment);
		assert_string_equal(comment, comments[count]);
	}
	assert_int_equal(entries->count, count);
}

#define LINES(...) ((const char *const[]){__VA_ARGS__, NULL})
#define NOTHING    ((const char *const[]){NULL})

static void test_a_rule_alone_goes_by_its_realm(void **state)
{
	struct vector entries =
		entries_for(LINES("pref 320 from 10.1.0.0/16 fwmark 1 class 250 masq log"));

	(void)state;
	assert_entries(&entries, LINES("rule 320 realm 32768 from 10.1.0.0/16 masq log"));
	vector_free(&entries);
}

static void test_rules_that_share_keep_their_packets(void **state)
{
	struct vector entries = entries_for(LINES("pref 220 from 10.1.0.5 class 250",
		"pref 320 from 10.1.0.0/16 dev eth1 class 250 masq", "pref 400 class 251"));

	(void)state;
	assert_entries(
		&entries, LINES("rule 220 realm 32768 shared from 10.1.0.5",
				  "rule 320 realm 32768 shared from 10.1.0.0/16 dev eth1 masq"));
	vector_free(&entries);
}

static void test_plain_rules_need_nothing(void **state)
{
	struct vector entries =
		entries_for(LINES("pref 220 from 10.1.0.5 class 250", "pref 230 class 250"));

	(void)state;
	assert_entries(&entries, NOTHING);
	vector_free(&entries);
}

static void assert_between(
	const char *const *before, const char *const *after, const char *const *comments)
{
	struct vector now = entries_for(before);
	struct vector wanted = entries_for(after);
	struct vector entries = {0};

	entries_between(&now, &wanted, &entries);
	entries_order(&entries);
	assert_entries(&entries, comments);
	vector_free(&now);
	vector_free(&wanted);
	vector_free(&entries);
}

static void test_translating_begins_before_and_ends_after(void **state)
{
	(void)state;
	assert_between(NOTHING, LINES("pref 320 from 10.1.0.4 class 250 masq"),
		LINES("rule 320 realm 32768 from 10.1.0.4 masq"));
	assert_between(LINES("pref 320 from 10.1.0.4 class 250 masq"), NOTHING,
		LINES("rule 320 realm 32768 from 10.1.0.4 masq"));
	assert_between(LINES("pref 320 from 10.1.0.4 class 250 masq"),
		LINES("pref 320 from 10.1.0.4 class 250 masq"),
		LINES("rule 320 realm 32768 from 10.1.0.4 masq"));
}

/* Packets of a plain rule are excluded only while the kernel has the rule. */
static void test_keeping_begins_after_and_ends_before(void **state)
{
	const char *const *alone = LINES("pref 320 from 10.1.0.0/16 class 250 masq");
	const char *const *both = LINES(
		"pref 220 from 10.1.0.5 class 250", "pref 320 from 10.1.0.0/16 class 250 masq");
	const char *const *between = LINES("rule 320 realm 32768 shared from 10.1.0.0/16 masq");

	(void)state;
	assert_between(alone, both,
		LINES(IDLE "rule 220 realm 32768 shared from 10.1.0.5",
			"rule 320 realm 32768 shared from 10.1.0.0/16 masq"));
	assert_between(both, alone, between);
	assert_between(both, both,
		LINES("rule 220 realm 32768 shared from 10.1.0.5",
			"rule 320 realm 32768 shared from 10.1.0.0/16 masq"));
}

static void test_another_translation_overlaps(void **state)
{
	(void)state;
	assert_between(LINES("pref 320 from 10.1.0.4 class 250 masq"),
		LINES("pref 320 from 10.1.0.4 class 250 nat 198.18.0.4"),
		LINES("rule 320 realm 32768 from 10.1.0.4 masq",
			"rule 320 realm 32768 from 10.1.0.4 nat 198.18.0.4"));
}

/* ---- refusals ---- */

static void assert_exact(const char *const *lines, size_t index, const char *message)
{
	struct vector rules = rules_of(lines, REALM_FIRST);
	struct error error = {0};
	struct exact_index facts;
	int status;

	exact_index_make(&facts, &rules);
	status = exact_check(&facts, index, &error);
	exact_index_free(&facts);
	vector_free(&rules);
	if (!message) {
		if (status)
			fail_msg("refused: %s", error.message);
		return;
	}
	assert_int_equal(status, -1);
	assert_int_equal(error.status, STATUS_GUARDED);
	if (!strstr(error.message, message))
		fail_msg("\"%s\" is not in \"%s\"", message, error.message);
}

static void test_conditions_of_a_shared_class(void **state)
{
	const char *rule = "pref 320 from 10.1.0.0/16 class 250 masq";

	(void)state;
	assert_exact(LINES("pref 220 from 10.1.0.5 class 250", rule), 1, NULL);
	assert_exact(LINES("pref 220 from 10.1.0.5 fwmark 1 class 250", rule), 1, "fwmark");
	assert_exact(LINES("pref 220 from 10.2.0.5 fwmark 1 class 250", rule), 1, NULL);
	assert_exact(LINES("pref 220 dev lo fwmark 1 class 250", rule), 1, NULL);
	assert_exact(LINES("pref 220 not from 10.2.0.0/16 class 250", rule), 1, "not");
	assert_exact(LINES("pref 220 to 10.9.0.0/16 class 250 suppress_prefixlength 0", rule), 1,
		"suppress_prefixlength");
	assert_exact(LINES("pref 220 goto 400", rule, "pref 400 class 250"), 1, "jumps over");
	assert_exact(LINES("pref 220 goto 300", "pref 300 class 250", rule), 2, NULL);
	assert_exact(LINES("pref 220 fwmark 1 class 251", rule, "pref 400 class 250"), 1, NULL);
	assert_exact(LINES(rule, "pref 400 fwmark 1 class 250"), 0, NULL);
	assert_exact(
		LINES("pref 320 from 10.1.0.0/16 oif eth1 class 250 masq", "pref 400 class 250"), 0,
		"oif");
}

static void test_alone_a_rule_may_select_by_anything(void **state)
{
	(void)state;
	assert_exact(LINES("pref 100 goto 400",
			     "pref 320 not from 10.1.0.0/16 oif eth1 uidrange 1-2 class 250 masq",
			     "pref 400 class 251"),
		1, NULL);
}

static void test_conditions_of_ipv6(void **state)
{
	const char *local = "pref 0 from ::/0 class 255";
	const char *rule = "pref 320 from 2001:db8::/32 class 250 masq";
	const char *end = "pref 321 from 2001:db8::/32 reject";

	(void)state;
	assert_exact(LINES(local, rule, end), 1, NULL);
	assert_exact(LINES(local, rule), 1, "later rule");
	assert_exact(LINES(local, rule, "pref 321 from 2001:db8::/48 reject"), 1, "later rule");
	assert_exact(LINES(local, rule, "pref 321 from ::/0 drop"), 1, NULL);
	assert_exact(LINES(local, "pref 100 from 2001:db8:1::/48 class 251", rule, end), 2,
		"earlier rule");
	assert_exact(LINES(local, "pref 100 from 2001:db8:1::/48 prohibit", rule, end), 2, NULL);
	assert_exact(LINES(local, "pref 100 from fd00::/8 class 251", rule, end), 2, NULL);
	assert_exact(
		LINES("pref 320 from 2001:db8::/32 fwmark 1 class 250 masq", end), 0, "fwmark");
}

/* ---- what nftables holds ---- */

static void add_text(char text[1024], const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static void add_text(char text[1024], const char *format, ...)
{
	size_t length = strlen(text);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text + length, 1024 - length, format, arguments);
	va_end(arguments);
}

static void count_rule(struct nftnl_rule *rule, const char *comment, void *context)
{
	(void)rule;
	assert_non_null(comment);
	++*(int *)context;
}

/* "SET [>CHAIN] … | CHAIN:RULES …" */
static void assert_plan(const char *const *lines, const char *wanted)
{
	struct vector entries = entries_for(lines);
	struct nft_plan plan;
	char text[1024] = "";
	char name[NFT_NAME_MAX];

	for (size_t i = 0; i < entries.count; i++)
		((struct nft_entry *)vector_at(&entries, i))->key = 70000 + (uint32_t)i;
	nft_plan_make(&plan, NFPROTO_IPV4, &entries);
	for (size_t i = 0; i < plan.elements.count; i++) {
		const struct nft_element *element = vector_at(&plan.elements, i);

		nft_set_name(name, element->set, element->length);
		add_text(text, "%s%s%s ", name, *element->chain ? ">" : "", element->chain);
	}
	add_text(text, "|");
	for (size_t i = 0; i < plan.chains.count; i++) {
		const struct nft_chain *chain = vector_at(&plan.chains, i);
		int rules = 0;

		nft_rules_make(&plan, chain, count_rule, &rules);
		add_text(text, " %s:%d", chain->name, rules);
	}
	assert_string_equal(text, wanted);
	nft_plan_free(&plan);
	vector_free(&entries);
}

static void test_plans_of_a_rule_alone(void **state)
{
	(void)state;
	assert_plan(LINES("pref 320 from 10.1.0.4 class 250 masq"),
		"rules masqueraded | guard:3 postrouting:3 translate:4");
	assert_plan(LINES("pref 320 from 10.1.0.4 class 250 log"),
		"rules logged>log-32768 | log-32768:1 postrouting:3 translate:3");
	assert_plan(LINES("pref 320 from 10.1.0.4 class 250 valve"),
		"rules valves | forward:2 translate:3");
	assert_plan(LINES("pref 320 from 10.1.0.4 class 250 nat 198.18.0.4"),
		"rules sources>source-32768 translated>nat-32768 | nat-32768:3 postrouting:3 "
		"source-32768:1 translate:4");
}

/* The chains of a class have rules for each that looks it up. */
static void test_plans_of_a_shared_class(void **state)
{
	(void)state;
	assert_plan(LINES("pref 220 from 10.1.0.5 class 250",
			    "pref 320 from 10.1.0.0/16 class 250 masq log",
			    "pref 330 from 10.2.0.0/16 class 250 nat 10.3.0.0/16"),
		"rules rules rules sources>postrouting-32768 translated>translate-32768 | guard:3 "
		"nat-70002:3 postrouting:3 postrouting-32768:4 translate:3 translate-32768:3");
}

/* Chains that are alike before and after a change are not written. */
static void test_a_plan_finds_its_equals(void **state)
{
	struct vector few = entries_for(LINES("pref 320 from 10.1.0.4 class 250 masq"));
	struct vector logged = entries_for(LINES("pref 320 from 10.1.0.4 class 250 masq log"));
	struct nft_plan before;
	struct nft_plan after;

	(void)state;
	nft_plan_make(&before, NFPROTO_IPV4, &few);
	nft_plan_make(&after, NFPROTO_IPV4, &logged);
	/* guard, postrouting, translate; guard, log-32768, postrouting, translate */
	assert_true(nft_chain_same(
		&before, vector_at(&before.chains, 0), &after, vector_at(&after.chains, 0)));
	assert_false(nft_chain_same(
		&before, vector_at(&before.chains, 1), &after, vector_at(&after.chains, 2)));
	assert_true(nft_chain_same(
		&before, vector_at(&before.chains, 2), &after, vector_at(&after.chains, 3)));
	nft_plan_free(&before);
	nft_plan_free(&after);
	vector_free(&few);
	vector_free(&logged);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_rule_alone_goes_by_its_realm),
		cmocka_unit_test(test_rules_that_share_keep_their_packets),
		cmocka_unit_test(test_plain_rules_need_nothing),
		cmocka_unit_test(test_translating_begins_before_and_ends_after),
		cmocka_unit_test(test_keeping_begins_after_and_ends_before),
		cmocka_unit_test(test_another_translation_overlaps),
		cmocka_unit_test(test_conditions_of_a_shared_class),
		cmocka_unit_test(test_alone_a_rule_may_select_by_anything),
		cmocka_unit_test(test_conditions_of_ipv6),
		cmocka_unit_test(test_plans_of_a_rule_alone),
		cmocka_unit_test(test_plans_of_a_shared_class),
		cmocka_unit_test(test_a_plan_finds_its_equals),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, prepare, clean);
}
