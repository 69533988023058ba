/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hints for the name of a file that does not exist. */
#ifndef BASE_MISSING_FILE_H
#define BASE_MISSING_FILE_H

#include <stddef.h>

struct error;

/*
 * Gives an error that is set a hint: the file of that folder with the nearest name, a command that
 * lists the folder, or which folder does not exist. A name that is suggested is written from its
 * byte `from` on: an included file is named relative to another folder. Keeps errno. Returns -1.
 */
int missing_file_hint(const char *name, size_t from, struct error *error);

#endif
