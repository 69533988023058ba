/* A message becomes a record: attributes are sorted by type once, then each row takes its own. */
#include "field/walk.h"

#include <libmnl/libmnl.h>

int fields_decode(const struct object *object, const struct nlmsghdr *header, struct arena *arena,
	void *record)
{
	struct message message = {.header = header, .arena = arena};
	const struct nlattr *attribute;

	if ((header->nlmsg_type != object->type_new && header->nlmsg_type != object->type_del) ||
		mnl_nlmsg_get_payload_len(header) < object->header_size)
		return -1;
	message.family_header = mnl_nlmsg_get_payload(header);
	mnl_attr_for_each(attribute, header, object->header_size)
	{
		if (mnl_attr_get_type(attribute) < ATTRIBUTES_MAX)
			message.attribute[mnl_attr_get_type(attribute)] = attribute;
	}
	((struct record *)record)->family = message.family_header[0];
	for (int i = 0; i < object->count; i++) {
		const struct field *field = &object->fields[i];

		if (field->kind && field->kind->get)
			field->kind->get(&message, field, field_value(field, record));
	}
	if (object->got)
		object->got(&message, record);
	return 0;
}
