/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls the participants of a transaction, one after the other. */
#include "change/participant.h"

#include "base/error.h"
#include "base/vector.h"

static const struct participation *participation_at(const struct vector *participants, size_t index)
{
	return vector_at(participants, index);
}

int participants_rule_adding(
	const struct vector *participants, struct rule *rule, struct error *error)
{
	for (size_t i = 0; i < participants->count; i++) {
		const struct participation *one = participation_at(participants, i);

		if (one->participant->rule_adding &&
			one->participant->rule_adding(one->context, rule, error))
			return -1;
	}
	return 0;
}

int participants_rule_removing(
	const struct vector *participants, const struct rule *rule, struct error *error)
{
	for (size_t i = 0; i < participants->count; i++) {
		const struct participation *one = participation_at(participants, i);

		if (one->participant->rule_removing &&
			one->participant->rule_removing(one->context, rule, error))
			return -1;
	}
	return 0;
}

void participants_rule_removed(const struct vector *participants, const struct rule *rule)
{
	for (size_t i = 0; i < participants->count; i++) {
		const struct participation *one = participation_at(participants, i);

		if (one->participant->rule_removed)
			one->participant->rule_removed(one->context, rule);
	}
}

void participants_route_noted(
	const struct vector *participants, enum operation operation, const struct route *route)
{
	for (size_t i = 0; i < participants->count; i++) {
		const struct participation *one = participation_at(participants, i);

		if (one->participant->route_noted)
			one->participant->route_noted(one->context, operation, route);
	}
}

int participants_prepare(const struct vector *participants, struct error *error)
{
	for (size_t i = 0; i < participants->count; i++) {
		const struct participation *one = participation_at(participants, i);

		if (one->participant->prepare && one->participant->prepare(one->context, error))
			return -1;
	}
	return 0;
}

int participants_check(const struct vector *participants, struct error *error)
{
	for (size_t i = 0; i < participants->count; i++) {
		const struct participation *one = participation_at(participants, i);

		if (one->participant->check && one->participant->check(one->context, error))
			return -1;
	}
	return 0;
}

int participants_before(const struct vector *participants, size_t *ready, struct error *error)
{
	for (*ready = 0; *ready < participants->count; (*ready)++) {
		const struct participation *one = participation_at(participants, *ready);

		if (one->participant->before && one->participant->before(one->context, error))
			return -1;
	}
	return 0;
}

bool participants_rewrite(
	const struct vector *participants, const struct change *change, struct nlmsghdr *message)
{
	bool edited = false;

	for (size_t i = 0; i < participants->count; i++) {
		const struct participation *one = participation_at(participants, i);

		if (one->participant->rewrite)
			edited |= one->participant->rewrite(one->context, change, message);
	}
	return edited;
}

int participants_after(const struct vector *participants, struct error *error)
{
	for (size_t i = 0; i < participants->count; i++) {
		const struct participation *one = participation_at(participants, i);

		if (one->participant->after && one->participant->after(one->context, error))
			return -1;
	}
	return 0;
}

int participants_undo(const struct vector *participants, size_t ready, struct error *error)
{
	struct error later;
	int status = 0;

	while (ready--) {
		const struct participation *one = participation_at(participants, ready);

		if (one->participant->undo &&
			one->participant->undo(one->context, status ? &later : error))
			status = -1;
	}
	return status;
}

void participants_finish(const struct vector *participants)
{
	for (size_t i = 0; i < participants->count; i++) {
		const struct participation *one = participation_at(participants, i);

		if (one->participant->finish)
			one->participant->finish(one->context);
	}
}

void participants_describe(
	const struct vector *participants, const struct object *object, void *record)
{
	for (size_t i = 0; i < participants->count; i++) {
		const struct participation *one = participation_at(participants, i);

		if (one->participant->describe)
			one->participant->describe(one->context, object, record);
	}
}

void participants_free(struct vector *participants)
{
	for (size_t i = participants->count; i--;) {
		const struct participation *one = participation_at(participants, i);

		if (one->participant->free)
			one->participant->free(one->context);
	}
	vector_free(participants);
}
