/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compares lookup_packet() with the kernel's RTM_GETROUTE for random policies and random packets.
 *
 *   model [PACKETS [SEED [DISAGREEMENTS]]]        ends after that many disagreements
 *
 * MODEL_VERBOSE=1 shows the policy of the first disagreement.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/rtnetlink.h>

#include "base/error.h"
#include "lookup/agreement.h"
#include "lookup/decision.h"
#include "state/lookup.h"
#include "world.h"

enum {
	PACKETS = 20000,
	PACKETS_PER_POLICY = 100,
	POLICIES_PER_WORLD = 25,
	SHOWN = 10,
};

struct trial {
	struct world *world;
	struct snapshot *snapshot;
	const char *line;
	struct packet packet;
	struct trace trace;
	struct lookup lookup, match; /* the kernel's answers */
	char reason[DISAGREEMENT_MAX];
};

struct tally {
	unsigned packets, disagreed, routed, refused;
};

static void show(const struct trial *trial, const char *who, const struct route *route,
	const struct hop *hop)
{
	char gateway[ADDRESS_TEXT_MAX] = "none";
	char source[ADDRESS_TEXT_MAX] = "none";
	const struct gateway *by = route ? &route->gateway : &hop->gateway;
	const struct address *from = route ? &route->source : &hop->source;

	(void)trial;
	if (by->given)
		address_text(by->family, by->bytes, gateway);
	if (from->given)
		address_text(from->family, from->bytes, source);
	printf("#   %s: dev %u gw %s src %s\n", who, route ? route->device.index : hop->device,
		gateway, source);
}

static void show_disagreement(const struct trial *trial, unsigned policy)
{
	const struct outcome *outcome = &trial->trace.outcome;

	printf("# policy %u: %s: %s; rule %d\n", policy, trial->line, trial->reason,
		outcome->rule ? (int)outcome->rule->preference.value : -1);
	if (!trial->lookup.answer.number)
		show(trial, "kernel", &trial->lookup.route, NULL);
	for (size_t i = 0; i < outcome->hop_count; i++)
		show(trial, "model", NULL, &outcome->hops[i]);
}

static void ask_kernel(struct trial *trial)
{
	struct packet packet = trial->packet;
	struct error error;

	/* An incoming packet belongs to user 0; the request would have none. */
	if (packet.input.given && packet.family == AF_INET6)
		packet.uid = (struct number){.given = true};
	lookup_ask(trial->world->netlink, &packet, trial->world->arena, &trial->lookup, &error);
	/* Refused with an extended ack: kernels before 6.13 know no flow label here. */
	if (trial->lookup.answer.number && *trial->lookup.answer.sentence) {
		packet.flow_label.given = trial->packet.flow_label.given = false;
		trial->packet.flow_label.value = 0;
		lookup_ask(trial->world->netlink, &packet, trial->world->arena, &trial->lookup,
			&error);
	}
	packet.match.given = true;
	lookup_ask(trial->world->netlink, &packet, trial->world->arena, &trial->match, &error);
}

static void try_packet(struct world *world, struct snapshot *snapshot, const char *line,
	struct tally *tally, unsigned policy)
{
	struct trial trial = {.world = world, .snapshot = snapshot, .line = line};
	struct error error;

	if (world_read(world, &packet_object, world->packets, line, &trial.packet))
		return;
	tally->packets++;
	ask_kernel(&trial);
	if (lookup_packet(snapshot, &trial.packet, world->arena, &trial.trace, &error))
		printf("# %s: %s\n", line, error.message);
	tally->routed += !trial.trace.outcome.number;
	tally->refused += trial.trace.outcome.number != 0;
	if (!trace_agrees(&trial.trace, &trial.packet, &trial.lookup, &trial.match, trial.reason) &&
		tally->disagreed++ < SHOWN)
		show_disagreement(&trial, policy);
	trace_free(&trial.trace);
}

static void try_policy(struct world *world, struct random *random, struct tally *tally,
	unsigned packets, unsigned policy)
{
	struct error error;
	unsigned before = tally->disagreed;
	struct snapshot *snapshot;

	world_policy(world, random);
	snapshot = snapshot_of_kernel(world->netlink, &error);
	for (unsigned i = 0; snapshot && i < packets; i++) {
		struct buffer line = {0};

		random_packet(
			random, random_chance(random, 50) ? AF_INET : AF_INET6, world->root, &line);
		try_packet(world, snapshot, buffer_text(&line), tally, policy);
		buffer_free(&line);
		arena_reset(world->arena);
	}
	snapshot_free(snapshot);
	if (before == tally->disagreed || !getenv("MODEL_VERBOSE"))
		return;
	printf("%s", buffer_text(&world->log));
	fflush(stdout);
	if (tally->disagreed &&
		system("ip addr; ip rule; ip -6 rule; ip route show table all; ip -6 route show "
		       "table all; "
		       "ip nexthop; grep . /proc/sys/net/ipv4/conf/*/rp_filter") < 0)
		printf("#\n");
	exit(1);
}

static void try_all(
	struct world *world, unsigned packets, unsigned enough, uint64_t seed, struct tally *tally)
{
	unsigned policies = 0;

	while (tally->packets < packets && tally->disagreed < enough) {
		struct random random = {seed};

		if (policies % POLICIES_PER_WORLD == 0)
			world_shake(world, &(struct random){seed ^ policies});
		random.state = seed + ++policies * 1000003ULL;
		try_policy(world, &random, tally, PACKETS_PER_POLICY, policies);
	}
}

int main(int count, char **words)
{
	struct arena arena = {0};
	struct world world = {.arena = &arena, .root = !getuid()};
	unsigned packets = count > 1 ? (unsigned)strtoul(words[1], NULL, 10) : PACKETS;
	uint64_t seed = count > 2 ? strtoull(words[2], NULL, 10) : 1;
	unsigned enough = count > 3 ? (unsigned)strtoul(words[3], NULL, 10) : UINT32_MAX;
	struct tally tally = {0};

	puts("1..1");
	if (world_enter()) {
		puts("ok 1 - the model agrees with the kernel # SKIP no namespaces here");
		return 0;
	}
	world_open(&world);
	try_all(&world, packets, enough, seed, &tally);
	printf("# %u packets, %u routed, %u refused; %u lines taken, %u refused\n", tally.packets,
		tally.routed, tally.refused, world.taken, world.refused);
	printf("%sok 1 - the model agrees with the kernel: %u of %u disagree\n",
		tally.disagreed ? "not " : "", tally.disagreed, tally.packets);
	world_close(&world);
	arena_free(&arena);
	return tally.disagreed != 0;
}
