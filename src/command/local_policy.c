/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * local-policy: sets whether packets that this host sends itself pass the rules of the policy.
 * `off` is what the kernel of 1997 did by default (CONFIG_IP_LOCAL_RT_POLICY). It consists of
 * ordinary rules between that of local and all others: packets with iif lo look up main and
 * default, and nothing else.
 */
#include <string.h>
#include <sys/socket.h>
#include <linux/fib_rules.h>

#include "change/rule_change.h"
#include "command/change.h"
#include "command/command.h"
#include "model/rule.h"
#include "state/host_rules.h"

static const uint8_t families[2] = {AF_INET, AF_INET6};

/* ---- changes ---- */

/* Makes copies, because each change changes the policy's list. */
static int find_rules(
	struct policy *policy, uint8_t family, struct vector *found, struct error *error)
{
	const struct vector *rules = policy_rules(policy, family, error);

	for (size_t i = 0; rules && i < rules->count; i++)
		if (rule_is_of_host(vector_at(rules, i)))
			vector_push(found, vector_at(rules, i));
	return rules ? 0 : -1;
}

static bool has_rule(const struct vector *rules, const struct rule *rule)
{
	for (size_t i = 0; i < rules->count; i++)
		if (fields_same(&rule_object, vector_at(rules, i), rule, 0))
			return true;
	return false;
}

/* Adds the missing rules before it removes the others. */
static int change_rules(struct transaction *transaction, const struct vector *found,
	const struct vector *wanted, struct error *error)
{
	size_t before = transaction->changes.count;
	struct rule rule;

	for (size_t i = 0; i < wanted->count; i++) {
		rule = *(const struct rule *)vector_at(wanted, i);
		if (!has_rule(found, &rule) && rule_add(transaction, &rule, error))
			return -1;
	}
	for (size_t i = found->count; i--;)
		if (!has_rule(wanted, vector_at(found, i)) &&
			rule_remove(transaction, vector_at(found, i), false, error))
			return -1;
	transaction->unchanged |= transaction->changes.count == before;
	return 0;
}

static int change_family(struct transaction *transaction, uint8_t family,
	const struct host_rules *wanted, struct error *error)
{
	struct vector found = {.size = sizeof(struct rule)};
	struct vector rules = {.size = sizeof(struct rule)};
	int status = find_rules(&transaction->policy, family, &found, error);

	host_rules_make(wanted, family, &rules);
	if (!status)
		status = change_rules(transaction, &found, &rules, error);
	vector_free(&found);
	vector_free(&rules);
	return status;
}

int prepare_local_policy(struct session *session, const struct command *command,
	struct words *words, struct transaction *transaction, struct error *error)
{
	struct host_rules wanted;
	struct parser parser = session_parser(session, words);

	(void)command;
	if (host_rules_read(&parser, session_words(session, &rule_object), &wanted, error))
		return -1;
	for (size_t i = 0; i < 2; i++)
		if ((!session->options.family || session->options.family == families[i]) &&
			change_family(transaction, families[i], &wanted, error))
			return -1;
	return 0;
}

/* ---- show ---- */

/* The words of an exception, which are the same for both families. */
static struct rule exception_of(const struct rule *rule)
{
	return (struct rule){.family = AF_INET, .mark = rule->mark, .users = rule->users};
}

static void write_json(
	struct session *session, struct writer *writer, uint8_t family, const struct vector *found)
{
	static const struct label family_label = {"family", "family"};
	static const struct label state = {"local-policy", "local_policy"};
	static const struct label except = {"except", "except"};
	struct view view = session_view(session);

	writer_open(writer);
	writer_string(writer, &family_label, TINT_NONE, family == AF_INET ? "inet" : "inet6");
	writer_string(writer, &state, TINT_NONE, found->count ? "off" : "on");
	writer_list_open(writer, &except);
	for (size_t i = 0; i < found->count; i++) {
		const struct rule *rule = vector_at(found, i);
		struct rule exception = exception_of(rule);

		if (rule->preference.value != PREFERENCE_HOST)
			continue;
		writer_object_open(writer, NULL);
		fields_write(writer, &rule_object, &exception, &view, FIELD_SELECTOR);
		writer_object_close(writer);
	}
	writer_list_close(writer);
	writer_close(writer);
}

/* Writes the words that set the present state. */
static void write_words(struct session *session, struct buffer *out, const struct vector *found)
{
	struct view view = session_view(session);

	buffer_format(out, "local-policy %s", found->count ? "off" : "on");
	for (size_t i = 0; i < found->count; i++) {
		const struct rule *rule = vector_at(found, i);
		struct rule exception = exception_of(rule);

		if (rule->preference.value == PREFERENCE_HOST)
			fields_line(out, &rule_object, &exception, &view, " except ", false);
	}
}

static void show_text(struct session *session, const struct vector found[2])
{
	struct buffer text[2] = {{0}, {0}};
	uint8_t family = session->options.family;

	write_words(session, &text[0], &found[0]);
	write_words(session, &text[1], &found[1]);
	if (family)
		buffer_string(&session->out, buffer_text(&text[family == AF_INET6]));
	else if (!strcmp(buffer_text(&text[0]), buffer_text(&text[1])))
		buffer_string(&session->out, buffer_text(&text[0]));
	else
		buffer_format(&session->out, "-4 %s\n-6 %s", buffer_text(&text[0]),
			buffer_text(&text[1]));
	buffer_char(&session->out, '\n');
	buffer_free(&text[0]);
	buffer_free(&text[1]);
}

static void show_json(struct session *session, const struct vector found[2])
{
	struct writer *writer = session_writer(session, "");

	writer_begin(writer);
	for (size_t i = 0; i < 2; i++)
		if (!session->options.family || session->options.family == families[i])
			write_json(session, writer, families[i], &found[i]);
	writer_end(writer);
	writer_free(writer);
}

static int show(struct session *session, const struct words *words, struct error *error)
{
	struct policy policy = {.netlink = session->netlink};
	struct vector found[2] = {{.size = sizeof(struct rule)}, {.size = sizeof(struct rule)}};
	int status = 0;

	if (words->next < words->count)
		return error_at(error, words, words->next, "show takes no words");
	for (size_t i = 0; i < 2 && !status; i++)
		status = find_rules(&policy, families[i], &found[i], error);
	if (!status && session->options.json)
		show_json(session, found);
	else if (!status)
		show_text(session, found);
	vector_free(&found[0]);
	vector_free(&found[1]);
	policy_free(&policy);
	return status;
}

int command_local_policy(struct session *session, const struct command *command,
	struct words *words, struct error *error)
{
	if (words_accept(words, "show"))
		return show(session, words, error);
	return change_run(session, command, words, error);
}
