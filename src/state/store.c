/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Dumps routes and rules, and decodes them by their rows. */
#include "state/store.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "base/error.h"
#include "base/memory.h"
#include "field/walk.h"
#include "model/binding.h"
#include "model/route.h"
#include "model/rule.h"
#include "netlink/rule_watch.h"
#include "state/bindings.h"

enum {
	DUMP_ATTEMPTS = 10,
	PAUSE_FIRST = 1000 * 1000, /* nanoseconds before the first repetition; doubled each time */
};

struct reading {
	struct decoder decoder;
	void *record;
	struct arena *arena;
	bool (*each)(const void *record, void *context);
	bool (*each_rows)(const void *record, struct rows maybe, void *context); /* or this one */
	void *context;
	bool stopped;
	struct bindings bindings; /* for records with a part in nftables */
	const uint8_t *holding;   /* as in struct scope; NULL for rules */
	bool long_dump;           /* rules, in so many parts that they may change meanwhile */
	bool bare;                /* as in struct scope */
};

static bool read_message(const struct nlmsghdr *message, void *context)
{
	struct reading *reading = context;
	const struct object *object = reading->decoder.object;
	struct rows maybe;

	if (reading->holding && !dump_route_holds(message, reading->holding))
		return true;
	memset(reading->record, 0, object->size);
	if (decoder_read_rows(&reading->decoder, message, reading->arena, reading->record, &maybe))
		return true;
	if (!reading->bare && bindings_concern(object, reading->record)) {
		bindings_join(&reading->bindings, object, reading->record);
		maybe = fields_given(object, reading->record);
	}
	reading->stopped =
		!(reading->each ? reading->each(reading->record, reading->context)
				: reading->each_rows(reading->record, maybe, reading->context));
	arena_reset(reading->arena);
	return !reading->stopped;
}

static int dump_family(struct netlink *netlink, uint8_t family, const struct scope *scope,
	struct reading *reading, bool *interrupted, struct error *error)
{
	char memory[DUMP_REQUEST_MAX];
	struct answer answer;

	dump_request(memory, reading->decoder.object, family, scope);
	if (netlink_dump(netlink, (struct nlmsghdr *)memory, &answer, read_message, reading,
		    interrupted, error))
		return -1;
	/* A short dump has one part with the records and one with the end. */
	reading->long_dump |= answer.parts > 2;
	/* The kernel refuses a class that never contained a route, and a family that is
	 * disabled. */
	if (!answer.number || answer.number == ENOENT || answer.number == EAFNOSUPPORT ||
		answer.number == EOPNOTSUPP)
		return 0;
	return error_set(error, STATUS_REFUSED, "kernel: %s (%s)",
		*answer.sentence ? answer.sentence : strerror(answer.number),
		strerrorname_np(answer.number));
}

static int dump_families(struct netlink *netlink, const struct scope *scope,
	struct reading *reading, bool *changed, struct error *error)
{
	const uint8_t families[] = {scope->family ? scope->family : AF_INET, AF_INET6};
	size_t count = scope->family ? 1 : 2;
	int status = 0;

	for (size_t i = 0; i < count && !status && !reading->stopped; i++) {
		bool once = false;

		status = dump_family(netlink, families[i], scope, reading, &once, error);
		*changed |= once;
	}
	return status;
}

/* NAT routes, of class local, have one protocol (PROTOCOL_TRANSLATED): nftables knows their owner.
 */
static int dump_owned(struct netlink *netlink, const struct scope *scope, struct reading *reading,
	bool *changed, struct error *error)
{
	struct scope translated = *scope;

	if (reading->decoder.object != &route_object || reading->bare || reading->stopped ||
		scope->protocol <= RTPROT_STATIC || scope->protocol == PROTOCOL_TRANSLATED ||
		(scope->class && scope->class != CLASS_LOCAL))
		return 0;
	translated.class = CLASS_LOCAL;
	translated.protocol = PROTOCOL_TRANSLATED;
	return dump_families(netlink, &translated, reading, changed, error);
}

static int dump_scope(struct netlink *netlink, const struct scope *scope, struct reading *reading,
	bool *interrupted, struct error *error)
{
	bool rules = interrupted && reading->decoder.object == &rule_object;
	struct rule_watch *watch = rules ? rule_watch_start() : NULL;
	bool changed = false;
	int status;

	reading->long_dump = false;
	reading->bare = scope->bare;
	reading->holding = reading->decoder.object == &rule_object ? NULL : scope->holding;
	status = dump_families(netlink, scope, reading, &changed, error);
	if (!status)
		status = dump_owned(netlink, scope, reading, &changed, error);
	if (rules && reading->long_dump)
		changed |= rule_watch_changed(watch);
	rule_watch_end(watch);
	if (interrupted)
		*interrupted = changed;
	return status;
}

static int each_read(struct netlink *netlink, const struct object *object,
	const struct scope *scope, struct reading *reading, bool *interrupted, struct error *error)
{
	int status;

	reading->record = memory_get(object->size);
	decoder_init(&reading->decoder, object);
	status = dump_scope(netlink, scope, reading, interrupted, error);
	free(reading->record);
	arena_free(reading->arena);
	bindings_free(&reading->bindings);
	return status;
}

int store_each(struct netlink *netlink, const struct object *object, const struct scope *scope,
	bool (*each)(const void *record, void *context), void *context, bool *interrupted,
	struct error *error)
{
	struct arena arena = {0};
	struct reading reading = {.arena = &arena, .each = each, .context = context};

	return each_read(netlink, object, scope, &reading, interrupted, error);
}

int store_each_rows(struct netlink *netlink, const struct object *object, const struct scope *scope,
	bool (*each)(const void *record, struct rows maybe, void *context), void *context,
	bool *interrupted, struct error *error)
{
	struct arena arena = {0};
	struct reading reading = {.arena = &arena, .each_rows = each, .context = context};

	return each_read(netlink, object, scope, &reading, interrupted, error);
}

struct loading {
	struct netlink *netlink;
	const struct scope *scope;
	struct reading reading;
	struct vector *records;
	struct arena *arena;
};

static bool keep_record(const void *record, void *context)
{
	struct loading *loading = context;

	decoder_keep(
		&loading->reading.decoder, vector_push(loading->records, record), loading->arena);
	return true;
}

int store_repeat(int (*read)(void *context, bool *interrupted, struct error *error), void *context,
	bool *interrupted, struct error *error)
{
	struct timespec pause = {.tv_nsec = PAUSE_FIRST};
	bool changed = false;

	if (read(context, &changed, error))
		return -1;
	for (int i = 1; changed && i < DUMP_ATTEMPTS; i++) {
		nanosleep(&pause, NULL);
		pause.tv_nsec += pause.tv_nsec;
		if (read(context, &changed, error))
			return -1;
	}
	if (interrupted)
		*interrupted = changed;
	else if (changed)
		return error_set(error, STATUS_REFUSED,
			"other programs change routes or rules faster than they can be read");
	return 0;
}

static int load_once(void *context, bool *interrupted, struct error *error)
{
	struct loading *loading = context;

	loading->records->count = 0;
	loading->reading.bindings.loaded = false;
	return dump_scope(loading->netlink, loading->scope, &loading->reading, interrupted, error);
}

int store_load(struct netlink *netlink, const struct object *object, const struct scope *scope,
	struct vector *records, struct arena *arena, bool *interrupted, struct error *error)
{
	struct arena scratch = {0};
	struct loading loading = {
		.netlink = netlink,
		.scope = scope,
		.records = records,
		.arena = arena,
		.reading = {.record = memory_get(object->size),
			.arena = &scratch,
			.each = keep_record,
			.context = &loading},
	};
	int status;

	decoder_init(&loading.reading.decoder, object);
	records->size = object->size;
	status = store_repeat(load_once, &loading, interrupted, error);
	free(loading.reading.record);
	arena_free(&scratch);
	bindings_free(&loading.reading.bindings);
	return status;
}
