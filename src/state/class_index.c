/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An index of routes by class, sorted by class_index_update(). */
#include "state/class_index.h"

static int compare_class_routes(const void *left, const void *right)
{
	const struct class_route *a = left;
	const struct class_route *b = right;

	if (a->class != b->class)
		return a->class < b->class ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}

void class_index_update(struct class_index *index, const struct records *records)
{
	struct vector *routes = &index->routes;
	size_t before = routes->count;

	routes->size = sizeof(struct class_route);
	for (size_t i = before; i < records->items.count; i++) {
		struct class_route route = {records_item(records, i)->class, (uint32_t)i};

		vector_push(routes, &route);
	}
	if (routes->count != before)
		vector_sort(routes, compare_class_routes);
}

size_t class_index_find(const struct class_index *index, uint32_t class)
{
	return vector_lower_bound(
		&index->routes, &(struct class_route){class, 0}, compare_class_routes);
}

void class_index_free(struct class_index *index)
{
	vector_free(&index->routes);
}
