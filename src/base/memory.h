/* Memory that is there or the program ends: the one place that handles its lack. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

/* Zeroed memory of `size` bytes, freed with free(). Never NULL: without memory the program ends,
 * status 2. */
void *memory_get(size_t size);
/* Like realloc(); new bytes are not cleared. */
void *memory_resize(void *memory, size_t size);
/* A copy of a string, freed with free(). */
char *memory_string(const char *string);

#endif
