/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls the functions of a writer. */
#include "output/writer.h"

void writer_begin(struct writer *writer)
{
	writer->ops->begin(writer);
}

void writer_end(struct writer *writer)
{
	writer->ops->end(writer);
}

void writer_open(struct writer *writer)
{
	writer->ops->open(writer);
}

void writer_close(struct writer *writer)
{
	writer->ops->close(writer);
}

void writer_string(
	struct writer *writer, const struct label *label, enum tint tint, const char *text)
{
	writer->ops->string(writer, label, tint, text);
}

void writer_number(
	struct writer *writer, const struct label *label, uint64_t number, const char *text)
{
	writer->ops->number(writer, label, number, text);
}

void writer_literal(
	struct writer *writer, const struct label *label, const char *json, const char *text)
{
	writer->ops->literal(writer, label, json, text);
}

void writer_flag(struct writer *writer, const struct label *label)
{
	writer->ops->flag(writer, label);
}

void writer_aside(struct writer *writer, const char *text)
{
	writer->ops->aside(writer, text);
}

void writer_object_open(struct writer *writer, const struct label *label)
{
	writer->ops->object_open(writer, label);
}

void writer_object_close(struct writer *writer)
{
	writer->ops->object_close(writer);
}

void writer_list_open(struct writer *writer, const struct label *label)
{
	writer->ops->list_open(writer, label);
}

void writer_list_close(struct writer *writer)
{
	writer->ops->list_close(writer);
}

void writer_free(struct writer *writer)
{
	if (writer)
		writer->ops->free(writer);
}
