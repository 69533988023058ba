/* Memory that is there, or the end of the program: nobody else looks at the result of malloc(). */
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *memory_checked(void *memory)
{
	static const char message[] = "iproute: out of memory\n";

	if (memory)
		return memory;
	/* Nothing can be done about a failing write, but glibc wants its result looked at. */
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
	/* realloc(memory, 0) may free and return NULL, which would look like a lack of memory. */
	return memory_checked(realloc(memory, size ? size : 1));
}

char *memory_string(const char *string)
{
	return memory_checked(strdup(string));
}
