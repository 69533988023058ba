/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which words of a line gave which rows. */
#include <string.h>

#include "field/walk.h"

void origin_clear(struct origin *origin, const struct object *object)
{
	origin->object = object;
	memset(origin->word, -1, sizeof origin->word);
	memset(origin->value, -1, sizeof origin->value);
}

int origin_word(const struct origin *origin, const char *row)
{
	return origin ? origin->word[object_field(origin->object, row) - origin->object->fields]
	              : -1;
}

int origin_value(const struct origin *origin, const char *row)
{
	return origin ? origin->value[object_field(origin->object, row) - origin->object->fields]
	              : -1;
}
