/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A growing sequence of bytes: output text, or messages for the kernel. */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <stddef.h>
#include <stdint.h>

struct buffer {
	char *data;
	size_t length;
	size_t capacity;
};

/* Grows the memory so that `size` more bytes fit. */
void buffer_grow(struct buffer *buffer, size_t size);
/*
 * Makes room for `size` more bytes and returns where they start. The length doesn't change until
 * buffer_advance(). Never NULL.
 */
static inline void *buffer_reserve(struct buffer *buffer, size_t size)
{
	if (!buffer->data || buffer->capacity - buffer->length < size)
		buffer_grow(buffer, size);
	return buffer->data + buffer->length;
}
static inline void buffer_advance(struct buffer *buffer, size_t size)
{
	buffer->length += size;
}
/* Append `size` bytes, or a string without its NUL. */
void buffer_add(struct buffer *buffer, const void *data, size_t size);
void buffer_string(struct buffer *buffer, const char *string);
static inline void buffer_char(struct buffer *buffer, char character)
{
	*(char *)buffer_reserve(buffer, 1) = character;
	buffer->length++;
}
/* Appends `character` `count` times. */
void buffer_fill(struct buffer *buffer, char character, size_t count);
/* Appends the number in decimal. */
void buffer_number(struct buffer *buffer, uint64_t number);
void buffer_format(struct buffer *buffer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/*
 * Returns the content as a string; the final NUL isn't counted in length. The buffer owns it; it is
 * valid until the next change.
 */
const char *buffer_text(struct buffer *buffer);
void buffer_reset(struct buffer *buffer);
void buffer_free(struct buffer *buffer);

#endif
