/* Dumps, decoded by rows. */
#include "policy/store.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "base/error.h"
#include "base/memory.h"
#include "field/walk.h"
#include "model/route.h"
#include "policy/bindings.h"

enum { DUMP_ATTEMPTS = 10 };

struct reading {
	struct decoder decoder;
	void *record;
	struct arena *arena;
	bool (*each)(const void *record, void *context);
	bool (*each_rows)(const void *record, struct rows maybe, void *context); /* or this */
	void *context;
	bool stopped;
	struct bindings bindings; /* of the records that are not whole without nftables */
};

static bool read_message(const struct nlmsghdr *message, void *context)
{
	struct reading *reading = context;
	const struct object *object = reading->decoder.object;
	struct rows maybe;

	memset(reading->record, 0, object->size);
	if (decoder_read_rows(&reading->decoder, message, reading->arena, reading->record, &maybe))
		return true;
	if (bindings_concern(object, reading->record)) {
		bindings_join(&reading->bindings, object, reading->record);
		maybe = fields_given(object, reading->record);
	}
	reading->stopped =
		!(reading->each ? reading->each(reading->record, reading->context)
				: reading->each_rows(reading->record, maybe, reading->context));
	arena_reset(reading->arena);
	return !reading->stopped;
}

static void put_request(
	void *memory, const struct object *object, uint8_t family, const struct scope *scope)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(memory);
	struct rtmsg *header;

	request->nlmsg_type = object->type_get;
	header = mnl_nlmsg_put_extra_header(request, object->header_size);
	*(uint8_t *)header = family;
	if (object != &route_object)
		return;
	header->rtm_protocol = scope->protocol;
	header->rtm_type = scope->type;
	if (scope->cached)
		header->rtm_flags = RTM_F_CLONED;
	if (scope->class)
		mnl_attr_put_u32(request, RTA_TABLE, scope->class);
	if (scope->device)
		mnl_attr_put_u32(request, RTA_OIF, scope->device);
}

static int dump_family(struct netlink *netlink, uint8_t family, const struct scope *scope,
	struct reading *reading, bool *interrupted, struct error *error)
{
	char memory[256];
	struct answer answer;

	put_request(memory, reading->decoder.object, family, scope);
	if (netlink_dump(netlink, (struct nlmsghdr *)memory, &answer, read_message, reading,
		    interrupted, error))
		return -1;
	/* The kernel knows no class that has never held a route, nor a family that is switched off.
	 */
	if (!answer.number || answer.number == ENOENT || answer.number == EAFNOSUPPORT ||
		answer.number == EOPNOTSUPP)
		return 0;
	return error_set(error, STATUS_REFUSED, "kernel: %s (%s)",
		*answer.sentence ? answer.sentence : strerror(answer.number),
		strerrorname_np(answer.number));
}

static int dump_scope(struct netlink *netlink, const struct scope *scope, struct reading *reading,
	bool *interrupted, struct error *error)
{
	const uint8_t families[] = {scope->family ? scope->family : AF_INET, AF_INET6};
	size_t count = scope->family ? 1 : 2;
	bool changed = false;
	int status = 0;

	for (size_t i = 0; i < count && !status && !reading->stopped; i++) {
		bool once = false;

		status = dump_family(netlink, families[i], scope, reading, &once, error);
		changed |= once;
	}
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

struct picking {
	bool (*fits)(const void *record, void *context);
	void *context;
	struct vector *records;
	const struct decoder *decoder;
	struct arena *arena;
};

static bool pick_record(const void *record, void *context)
{
	struct picking *picking = context;

	if (!picking->fits || picking->fits(record, picking->context))
		decoder_keep(
			picking->decoder, vector_push(picking->records, record), picking->arena);
	return true;
}

int store_pick(struct netlink *netlink, const struct object *object, const struct scope *scope,
	bool (*fits)(const void *record, void *context), void *context, struct vector *records,
	struct arena *arena, struct error *error)
{
	struct picking picking = {
		.fits = fits,
		.context = context,
		.records = records,
		.arena = arena,
	};
	struct arena scratch = {0};
	struct reading reading = {
		.record = memory_get(object->size),
		.arena = &scratch,
		.each = pick_record,
		.context = &picking,
	};
	bool interrupted = true;
	int status = 0;

	decoder_init(&reading.decoder, object);
	picking.decoder = &reading.decoder;
	records->size = object->size;
	for (int i = 0; interrupted && !status && i < DUMP_ATTEMPTS; i++) {
		records->count = 0;
		reading.bindings.loaded = false;
		status = dump_scope(netlink, scope, &reading, &interrupted, error);
	}
	free(reading.record);
	arena_free(&scratch);
	bindings_free(&reading.bindings);
	return status;
}

int store_load(struct netlink *netlink, const struct object *object, const struct scope *scope,
	struct vector *records, struct arena *arena, struct error *error)
{
	return store_pick(netlink, object, scope, NULL, NULL, records, arena, error);
}
