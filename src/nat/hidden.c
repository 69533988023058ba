/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looks through the rows of a rule. */
#include "nat/hidden.h"

#include <string.h>

#include "model/rule.h"

const char *rule_hidden_word(const struct rule *rule)
{
	for (int i = 0; i < rule_object.count; i++) {
		const struct field *field = &rule_object.fields[i];

		if (!(field->flags & FIELD_SELECTOR) || !field->kind || !field_given(field, rule))
			continue;
		if (strcmp(field->word, "fwmark") != 0 ? strcmp(field->word, "from") != 0 &&
								 strcmp(field->word, "to") != 0 &&
								 strcmp(field->word, "dev") != 0
						       : !rule->reply.given)
			return field->word;
	}
	return NULL;
}

const char *rule_suppressing_word(const struct rule *rule)
{
	if (rule->suppress_length.given)
		return "suppress_prefixlength";
	return rule->suppress_group.given ? "suppress_ifgroup" : NULL;
}
