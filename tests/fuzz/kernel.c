/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes what reads answers and reports of the kernel. The first byte says what asks: a request,
 * many at once, a dump of routes or rules, devices by name and number, VRFs, nftables, connection
 * tracking, flows of NFLOG, notifications. The rest is what is received, in pieces: see
 * fake_kernel.h.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "base/arena.h"
#include "base/error.h"
#include "fake_kernel.h"
#include "fuzz.h"
#include "model/route.h"
#include "model/rule.h"
#include "netlink/conntrack.h"
#include "netlink/events.h"
#include "netlink/links.h"
#include "netlink/netlink.h"
#include "netlink/nflog.h"
#include "netlink/nft.h"
#include "netlink/pipeline.h"
#include "netlink/vrf.h"
#include "state/store.h"

enum {
	PIECES_MAX = 64,
	MESSAGES = 5,
};

/* Sockets are kept: their memory costs more than the work. */
static struct netlink *netlink, *nft;
static struct error error;

static void touch(const struct nlmsghdr *message, void *context)
{
	unsigned int *sum = context;

	for (uint32_t i = 0; i < message->nlmsg_len; i++)
		*sum += ((const uint8_t *)message)[i];
}

static void use_request(void)
{
	struct nlmsghdr request = {.nlmsg_len = sizeof request, .nlmsg_type = RTM_GETROUTE};
	struct answer answer;
	unsigned int sum = 0;

	netlink_request(netlink, &request, &answer, touch, &sum, &error);
}

static bool put(size_t index, struct nlmsghdr *message, void *context)
{
	(void)context;
	*message = (struct nlmsghdr){.nlmsg_len = sizeof *message, .nlmsg_type = RTM_NEWROUTE};
	return index != 1;
}

static bool refused(size_t index, const struct answer *answer, void *context)
{
	(void)context;
	if (index >= MESSAGES || strlen(answer->sentence) >= sizeof answer->sentence)
		abort();
	return index != 3;
}

static void reply(size_t index, const struct nlmsghdr *message, void *context)
{
	if (index >= MESSAGES)
		abort();
	touch(message, context);
}

static void use_pipeline(void)
{
	unsigned int sum = 0;
	struct pipeline pipeline = {
		.put = put, .refused = refused, .reply = reply, .context = &sum};
	size_t sent;

	pipeline_send(netlink, MESSAGES, &pipeline, &sent, &error);
}

static void use_store(const struct object *object)
{
	struct scope scope = {.family = AF_INET};
	struct vector records = {0};
	struct arena arena = {0};
	bool interrupted;

	store_load(netlink, object, &scope, &records, &arena, &interrupted, &error);
	vector_free(&records);
	arena_free(&arena);
}

static void count_name(const char *name, void *argument)
{
	*(size_t *)argument += strlen(name);
}

static void use_links(bool by_name)
{
	struct links *links = links_open();
	struct device_source source = links_source(links);
	size_t letters = 0;

	if (by_name) {
		source.index(source.context, "eth0");
		source.class(source.context, "vrf0");
	} else {
		source.name(source.context, 2);
		source.all(source.context, count_name, &letters);
	}
	links_check(links, &error);
	links_close(links);
}

static void use_vrf(void)
{
	char name[16];

	if (!vrf_of_class(netlink, 10, name, &error) && strlen(name) >= sizeof name)
		abort();
}

static void use_nft(void)
{
	struct vector found = {0};
	bool outdated;

	nft_read(nft, &found, &outdated, &error);
	vector_free(&found);
}

static bool is_translated(const struct flow_seen *flow, void *context)
{
	(void)context;
	return flow->translated || flow->source.bytes[0] == 10;
}

static void use_nflog(void)
{
	struct nflog *nflog = nflog_open(NFT_LOG_GROUP, &error);
	struct flow flow;
	bool lost;

	while (nflog && !nflog_next(nflog, &flow, &lost, &error))
		;
	nflog_close(nflog);
}

static void use_events(void)
{
	static struct events *events;
	struct events_wanted wanted = {.routes = true, .rules = true};
	enum event_state state = EVENTS_REPORTED;
	unsigned int sum = 0;

	if (!events)
		events = events_open(&wanted, &error);
	for (int i = 0; i < PIECES_MAX && state != EVENTS_ENDED; i++)
		if (events_next(events, touch, &sum, &state, &error))
			break;
}

static void use(uint8_t what)
{
	switch (what % 12) {
	case 0:
		use_request();
		break;
	case 1:
		use_pipeline();
		break;
	case 2:
		use_store(&route_object);
		break;
	case 3:
		use_store(&rule_object);
		break;
	case 4:
	case 5:
		use_links(what % 12 == 4);
		break;
	case 6:
		use_vrf();
		break;
	case 7:
	case 8:
		use_nft();
		break;
	case 9:
		/* Without NAT there is none. */
		if (nft)
			conntrack_forget(nft, AF_INET, is_translated, NULL, &error);
		break;
	case 10:
		use_nflog();
		break;
	default:
		use_events();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;
	if (!netlink) {
		netlink = netlink_open(&error);
		nft = nft_open(&error);
	}
	fake_kernel_feed(data + 1, size - 1);
	use(data[0]);
	return 0;
}
