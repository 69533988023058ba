/* Nexthop objects, by number. */
#include "command/ip_nexthop.h"

#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "command/session.h"
#include "model/nexthop_info.h"

static void keep(const struct nlmsghdr *message, void *context)
{
	struct ip_nexthops *nexthops = context;
	struct nexthop_info *info = arena_get(&nexthops->arena, sizeof *info);

	*info = (struct nexthop_info){0};
	if (!fields_decode(&nexthop_info_object, message, &nexthops->arena, info))
		vector_push(&nexthops->known, &info);
}

static struct nexthop_info *find(const struct ip_nexthops *nexthops, uint32_t id)
{
	for (size_t i = nexthops->known.count; i--;) {
		struct nexthop_info *info = *(struct nexthop_info **)vector_at(&nexthops->known, i);

		if (info->id.value == id)
			return info;
	}
	return NULL;
}

/* What cannot be asked for is not told. */
static struct nexthop_info *ask(struct ip_nexthops *nexthops, uint32_t id)
{
	char memory[256];
	struct nlmsghdr *request = mnl_nlmsg_put_header(memory);
	struct answer answer;
	struct error ignored;

	if (!nexthops->netlink)
		nexthops->netlink = netlink_open(&ignored);
	if (!nexthops->netlink)
		return NULL;
	nexthops->known.size = sizeof(struct nexthop_info *);
	request->nlmsg_type = RTM_GETNEXTHOP;
	mnl_nlmsg_put_extra_header(request, sizeof(struct nhmsg));
	mnl_attr_put_u32(request, NHA_ID, id);
	netlink_request(nexthops->netlink, request, &answer, keep, nexthops, &ignored);
	return find(nexthops, id);
}

void ip_nexthops_add(
	struct ip_nexthops *nexthops, const struct session *session, struct route *route)
{
	struct nexthop_info *info;

	if (!session->options.details || !route->nexthop_id.given)
		return;
	info = find(nexthops, route->nexthop_id.value);
	if (!info)
		info = ask(nexthops, route->nexthop_id.value);
	if (info)
		route->nexthop_info = (struct nested){
			.given = true, .object = &nexthop_info_object, .record = info};
}

void ip_nexthops_free(struct ip_nexthops *nexthops)
{
	netlink_close(nexthops->netlink);
	vector_free(&nexthops->known);
	arena_free(&nexthops->arena);
	*nexthops = (struct ip_nexthops){.netlink = NULL};
}
