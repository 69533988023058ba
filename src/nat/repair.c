/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Restores or changes the nftables parts of rules that are otherwise the same. */
#include "nat/repair.h"

#include "nat/translation.h"

static int change_parts(struct transaction *transaction, const struct records *have,
	const struct records *want, const struct vector *repairs,
	int (*change)(struct transaction *transaction, const struct rule *rule,
		const struct rule *wanted, struct error *error),
	struct error *error)
{
	struct arena arena = {0};
	int status = 0;

	for (size_t i = 0; i < repairs->count && !status; i++) {
		const struct record_pair *pair = vector_at(repairs, i);
		struct rule is = {0};
		struct rule shall = {0};

		records_read(have, pair->have, &arena, &is);
		records_read(want, pair->want, &arena, &shall);
		transaction->line = records_item(want, pair->want)->line;
		status = change(transaction, &is, &shall, error);
		arena_reset(&arena);
	}
	arena_free(&arena);
	return status;
}

int repair_records(struct transaction *transaction, const struct records *have,
	const struct records *want, const struct difference *difference, struct error *error)
{
	return change_parts(
		       transaction, have, want, &difference->repairs, translation_repair, error) ||
	                       change_parts(transaction, have, want, &difference->rewords,
				       translation_change_words, error)
	               ? -1
	               : 0;
}
