/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ends the program when there is no memory left, so that no caller has to check for NULL. */
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *memory_checked(void *memory)
{
	static const char message[] = "iproute: out of memory\n";

	if (memory)
		return memory;
	/*
	 * A failing write can't be reported; the check only satisfies glibc's warn_unused_result.
	 */
	if (write(STDERR_FILENO, message, sizeof(message) - 1) < 0)
		_exit(2);
	_exit(2);
}

void *memory_get(size_t size)
{
	return memory_checked(calloc(1, size ? size : 1));
}

void *memory_resize(void *memory, size_t size)
{
	/*
	 * realloc(memory, 0) may free the memory and return NULL, which would look like an error.
	 */
	return memory_checked(realloc(memory, size ? size : 1));
}

char *memory_string(const char *string)
{
	return memory_checked(strdup(string));
}
