/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Groups of nexthop objects. */
#include "kind/members.h"

#include <inttypes.h>
#include <string.h>

#include <linux/nexthop.h>
#include <libmnl/libmnl.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "field/received.h"
#include "kind/flag.h"

enum { HUNDREDTHS = 100 };

static void get_resilient(struct members *members, const struct nlattr *nest)
{
	const struct nlattr *attribute;

	members->resilient = true;
	mnl_attr_for_each_nested(attribute, nest)
	{
		size_t size = mnl_attr_get_payload_len(attribute);

		switch (mnl_attr_get_type(attribute)) {
		case NHA_RES_GROUP_BUCKETS:
			if (size >= sizeof(uint16_t))
				members->buckets = mnl_attr_get_u16(attribute);
			break;
		case NHA_RES_GROUP_IDLE_TIMER:
			if (size >= sizeof(uint32_t))
				members->idle_timer = mnl_attr_get_u32(attribute);
			break;
		case NHA_RES_GROUP_UNBALANCED_TIMER:
			if (size >= sizeof(uint32_t))
				members->unbalanced_timer = mnl_attr_get_u32(attribute);
			break;
		case NHA_RES_GROUP_UNBALANCED_TIME:
			if (size >= sizeof(uint64_t))
				members->unbalanced_time = mnl_attr_get_u64(attribute);
			break;
		default:
			break;
		}
	}
}

static void get_members(struct message *message, const struct field *field, void *value)
{
	struct members *members = value;
	const struct nlattr *attribute =
		message_attribute(message, field, sizeof(struct nexthop_grp));
	const struct nexthop_grp *entry;

	if (!attribute)
		return;
	members->given = true;
	members->count =
		(uint16_t)(mnl_attr_get_payload_len(attribute) / sizeof(struct nexthop_grp));
	members->member = arena_get(message->arena, members->count * sizeof *members->member);
	entry = mnl_attr_get_payload(attribute);
	for (int i = 0; i < members->count; i++)
		members->member[i] = (struct member){entry[i].id, (uint16_t)(entry[i].weight + 1)};
	if (message->attribute[NHA_RES_GROUP])
		get_resilient(members, message->attribute[NHA_RES_GROUP]);
}

static void keep_members(void *value, struct arena *arena)
{
	struct members *members = value;

	members->member =
		arena_copy(arena, members->member, members->count * sizeof *members->member);
}

static void write_member(struct writer *writer, const struct member *member)
{
	static const struct label id = {NULL, "id"};
	static const struct label weight = {NULL, "weight"};

	writer_object_open(writer, NULL);
	writer_number(writer, &id, member->id, NULL);
	if (member->weight != 1)
		writer_number(writer, &weight, member->weight, NULL);
	writer_object_close(writer);
}

static void write_hundredths(struct writer *writer, const char *word, uint64_t value)
{
	struct label label = {word, word};
	char text[32];

	snprintf(text, sizeof text, "%g", (double)value / HUNDREDTHS);
	writer_number(writer, &label, value / HUNDREDTHS, text);
}

static void write_resilient(struct writer *writer, const struct members *members)
{
	static const struct label type = {"type", "type"};
	static const struct label arguments = {"", "resilient_args"};
	static const struct label buckets = {"buckets", "buckets"};

	writer_string(writer, &type, TINT_NONE, "resilient");
	writer_object_open(writer, &arguments);
	writer_number(writer, &buckets, members->buckets, NULL);
	write_hundredths(writer, "idle_timer", members->idle_timer);
	write_hundredths(writer, "unbalanced_timer", members->unbalanced_timer);
	write_hundredths(writer, "unbalanced_time", members->unbalanced_time);
	writer_object_close(writer);
}

/* Text is one word, `1,2/2`; JSON has one object for each member. */
static void write_members(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	const struct members *members = value;
	struct label label = field_label(field, view->dialect);
	struct label words = {label.word, NULL};
	struct label key = {NULL, label.key};
	struct buffer text = {0};

	for (int i = 0; i < members->count; i++) {
		const struct member *member = &members->member[i];

		buffer_format(&text, "%s%" PRIu32, i ? "/" : "", member->id);
		if (member->weight != 1)
			buffer_format(&text, ",%u", member->weight);
	}
	writer_string(writer, &words, TINT_NONE, buffer_text(&text));
	buffer_free(&text);
	writer_list_open(writer, &key);
	for (int i = 0; i < members->count; i++)
		write_member(writer, &members->member[i]);
	writer_list_close(writer);
	if (members->resilient)
		write_resilient(writer, members);
}

const struct kind kind_members = {
	.syntax = "",
	.size = sizeof(struct members),
	.get = get_members,
	.write = write_members,
	.keep = keep_members,
};

static void get_presence(struct message *message, const struct field *field, void *value)
{
	((struct flag *)value)->given = message_attribute(message, field, 0) != NULL;
}

static void write_presence(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	struct label label = field_label(field, view->dialect);

	(void)value;
	writer_string(writer, &label, TINT_NONE, NULL);
}

const struct kind kind_presence = {
	.syntax = "",
	.size = sizeof(struct flag),
	.get = get_presence,
	.write = write_presence,
};
