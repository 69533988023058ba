/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kept records, one behind the other in one buffer. */
#include "change/kept.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "model/route.h"

enum { UNIT = sizeof(uint64_t) }; /* numbers count these: enough for 32 GiB */

void kept_free(struct kept_list *records)
{
	buffer_free(&records->memory);
	free(records->presence);
	free(records->decoder);
	records->presence = NULL;
	records->decoder = NULL;
}

static size_t kept_size(const struct kept *kept)
{
	size_t size = offsetof(struct kept, bytes) + kept_message(kept)->nlmsg_len;

	return (size + UNIT - 1) / UNIT * UNIT;
}

static void encode(struct kept_list *records, const void *record, struct nlmsghdr *message)
{
	const struct object *object = records->object;

	if (!records->presence) {
		records->presence = memory_get(sizeof *records->presence);
		presence_init(records->presence, object);
	}
	rows_encode(presence_rows(records->presence, record), object, record, object->type_new, 0,
		message);
}

/* Room for the largest record. */
static struct kept *reserve(struct kept_list *records)
{
	struct kept *kept =
		buffer_reserve(&records->memory, offsetof(struct kept, bytes) + MESSAGE_MAX + UNIT);

	*kept = (struct kept){0};
	return kept;
}

static uint32_t advance(struct kept_list *records, const struct kept *kept)
{
	uint32_t number = (uint32_t)(records->memory.length / UNIT);

	buffer_advance(&records->memory, kept_size(kept));
	return number;
}

uint32_t kept_add(struct kept_list *records, const struct nlmsghdr *message)
{
	struct kept *kept = buffer_reserve(
		&records->memory, offsetof(struct kept, bytes) + message->nlmsg_len + UNIT);

	*kept = (struct kept){0};
	memcpy(kept->bytes, message, message->nlmsg_len);
	return advance(records, kept);
}

uint32_t kept_add_record(struct kept_list *records, const void *record)
{
	struct kept *kept = reserve(records);
	const struct route *route = records->object == &route_object ? record : NULL;
	struct route plain;

	if (route && route->decoded && route->nexthop_id.given) {
		plain = *route;
		kept->object = plain.nexthop_id.value;
		plain.nexthop_id.given = false;
		record = &plain;
	}
	encode(records, record, kept_message(kept));
	return advance(records, kept);
}

const struct nlmsghdr *kept_encode(struct kept_list *records, const void *record)
{
	struct kept *kept = reserve(records);

	encode(records, record, kept_message(kept));
	return kept_message(kept);
}

int kept_read(struct kept_list *records, const struct kept *kept, struct arena *arena, void *record)
{
	if (!records->decoder) {
		records->decoder = memory_get(sizeof *records->decoder);
		decoder_init(records->decoder, records->object);
	}
	if (decoder_read(records->decoder, kept_message(kept), arena, record))
		return -1;
	if (kept->object)
		((struct route *)record)->nexthop_id = (struct number){true, kept->object};
	return 0;
}

bool kept_exists(const struct kept_list *records, uint32_t number)
{
	return (size_t)number * UNIT < records->memory.length;
}

uint32_t kept_next(const struct kept_list *records, uint32_t number)
{
	return number + (uint32_t)(kept_size(kept_at(records, number)) / UNIT);
}

static bool message_same(const struct nlmsghdr *a, const struct nlmsghdr *b)
{
	return a->nlmsg_len == b->nlmsg_len &&
	       !memcmp(NLMSG_DATA(a), NLMSG_DATA(b), a->nlmsg_len - NLMSG_HDRLEN);
}

bool kept_same(const struct kept *a, const struct kept *b)
{
	return a->object == b->object && message_same(kept_message(a), kept_message(b));
}
