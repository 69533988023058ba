/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compares what diff, test and check say about all packets with the lookup of each packet, for
 * random policies over so few values that all packets can be tried.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "command/expectation.h"
#include "command/packet_changes.h"
#include "lookup/match.h"
#include "lookup/scan.h"
#include "small_policy.h"

/* The number of pairs of policies; BRUTE_FORCE_POLICIES sets it. */
enum { POLICIES = 40, EXPECTATIONS = 8, RULES_MOST = 32, WORDS_MOST = 40 };

/* The model's result for one packet. */
struct fate {
	uint32_t outcome; /* of the policy's diagram */
	uint32_t matched; /* bits: the rules that it reaches and that match it */
	const struct rule *rule;
	uint32_t class;
	uint8_t type; /* 0: no route */
	const char *device;
};

struct side {
	char *text;
	struct snapshot *snapshot;
	struct policy_set policy;
	struct fate *fates; /* of space->packets */
};

struct space {
	struct packet *packets;
	size_t count;
	struct names *names;
	struct session session;
	struct policy_sets *sets;
	struct side before, after;
	uint8_t family;
	unsigned fields; /* SMALL_…: those that packets differ in */
	struct arena arena;
};

/* ---- all packets ---- */

struct values {
	unsigned value[10];
	unsigned count;
};

static struct address small_address(uint8_t family, unsigned number)
{
	struct address address = {.given = true, .family = family};

	inet_pton(family, family == AF_INET ? "10.0.0.0" : "2001:db8::", address.bytes);
	/* The last one is outside. */
	if (number == 8)
		address.bytes[1]++;
	else
		address.bytes[family == AF_INET ? 3 : 15] = (uint8_t)(number << 5 | 1);
	return address;
}

static void add_packet(struct space *space, unsigned source, unsigned destination, unsigned device,
	const unsigned fields[4])
{
	struct packet packet = {
		.family = space->family,
		.source = small_address(space->family, source),
		.destination = small_address(space->family, destination),
		.mark = {true, fields[0]},
		.tos = {true, (uint8_t)fields[1]},
		.transport = {true, fields[2] == 100 ? IPPROTO_TCP : IPPROTO_UDP},
		.destination_port = {true, fields[2] == 100 ? 1 : fields[2]},
		/* A packet that comes in has no user. */
		.uid = {true, device ? 0 : fields[3]},
	};

	/* lo is 1, eth0 2, eth1 3, vrf1 4, eth2 5. */
	if (device)
		packet.input = (struct device){true, device == 3 ? 5 : device + 1};
	space->packets[space->count++] = packet;
}

static void fill_space(struct space *space)
{
	static const struct values none = {{0}, 1};
	static const struct values all[] = {
		{{0, 1, 2, 3}, 4},
		{{0, 4, 8, 0x10}, 4},
		{{0, 1, 4, 5, 6, 9, 10, 100}, 8}, /* 100: TCP */
		{{0, 5, 6, 9, 10}, 5},
	};
	const struct values *used[4];
	size_t room = 9 * 9 * 4;

	for (unsigned i = 0; i < 4; i++) {
		used[i] = space->fields & 1U << i ? &all[i] : &none;
		room *= used[i]->count;
	}
	space->packets = calloc(room, sizeof *space->packets);
	for (size_t i = 0; i < room; i++) {
		size_t rest = i / (9 * 9 * 4);
		unsigned field[4];

		for (unsigned j = 0; j < 4; j++) {
			field[j] = used[j]->value[rest % used[j]->count];
			rest /= used[j]->count;
		}
		add_packet(space, i % 9, i / 9 % 9, i / 81 % 4, field);
	}
}

/* ---- their fates ---- */

static uint8_t outcome_type(const struct outcome *outcome)
{
	if (outcome->cause == CAUSE_NO_ROUTE)
		return 0;
	if (outcome->node)
		return node_type(outcome->node);
	return outcome->number == EACCES ? RTN_PROHIBIT : RTN_UNREACHABLE;
}

static struct fate fate_of(struct space *space, struct side *side, const struct packet *packet)
{
	const struct rule *rules = snapshot_rules(side->snapshot, space->family)->items;
	struct trace trace = {.flow = flow_of_packet(side->snapshot, packet)};
	struct fate fate = {.device = ""};
	struct error error;

	flow_set_vrf(side->snapshot, &trace.flow);
	assert_int_equal(rules_scan(side->snapshot, &trace, &space->arena, &error), 0);
	for (size_t i = 0; i < trace.steps.count; i++) {
		const struct trace_step *step = vector_at(&trace.steps, i);

		if (step->match == MATCH_YES)
			fate.matched |= 1U << (step->rule - rules);
	}
	fate.outcome = policy_set_find(space->sets, &side->policy, packet);
	fate.rule = trace.outcome.rule;
	fate.class = trace.outcome.class;
	fate.type = outcome_type(&trace.outcome);
	if (trace.outcome.hop_count)
		fate.device = snapshot_device(side->snapshot, trace.outcome.hops[0].device)->name;
	trace_free(&trace);
	arena_reset(&space->arena);
	return fate;
}

static void find_fates(struct space *space, struct side *side)
{
	struct error error;

	side->snapshot = snapshot_empty();
	if (small_policy_read(side->text, space->names, side->snapshot, &error))
		fail_msg("%s\n%s", error.message, side->text);
	assert_int_equal(policy_set_build(space->sets, side->snapshot, space->family, true,
				 &side->policy, &error),
		0);
	assert_true(snapshot_rules(side->snapshot, space->family)->count < RULES_MOST);
	side->fates = calloc(space->count, sizeof *side->fates);
	for (size_t i = 0; i < space->count; i++) {
		const struct set_outcome *found;

		side->fates[i] = fate_of(space, side, &space->packets[i]);
		found = policy_sets_outcome(space->sets, side->fates[i].outcome);
		assert_ptr_equal(found->rule, side->fates[i].rule);
		assert_int_equal(found->type, side->fates[i].type);
		assert_string_equal(
			policy_sets_name(space->sets, found->device), side->fates[i].device);
	}
}

static void side_free(struct side *side)
{
	policy_set_free(&side->policy);
	snapshot_free(side->snapshot);
	free(side->fates);
	free(side->text);
}

/* ---- check: the rules that no packet reaches ---- */

static void compare_reach(struct space *space, struct side *side)
{
	size_t rules = snapshot_rules(side->snapshot, space->family)->count;
	uint32_t matched = 0;

	for (size_t i = 0; i < space->count; i++)
		matched |= side->fates[i].matched;
	for (size_t i = 0; i < rules; i++) {
		uint32_t reach = *(const uint32_t *)vector_at(&side->policy.reach, i);

		if ((reach != diagram_outcome(DIAGRAM_NO)) != (matched >> i & 1))
			fail_msg("rule %zu %s by a packet:\n%s", i,
				matched >> i & 1 ? "is reached" : "is not reached", side->text);
	}
}

/* ---- the words of sets ---- */

/* `uid` and `mark` are words of packets. */
static const char *rule_word(const char *word)
{
	if (!strcmp(word, "uid"))
		return "uidrange";
	return !strcmp(word, "mark") ? "fwmark" : word;
}

/* Reads a set of packets as the selector of a rule. Returns false if no rule can match it. */
static bool read_selector(struct space *space, const char *text, struct rule *rule)
{
	char *copy = arena_copy(&space->arena, text, strlen(text) + 1);
	const char *word[WORDS_MOST];
	struct words words = {.word = word};
	struct parser parser = session_parser(&space->session, &words);
	struct origin origin;
	struct error error;

	*rule = (struct rule){.family = space->family};
	/* By the rules that decide. */
	if (!strncmp(text, "decided by ", 11))
		return false;
	/* No rule of the kernel selects these ports. */
	if (strstr(text, "port 0") || strstr(text, "65535"))
		return false;
	for (char *next = strtok_r(copy, " ", &copy); next; next = strtok_r(NULL, " ", &copy)) {
		if (!strcmp(next, "(some)") || !strcmp(next, "other") || !strcmp(next, "none"))
			return false;
		word[words.count++] = rule_word(next);
	}
	origin_clear(&origin, &rule_object);
	if (fields_parse(&parser, session_words(&space->session, &rule_object), FIELD_SELECTOR,
		    rule, &origin, &error))
		fail_msg("%s: %s", text, error.message);
	assert_null(words_peek(&words));
	return true;
}

static bool selects(struct space *space, const struct rule *rule, const struct packet *packet)
{
	struct flow flow = flow_of_packet(space->after.snapshot, packet);

	flow_set_vrf(space->after.snapshot, &flow);
	return rule_match(space->after.snapshot, rule, &flow) == MATCH_YES;
}

/* ---- diff ---- */

struct told {
	struct rule packets, except[16];
	size_t exceptions;
	bool exact; /* the words describe all packets */
	char *words, *before, *after;
	struct packet witness;
};

enum { CHANGES_MOST = 10000 }; /* of one pair */

struct diffing {
	struct space *space;
	struct told change[CHANGES_MOST];
	size_t count;
};

/* Removes the class, which may be any that has the same effect. */
static const char *without_class(const char *text)
{
	unsigned class;
	int length = 0;

	return sscanf(text, "class %u %n", &class, &length) == 1 ? text + length : text;
}

/* `from 10.0.0.0/24, but not to 10.0.0.32/27, fwmark 0x1` */
static bool read_set(struct space *space, const char *text, struct told *change)
{
	char *copy = arena_copy(&space->arena, text, strlen(text) + 1);
	char *except = strstr(copy, ", but not ");

	if (!except)
		return read_selector(space, text, &change->packets);
	*except = '\0';
	for (except += strlen(", but not "); except;) {
		char *end = strstr(except, ", ");

		if (end)
			*end = '\0';
		if (!read_selector(space, except, &change->except[change->exceptions++]))
			return false;
		except = end ? end + 2 : NULL;
	}
	return read_selector(space, copy, &change->packets);
}

static bool keep_change(const struct packet_change *from, void *context)
{
	struct diffing *diffing = context;
	struct told *change = &diffing->change[diffing->count++];
	const char *before = without_class(from->before);
	const char *after = without_class(from->after);

	assert_true(diffing->count < sizeof diffing->change / sizeof *diffing->change);
	change->exact = read_set(diffing->space, from->packets, change);
	change->words = strdup(from->packets);
	change->before = strdup(before);
	change->after = strdup(after);
	change->witness = from->witness;
	return true;
}

static const char *text_of(
	struct space *space, const struct side *side, const struct packet *packet)
{
	return policy_sets_text(space->sets, policy_set_find(space->sets, &side->policy, packet));
}

static void fail_diff(
	struct space *space, const char *what, const char *words, const struct packet *packet)
{
	char source[INET6_ADDRSTRLEN];
	char destination[INET6_ADDRSTRLEN];

	inet_ntop(space->family, packet->source.bytes, source, sizeof source);
	inet_ntop(space->family, packet->destination.bytes, destination, sizeof destination);
	fprintf(stderr, "%s---\n%s", space->before.text, space->after.text);
	fail_msg("%s: %s: %s from %s device %u mark %u tos %u port %u uid %u: %s -> %s", what,
		words, destination, source, packet->input.index, packet->mark.value,
		packet->tos.value, packet->destination_port.value, packet->uid.value,
		text_of(space, &space->before, packet), text_of(space, &space->after, packet));
}

static bool is_change(const struct told *change, const char *before, const char *after)
{
	return !strcmp(change->before, before) && !strcmp(change->after, after);
}

static bool holds(struct space *space, const struct told *change, const struct packet *packet)
{
	for (size_t i = 0; i < change->exceptions; i++)
		if (selects(space, &change->except[i], packet))
			return false;
	return selects(space, &change->packets, packet);
}

static void compare_packet(struct space *space, struct diffing *diffing,
	const struct packet *packet, const char *before, const char *after)
{
	bool differs = strcmp(before, after) != 0;
	bool told = false;

	for (size_t i = 0; i < diffing->count; i++) {
		struct told *change = &diffing->change[i];

		if (!change->exact) {
			told |= is_change(change, before, after);
			continue;
		}
		if (strcmp(change->before, before) != 0 || !holds(space, change, packet))
			continue;
		if (!is_change(change, before, after))
			fail_diff(space, "diff's words mean another packet", change->words, packet);
		told = true;
	}
	if (differs != told)
		fail_diff(space, differs ? "diff is silent" : "diff tells of the same", "", packet);
}

static void compare_diff(struct space *space)
{
	static struct diffing diffing;
	struct error error;

	diffing = (struct diffing){.space = space};
	assert_int_equal(
		packet_changes(&space->session, space->before.snapshot, space->after.snapshot,
			space->family, keep_change, &diffing, &error),
		0);
	for (size_t i = 0; i < space->count; i++)
		compare_packet(space, &diffing, &space->packets[i],
			policy_sets_text(space->sets, space->before.fates[i].outcome),
			policy_sets_text(space->sets, space->after.fates[i].outcome));
	for (size_t i = 0; i < diffing.count; i++) {
		struct told *change = &diffing.change[i];

		if (!is_change(change, text_of(space, &space->before, &change->witness),
			    text_of(space, &space->after, &change->witness)))
			fail_diff(space, "diff's packet is none of them", change->words,
				&change->witness);
		free(change->words);
		free(change->before);
		free(change->after);
	}
}

/* ---- test ---- */

static void put_expectation(struct random *random, struct space *space, FILE *file)
{
	const char *net = space->family == AF_INET ? "10.0.0.%u/%u" : "2001:db8::%x/%u";
	unsigned width = space->family == AF_INET ? 24 : 120;
	unsigned length = random_below(random, 4);

	fprintf(file, "to ");
	fprintf(file, net, random_below(random, 8) << 5 & 0xff00 >> length & 0xff, width + length);
	if (random_chance(random, 50)) {
		length = random_below(random, 4);
		fprintf(file, " from ");
		fprintf(file, net, random_below(random, 8) << 5 & 0xff00 >> length & 0xff,
			width + length);
	}
	if (space->fields & SMALL_MARK && random_chance(random, 30))
		fprintf(file, " mark %u", random_below(random, 4));
	if (random_chance(random, 30))
		fprintf(file, " iif %s", random_chance(random, 50) ? "eth0" : "lo");
	fprintf(file, "%s", random_chance(random, 50) ? " never" : "");
	switch (random_below(random, 6)) {
	case 0:
		fprintf(file, " class %u", PICK(random, 254, 100, 101));
		break;
	case 1:
		fprintf(file, " rule %u", 10 + random_below(random, 8));
		break;
	case 2:
		fprintf(file, " dev eth%u", random_below(random, 2));
		break;
	default:
		fprintf(file, " %s",
			(const char *const[]){
				"prohibit", "reject", "unreachable"}[random_below(random, 3)]);
	}
	fclose(file);
}

static bool meets(const struct want *want, const struct fate *fate)
{
	switch (want->kind) {
	case WANT_CLASS:
		return fate->class == want->number;
	case WANT_RULE:
		return fate->rule && fate->rule->preference.value == want->number;
	case WANT_DEVICE:
		return !strcmp(fate->device, want->device);
	case WANT_PROHIBIT:
		return fate->type == RTN_PROHIBIT;
	case WANT_REJECT:
		return fate->type == RTN_UNREACHABLE;
	default:
		return fate->type == RTN_UNREACHABLE || !fate->type;
	}
}

static void compare_expectation(struct random *random, struct space *space)
{
	char *text = NULL;
	size_t size = 0;
	const char *word[WORDS_MOST];
	struct words words = {.word = word};
	struct expectation expectation;
	struct judgement judgement;
	struct fate fate;
	struct error error;
	bool any = false;
	bool all = true;
	char *rest;

	put_expectation(random, space, open_memstream(&text, &size));
	rest = arena_copy(&space->session.arena, text, strlen(text) + 1);
	while ((word[words.count] = strtok_r(rest, " ", &rest)) != NULL)
		words.count++;
	if (expectation_read(&space->session, &words, space->sets, &expectation, &error))
		fail_msg("%s: %s", text, error.message);
	assert_int_equal(expectation_judge(&space->session, &expectation, space->sets,
				 &space->after.policy, &judgement, &error),
		0);
	for (size_t i = 0; i < space->count; i++)
		if (selects(space, &expectation.packets, &space->packets[i])) {
			any = true;
			all &= meets(&expectation.want[0], &space->after.fates[i]) !=
			       expectation.never;
		}
	if (judgement.holds != all)
		fail_msg("expect %s: test says %d\n%s", text, judgement.holds, space->after.text);
	assert_true(judgement.any || !any);
	if (judgement.any) {
		fate = fate_of(space, &space->after, &judgement.witness);
		assert_true(selects(space, &expectation.packets, &judgement.witness));
		assert_int_equal(
			meets(&expectation.want[0], &fate), judgement.holds != expectation.never);
	}
	free(text);
}

/* ---- one pair of policies ---- */

/* Removes or replaces one line of a policy. */
static char *change_line(struct random *random, struct space *space)
{
	char *other = NULL;
	char *text = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&other, &size);
	unsigned lines = 0;
	unsigned line = 0;
	unsigned drop;
	char *last;

	small_policy_write(random, space->family, space->fields, file);
	fclose(file);
	for (const char *at = space->before.text; *at; at++)
		lines += *at == '\n';
	assert_true(lines >= 4);
	drop = 4 + random_below(random, lines - 3);
	file = open_memstream(&text, &size);
	for (const char *at = space->before.text; *at; at++) {
		if (line != drop)
			fputc(*at, file);
		line += *at == '\n';
	}
	last = other;
	for (char *at = other; *at && at[1]; at++)
		if (*at == '\n')
			last = at + 1;
	if (random_chance(random, 70) && strncmp(last, "link", 4) != 0)
		fputs(last, file);
	fclose(file);
	free(other);
	return text;
}

static void try_pair(struct space *space, struct random *random)
{
	size_t size = 0;
	FILE *file = open_memstream(&space->before.text, &size);

	space->fields = 1U << random_below(random, 4);
	space->fields |= 1U << random_below(random, 4);
	fill_space(space);
	small_policy_write(random, space->family, space->fields, file);
	fclose(file);
	space->after.text = change_line(random, space);
	space->sets = policy_sets_new();
	find_fates(space, &space->before);
	find_fates(space, &space->after);
	compare_reach(space, &space->before);
	compare_diff(space);
	for (unsigned i = 0; i < EXPECTATIONS; i++)
		compare_expectation(random, space);
	side_free(&space->before);
	side_free(&space->after);
	policy_sets_free(space->sets);
	free(space->packets);
}

static void test_pairs(void **state)
{
	const char *wanted = getenv("BRUTE_FORCE_POLICIES");
	unsigned long policies = wanted ? strtoul(wanted, NULL, 10) : POLICIES;

	(void)state;
	for (unsigned i = 0; i < policies; i++) {
		struct names *names = names_new_in("/nonexistent", "/nonexistent");
		struct random random = {i};
		struct space space = {
			.names = names,
			.session = {.names = names},
			.family = i % 3 ? AF_INET : AF_INET6,
		};

		try_pair(&space, &random);
		session_close(&space.session);
		arena_free(&space.arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pairs),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
