/*
 * What stands in nftables before, while and after rules change, and what is refused: without a
 * kernel. What it does to packets is tested in tests/netns.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/socket.h>

#include <libnftnl/rule.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/words.h"
#include "field/walk.h"
#include "kind/names.h"
#include "model/rule.h"
#include "netlink/nft_rules.h"
#include "policy/bindings.h"
#include "policy/entries.h"
#include "policy/exact.h"

enum { WORDS_MAX = 32 };

static struct names *names;
static struct lexicon *lexicon;
static struct arena arena;

static int prepare(void **state)
{
	(void)state;
	names = names_new_in("/nonexistent", "/nonexistent");
	lexicon = lexicon_new(&rule_object, DIALECT_OWN);
	return 0;
}

static int clean(void **state)
{
	(void)state;
	lexicon_free(lexicon);
	names_free(names);
	arena_free(&arena);
	return 0;
}

/* A rule as the kernel and nftables would tell it: `realm` is the tool's own. */
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
	if (fields_parse(&parser, lexicon, 0, &rule, &origin, &error) ||
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

	entries_of_rules(&entries, &rules);
	vector_free(&rules);
	return entries;
}

static void assert_entries(const struct vector *entries, const char *const *comments)
{
	size_t count = 0;

	for (; comments[count]; count++) {
		const struct nft_entry *entry;

		if (count >= entries->count)
			fail_msg("\"%s\" is missing", comments[count]);
		entry = vector_at(entries, count);
		assert_string_equal(entry->comment, comments[count]);
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

/* A plain rule that comes keeps its packets only once it is there; one that goes, no longer. */
static void test_keeping_begins_after_and_ends_before(void **state)
{
	const char *const *alone = LINES("pref 320 from 10.1.0.0/16 class 250 masq");
	const char *const *both = LINES(
		"pref 220 from 10.1.0.5 class 250", "pref 320 from 10.1.0.0/16 class 250 masq");
	const char *const *between = LINES("rule 320 realm 32768 shared from 10.1.0.0/16 masq");

	(void)state;
	assert_between(alone, both, between);
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
	int status = exact_check(&rules, index, &error);

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

/* ---- rules of nftables ---- */

static void note_chain(struct nftnl_rule *rule, void *context)
{
	char *text = context;
	size_t length = strlen(text);

	snprintf(text + length, 256 - length, "%s%s", length ? " " : "",
		nftnl_rule_get_str(rule, NFTNL_RULE_CHAIN));
}

static void assert_chains(const char *line, const char *chains)
{
	struct vector entries = entries_for(LINES(line));
	char text[256] = "";

	assert_int_equal(entries.count, 1);
	nft_rules_make(vector_at(&entries, 0), note_chain, text);
	assert_string_equal(text, chains);
	vector_free(&entries);
}

static void test_chains(void **state)
{
	(void)state;
	assert_chains("pref 320 from 10.1.0.4 class 250 masq",
		"postrouting translate translate translate");
	assert_chains("pref 320 from 10.1.0.4 class 250 log", "postrouting");
	assert_chains("pref 320 from 10.1.0.4 class 250 valve", "forward");
	assert_chains(
		"pref 320 from 10.1.0.4 class 250 nat 198.18.0.4", "translate translate translate");
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
		cmocka_unit_test(test_chains),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, prepare, clean);
}
