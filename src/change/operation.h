/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a change does to a route or a rule. */
#ifndef CHANGE_OPERATION_H
#define CHANGE_OPERATION_H

enum operation {
	OPERATION_ADD,     /* refused if an equal one exists */
	OPERATION_APPEND,  /* put after its equals */
	OPERATION_PREPEND, /* put before its equals */
	OPERATION_CHANGE,  /* replaces an existing one; refused if there is none */
	OPERATION_REPLACE, /* replaces an existing one, or adds it */
	OPERATION_DELETE,
};

#endif
