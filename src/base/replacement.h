/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Replaces a file only when the new one is complete and on disk. */
#ifndef BASE_REPLACEMENT_H
#define BASE_REPLACEMENT_H

struct error;

struct replacement {
	char *path;      /* path of the replaced file, with links resolved */
	char *temporary; /* temporary file beside it; NULL: the path is no regular file (/dev/full)
	                    or means an open one (/dev/stdout), and is written directly */
	int descriptor;
};

/*
 * Opens a temporary file in the folder of `path`, with the mode and owner of the existing file.
 * Returns 0, or -1 with the error (status 2); nothing is open then.
 */
int replacement_open(struct replacement *replacement, const char *path, struct error *error);
/* Renames it over the old file and closes it. Returns 0, or -1 with the error; the old file is
 * unchanged then. */
int replacement_commit(struct replacement *replacement, struct error *error);
/* Closes and removes the temporary file; the old file is unchanged. */
void replacement_abandon(struct replacement *replacement);

#endif
