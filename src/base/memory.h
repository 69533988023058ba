/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Allocation that never fails: the one place that handles running out of memory. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

/*
 * Returns `size` zeroed bytes, which the caller frees with free(). Never NULL: without memory,
 * prints a message and exits with status 2.
 */
void *memory_get(size_t size);
/* Like realloc(), but never NULL. New bytes are not zeroed. */
void *memory_resize(void *memory, size_t size);
/* Returns a copy of the string, which the caller frees with free(). */
char *memory_string(const char *string);

#endif
