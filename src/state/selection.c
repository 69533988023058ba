/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Selects records by words. */
#include "state/selection.h"

#include <linux/rtnetlink.h>

#include "field/walk.h"
#include "state/own.h"

struct class_owned {
	uint32_t class;
	uint8_t family;
};

struct scope selection_scope(const struct route *wanted)
{
	return (struct scope){
		.family = wanted->family,
		.class = wanted->class.given ? wanted->class.value : 0,
		.device = wanted->device.given ? wanted->device.index : 0,
		.protocol = wanted->protocol.given ? wanted->protocol.value : 0,
		/* For the kernel a NAT route has another type. */
		.type = wanted->type.given && wanted->type.value != RTN_NAT ? wanted->type.value
	                                                                    : 0,
		.cached = wanted->cached.given,
	};
}

bool route_is_kernels(const struct route *route)
{
	return route->protocol.value == RTPROT_KERNEL || route->protocol.value == RTPROT_REDIRECT ||
	       route->protocol.value == RTPROT_RA;
}

static bool is_of_daemon(const struct byte *protocol)
{
	if (!protocol->given)
		return false;
	switch (protocol->value) {
	case RTPROT_GATED:
	case RTPROT_MRT:
	case RTPROT_ZEBRA:
	case RTPROT_BIRD:
	case RTPROT_DNROUTED:
	case RTPROT_XORP:
	case RTPROT_NTK:
	case RTPROT_DHCP:
	case RTPROT_MROUTED:
	case RTPROT_KEEPALIVED:
	case RTPROT_BABEL:
	case RTPROT_OPENR:
	case RTPROT_BGP:
	case RTPROT_ISIS:
	case RTPROT_OSPF:
	case RTPROT_RIP:
	case RTPROT_EIGRP:
		return true;
	default:
		return false;
	}
}

bool record_is_foreign(const struct object *object, const void *record)
{
	if (object == &rule_object)
		return is_of_daemon(&((const struct rule *)record)->protocol);
	return is_of_daemon(&((const struct route *)record)->protocol);
}

bool route_needs_others(const struct route *route)
{
	return route->gateway.given || route->nexthops.given;
}

void route_filter_init(struct route_filter *filter, const struct route *wanted)
{
	const struct field *device = object_field(&route_object, "dev");
	const struct field *gateway = object_field(&route_object, "gw");

	*filter = (struct route_filter){
		.wanted = wanted,
		.nexthop = {.device = wanted->device, .gateway = wanted->gateway},
		.leads = wanted->device.given || wanted->gateway.given,
	};
	selector_init(&filter->whole, &route_object, wanted, 0);
	filter->rest = filter->whole;
	rows_remove(&filter->rest.rows, (int)(device - route_object.fields));
	rows_remove(&filter->rest.rows, (int)(gateway - route_object.fields));
}

/* The protocol of a NAT route is its owner's, which nftables keeps. */
static bool fits_owned(const struct route_filter *filter, const struct route *route)
{
	struct route owned = *route;

	owned.protocol = route->owner;
	return selector_fits(&filter->whole, &owned);
}

bool route_filter_fits(const struct route_filter *filter, const struct route *route)
{
	if (route->owner.given && filter->wanted->protocol.given &&
		filter->wanted->protocol.value == route->owner.value)
		return fits_owned(filter, route);
	if (!filter->leads || !route->nexthops.given)
		return selector_fits(&filter->whole, route);
	for (const struct nexthops_item *item = route->nexthops.first; item; item = item->next)
		if (fields_fit(&nexthop_object, item->record, &filter->nexthop, 0))
			return selector_fits(&filter->rest, route);
	return false;
}

static int compare_owned(const void *a, const void *b)
{
	const struct class_owned *left = a;
	const struct class_owned *right = b;

	if (left->family != right->family)
		return left->family < right->family ? -1 : 1;
	return left->class < right->class ? -1 : left->class > right->class;
}

void selection_of(struct selection *selection, const struct route *wanted)
{
	*selection = (struct selection){0};
	route_filter_init(&selection->filter, wanted);
}

int selection_init(struct selection *selection, struct netlink *netlink, const struct route *wanted,
	struct error *error)
{
	struct vector rules = {0};
	struct arena arena = {0};
	int status;

	selection_of(selection, wanted);
	selection->owned.size = sizeof(struct class_owned);
	status = own_load_rules(netlink, wanted->family, &rules, &arena, NULL, error);
	for (size_t i = 0; !status && i < rules.count; i++) {
		const struct rule *rule = vector_at(&rules, i);

		if (rule->own.given || rule->marked.given)
			vector_push(&selection->owned,
				&(struct class_owned){rule->class.value, rule->family});
	}
	vector_sort(&selection->owned, compare_owned);
	vector_free(&rules);
	arena_free(&arena);
	return status;
}

void selection_free(struct selection *selection)
{
	vector_free(&selection->owned);
}

static bool is_owned(const struct selection *selection, const struct route *route)
{
	struct class_owned key = {route->class.value, route->family};

	return vector_find(&selection->owned, &key, compare_owned);
}

bool selection_has_route(const struct selection *selection, const struct route *route)
{
	const struct route *wanted = selection->filter.wanted;

	if (!route_filter_fits(&selection->filter, route))
		return false;
	if (route_is_kernels(route) && !wanted->protocol.given)
		return false;
	return wanted->class.value || !is_owned(selection, route);
}

bool selection_has_rule(const struct rule *rule, const struct rule *wanted)
{
	struct rule comparable = rule_comparable(wanted, rule);

	if (rule_is_builtin(rule) && !wanted->preference.given)
		return false;
	return fields_fit(&rule_object, rule, &comparable, 0);
}
