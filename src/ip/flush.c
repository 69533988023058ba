/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `ip route flush` and `ip rule flush`: remove matching records in rounds until none is left. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/rtnetlink.h>

#include "ip/filter.h"
#include "ip/route.h"
#include "ip/rule.h"
#include "netlink/pipeline.h"
#include "output/text.h"

enum { ROUNDS_MAX = 100 };

struct sweep {
	struct ip *ip;
	const struct object *object;
	const struct ip_filter *filter; /* filter of routes */
	const struct ip_rule_filter *rules;
	struct writer *writer; /* for -s -s, which shows removed records; NULL: don't */
	struct view view;
	struct arena arena;
	struct buffer messages;
	size_t count;
	size_t elsewhere;     /* number of multipath routes with other devices than the wanted
	                         one */
	size_t next;          /* where the next message to send starts in messages */
	struct answer answer; /* the first relevant refusal; number 0: none */
};

/* IPv6's own null route comes back at once. */
static bool is_null_route(const struct route *route)
{
	return route->family == AF_INET6 && !route->destination.length &&
	       route->type.value == RTN_UNREACHABLE && route->metric.value == UINT32_MAX;
}

static bool is_meant(const struct sweep *sweep, const void *record)
{
	/* Without its own rules the kernel uses no routes: they are removed only by preference. */
	if (sweep->object == &rule_object)
		return ip_rule_fits(sweep->rules, record) &&
		       (!rule_is_builtin(record) || sweep->rules->wanted.preference.given);
	return ip_filter_fits(sweep->filter, record) && !is_null_route(record);
}

/* Turns the reported message into the one that deletes the record, including attributes without a
 * row. */
static bool collect(const struct nlmsghdr *message, void *context)
{
	struct sweep *sweep = context;
	void *record = arena_get(&sweep->arena, sweep->object->size);
	struct nlmsghdr *request;

	memset(record, 0, sweep->object->size);
	if (!fields_decode(sweep->object, message, &sweep->arena, record) &&
		is_meant(sweep, record)) {
		request = buffer_reserve(&sweep->messages, NLMSG_ALIGN(message->nlmsg_len));
		memcpy(request, message, message->nlmsg_len);
		request->nlmsg_type = sweep->object->type_del;
		request->nlmsg_flags = NLM_F_REQUEST;
		buffer_advance(&sweep->messages, NLMSG_ALIGN(message->nlmsg_len));
		sweep->count++;
		sweep->elsewhere += sweep->filter &&
		                    route_leaves_elsewhere(record, sweep->filter->scope.device);
		if (sweep->writer)
			fields_render(sweep->writer, sweep->object, record, &sweep->view);
	}
	arena_reset(&sweep->arena);
	return true;
}

/* A record that another program deleted first is gone, too. */
static bool note_refusal(size_t index, const struct answer *answer, void *context)
{
	struct sweep *sweep = context;

	(void)index;
	if (!sweep->answer.number && answer->number != ESRCH && answer->number != ENOENT)
		sweep->answer = *answer;
	return true;
}

static bool put_delete(size_t index, struct nlmsghdr *message, void *context)
{
	struct sweep *sweep = context;
	const struct nlmsghdr *source =
		(const struct nlmsghdr *)(sweep->messages.data + sweep->next);

	(void)index;
	memcpy(message, source, source->nlmsg_len);
	sweep->next += NLMSG_ALIGN(source->nlmsg_len);
	return true;
}

static int send_deletes(struct sweep *sweep, struct error *error)
{
	const struct pipeline pipeline = {
		.put = put_delete, .refused = note_refusal, .context = sweep};
	size_t sent;

	sweep->next = 0;
	return pipeline_send(sweep->ip->session->netlink, sweep->count, &pipeline, &sent, error);
}

/* For -s -s: writes one line per record, even with -j. */
static struct writer *open_writer(struct ip *ip, const struct object *object)
{
	if (ip->statistics < 2 || object != &route_object)
		return NULL;
	return text_writer(&ip->session->out, SPACING_AFTER, false, "");
}

static void report_end(const struct sweep *sweep, const struct scope *scope, int rounds)
{
	struct buffer *out = &sweep->ip->session->out;

	if (!sweep->ip->statistics || sweep->object != &route_object)
		return;
	if (!rounds && (!scope->cached || scope->family == AF_INET6))
		buffer_string(out, "Nothing to flush.\n");
	else
		buffer_format(out, "*** Flush is complete after %d round%s ***\n", rounds,
			rounds > 1 ? "s" : "");
}

/* `ip` removes these silently. */
static void report_elsewhere(const struct sweep *sweep, const struct scope *scope)
{
	char text[128];

	if (!scope->device || !sweep->elsewhere)
		return;
	snprintf(text, sizeof text,
		"Warning: %zu of these routes also had nexthops by other devices.\n",
		sweep->elsewhere);
	ip_report(sweep->ip, text);
}

static int run_round(struct sweep *sweep, const struct scope *scope, struct error *error)
{
	buffer_reset(&sweep->messages);
	sweep->count = 0;
	sweep->answer.number = 0;
	if (ip_dump(sweep->ip, sweep->object, scope, collect, sweep, error)) {
		if (*error->hint)
			error_hint(error, "Flush terminated");
		return -1;
	}
	if (sweep->count && send_deletes(sweep, error))
		return -1;
	return sweep->answer.number ? ip_refuse_kernel(&sweep->answer, error) : 0;
}

static int run_rounds(struct sweep *sweep, const struct scope *scope, struct error *error)
{
	struct buffer *out = &sweep->ip->session->out;
	int round = 0;

	for (;;) {
		if (run_round(sweep, scope, error))
			return -1;
		if (!sweep->count)
			break;
		if (++round == ROUNDS_MAX)
			return ip_error(error, IP_FAILED,
				"*** Flush not completed after %d rounds, %zu entries remain ***",
				round, sweep->count);
		if (sweep->ip->statistics && sweep->object == &route_object)
			buffer_format(out, "\n*** Round %d, deleting %zu entries ***\n", round,
				sweep->count);
	}
	report_end(sweep, scope, round);
	report_elsewhere(sweep, scope);
	return 0;
}

static int sweep_run(struct sweep *sweep, const struct scope *scope, struct error *error)
{
	int status;
	struct rows hidden = sweep->view.hidden;

	if (ip_lock(sweep->ip, error))
		return -1;
	sweep->view = ip_view(sweep->ip);
	sweep->view.hidden = hidden;
	sweep->writer = open_writer(sweep->ip, sweep->object);
	status = run_rounds(sweep, scope, error);
	if (sweep->writer)
		writer_free(sweep->writer);
	buffer_free(&sweep->messages);
	arena_free(&sweep->arena);
	return status;
}

/* IPv4 exceptions can't be deleted one by one. Closing this file releases the lock of the namespace
 * (netlink/lock.c), so call this before taking the lock. */
static void flush_cache(struct ip *ip)
{
	int descriptor = open("/proc/sys/net/ipv4/route/flush", O_WRONLY | O_CLOEXEC);

	if (descriptor < 0 || write(descriptor, "-1", 2) != 2)
		ip_report(ip, "Cannot flush routing cache\n");
	if (descriptor >= 0)
		close(descriptor);
	if (ip->statistics)
		buffer_string(&ip->session->out, "*** IPv4 routing cache is flushed.\n");
}

int ip_route_flush(
	struct ip *ip, const struct ip_verb *verb, struct words *words, struct error *error)
{
	struct ip_filter filter;
	struct sweep sweep = {.ip = ip, .object = &route_object, .filter = &filter};

	(void)verb;
	if (!words_peek(words))
		return ip_error(error, IP_FAILED, "\"ip route flush\" requires arguments.");
	if (ip_filter_read(ip, &filter, words, error))
		return -1;
	sweep.view.hidden = filter.hidden;
	if (filter.scope.cached && filter.scope.family != AF_INET6)
		flush_cache(ip);
	if (filter.scope.cached && filter.scope.family == AF_INET)
		return 0;
	return sweep_run(&sweep, &filter.scope, error);
}

int ip_rule_flush(
	struct ip *ip, const struct ip_verb *verb, struct words *words, struct error *error)
{
	struct ip_rule_filter filter;
	struct scope scope = {0};
	struct sweep sweep = {.ip = ip, .object = &rule_object, .rules = &filter};

	(void)verb;
	if (ip_rule_filter_read(ip, &filter, words, error))
		return -1;
	scope.family = filter.wanted.family;
	return sweep_run(&sweep, &scope, error);
}
