/* A set of line numbers of a script. */
#ifndef POLICY_LINES_H
#define POLICY_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zeroed: empty. */
struct lines {
	uint8_t *bits;
	size_t size; /* of bits, in bytes */
};

/* The line 0, the command line, is one like the others. */
void lines_add(struct lines *lines, uint32_t line);
bool lines_have(const struct lines *lines, uint32_t line);
void lines_free(struct lines *lines);

#endif
