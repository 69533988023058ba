/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rehearse: runs apply in a copy of this network namespace, where the kernel decides. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/if.h>
#include <linux/rtnetlink.h>

#include "command/command.h"
#include "command/diff.h"
#include "command/extent.h"
#include "command/plan.h"
#include "netlink/sandbox.h"

enum { LOOPBACK = 1, PEERS_APART = 1000 };

struct rehearsal {
	struct plan *plan;
	struct session *session;
	struct subject original; /* this namespace, read through the socket opened in it */
	struct netlink *netlink; /* that socket */
	struct records records;  /* its rules and routes, to be copied */
	size_t refused;          /* number of records that the copy refused */
	struct vector no_ipv6;   /* unsigned int: disable_ipv6 of each of its devices */
	uint32_t peers;          /* index of the first peer of a substitute device, minus one */
};

/* ---- the original ---- */

static void forget(void *context)
{
	struct rehearsal *rehearsal = context;

	records_reset(&rehearsal->records);
}

static void keep(void *context, const struct object *object, const void *record)
{
	struct rehearsal *rehearsal = context;

	records_add(&rehearsal->records, object, record);
}

static void read_no_ipv6(struct rehearsal *rehearsal)
{
	const struct vector *devices = snapshot_devices(rehearsal->original.snapshot);

	rehearsal->no_ipv6.size = sizeof(unsigned int);
	for (size_t i = 0; i < devices->count; i++) {
		const struct snapshot_device *device = vector_at(devices, i);
		unsigned int off = sandbox_read_switch(AF_INET6, device->name, "disable_ipv6");

		vector_push(&rehearsal->no_ipv6, &off);
	}
}

static int read_original(struct rehearsal *rehearsal, struct error *error)
{
	struct extent extent = {.routes = true, .rules = true, .whole = true};
	struct extent_visitor visitor = {forget, keep, rehearsal};

	if (subject_open(rehearsal->session, &rehearsal->original, error))
		return -1;
	read_no_ipv6(rehearsal);
	/* The socket of the snapshot stays in the original. */
	return extent_visit(rehearsal->session, &extent, &visitor, error);
}

/* ---- the copy of links and addresses ---- */

static bool is_master(const struct snapshot *snapshot, uint32_t index)
{
	const struct vector *devices = snapshot_devices(snapshot);

	for (size_t i = 0; i < devices->count; i++)
		if (((const struct snapshot_device *)vector_at(devices, i))->master == index)
			return true;
	return false;
}

static struct interface interface_of(const struct snapshot_device *device)
{
	struct interface interface = {
		.index = device->index,
		.flags = device->flags,
		.master = device->master,
		.vrf_class = device->vrf_class,
		.group = device->group,
	};

	snprintf(interface.name, sizeof interface.name, "%s", device->name);
	return interface;
}

static void report_lack(struct session *session, const char *what, const char *name)
{
	struct error warning;

	error_set(&warning, STATUS_DONE, "the copy lacks %s %s: this kernel does not make it", what,
		name);
	session->report(&warning);
}

static void copy_switches(
	const struct snapshot *snapshot, uint8_t family, uint32_t index, const char *name)
{
	struct snapshot_switches switches = snapshot_switches(snapshot, family, index);

	sandbox_switch(family, name, "forwarding", switches.forwarding);
	sandbox_switch(family, name, "ignore_routes_with_linkdown", switches.ignore_linkdown);
	if (family == AF_INET6)
		return;
	sandbox_switch(family, name, "rp_filter", switches.rp_filter);
	sandbox_switch(family, name, "accept_local", switches.accept_local);
	sandbox_switch(family, name, "route_localnet", switches.route_localnet);
	sandbox_switch(family, name, "src_valid_mark", switches.src_valid_mark);
}

static int copy_links(struct rehearsal *rehearsal, struct error *error)
{
	const struct snapshot *snapshot = rehearsal->original.snapshot;
	const struct vector *devices = snapshot_devices(snapshot);
	struct netlink *netlink = rehearsal->session->netlink;
	bool made;

	/* Keeps the kernel from adding addresses by itself. */
	sandbox_switch(AF_INET6, "default", "addr_gen_mode", 1);
	sandbox_switch(AF_INET6, "all", "accept_dad", 0);
	sandbox_switch(AF_INET6, "default", "accept_dad", 0);
	copy_switches(snapshot, AF_INET, 0, "all");
	copy_switches(snapshot, AF_INET6, 0, "all");
	for (size_t i = 0; i < devices->count; i++) {
		struct interface interface = interface_of(vector_at(devices, i));

		if (sandbox_add_link(netlink, &interface, is_master(snapshot, interface.index),
			    rehearsal->peers + interface.index, &made, error))
			return -1;
		if (!made)
			report_lack(rehearsal->session, "device", interface.name);
		copy_switches(snapshot, AF_INET, interface.index, interface.name);
		copy_switches(snapshot, AF_INET6, interface.index, interface.name);
		sandbox_switch(AF_INET6, interface.name, "disable_ipv6",
			*(unsigned int *)vector_at(&rehearsal->no_ipv6, i));
	}
	return 0;
}

struct raising {
	struct rehearsal *rehearsal;
	struct vector order; /* uint32_t: indexes of devices */
};

static void raise_after(struct raising *raising, uint32_t index)
{
	for (size_t i = 0; i < raising->order.count; i++)
		if (*(uint32_t *)vector_at(&raising->order, i) == index)
			return;
	vector_push(&raising->order, &index);
}

static bool raise_device(const struct route *route, void *context)
{
	raise_after(context, route->device.index);
	return true;
}

/* The first device to come up gets the multicast packets without a device: the kernel adds a route
 * for each as it comes up. */
static int find_order(struct raising *raising, struct error *error)
{
	struct snapshot *snapshot = raising->rehearsal->original.snapshot;
	const struct vector *devices = snapshot_devices(snapshot);
	struct scope scope = {.family = AF_INET6, .class = CLASS_LOCAL, .type = RTN_MULTICAST};

	if (snapshot_each_route(snapshot, &scope, raise_device, raising, error))
		return -1;
	for (size_t i = 0; i < devices->count; i++)
		raise_after(
			raising, ((const struct snapshot_device *)vector_at(devices, i))->index);
	return 0;
}

static int raise_links(struct rehearsal *rehearsal, struct error *error)
{
	const struct snapshot *snapshot = rehearsal->original.snapshot;
	struct raising raising = {rehearsal, {.size = sizeof(uint32_t)}};
	int status = find_order(&raising, error);

	for (size_t i = 0; !status && i < raising.order.count; i++) {
		const struct snapshot_device *device =
			snapshot_device(snapshot, *(uint32_t *)vector_at(&raising.order, i));
		struct interface interface;

		if (!device)
			continue;
		interface = interface_of(device);
		status = sandbox_raise_link(rehearsal->session->netlink, &interface,
			is_master(snapshot, device->index), rehearsal->peers + device->index,
			error);
	}
	vector_free(&raising.order);
	return status;
}

static int copy_addresses(struct rehearsal *rehearsal, struct error *error)
{
	const struct vector *addresses = snapshot_addresses(rehearsal->original.snapshot);
	bool made;

	for (size_t i = 0; i < addresses->count; i++) {
		const struct snapshot_address *from = vector_at(addresses, i);
		struct interface_address address = {
			.family = from->local.family,
			.length = from->length,
			.scope = from->scope,
			.flags = from->flags,
			.device = from->device,
		};

		memcpy(address.bytes, from->local.bytes, sizeof address.bytes);
		/* lo gets its own when it comes up. */
		if (sandbox_add_address(rehearsal->session->netlink, &address, &made, error))
			return -1;
	}
	return sandbox_await_addresses(rehearsal->session->netlink, error);
}

/* ---- the copy of rules and routes ---- */

static bool pass(void *context, const struct transaction *transaction, const struct change *change,
	const struct answer *answer, struct error *error)
{
	struct rehearsal *rehearsal = context;

	(void)transaction;
	(void)answer;
	(void)error;
	rehearsal->refused += change->operation != OPERATION_DELETE;
	return true;
}

static bool pass_loss(void *context, const struct transaction *transaction,
	const struct change *change, const struct loss *loss, struct error *error)
{
	(void)context;
	(void)transaction;
	(void)change;
	(void)loss;
	(void)error;
	return true;
}

static int copy_records(struct rehearsal *rehearsal, struct error *error)
{
	struct rehearsal here = {.session = rehearsal->session};
	struct extent extent = {.routes = true, .rules = true, .whole = true};
	struct extent_visitor visitor = {forget, keep, &here};
	struct reconcile reconcile = {.have = &here.records, .want = &rehearsal->records};
	struct commit_hooks hooks = {.refused = pass, .lost = pass_loss, .context = rehearsal};
	struct transaction transaction;
	int status = extent_visit(rehearsal->session, &extent, &visitor, error);

	session_begin(rehearsal->session, &transaction);
	if (!status) {
		reconcile_compare(&reconcile);
		status = reconcile_prepare(&reconcile, &transaction, error) ||
		                         transaction_commit(&transaction, &hooks, error)
		                 ? -1
		                 : 0;
	}
	transaction_free(&transaction);
	reconcile_free(&reconcile);
	records_free(&here.records);
	return status;
}

static void report_refused(const struct rehearsal *rehearsal)
{
	struct error warning;

	if (!rehearsal->refused)
		return;
	error_set(&warning, STATUS_DONE,
		"the copy lacks %zu routes or rules that cannot be made there", rehearsal->refused);
	rehearsal->session->report(&warning);
}

/* From here on the session's socket and names are those of the copy. */
static int enter(struct rehearsal *rehearsal, struct error *error)
{
	struct session *session = rehearsal->session;
	const struct vector *devices = snapshot_devices(rehearsal->original.snapshot);
	const struct snapshot_device *last =
		devices->count ? vector_at(devices, devices->count - 1) : NULL;

	rehearsal->peers = PEERS_APART + (last ? last->index : 0);
	if (sandbox_enter(error))
		return -1;
	rehearsal->netlink = session->netlink;
	session->netlink = NULL;
	links_close(session->links);
	session->links = NULL;
	if (session_open(session, error))
		return -1;
	if (copy_links(rehearsal, error) || raise_links(rehearsal, error) ||
		copy_addresses(rehearsal, error) || copy_records(rehearsal, error))
		return -1;
	report_refused(rehearsal);
	return 0;
}

/* ---- the rehearsal ---- */

static int show_packets(struct rehearsal *rehearsal, struct error *error)
{
	struct session *session = rehearsal->session;
	struct shown_changes shown = {.session = session};
	struct subject after = {0};
	int status = subject_open(session, &after, error);

	if (!status && session->options.json) {
		shown.writer = session_writer(session, "");
		writer_begin(shown.writer);
	}
	if (!status)
		status = shown_changes_write(
			&shown, rehearsal->original.snapshot, after.snapshot, error);
	if (shown.writer)
		writer_end(shown.writer);
	writer_free(shown.writer);
	shown_changes_warn(&shown, NULL);
	subject_close(session, &after);
	return status;
}

static int play(struct rehearsal *rehearsal, struct error *error)
{
	struct plan *plan = rehearsal->plan;
	const struct difference *difference = &plan->reconcile.difference;
	char text[128];

	plan_begin(plan);
	if (plan_read(plan, error) || plan_compare(plan, error) || plan_refuse_bare(plan, error) ||
		(plan_changes(plan) && plan_commit(plan, error)))
		return -1;
	snprintf(text, sizeof text, "# %zu added, %zu changed, %zu removed", difference->added,
		difference->changed, difference->removed);
	session_say(rehearsal->session, text);
	if (show_packets(rehearsal, error))
		return -1;
	return plan_prove(plan, true, error);
}

static int run(struct plan *plan, struct error *error)
{
	struct rehearsal rehearsal = {.plan = plan, .session = plan->session};
	int status = read_original(&rehearsal, error) || enter(&rehearsal, error) ||
	                             play(&rehearsal, error)
	                     ? -1
	                     : 0;

	if (status)
		session_keep_error(plan->session, error);
	records_free(&rehearsal.records);
	vector_free(&rehearsal.no_ipv6);
	subject_close(plan->session, &rehearsal.original);
	netlink_close(rehearsal.netlink);
	return status;
}

int command_rehearse(struct session *session, const struct command *command, struct words *words,
	struct error *error)
{
	return plan_run(session, command, words, run, error);
}
