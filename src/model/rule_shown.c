/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decides when a list shows a row of a rule. */
#include "model/rule_shown.h"

#include <sys/socket.h>

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

#include "model/rule.h"

/* `from` also distinguishes an IPv6 rule without prefixes from an IPv4 rule. */
bool rule_shows_source(const struct field *field, const void *record, const struct view *view)
{
	const struct rule *rule = record;
	uint8_t assumed = view->family ? view->family : AF_INET;

	(void)field;
	if (rule->source.given || view->dialect == DIALECT_IP)
		return true;
	return rule->family == AF_INET6 && assumed != AF_INET6 && !rule->destination.given &&
	       !view->columns;
}

bool rule_shows_protocol(const struct field *field, const void *record, const struct view *view)
{
	const struct rule *rule = record;

	(void)field;
	if (!rule->protocol.given ||
		(rule_is_owned(rule) && view->dialect == DIALECT_OWN && !view->details))
		return false;
	if (view->details || rule->protocol.value == RTPROT_UNSPEC)
		return view->details;
	return view->complete || rule->protocol.value != RTPROT_KERNEL;
}

/* The number of a private class is hidden. */
bool rule_shows_class(const struct field *field, const void *record, const struct view *view)
{
	const struct rule *rule = record;

	(void)field;
	if (!rule->class.given)
		return false;
	/* The kernel also keeps a class for `drop`, where it has no effect. */
	if (view->dialect == DIALECT_OWN && rule->action.given &&
		rule->action.value != FR_ACT_TO_TBL)
		return false;
	return (!rule->own.given && !rule->gone.given) || view->details;
}

bool rule_shows_suppressed(const struct field *field, const void *record, const struct view *view)
{
	const struct rule *rule = record;

	return field_given(field, record) && (view->dialect == DIALECT_OWN || rule->class.given);
}

bool rule_shows_action(const struct field *field, const void *record, const struct view *view)
{
	const struct rule *rule = record;

	(void)field;
	(void)view;
	return rule->action.given && rule->action.value != FR_ACT_TO_TBL &&
	       rule->action.value != FR_ACT_GOTO;
}

/* Realms that the program chose are hidden, too. */
bool rule_shows_realm(const struct field *field, const void *record, const struct view *view)
{
	const struct rule *rule = record;

	(void)field;
	if (!rule->realm.given || view->dialect == DIALECT_IP)
		return rule->realm.given;
	return rule->realm.value && (view->details || !rule_tag(rule));
}

bool rule_shows_mark(const struct field *field, const void *record, const struct view *view)
{
	const struct rule *rule = record;

	(void)field;
	return rule->mark.given && (!rule->reply.given || view->dialect == DIALECT_IP);
}

bool rule_shows_traffic(const struct field *field, const void *record, const struct view *view)
{
	return view->statistics && !view->complete && field_given(field, record);
}

bool rule_shows_retag(const struct field *field, const void *record, const struct view *view)
{
	return view->complete && field_given(field, record);
}
