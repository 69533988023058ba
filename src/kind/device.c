/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices have names in words and numbers in messages. */
#include "kind/device.h"

#include <libmnl/libmnl.h>

#include "base/error.h"
#include "base/nearest.h"
#include "field/received.h"
#include "field/walk.h"
#include "names/names.h"

struct search {
	struct nearest nearest;
	const char *typed;
	char name[16];
};

/* Copies the best name, because names are valid only as long as their source. */
static void search_try(const char *name, void *argument)
{
	struct search *search = argument;
	const char *before = search->nearest.word;

	nearest_try(&search->nearest, search->typed, name);
	if (search->nearest.word != before)
		snprintf(search->name, sizeof search->name, "%s", name);
}

/* "did you mean eth0?" for a name that no device has; returns -1. */
static int device_hint(struct names *names, const char *typed, struct error *error)
{
	struct search search = {.typed = typed};

	names_device_all(names, search_try, &search);
	if (search.nearest.word)
		return error_hint(error, "did you mean \"%s\"?", search.name);
	return error_hint(error, "`ip link` lists the devices");
}

static void offer_device(const char *name, void *argument)
{
	completion_try(argument, name, "device");
}

void device_complete(struct completion *completion, const struct field *field)
{
	(void)field;
	names_device_all(completion->names, offer_device, completion);
}

static int parse_device(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct device *device = value;
	const char *word = parser_value(parser, field, error);

	if (!word)
		return -1;
	device->index = names_device_index(parser->names, word);
	device->given = true;
	if (!device->index && parser->absent)
		device->index = names_device_absent(parser->names, word);
	if (device->index)
		return 0;
	parser_refuse(parser, error, "there is no device \"%s\"", word);
	error->status = parser->dialect == DIALECT_IP ? STATUS_NO : STATUS_REFUSED;
	error_fault(error, FAULT_NO_DEVICE, NULL, NULL);
	return device_hint(parser->names, word, error);
}

static void put_device(struct nlmsghdr *message, const struct field *field, const void *value)
{
	mnl_attr_put_u32(message, field->attribute, ((const struct device *)value)->index);
}

static void get_device(struct message *message, const struct field *field, void *value)
{
	struct device *device = value;
	const struct nlattr *attribute = message_attribute(message, field, sizeof(uint32_t));

	if (!attribute)
		return;
	device->given = true;
	device->index = mnl_attr_get_u32(attribute);
}

static void write_device(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	struct label label = field_label(field, view->dialect);
	uint32_t index = ((const struct device *)value)->index;
	char spare[16];

	writer_string(writer, &label, view->plain ? TINT_NONE : TINT_DEVICE,
		names_device_name(view->names, index, spare));
}

static bool same_device(const void *a, const void *b)
{
	return ((const struct device *)a)->index == ((const struct device *)b)->index;
}

const struct kind kind_device = {
	.syntax = "DEV",
	.size = sizeof(struct device),
	.parse = parse_device,
	.put = put_device,
	.get = get_device,
	.write = write_device,
	.same = same_device,
	.complete = device_complete,
};

const struct kind kind_vrf_device = {
	.syntax = "DEV",
	.size = sizeof(struct device),
	.parse = parse_device,
	.put = put_device,
	.get = get_device,
	.write = write_device,
	.same = same_device,
	.complete = device_complete,
};
