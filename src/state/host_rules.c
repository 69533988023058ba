/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes the rules of local-policy. */
#include "state/host_rules.h"

#include <string.h>
#include <sys/socket.h>

#include <linux/fib_rules.h>

#include "base/error.h"
#include "base/words.h"
#include "model/route.h"

static struct rule rule_of_host(uint8_t family, uint32_t preference, uint8_t action)
{
	return (struct rule){
		.family = family,
		.source.family = family,
		.destination.family = family,
		.preference = {true, preference},
		.input = {true, "lo"},
		.protocol = {true, PROTOCOL_SHARED},
		.action = {true, action},
	};
}

void host_rules_make(const struct host_rules *wanted, uint8_t family, struct vector *rules)
{
	struct rule rule;

	if (!wanted->off)
		return;
	for (size_t i = 0; i < wanted->count; i++) {
		rule = rule_of_host(family, PREFERENCE_HOST, FR_ACT_GOTO);
		rule.mark = wanted->exceptions[i].mark;
		rule.users = wanted->exceptions[i].users;
		rule.target = (struct number){true, PREFERENCE_HOST_END};
		vector_push(rules, &rule);
	}
	rule = rule_of_host(family, PREFERENCE_HOST + 1, FR_ACT_TO_TBL);
	rule.class = (struct number){true, CLASS_MAIN};
	vector_push(rules, &rule);
	rule.class.value = CLASS_DEFAULT;
	/* No kernel starts with an IPv6 rule for it. */
	if (family == AF_INET)
		vector_push(rules, &rule);
	rule = rule_of_host(family, PREFERENCE_HOST + 1, FR_ACT_UNREACHABLE);
	vector_push(rules, &rule);
	/* The exceptions continue here. */
	rule = rule_of_host(family, PREFERENCE_HOST_END, FR_ACT_NOP);
	vector_push(rules, &rule);
}

/* ---- words ---- */

static int read_exception(struct parser *parser, const struct keywords *keywords,
	struct host_rules *wanted, struct error *error)
{
	struct rule *rule = &wanted->exceptions[wanted->count];
	struct words *words = parser->words;
	struct rule bare;
	int count = words->count;
	int first = words->next;
	int end = first;
	int status;

	while (end < count && strcmp(words->word[end], "except") != 0)
		end++;
	if (wanted->count == HOST_EXCEPTIONS_MAX)
		return error_at(
			error, words, first - 1, "more than %d exceptions", HOST_EXCEPTIONS_MAX);
	parser->filter = true;
	words->count = end;
	status = first == end ? error_at(error, words, end, "except needs a selector")
	                      : record_read(parser, keywords, PURPOSE_SELECT, rule, NULL, error);
	words->count = count;
	bare = *rule;
	bare.mark.given = bare.users.given = false;
	if (!status && !fields_same(&rule_object, &bare, &(struct rule){0}, 0))
		status =
			error_at(error, words, first, "an exception is a mark or a range of users");
	if (status)
		return error_hint(
			error, "except takes `fwmark MARK`, `uidrange FIRST-LAST`, or both");
	wanted->count++;
	return 0;
}

int host_rules_read(struct parser *parser, const struct keywords *keywords,
	struct host_rules *wanted, struct error *error)
{
	struct words *words = parser->words;

	*wanted = (struct host_rules){0};
	wanted->off = words_accept(words, "off");
	if (!wanted->off && !words_accept(words, "on")) {
		error_at(error, words, words->next, "local-policy is on or off");
		return error_hint(error, "`local-policy show` says which");
	}
	while (wanted->off && words_accept(words, "except"))
		if (read_exception(parser, keywords, wanted, error))
			return -1;
	if (!words_peek(words))
		return 0;
	error_at(error, words, words->next, "\"%s\" is one word too many", words_peek(words));
	return error_hint(error, "local-policy off [except SELECTOR]...");
}
