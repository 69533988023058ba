/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A hash table of classes with linear probing. */
#include "nat/class_realms.h"

#include <stdlib.h>

#include "base/memory.h"
#include "model/rule.h"

enum { CLASSES_FIRST = 64 };

static struct class_realm *find_slot(const struct class_realms *realms, uint32_t class)
{
	size_t at = class * 0x9e3779b1U & (realms->size - 1);

	while (realms->slots[at].class && realms->slots[at].class != class)
		at = (at + 1) & (realms->size - 1);
	return &realms->slots[at];
}

static void grow(struct class_realms *realms)
{
	struct class_realm *old = realms->slots;
	size_t size = realms->size;

	realms->size = size ? size * 2 : CLASSES_FIRST;
	realms->slots = memory_get(realms->size * sizeof *old);
	for (size_t i = 0; i < size; i++)
		if (old[i].class)
			*find_slot(realms, old[i].class) = old[i];
	free(old);
}

struct class_realm *class_realm(struct class_realms *realms, uint32_t class)
{
	struct class_realm *slot;

	if (realms->count * 2 >= realms->size)
		grow(realms);
	slot = find_slot(realms, class);
	realms->count += !slot->class;
	slot->class = class;
	return slot;
}

void class_realms_add(struct class_realms *realms, const struct rule *rule)
{
	struct class_realm *slot;

	if (!rule->class.given || !rule->class.value)
		return;
	slot = class_realm(realms, rule->class.value);
	if (!slot->realm)
		slot->realm = rule_tag(rule);
	if (slot->realm && rule_tag(rule) == slot->realm) {
		slot->tagged++;
		return;
	}
	slot->others++;
	slot->mixed |= rule_tag(rule) != 0;
}

void class_realms_remove(struct class_realms *realms, const struct rule *rule)
{
	struct class_realm *slot;

	if (!rule->class.given || !rule->class.value)
		return;
	slot = class_realm(realms, rule->class.value);
	if (!slot->realm || rule_tag(rule) != slot->realm) {
		slot->others -= slot->others > 0;
		return;
	}
	slot->tagged -= slot->tagged > 0;
	if (slot->tagged)
		return;
	slot->realm = 0;
	slot->unknown |= slot->mixed;
}

void class_realms_free(struct class_realms *realms)
{
	free(realms->slots);
}
