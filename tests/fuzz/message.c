/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes the decoding of what the kernel sends: bytes become a route and a rule, whatever they are,
 * and are printed as text, columns and JSON. Also looks for the word to blame at any offset.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/netlink.h>

#include "../devices.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "field/walk.h"
#include "fuzz.h"
#include "names/names.h"
#include "model/route.h"
#include "model/rule.h"
#include "output/columns.h"
#include "output/json.h"
#include "output/text.h"

enum { MESSAGE_BYTES_MAX = 4096, RENDERINGS = 16 };

static struct names *names;

static const struct column columns[] = {
	{"Destination", "dst to", 18, false, "default"},
	{"Gateway", "gw type", 15, false, "*"},
	{"TOS", "tos", 3, false, "00"},
	{"Metric", "metric pref", 6, true, "0"},
	{NULL, NULL, 0, false, NULL},
};

static void render(struct writer *writer, const struct object *object, const void *record,
	const struct view *view)
{
	writer_begin(writer);
	fields_render(writer, object, record, view);
	writer_end(writer);
	writer_free(writer);
}

/* Bits of `how`: see struct view. */
static void render_all(const struct object *object, const void *record, size_t how)
{
	struct view view = {
		.names = names,
		.dialect = how & 1 ? DIALECT_IP : DIALECT_OWN,
		.details = how & 2,
		.numeric = how & 4,
		.complete = how & 8,
	};
	struct buffer out = {0};

	render(text_writer(&out, SPACING_BETWEEN, how & 2, "add "), object, record, &view);
	render(json_writer(&out, how & 4), object, record, &view);
	view.columns = true;
	render(columns_writer(&out, "Title", columns, false), object, record, &view);
	buffer_free(&out);
}

/* A record is like itself, and goes into a message again. */
static void use(const struct object *object, const void *record)
{
	static union {
		struct nlmsghdr header;
		unsigned char bytes[MESSAGE_MAX];
	} again;
	struct arena arena = {0};
	void *copy = arena_get(&arena, object->size);

	if (!fields_same(object, record, record, 0))
		abort();
	fields_fit(object, record, record, 0);
	fields_encode(object, record, object->type_new, 0, &again);
	if (again.header.nlmsg_len > sizeof again ||
		fields_decode(object, &again.header, &arena, copy))
		abort();
	arena_free(&arena);
}

static void blame(const struct object *object, const struct nlmsghdr *message)
{
	struct origin origin;

	origin_clear(&origin, object);
	for (int i = 0; i < object->count; i++)
		origin.word[i] = origin.value[i] = (int16_t)i;
	for (uint32_t offset = 0; offset < 128; offset += 4)
		fields_blame(&origin, message, offset, "", 22);
}

static void decode(const struct object *object, struct nlmsghdr *message, size_t how)
{
	struct arena arena = {0};
	void *record = arena_get(&arena, object->size);

	message->nlmsg_type = object->type_new;
	if (!fields_decode(object, message, &arena, record)) {
		render_all(object, record, how);
		use(object, record);
		blame(object, message);
	}
	arena_free(&arena);
}

/* The bytes stand behind the netlink header: the family header and the attributes. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nlmsghdr *message;

	if (size > MESSAGE_BYTES_MAX)
		return 0;
	if (!names) {
		names = names_new_in("/nonexistent", "/nonexistent");
		names_devices(names, test_devices());
	}
	/* Of its size in whole words, as in a receive buffer: the sanitizer sees a read behind it.
	 */
	message = calloc(1, sizeof *message + NLMSG_ALIGN(size));
	if (!message)
		abort();
	*message = (struct nlmsghdr){.nlmsg_len = (uint32_t)(sizeof *message + size)};
	memcpy(message + 1, data, size);
	for (size_t way = 0; way < 2 * RENDERINGS; way++)
		if (fuzz_goes(data, size, way, 2 * RENDERINGS))
			decode(way & 1 ? &rule_object : &route_object, message, way / 2);
	free(message);
	return 0;
}
