/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds routes and rules that network managers will remove. */
#include <sys/socket.h>

#include <linux/if.h>
#include <linux/rtnetlink.h>

#include "command/finding.h"
#include "state/managers.h"

/* Returns true if a manager may have made a record with this protocol. Both managers use
 * `static`. */
static bool is_managed(const struct byte *protocol)
{
	return protocol->given &&
	       (protocol->value == RTPROT_KERNEL || protocol->value == RTPROT_RA ||
		       protocol->value == RTPROT_REDIRECT || protocol->value == RTPROT_DHCP ||
		       protocol->value == RTPROT_STATIC);
}

struct endangered {
	enum manager manager;
	struct vector devices; /* const struct snapshot_device *: the devices that it configures */
	size_t routes, rules;
};

static bool has_device(const struct endangered *endangered, uint32_t index)
{
	for (size_t i = 0; i < endangered->devices.count; i++) {
		const struct snapshot_device *const *device = vector_at(&endangered->devices, i);

		if ((*device)->index == index)
			return true;
	}
	return false;
}

static bool count_route(const struct route *route, void *context)
{
	struct endangered *endangered = context;
	uint32_t device = route->device.index;

	if (is_managed(&route->protocol))
		return true;
	/* networkd also removes routes without a device, such as reject. */
	endangered->routes +=
		device ? has_device(endangered, device) : endangered->manager == MANAGER_NETWORKD;
	return true;
}

static void count_rules(const struct snapshot *snapshot, uint8_t family, size_t *count)
{
	const struct vector *rules = snapshot_rules(snapshot, family);

	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = vector_at(rules, i);

		*count += !rule_is_builtin(rule) && !is_managed(&rule->protocol);
	}
}

/* Finds the devices that a manager configures, and counts what it may remove. Returns 0, or -1 with
 * the error. */
static int find_endangered(
	struct snapshot *snapshot, struct endangered *endangered, struct error *error)
{
	static const uint8_t families[] = {AF_INET, AF_INET6};
	const struct vector *devices = snapshot_devices(snapshot);
	int status = 0;

	endangered->devices = (struct vector){.size = sizeof(struct snapshot_device *)};
	for (size_t i = 0; i < devices->count; i++) {
		const struct snapshot_device *device = vector_at(devices, i);

		if (!(device->flags & IFF_LOOPBACK) &&
			manager_has_device(endangered->manager, device->index))
			vector_push(&endangered->devices, &device);
	}
	for (size_t i = 0; !status && endangered->devices.count && i < 2; i++) {
		struct scope scope = {.family = families[i]};

		count_rules(snapshot, families[i], &endangered->rules);
		status = snapshot_each_route(snapshot, &scope, count_route, endangered, error);
	}
	return status;
}

static const char *first_device(const struct endangered *endangered)
{
	const struct snapshot_device *const *device = vector_at(&endangered->devices, 0);

	return (*device)->name;
}

static void report_networkd(struct checking *checking, struct endangered *endangered)
{
	if (!networkd_removes("ManageForeignRoutes"))
		endangered->routes = 0;
	if (!networkd_removes("ManageForeignRoutingPolicyRules"))
		endangered->rules = 0;
	if (endangered->routes || endangered->rules)
		finding_fix(
			finding_add(checking, "networkd-removes", NULL,
				"systemd-networkd configures %s; when it starts, or configures it "
				"again, "
				"it removes what is not in its files (rules: %zu, routes: %zu)",
				first_device(endangered), endangered->rules, endangered->routes),
			"mkdir -p /etc/systemd/networkd.conf.d && printf '%%s\\n' '[Network]' "
			"ManageForeignRoutes=no ManageForeignRoutingPolicyRules=no "
			">/etc/systemd/networkd.conf.d/iproute.conf");
}

static void report_networkmanager(struct checking *checking, struct endangered *endangered)
{
	if (endangered->routes)
		finding_add(checking, "networkmanager-removes", NULL,
			"NetworkManager configures %s; when it activates the connection again, it "
			"removes what the connection does not have (routes: %zu); give them to the "
			"connection, or let a script in /etc/NetworkManager/dispatcher.d run "
			"`iproute apply`",
			first_device(endangered), endangered->routes);
}

int check_managers(struct checking *checking, struct error *error)
{
	static void (*const report[])(struct checking *, struct endangered *) = {
		[MANAGER_NETWORKD] = report_networkd,
		[MANAGER_NETWORKMANAGER] = report_networkmanager,
	};
	int status = 0;

	for (enum manager manager = 0; !status && manager <= MANAGER_NETWORKMANAGER; manager++) {
		struct endangered endangered = {.manager = manager};

		if (!manager_runs(manager))
			continue;
		status = find_endangered(checking->subject->snapshot, &endangered, error);
		if (!status && endangered.devices.count)
			report[manager](checking, &endangered);
		vector_free(&endangered.devices);
	}
	return status;
}
