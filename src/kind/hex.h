/* Bytes as pairs of hexadecimal digits. */
#ifndef KIND_HEX_H
#define KIND_HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buffer;

/* Reads `size` bytes from twice as many digits; false: some are none. */
bool hex_read(const char *text, size_t size, uint8_t *bytes);
void hex_add(struct buffer *out, const uint8_t *bytes, size_t size);

#endif
