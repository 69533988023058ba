/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MPLS labels. */
#include "kind/label.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include <linux/mpls.h>

#include "kind/number.h"

bool label_read(const char *text, size_t length, enum dialect dialect, uint32_t *label)
{
	char copy[16];

	if (length >= sizeof copy)
		return false;
	memcpy(copy, text, length);
	copy[length] = '\0';
	return number_read(copy, dialect, label) && *label <= LABEL_MAX;
}

uint32_t label_entry(uint32_t label, bool bottom)
{
	return htonl(label << MPLS_LS_LABEL_SHIFT | (uint32_t)bottom << MPLS_LS_S_SHIFT);
}

int labels_read(const char *text, enum dialect dialect, uint8_t *entries, int room)
{
	for (int count = 0; count < room; count++) {
		size_t length = strcspn(text, "/");
		uint32_t label;
		uint32_t entry;

		if (!label_read(text, length, dialect, &label))
			return 0;
		text += length;
		entry = label_entry(label, !*text);
		memcpy(entries + sizeof entry * (size_t)count, &entry, sizeof entry);
		if (!*text++)
			return count + 1;
	}
	return 0;
}

static uint32_t entry_at(const uint8_t *entries, int index)
{
	uint32_t entry;

	memcpy(&entry, entries + sizeof entry * (size_t)index, sizeof entry);
	return ntohl(entry);
}

int labels_count(const uint8_t *entries, int room)
{
	int count = 1;

	while (count < room && !(entry_at(entries, count - 1) & MPLS_LS_S_MASK))
		count++;
	return count;
}

size_t labels_text(const uint8_t *entries, int count, char *text, size_t size)
{
	size_t length = 0;

	for (int i = 0; i < count; i++)
		length += (size_t)snprintf(text + length, size - length, "%s%u", i ? "/" : "",
			entry_at(entries, i) >> MPLS_LS_LABEL_SHIFT);
	return length;
}
