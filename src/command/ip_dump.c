/* Dumps for ip's listings: what the kernel can leave out it is asked to. */
#include "command/ip_dump.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "model/route.h"
#include "model/rule.h"

static void put_request(
	void *memory, const struct object *object, uint8_t family, const struct ip_scope *scope)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(memory);
	uint8_t *header;

	request->nlmsg_type = object->type_get;
	header = mnl_nlmsg_put_extra_header(request, object->header_size);
	*header = family;
	if (object != &route_object)
		return;
	((struct rtmsg *)header)->rtm_protocol = scope->protocol;
	if (scope->cached)
		((struct rtmsg *)header)->rtm_flags = RTM_F_CLONED;
	if (scope->class)
		mnl_attr_put_u32(request, RTA_TABLE, scope->class);
	if (scope->device)
		mnl_attr_put_u32(request, RTA_OIF, scope->device);
}

/* The kernel makes IPv6's main table with its first route; that is no error to `ip` either. */
static bool is_empty(const struct ip *ip, uint8_t family, const struct ip_scope *scope, int number)
{
	if (number != ENOENT)
		return false;
	return ip->in_batch || (family == AF_INET6 && scope->class == CLASS_MAIN);
}

static int dump_family(struct ip *ip, const struct object *object, uint8_t family,
	const struct ip_scope *scope, bool (*each)(const struct nlmsghdr *, void *context),
	void *context, struct error *error)
{
	char memory[256];
	struct answer answer;
	bool interrupted = false;

	put_request(memory, object, family, scope);
	if (netlink_dump(ip->session->netlink, (struct nlmsghdr *)memory, &answer, each, context,
		    &interrupted, error))
		return -1;
	if (interrupted)
		ip_tell(ip, "Dump was interrupted and may be inconsistent.\n");
	if (!answer.number || is_empty(ip, family, scope, answer.number))
		return 0;
	ip_refuse_kernel(&answer, error);
	error_hint(error, "Dump terminated");
	if (object == &rule_object)
		error->status = STATUS_WORDS;
	return -1;
}

int ip_dump(struct ip *ip, const struct object *object, const struct ip_scope *scope,
	bool (*each)(const struct nlmsghdr *, void *context), void *context, struct error *error)
{
	if (scope->family)
		return dump_family(ip, object, scope->family, scope, each, context, error);
	if (dump_family(ip, object, AF_INET, scope, each, context, error))
		return -1;
	return dump_family(ip, object, AF_INET6, scope, each, context, error);
}
