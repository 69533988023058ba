/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The index of classes has their entries. */
#include "nat/class_realms.h"

#include "model/rule.h"

struct class_realm *class_realm(struct class_realms *realms, uint32_t class)
{
	uint32_t hash = (uint32_t)(hash_word(0, class) >> 32);
	struct class_realm entry = {.class = class};
	const uint32_t *item;
	size_t place = 0;

	while ((item = hash_table_next(&realms->by_class, hash, &place))) {
		struct class_realm *known = vector_at(&realms->classes, *item);

		if (known->class == class)
			return known;
	}
	realms->classes.size = sizeof entry;
	hash_table_add(&realms->by_class, hash, (uint32_t)realms->classes.count);
	vector_push(&realms->classes, &entry);
	return vector_at(&realms->classes, realms->classes.count - 1);
}

void class_realms_add(struct class_realms *realms, const struct rule *rule)
{
	struct class_realm *entry;

	if (!rule->class.given || !rule->class.value)
		return;
	entry = class_realm(realms, rule->class.value);
	if (!entry->realm)
		entry->realm = rule_tag(rule);
	if (entry->realm && rule_tag(rule) == entry->realm) {
		entry->tagged++;
		return;
	}
	entry->others++;
	entry->mixed |= rule_tag(rule) != 0;
}

void class_realms_remove(struct class_realms *realms, const struct rule *rule)
{
	struct class_realm *entry;

	if (!rule->class.given || !rule->class.value)
		return;
	entry = class_realm(realms, rule->class.value);
	if (!entry->realm || rule_tag(rule) != entry->realm) {
		entry->others -= entry->others > 0;
		return;
	}
	entry->tagged -= entry->tagged > 0;
	if (entry->tagged)
		return;
	entry->realm = 0;
	entry->unknown |= entry->mixed;
}

void class_realms_free(struct class_realms *realms)
{
	vector_free(&realms->classes);
	hash_table_free(&realms->by_class);
}
