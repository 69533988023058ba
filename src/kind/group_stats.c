/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counters of nexthop groups, as iproute2 shows them from 6.9 on. */
#include "kind/group_stats.h"

#include <inttypes.h>

#include <libmnl/libmnl.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "field/received.h"

/* Attributes of NHA_GROUP_STATS_ENTRY. */
enum {
	ENTRY_ID = 1,
	ENTRY_PACKETS = 2,
	ENTRY_PACKETS_HW = 3,
};

/* ---- counting in hardware ---- */

static void get_hw_stats(struct message *message, const struct field *field, void *value)
{
	struct hw_stats *stats = value;
	const struct nlattr *enable = message_attribute(message, field, sizeof(uint32_t));
	const struct nlattr *used = message->attribute[GROUP_HW_STATS_USED];

	if (!enable)
		return;
	stats->given = true;
	stats->enabled = mnl_attr_get_u32(enable) != 0;
	stats->used = used && mnl_attr_get_payload_len(used) >= sizeof(uint32_t) &&
	              mnl_attr_get_u32(used) != 0;
}

static void write_switch(struct writer *writer, const char *word, const char *key, bool on)
{
	struct label label = {word, key};

	writer_literal(writer, &label, on ? "true" : "false", on ? "on" : "off");
}

static void write_hw_stats(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	const struct hw_stats *stats = value;
	struct label object = {"", field->word};

	(void)view;
	writer_object_open(writer, &object);
	write_switch(writer, field->word, "enabled", stats->enabled);
	write_switch(writer, "used", "used", stats->used);
	writer_object_close(writer);
}

const struct kind kind_hw_stats = {
	.syntax = "",
	.size = sizeof(struct hw_stats),
	.get = get_hw_stats,
	.write = write_hw_stats,
};

/* ---- counters ---- */

/* The kernel sends 4 bytes if the number fits (NLA_UINT). */
static uint64_t read_number(const struct nlattr *attribute)
{
	size_t size = mnl_attr_get_payload_len(attribute);

	if (size >= sizeof(uint64_t))
		return mnl_attr_get_u64(attribute);
	return size >= sizeof(uint32_t) ? mnl_attr_get_u32(attribute) : 0;
}

static void read_entry(const struct nlattr *entry, struct member_stats *member)
{
	const struct nlattr *attribute;

	mnl_attr_for_each_nested(attribute, entry)
	{
		switch (mnl_attr_get_type(attribute)) {
		case ENTRY_ID:
			member->id = (uint32_t)read_number(attribute);
			break;
		case ENTRY_PACKETS:
			member->packets = read_number(attribute);
			break;
		case ENTRY_PACKETS_HW:
			member->packets_hw = read_number(attribute);
			member->hardware = true;
			break;
		default:
			break;
		}
	}
}

static void get_group_stats(struct message *message, const struct field *field, void *value)
{
	struct group_stats *stats = value;
	const struct nlattr *nest = message_attribute(message, field, 0);
	const struct nlattr *entry;
	size_t count = 0;

	if (!nest)
		return;
	mnl_attr_for_each_nested(entry, nest)
	{
		count++;
	}
	stats->given = true;
	stats->member = arena_get(message->arena, (count + 1) * sizeof *stats->member);
	mnl_attr_for_each_nested(entry, nest)
	{
		read_entry(entry, &stats->member[stats->count++]);
	}
}

static void keep_group_stats(void *value, struct arena *arena)
{
	struct group_stats *stats = value;

	stats->member = arena_copy(arena, stats->member, stats->count * sizeof *stats->member);
}

static void write_member(struct writer *writer, const struct member_stats *member)
{
	static const struct label id = {NULL, "id"};
	static const struct label packets = {NULL, "packets"};
	static const struct label packets_hw = {NULL, "packets_hw"};

	writer_object_open(writer, NULL);
	writer_number(writer, &id, member->id, NULL);
	writer_number(writer, &packets, member->packets, NULL);
	if (member->hardware)
		writer_number(writer, &packets_hw, member->packets_hw, NULL);
	writer_object_close(writer);
}

/* Text has a line for each member. */
static void write_group_stats(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	const struct group_stats *stats = value;
	struct label key = {NULL, field->word};
	const char *line = view->oneline ? "\\" : "\n";
	struct buffer text = {0};

	if (!view->statistics)
		return;
	buffer_format(&text, "%s  stats:%s", line, line);
	writer_list_open(writer, &key);
	for (int i = 0; i < stats->count; i++) {
		const struct member_stats *member = &stats->member[i];

		buffer_format(&text, "%s    id %" PRIu32 " packets %" PRIu64, i ? line : "",
			member->id, member->packets);
		if (member->hardware)
			buffer_format(&text, " packets_hw %" PRIu64, member->packets_hw);
		write_member(writer, member);
	}
	writer_list_close(writer);
	writer_aside(writer, buffer_text(&text));
	buffer_free(&text);
}

const struct kind kind_group_stats = {
	.syntax = "",
	.size = sizeof(struct group_stats),
	.get = get_group_stats,
	.write = write_group_stats,
	.keep = keep_group_stats,
};
