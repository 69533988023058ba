/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Doubles the capacity when it is full, so that the cost of appending doesn't depend on the length.
 */
#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/memory.h"

enum { CAPACITY_FIRST = 256 };

void buffer_grow(struct buffer *buffer, size_t size)
{
	size_t capacity = buffer->capacity ? buffer->capacity : CAPACITY_FIRST;

	while (capacity - buffer->length < size)
		capacity *= 2;
	buffer->data = memory_resize(buffer->data, capacity);
	buffer->capacity = capacity;
}

void buffer_add(struct buffer *buffer, const void *data, size_t size)
{
	if (!size)
		return;
	memcpy(buffer_reserve(buffer, size), data, size);
	buffer->length += size;
}

void buffer_string(struct buffer *buffer, const char *string)
{
	buffer_add(buffer, string, strlen(string));
}

void buffer_fill(struct buffer *buffer, char character, size_t count)
{
	memset(buffer_reserve(buffer, count), character, count);
	buffer->length += count;
}

void buffer_number(struct buffer *buffer, uint64_t number)
{
	buffer->length += decimal_text(number, buffer_reserve(buffer, DECIMAL_TEXT_MAX));
}

void buffer_format(struct buffer *buffer, const char *format, ...)
{
	va_list arguments;
	int length;
	size_t room;

	buffer_reserve(buffer, 1);
	room = buffer->capacity - buffer->length;
	va_start(arguments, format);
	length = vsnprintf(buffer->data + buffer->length, room, format, arguments);
	va_end(arguments);
	if (length < 0)
		return;
	if ((size_t)length >= room) {
		buffer_reserve(buffer, (size_t)length + 1);
		va_start(arguments, format);
		vsnprintf(buffer->data + buffer->length, (size_t)length + 1, format, arguments);
		va_end(arguments);
	}
	buffer->length += (size_t)length;
}

const char *buffer_text(struct buffer *buffer)
{
	*(char *)buffer_reserve(buffer, 1) = '\0';
	return buffer->data;
}

void buffer_reset(struct buffer *buffer)
{
	buffer->length = 0;
}

void buffer_free(struct buffer *buffer)
{
	free(buffer->data);
	*buffer = (struct buffer){0};
}
