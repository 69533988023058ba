/* A growing run of bytes: text on its way out, messages on their way to the kernel. */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <stddef.h>
#include <stdint.h>

struct buffer {
	char *data;
	size_t length;
	size_t capacity;
};

/* Makes room for `size` more bytes. */
void buffer_grow(struct buffer *buffer, size_t size);
/* Room for `size` more bytes; returns where they begin. Length is unchanged: see buffer_advance().
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
void buffer_add(struct buffer *buffer, const void *data, size_t size);
void buffer_string(struct buffer *buffer, const char *string);
static inline void buffer_char(struct buffer *buffer, char character)
{
	*(char *)buffer_reserve(buffer, 1) = character;
	buffer->length++;
}
/* `count` times the same character. */
void buffer_fill(struct buffer *buffer, char character, size_t count);
/* In decimal. */
void buffer_number(struct buffer *buffer, uint64_t number);
void buffer_format(struct buffer *buffer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The content as a string (a NUL behind it is not counted in length). Borrowed until the next
 * change. */
const char *buffer_text(struct buffer *buffer);
void buffer_reset(struct buffer *buffer);
void buffer_free(struct buffer *buffer);

#endif
