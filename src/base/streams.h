/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keeps standard input, output and error apart from all other descriptors; reads and writes them
 * completely. */
#ifndef BASE_STREAMS_H
#define BASE_STREAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * Call it before anything is opened. Replaces a closed standard descriptor by one that can neither
 * be read nor written (EBADF), so that no socket or file gets its number. Makes a file that would
 * grow beyond RLIMIT_FSIZE an error (EFBIG) and no longer a signal. Returns 0, or -1; then no error
 * can be reported.
 */
int streams_secure(void);

/* Returns true if the descriptor can be written: it is neither closed nor open only for reading. */
bool stream_is_writable(int descriptor);

/* Writes all `size` bytes, and waits even if the descriptor is non-blocking. Returns 0, or -1 with
 * errno. */
int stream_write(int descriptor, const void *data, size_t size);

/* As read(), but waits even if the descriptor is non-blocking. */
ssize_t stream_read(int descriptor, void *memory, size_t size);

#endif
