/* The kernel's refusals in words that teach: its sentence, the word it speaks of, what to do. */
#ifndef POLICY_REFUSAL_H
#define POLICY_REFUSAL_H

#include "field/field.h"
#include "netlink/netlink.h"

/*
 * Fills the error from the answer to `message`: STATUS_REFUSED, blaming a word of `words` that
 * `origin` knows (both may be NULL). Returns -1.
 */
int refusal_explain(const struct answer *answer, const struct nlmsghdr *message,
	const struct words *words, const struct origin *origin, struct error *error);

#endif
