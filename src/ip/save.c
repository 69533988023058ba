/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `ip route save`, `ip rule save`: writes the kernel's messages unchanged. */
#include <string.h>
#include <unistd.h>

#include "ip/file.h"
#include "ip/filter.h"
#include "ip/route.h"
#include "ip/rule.h"

struct saving {
	struct ip *ip;
	const struct ip_filter *filter; /* NULL: everything */
	struct decoder decoder;
	struct arena arena;
};

static bool fits(struct saving *saving, const struct nlmsghdr *message)
{
	struct route route = {0};
	bool fit = !decoder_read(&saving->decoder, message, &saving->arena, &route) &&
	           ip_filter_fits(saving->filter, &route);

	arena_reset(&saving->arena);
	return fit;
}

static bool save_one(const struct nlmsghdr *message, void *context)
{
	struct saving *saving = context;
	struct session *session = saving->ip->session;
	size_t padding = NLMSG_ALIGN(message->nlmsg_len) - message->nlmsg_len;

	if (saving->filter && !fits(saving, message))
		return true;
	buffer_add(&session->out, message, message->nlmsg_len);
	buffer_fill(&session->out, '\0', padding);
	return !session_flush(session, false);
}

static int save(struct ip *ip, const struct object *object, const struct scope *scope,
	const struct ip_filter *filter, struct error *error)
{
	uint32_t magic = object == &route_object ? IP_FILE_ROUTES : IP_FILE_RULES;
	struct saving saving = {.ip = ip, .filter = filter};
	int status;

	if (ip_file_check(STDOUT_FILENO, error))
		return -1;
	buffer_add(&ip->session->out, &magic, sizeof magic);
	decoder_init(&saving.decoder, object);
	status = ip_dump(ip, object, scope, save_one, &saving, error);
	arena_free(&saving.arena);
	return status;
}

int ip_route_save(
	struct ip *ip, const struct ip_verb *verb, struct words *words, struct error *error)
{
	struct ip_filter filter;

	(void)verb;
	if (ip_filter_read(ip, &filter, words, error))
		return -1;
	return save(ip, &route_object, &filter.scope, &filter, error);
}

int ip_rule_save(
	struct ip *ip, const struct ip_verb *verb, struct words *words, struct error *error)
{
	struct scope scope = {.family = ip_rule_family(ip)};

	(void)verb;
	if (words_peek(words))
		return ip_error(error, IP_FAILED, "\"ip rule save\" does not take any arguments.");
	return save(ip, &rule_object, &scope, NULL, error);
}
