/* What the verbs about rules share. */
#ifndef COMMAND_RULES_H
#define COMMAND_RULES_H

#include "base/vector.h"
#include "command/session.h"
#include "model/rule.h"

/* A rule in words, and the rules that there are. */
struct rule_request {
	struct rule rule;
	struct origin origin;
	struct words *words;
	struct transaction *transaction;
	bool records; /* have the rules to compare their own records yet? */
};

/* Reads the words. `del`: they select. 0, or -1. */
int rule_request_read(struct session *session, struct words *words, struct transaction *transaction,
	bool del, struct rule_request *request, struct error *error);

/* Do both match the same packets? */
bool rules_select_alike(const struct rule *a, const struct rule *b);
/*
 * And does the first, which is there, the same with them as the second? A class of their own counts
 * by its record. Preferences may differ. Words that nftables has lost count for nothing.
 */
bool rules_alike(const struct rule *a, const struct rule *b);

/*
 * Fills `found` (freed by the caller) with the rules, as the transaction will leave them, that
 * `fits` the one in words and that are near it in this way, each with its
 * own record if it has one. 0, or -1.
 */
int rules_find(struct session *session, struct rule_request *request, enum neighbours neighbours,
	bool (*fits)(const struct rule *rule, const struct rule_request *request),
	struct vector *found, struct error *error);

/* Adds the rules of `found` to the error's hint, under a heading; returns -1. */
int rules_hint(
	struct session *session, const struct vector *found, const char *lead, struct error *error);

/* Reports what nftables holds for rules that are not there; `rules`: every one of the family, or of
 * both. */
void rules_report_orphans(struct session *session, uint8_t family, const struct vector *rules);

#endif
