/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prefixes that select others. As in `ip`, a selector has two halves: a prefix that must contain
 * the others, and one that they must contain. */
#include "kind/prefix_select.h"

#include <string.h>

#include "base/arena.h"
#include "base/words.h"
#include "field/walk.h"
#include "kind/address_text.h"

bool prefix_holds(const struct prefix *outer, const struct prefix *inner)
{
	int whole = outer->length / 8;
	int rest = outer->length % 8;

	if (outer->length > inner->length)
		return false;
	if (memcmp(outer->bytes, inner->bytes, (size_t)whole))
		return false;
	return !rest || !((outer->bytes[whole] ^ inner->bytes[whole]) >> (8 - rest));
}

/* `ip` also accepts an abbreviation. */
static bool take_match(struct parser *parser, const char *word)
{
	const char *typed = words_peek(parser->words);

	if (!typed || (strcmp(typed, word) != 0 &&
			      (parser->dialect == DIALECT_OWN || !word_abbreviates(typed, word))))
		return false;
	words_take(parser->words);
	return true;
}

void prefix_read_match(struct parser *parser, struct prefix *prefix)
{
	if (take_match(parser, "root"))
		prefix->match = PREFIX_WITHIN;
	else if (take_match(parser, "match"))
		prefix->match = PREFIX_AROUND;
	else
		take_match(parser, "exact");
}

bool prefix_same(const void *a, const void *b)
{
	const struct prefix *left = a;
	const struct prefix *right = b;

	if (left->length != right->length)
		return false;
	if (!left->length)
		return true;
	return left->family == right->family &&
	       !memcmp(left->bytes, right->bytes, address_size(left->family));
}

/* Returns one of the two halves of a selector. */
static const struct prefix *half(const struct prefix *selector, enum prefix_match match)
{
	if (!selector || !selector->given)
		return NULL;
	if (selector->match == match || selector->match == PREFIX_EXACT)
		return selector;
	return half(selector->also, match);
}

/* As in `ip`, which keeps two prefixes. The same prefix in both halves selects only itself. */
void prefix_join(struct prefix *selector, const struct prefix *new, struct arena *arena)
{
	const struct prefix old = *selector;
	const struct prefix *within = new->match == PREFIX_AROUND ? half(&old, PREFIX_WITHIN) : new;
	const struct prefix *around = new->match == PREFIX_WITHIN ? half(&old, PREFIX_AROUND) : new;
	struct prefix *other;

	*selector = within ? *within : *new;
	selector->also = NULL;
	selector->match = !around ? PREFIX_WITHIN : !within ? PREFIX_AROUND : PREFIX_EXACT;
	if (!within || !around || prefix_same(within, around))
		return;
	other = arena_copy(arena, around, sizeof *around);
	other->match = PREFIX_AROUND;
	other->also = NULL;
	selector->match = PREFIX_WITHIN;
	selector->also = other;
}

/* Allows `match` after `root` and vice versa, and either after a prefix alone, which gives both
 * halves. */
bool prefix_adds(const void *value, const char *word)
{
	const struct prefix *prefix = value;

	if (prefix->also)
		return false;
	return (prefix->match != PREFIX_WITHIN && !strcmp(word, "root")) ||
	       (prefix->match != PREFIX_AROUND && !strcmp(word, "match"));
}

bool prefix_fits(const void *value, const void *wanted)
{
	const struct prefix *prefix = value;
	const struct prefix *selector = wanted;

	if (selector->family && prefix->family && selector->family != prefix->family)
		return false;
	if (selector->match == PREFIX_EXACT)
		return prefix_same(value, wanted);
	if (selector->also && !prefix_fits(prefix, selector->also))
		return false;
	if (selector->match == PREFIX_WITHIN)
		return prefix_holds(selector, prefix);
	return prefix_holds(prefix, selector);
}
