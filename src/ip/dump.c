/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Dumps for ip's listings, filtered by the kernel where possible. */
#include "ip/dump.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "model/route.h"
#include "model/rule.h"
#include "netlink/dump.h"

/* The kernel makes the IPv6 table main with its first route. `ip` reports no error either. */
static bool is_empty(const struct ip *ip, uint8_t family, const struct scope *scope, int number)
{
	if (number != ENOENT)
		return false;
	return ip->in_batch || (family == AF_INET6 && scope->class == CLASS_MAIN);
}

static int dump_family(struct ip *ip, const struct object *object, uint8_t family,
	const struct scope *scope, bool (*each)(const struct nlmsghdr *, void *context),
	void *context, struct error *error)
{
	char memory[DUMP_REQUEST_MAX];
	struct answer answer;
	bool interrupted = false;

	dump_request(memory, object, family, scope);
	if (netlink_dump(ip->session->netlink, (struct nlmsghdr *)memory, &answer, each, context,
		    &interrupted, error))
		return -1;
	if (interrupted)
		ip_report(ip, "Dump was interrupted and may be inconsistent.\n");
	if (!answer.number || is_empty(ip, family, scope, answer.number))
		return 0;
	ip_refuse_kernel(&answer, error);
	error_hint(error, "Dump terminated");
	if (object == &rule_object)
		error->status = STATUS_WORDS;
	return -1;
}

int ip_dump(struct ip *ip, const struct object *object, const struct scope *scope,
	bool (*each)(const struct nlmsghdr *, void *context), void *context, struct error *error)
{
	if (scope->family)
		return dump_family(ip, object, scope->family, scope, each, context, error);
	if (dump_family(ip, object, AF_INET, scope, each, context, error))
		return -1;
	return dump_family(ip, object, AF_INET6, scope, each, context, error);
}
