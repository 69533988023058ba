/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A BPF program that processes packets; the kernel reports its name. */
#ifndef KIND_PROGRAM_H
#define KIND_PROGRAM_H

#include "field/field.h"

enum { PROGRAM_NAME_MAX = 64 };

struct program {
	bool given;
	char name[PROGRAM_NAME_MAX]; /* empty: it has none */
};

/* A nest of LWT_BPF_PROG_… attributes. Words can't set it, because the program must be loaded
 * first. */
extern const struct kind kind_program;

#endif
