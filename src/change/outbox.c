/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Collects messages and sends them in windows. */
#include "change/outbox.h"

#include <errno.h>
#include <string.h>

#include <linux/rtnetlink.h>

#include "base/error.h"
#include "netlink/message.h"
#include "netlink/pipeline.h"

enum { CHUNK = 8192 }; /* messages collected before they are sent */

static const struct nlmsghdr *message_at(const struct outbox *outbox, size_t index)
{
	const uint32_t *start = vector_at(&outbox->starts, index);

	return (const struct nlmsghdr *)(outbox->messages.data + (size_t)*start * NLMSG_ALIGNTO);
}

static bool put(size_t index, struct nlmsghdr *message, void *context)
{
	const struct nlmsghdr *source = message_at(context, index);

	memcpy(message, source, source->nlmsg_len);
	return true;
}

static void keep_stuck(struct outbox *outbox, const struct nlmsghdr *message)
{
	outbox->failed++;
	buffer_add(outbox->stuck, message, NLMSG_ALIGN(message->nlmsg_len));
}

/* Deleting what is gone, or adding what exists, counts as success. */
static bool note_refused(size_t index, const struct answer *answer, void *context)
{
	struct outbox *outbox = context;
	const struct nlmsghdr *message = message_at(outbox, index);
	bool deletes = message->nlmsg_type == RTM_DELROUTE || message->nlmsg_type == RTM_DELRULE;

	if (message->nlmsg_type == RTM_NEWRULE && answer->number == EEXIST) {
		outbox->uncertain++;
		return true;
	}
	if (deletes ? answer->number == ESRCH || answer->number == ENOENT
		    : answer->number == EEXIST)
		return true;
	keep_stuck(outbox, message);
	return true;
}

void outbox_send(struct outbox *outbox)
{
	const struct pipeline pipeline = {.put = put, .refused = note_refused, .context = outbox};
	struct error ignored;
	size_t count = outbox->starts.count;
	size_t sent = 0;

	/* It is unknown whether the last messages arrived. */
	if (count && pipeline_send(outbox->netlink, count, &pipeline, &sent, &ignored))
		for (size_t i = sent; i < count; i++)
			keep_stuck(outbox, message_at(outbox, i));
	outbox->starts.count = 0;
	buffer_reset(&outbox->messages);
}

/* `object`: the nexthop object that a route uses; 0: none. */
static void add(struct outbox *outbox, const struct nlmsghdr *source, uint32_t object,
	uint16_t type, uint16_t flags)
{
	uint32_t start = (uint32_t)(outbox->messages.length / NLMSG_ALIGNTO);
	struct nlmsghdr *message = buffer_reserve(&outbox->messages,
		NLMSG_ALIGN(source->nlmsg_len) + MESSAGE_OBJECT_ROOM + MESSAGE_REALM_ROOM);

	memcpy(message, source, source->nlmsg_len);
	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST | flags;
	if (object)
		message_use_object(message, object);
	if (flags & NLM_F_EXCL)
		message_name_realm(message);
	buffer_advance(&outbox->messages, NLMSG_ALIGN(message->nlmsg_len));
	outbox->starts.size = sizeof start;
	vector_push(&outbox->starts, &start);
	if (outbox->starts.count == CHUNK)
		outbox_send(outbox);
}

void outbox_add(struct outbox *outbox, const struct nlmsghdr *source, uint16_t type, uint16_t flags)
{
	add(outbox, source, 0, type, flags);
}

void outbox_add_kept(struct outbox *outbox, const struct kept *kept, uint16_t type, uint16_t flags)
{
	add(outbox, kept_message(kept), kept->object, type, flags);
}

void outbox_free(struct outbox *outbox)
{
	buffer_free(&outbox->messages);
	vector_free(&outbox->starts);
}
