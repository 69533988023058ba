/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Restores or changes the nftables parts of rules that are otherwise the same. */
#include "nat/mending.h"

#include "nat/translation.h"

static int change_parts(struct transaction *transaction, const struct records *have,
	const struct records *want, const struct vector *mends,
	int (*change)(struct transaction *transaction, const struct rule *rule,
		const struct rule *wanted, struct error *error),
	struct error *error)
{
	struct arena arena = {0};
	int status = 0;

	for (size_t i = 0; i < mends->count && !status; i++) {
		const struct mend *mend = vector_at(mends, i);
		struct rule is = {0};
		struct rule shall = {0};

		records_read(have, mend->have, &arena, &is);
		records_read(want, mend->want, &arena, &shall);
		transaction->line = records_item(want, mend->want)->line;
		status = change(transaction, &is, &shall, error);
		arena_reset(&arena);
	}
	arena_free(&arena);
	return status;
}

int mend_records(struct transaction *transaction, const struct records *have,
	const struct records *want, const struct difference *difference, struct error *error)
{
	return change_parts(transaction, have, want, &difference->mends, translation_mend, error) ||
	                       change_parts(transaction, have, want, &difference->rewords,
				       translation_change_words, error)
	               ? -1
	               : 0;
}
