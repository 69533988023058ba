/* The changes of a restore: what is different between the file and what is there. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "command/change.h"
#include "command/restore.h"
#include "policy/refusal.h"
#include "policy/translation.h"

/* The words of an item, behind its verb, and the verb. */
static void item_words(struct restore *restore, const struct inventory *inventory, size_t index,
	struct words *words)
{
	const struct item *item = inventory_item(inventory, index);
	const char *reason;

	free(restore->text);
	restore->text = memory_string(inventory_whole(inventory, index));
	restore->word[0] = item->rule ? "addrule" : "add";
	*words = (struct words){
		.word = restore->word,
		.next = 1,
		.file = item->line ? restore->script.name : NULL,
		.line = (int)item->line,
	};
	words->count =
		1 + words_cut(restore->text, restore->word + 1, SCRIPT_WORDS_MAX - 1, &reason);
}

static int item_record(struct restore *restore, const struct inventory *inventory, size_t index,
	void *record, struct error *error)
{
	struct words words;

	item_words(restore, inventory, index, &words);
	return restore_parse(restore, &words,
		inventory_item(inventory, index)->rule ? &rule_object : &route_object, record,
		error);
}

/* What one that is there says more than is wanted: nothing but what the kernel finds out? */
static bool says_no_more(const struct object *object, const void *have, const void *want)
{
	for (int i = 0; i < object->count; i++) {
		const struct field *field = &object->fields[i];

		if (!field->kind || field->flags & FIELD_READ_ONLY || !field_given(field, have) ||
			field_given(field, want))
			continue;
		if (object == &route_object && !strcmp(field->word, "dev") &&
			((const struct route *)want)->gateway.given)
			continue;
		if (!field->kind->fits ||
			!field->kind->fits(field_peek(field, want), field_peek(field, have)))
			return false;
	}
	return true;
}

static const struct rule *rule_there(const struct restore *restore, size_t have)
{
	size_t first_rule = restore->have.items.count - restore->rules.count;

	return vector_at(&restore->rules, have - first_rule);
}

/* A line written by hand leaves out what the kernel finds out: the device of a gateway. */
static bool is_same(void *context, size_t have, size_t want)
{
	struct restore *restore = context;
	bool rule = inventory_item(&restore->have, have)->rule;
	const struct object *object = rule ? &rule_object : &route_object;
	void *left = arena_get(&restore->line, object->size);
	void *right = arena_get(&restore->line, object->size);
	bool lacks = rule && rule_there(restore, have)->part.given;
	struct error ignored;
	bool same = !item_record(restore, &restore->have, have, left, &ignored) &&
	            !item_record(restore, &restore->want, want, right, &ignored);

	if (same && lacks)
		*(struct rule *)right = rule_comparable(right, rule_there(restore, have));
	same = same && fields_fit(object, left, right, 0) && says_no_more(object, left, right);
	arena_reset(&restore->line);
	if (same && lacks)
		vector_push(&restore->mends, &(struct mend){have, want});
	return same;
}

/* ---- changing ---- */

static int add_item(struct restore *restore, size_t index, struct error *error)
{
	enum fate fate = restore->difference.want[index];
	struct transaction *transaction = &restore->transaction;
	struct route route = {0};
	struct route previous = {0};
	struct rule rule = {0};

	arena_reset(&restore->line);
	transaction->line = (uint32_t)index;
	if (inventory_item(&restore->want, index)->rule)
		return item_record(restore, &restore->want, index, &rule, error) ||
		                       transaction_add_rule(transaction, &rule, error)
		               ? -1
		               : 0;
	if (item_record(restore, &restore->want, index, &route, error))
		return -1;
	if (fate != FATE_REPLACE) {
		transaction_add(transaction, fate == FATE_ADD ? OPERATION_ADD : OPERATION_APPEND,
			&route_object, &route, NULL);
		return 0;
	}
	if (item_record(
		    restore, &restore->have, restore->difference.replaced[index], &previous, error))
		return -1;
	transaction_add(transaction, OPERATION_REPLACE, &route_object, &route, &previous);
	return 0;
}

static int remove_item(struct restore *restore, size_t index, struct error *error)
{
	struct route route = {0};

	arena_reset(&restore->line);
	if (inventory_item(&restore->have, index)->rule)
		return transaction_remove_rule(
			&restore->transaction, rule_there(restore, index), false, error);
	if (item_record(restore, &restore->have, index, &route, error))
		return -1;
	transaction_add(&restore->transaction, OPERATION_DELETE, &route_object, &route, &route);
	return 0;
}

/* From the last to the first; those that others lead through after these. */
static int remove_all(struct restore *restore, enum fate fate, struct error *error)
{
	for (int pass = 0; pass < 3; pass++) {
		for (size_t i = restore->have.items.count; i--;) {
			const struct item *item = inventory_item(&restore->have, i);
			int turn = item->rule ? 0 : item->rank ? 1 : 2;

			if (turn == pass && restore->difference.have[i] == fate &&
				remove_item(restore, i, error))
				return -1;
		}
	}
	return 0;
}

static bool is_new(const struct restore *restore, size_t index, bool rule)
{
	return inventory_item(&restore->want, index)->rule == rule &&
	       restore->difference.want[index] != FATE_SAME;
}

/* Routes in the order of the file, then rules from the last to the first: the kernel takes them
 * fastest so, and what catches the rest is there before what comes before it. */
static int add_all(struct restore *restore, struct error *error)
{
	size_t count = restore->want.items.count;

	for (size_t i = 0; i < count; i++)
		if (is_new(restore, i, false) && add_item(restore, i, error))
			return -1;
	for (size_t end = count; end;) {
		size_t first = end - 1;

		/* Of one preference the first stays first. */
		while (first && inventory_item(&restore->want, first - 1)->key ==
					inventory_item(&restore->want, first)->key)
			first--;
		for (size_t i = first; i < end; i++)
			if (is_new(restore, i, true) && add_item(restore, i, error))
				return -1;
		end = first;
	}
	return 0;
}

/* Rules that stay, but have lost their part in nftables, get it back. */
static int mend_all(struct restore *restore, struct error *error)
{
	int status = 0;

	for (size_t i = 0; i < restore->mends.count && !status; i++) {
		const struct mend *mend = vector_at(&restore->mends, i);
		struct rule wanted = {0};

		if (restore->difference.have[mend->have] != FATE_SAME ||
			restore->difference.want[mend->want] != FATE_SAME)
			continue;
		status = item_record(restore, &restore->want, mend->want, &wanted, error);
		if (!status)
			status = translation_mend(&restore->transaction,
				rule_there(restore, mend->have), &wanted, error);
		arena_reset(&restore->line);
	}
	return status;
}

static bool explain(void *context, const struct transaction *transaction,
	const struct change *change, const struct answer *answer, struct error *error)
{
	struct restore *restore = context;

	if (change->operation == OPERATION_DELETE &&
		(answer->number == ESRCH || answer->number == ENOENT))
		return true;
	if (change->operation == OPERATION_DELETE) {
		refusal_explain(answer, change_message(transaction, change), NULL, NULL, error);
		return false;
	}
	item_words(restore, &restore->want, change->line, &restore->words);
	return change_refused(restore->session, command_find(restore->words.word[0]),
		&restore->words, transaction, change, answer, error);
}

static bool explain_loss(void *context, const struct transaction *transaction,
	const struct change *change, const struct loss *loss, struct error *error)
{
	struct restore *restore = context;

	(void)transaction;
	item_words(restore, &restore->want, change->line, &restore->words);
	return change_lost(restore->session, command_find(restore->words.word[0]), &restore->words,
		loss, error);
}

int restore_equalize(struct restore *restore, struct error *error)
{
	struct session *session = restore->session;
	struct difference *difference = &restore->difference;
	struct referee referee = {.refused = explain, .lost = explain_loss, .context = restore};
	char text[128];

	restore->mends.size = sizeof(struct mend);
	if (snapshot_take(session, &restore->scope, &restore->have, &restore->rules, error))
		return -1;
	difference_find(difference, &restore->have, &restore->want, is_same, restore);
	if (mend_all(restore, error) || remove_all(restore, FATE_MAKE_PLACE, error) ||
		add_all(restore, error) || remove_all(restore, FATE_REMOVE, error))
		return -1;
	if (!difference->added && !difference->changed && !difference->removed &&
		!restore->transaction.mended) {
		session_say(session, "unchanged");
		return 0;
	}
	if (session_commit(session, &restore->transaction, &referee, error))
		return -1;
	snprintf(text, sizeof text, "%s%zu added, %zu changed, %zu removed",
		session->options.dry_run ? "# " : "", difference->added, difference->changed,
		difference->removed);
	session_say(session, text);
	return 0;
}
