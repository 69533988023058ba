/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Turns the lines of a policy file into records of a snapshot. */
#include "state/policy_file.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include "model/link.h"
#include "model/nexthop.h"
#include "state/automatic.h"
#include "state/host_rules.h"
#include "state/own.h"

/* Addresses that a device reaches without a gateway. */
struct network {
	struct prefix prefix;
	uint32_t device;
};

/* ---- devices ---- */

static void add_switches(
	struct policy_file *file, uint8_t family, uint32_t device, const struct link *link)
{
	struct snapshot_switches switches = {
		.family = family,
		.device = device,
		.forwarding = !link->forwarding.given || link->forwarding.value,
		.accept_local = link->accept_local.value,
		.route_localnet = link->route_localnet.value,
		.src_valid_mark = link->src_valid_mark.value,
		.ignore_linkdown = link->ignore_linkdown.value,
		.rp_filter = (uint8_t)link->rp_filter.value,
	};

	snapshot_add_switches(file->snapshot, &switches);
}

/* `link NAME …`; `link all …` has only switches. */
static void add_link(struct policy_file *file, const struct link *link)
{
	struct snapshot_device *device;
	uint32_t index = 0;

	if (strcmp(link->name.name, "all") != 0) {
		device = snapshot_add_device(file->snapshot, link->name.name);
		index = device->index;
		if (link->down.given)
			device->flags &= ~(uint32_t)(IFF_UP | IFF_RUNNING | IFF_LOWER_UP);
		if (link->linkdown.given)
			device->flags &= ~(uint32_t)(IFF_RUNNING | IFF_LOWER_UP);
		device->master = link->master.index;
		device->vrf_class = link->vrf.value;
		device->group = link->group.value;
	}
	add_switches(file, AF_INET, index, link);
	add_switches(file, AF_INET6, index, link);
}

/* ---- records ---- */

static struct parser parser_of(struct policy_file *file)
{
	return (struct parser){
		.words = &file->words,
		.names = file->names,
		.arena = &file->line,
		.family_word = -1,
		.listed = true,
	};
}

static int read_record(struct policy_file *file, const struct object *object,
	const struct keywords *keywords, void *record, struct error *error)
{
	struct parser parser = parser_of(file);
	struct origin origin;

	origin_clear(&origin, object);
	if (fields_parse(&parser, keywords, 0, record, &origin, error))
		return -1;
	((struct record *)record)->family = parser.family;
	return object->finish ? object->finish(&parser, record, &origin, false, error) : 0;
}

static void add_network(struct policy_file *file, const struct prefix *prefix, uint32_t device)
{
	vector_push(&file->networks, &(struct network){*prefix, device});
}

/* Returns the device with the longest prefix that contains the gateway; 0 if there is none. */
static uint32_t device_of(const struct policy_file *file, const struct gateway *gateway)
{
	struct prefix host = {
		.family = gateway->family, .length = gateway->family == AF_INET6 ? 128 : 32};
	const struct network *best = NULL;

	memcpy(host.bytes, gateway->bytes, sizeof host.bytes);
	for (size_t i = 0; i < file->networks.count; i++) {
		const struct network *network = vector_at(&file->networks, i);

		if (network->prefix.family == host.family &&
			prefix_holds(&network->prefix, &host) &&
			(!best || network->prefix.length > best->prefix.length))
			best = network;
	}
	return best ? best->device : 0;
}

static void find_device(
	const struct policy_file *file, const struct gateway *gateway, struct device *device)
{
	if (!gateway->given || device->given)
		return;
	device->index = device_of(file, gateway);
	device->given = device->index != 0;
}

static void add_route(struct policy_file *file, struct route *route)
{
	route_settle_metric(route);
	find_device(file, &route->gateway, &route->device);
	for (struct nexthops_item *item = route->nexthops.first; item; item = item->next) {
		struct nexthop *nexthop = item->record;

		find_device(file, &nexthop->gateway, &nexthop->device);
	}
	if (route->type.value == RTN_UNICAST && !route->gateway.given && route->device.given)
		add_network(file, &route->destination, route->device.index);
	snapshot_add_route(file->snapshot, route);
}

/* In a record with the protocol of nftables, the owner stands for it. */
static void own(
	const struct policy_file *file, bool hidden, struct byte *protocol, struct byte *owner)
{
	struct byte *place = hidden ? owner : protocol;

	if (file->owner.given && !place->given)
		*place = file->owner;
}

void policy_file_avoid_class(struct policy_file *file, uint32_t class)
{
	if (class >= file->private_class && class < OWN_CLASS_LAST)
		file->private_class = class + 1;
}

static int read_route(struct policy_file *file, struct error *error)
{
	struct route route = {0};

	if (read_record(file, &route_object, file->routes, &route, error))
		return -1;
	own(file, route.nat.given, &route.protocol, &route.owner);
	policy_file_avoid_class(file, route.class.value);
	add_route(file, &route);
	return 0;
}

/* Returns true if the rule exists without the file. */
static bool is_there(const struct policy_file *file, const struct rule *rule)
{
	const struct vector *rules;

	/* snapshot_rules() sorts the rules: avoids that for each line. */
	if (!rule_is_builtin(rule))
		return false;
	rules = snapshot_rules(file->snapshot, rule->family);
	for (size_t i = 0; i < rules->count; i++)
		if (fields_fit(&rule_object, vector_at(rules, i), rule, 0))
			return true;
	return false;
}

static int read_rule(struct policy_file *file, struct error *error)
{
	struct rule rule = {0};
	struct route marker;

	if (read_record(file, &rule_object, file->rules, &rule, error))
		return -1;
	if (is_there(file, &rule))
		return 0;
	if (!rule_is_builtin(&rule))
		own(file, rule_hides_owner(&rule), &rule.protocol, &rule.owner);
	if (rule.own.given) {
		own_assign(&rule, file->private_class++);
		rule.marked.given = true;
		marker = own_marker(&rule);
		snapshot_add_route(file->snapshot, &marker);
		add_route(file, rule.own.record);
	}
	snapshot_add_rule(file->snapshot, &rule);
	return 0;
}

static int read_local_policy(struct policy_file *file, struct error *error)
{
	struct parser parser = parser_of(file);
	struct vector rules = {.size = sizeof(struct rule)};
	struct host_rules wanted;

	if (host_rules_read(&parser, file->rules, &wanted, error))
		return -1;
	host_rules_make(&wanted, AF_INET, &rules);
	host_rules_make(&wanted, AF_INET6, &rules);
	for (size_t i = 0; i < rules.count; i++) {
		struct rule *rule = vector_at(&rules, i);

		if (file->owner.given)
			rule->protocol = file->owner;
		snapshot_add_rule(file->snapshot, rule);
	}
	vector_free(&rules);
	return 0;
}

static int read_link(struct policy_file *file, struct error *error)
{
	struct parser parser = parser_of(file);
	const struct field *name = object_field(&link_object, "name");
	struct origin origin;
	struct link link = {0};

	snapshot_admit_devices(file->snapshot, false);
	origin_clear(&origin, &link_object);
	if (name->kind->parse(&parser, name, &link.name, error) ||
		fields_parse(&parser, file->links, 0, &link, &origin, error))
		return -1;
	add_link(file, &link);
	return 0;
}

/* fe80::/10 */
static bool is_link_local(const struct address *address)
{
	return address->family == AF_INET6 && address->bytes[0] == 0xfe &&
	       (address->bytes[1] & 0xc0) == 0x80;
}

static int read_address(struct policy_file *file, struct error *error)
{
	struct local_address words = {0};
	struct snapshot_address address;
	struct prefix *prefix = &words.address;

	if (read_record(file, &local_address_object, file->addresses, &words, error))
		return -1;
	if (!prefix->given || !prefix->length)
		return error_at(error, &file->words, file->words.count, "which address?");
	if (!words.device.given)
		return error_at(error, &file->words, file->words.count, "of which device?");
	address = (struct snapshot_address){
		.local = {.given = true, .family = prefix->family},
		.length = prefix->length,
		.scope = words.scope.value,
		.flags = (words.deprecated.given ? IFA_F_DEPRECATED : 0) |
	                 (words.tentative.given ? IFA_F_TENTATIVE : 0) |
	                 (words.noprefixroute.given ? IFA_F_NOPREFIXROUTE : 0),
		.device = words.device.index,
	};
	memcpy(address.local.bytes, prefix->bytes, sizeof address.local.bytes);
	if (!words.scope.given && is_link_local(&address.local))
		address.scope = RT_SCOPE_LINK;
	snapshot_add_address(file->snapshot, &address);
	automatic_routes(file->snapshot, &address, !words.noprefixroute.given);
	add_network(file, prefix, address.device);
	return 0;
}

/* ---- the file ---- */

static bool is_of_host(const char *verb)
{
	return !strcmp(verb, "link") || !strcmp(verb, "addr");
}

/* Adds what is there before the first line, which begins with `verb`; NULL: the file has no
 * lines. */
static int begin(struct policy_file *file, const char *verb, struct error *error)
{
	const struct vector *addresses = snapshot_addresses(file->snapshot);

	if (file->begun || (verb && !strcmp(verb, "expect")))
		return 0;
	file->begun = true;
	if (!file->begin || (verb && is_of_host(verb))) {
		automatic_devices(file->snapshot);
		return 0;
	}
	if (file->begin(file, file->context, error))
		return -1;
	for (size_t i = 0; i < addresses->count; i++) {
		const struct snapshot_address *address = vector_at(addresses, i);
		struct prefix network = {
			.family = address->local.family, .length = address->length};

		memcpy(network.bytes, address->local.bytes, sizeof network.bytes);
		add_network(file, &network, address->device);
	}
	return 0;
}

static int read_line(struct policy_file *file, struct error *error)
{
	const char *verb = words_take(&file->words);

	arena_reset(&file->line);
	if (begin(file, verb, error))
		return -1;
	if (!strcmp(verb, "add") || !strcmp(verb, "append"))
		return read_route(file, error);
	if (!strcmp(verb, "addrule"))
		return read_rule(file, error);
	if (!strcmp(verb, "local-policy"))
		return read_local_policy(file, error);
	if (!strcmp(verb, "link"))
		return read_link(file, error);
	if (!strcmp(verb, "addr"))
		return read_address(file, error);
	/* Expectations about packets: `iproute test` reads them. */
	if (!strcmp(verb, "expect"))
		return 0;
	return policy_lines_refuse(&file->words, error);
}

/* `# iproute save whole`, or {"save": "save whole"}. */
static void note_head(struct policy_file *file)
{
	const struct script *script = policy_lines_root(&file->lines);
	const char *head = *script->head == '#' ? script->head : "";

	if (script->is_json)
		head = file->words.count == 2 && !strcmp(file->words.word[0], "save")
		               ? file->words.word[1]
		               : "";
	snprintf(file->head, sizeof file->head, "%s", head);
}

/* The file lists every rule, also the kernel's own. */
static bool is_whole(const struct policy_file *file)
{
	const char *head = file->head;

	if (!strncmp(head, "# iproute ", 10))
		head += 10;
	return !strcmp(head, "save whole");
}

int policy_file_read(struct policy_file *file, struct error *error)
{
	if (policy_lines_next(&file->lines, &file->words, error))
		return -1;
	note_head(file);
	if (!is_whole(file))
		automatic_rules(file->snapshot);
	if (policy_lines_root(&file->lines)->is_json && file->words.count &&
		!strcmp(file->words.word[0], "save") &&
		policy_lines_next(&file->lines, &file->words, error))
		return -1;
	while (file->words.count)
		if (read_line(file, error) || policy_lines_next(&file->lines, &file->words, error))
			return -1;
	return begin(file, NULL, error);
}

int policy_file_open(struct policy_file *file, const char *name, struct names *names,
	struct snapshot *snapshot, struct error *error)
{
	*file = (struct policy_file){
		.names = names,
		.snapshot = snapshot,
		.routes = keywords_new(&route_object, DIALECT_OWN),
		.rules = keywords_new(&rule_object, DIALECT_OWN),
		.links = keywords_new(&link_object, DIALECT_OWN),
		.addresses = keywords_new(&local_address_object, DIALECT_OWN),
		.networks = {.size = sizeof(struct network)},
		.private_class = CLASS_PRIVATE,
	};
	snapshot_admit_devices(snapshot, true);
	names_devices(names, snapshot_device_names(snapshot));
	return policy_lines_open(&file->lines, name, error);
}

void policy_file_close(struct policy_file *file)
{
	policy_lines_close(&file->lines);
	keywords_free(file->routes);
	keywords_free(file->rules);
	keywords_free(file->links);
	keywords_free(file->addresses);
	arena_free(&file->line);
	vector_free(&file->networks);
}
