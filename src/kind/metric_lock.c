/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Collects the locks of metrics, and distributes them. */
#include "kind/metric_lock.h"

#include <libmnl/libmnl.h>

#include "field/received.h"
#include "kind/metric.h"
#include "kind/number.h"
#include "kind/tcp.h"

static void put_lock(struct nlmsghdr *message, const struct field *field, const void *value)
{
	mnl_attr_put_u32(message, field->attribute, ((const struct number *)value)->value);
}

static void get_lock(struct message *message, const struct field *field, void *value)
{
	struct number *lock = value;
	const struct nlattr *attribute = message_attribute(message, field, sizeof(uint32_t));

	if (!attribute)
		return;
	lock->given = true;
	lock->value = mnl_attr_get_u32(attribute);
}

static bool same_lock(const void *a, const void *b)
{
	return ((const struct number *)a)->value == ((const struct number *)b)->value;
}

const struct kind kind_lock = {
	.syntax = "",
	.size = sizeof(struct number),
	.put = put_lock,
	.get = get_lock,
	.same = same_lock,
};

static bool is_metric(const struct field *field)
{
	return field->kind == &kind_metric || field->kind == &kind_time ||
	       field->kind == &kind_features || field->kind == &kind_congestion;
}

/* Returns the row of the locks; the metrics are the rows of its nest. */
static const struct field *lock_row(const struct object *object)
{
	for (int i = 0; i < object->count; i++)
		if (object->fields[i].kind == &kind_lock)
			return &object->fields[i];
	return NULL;
}

void metrics_lock(const struct object *object, void *record)
{
	const struct field *row = lock_row(object);
	struct number *lock = field_value(row, record);

	for (const struct field *field = row;
		field < object->fields + object->count && field->nest == row->nest; field++) {
		const struct metric *metric = field_peek(field, record);

		if (metric->given && is_metric(field) && metric->lock) {
			lock->given = true;
			lock->value |= 1U << field->attribute;
		}
	}
}

void metrics_unlock(const struct object *object, void *record)
{
	const struct field *row = lock_row(object);
	const struct number *lock = field_peek(row, record);

	for (const struct field *field = row;
		field < object->fields + object->count && field->nest == row->nest; field++) {
		struct metric *metric = field_value(field, record);

		if (is_metric(field) && lock->value >> field->attribute & 1) {
			metric->given = true;
			metric->lock = true;
		}
	}
}
