/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each row sets the members that its kind needs, and none that its kind does not read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "field/walk.h"
#include "ip/ranges.h"
#include "kind/encap/encap.h"
#include "model/nexthop.h"
#include "model/nexthop_info.h"
#include "model/packet.h"
#include "model/route.h"
#include "model/rule.h"

static void check_members(const struct object *object)
{
	for (const struct field *row = object->fields; row < object->fields + object->count;
		row++) {
		uint16_t members = field_members(row);
		uint16_t needs = row->kind ? row->kind->needs : 0;
		uint16_t takes = row->kind ? row->kind->takes : MEMBER_STANDS_FOR;

		if (needs & ~members)
			fail_msg("%s: \"%s\" lacks a member that its kind needs (%#x)",
				object->name, row->word, needs & ~members);
		if (members & ~(needs | takes))
			fail_msg("%s: \"%s\" sets a member that its kind does not read (%#x)",
				object->name, row->word, members & ~(needs | takes));
	}
}

static void test_kinds_find_their_members(void **state)
{
	static const struct object *const objects[] = {&route_object, &rule_object, &nexthop_object,
		&nexthop_info_object, &packet_object, &ip_ranges_object, &encap_other_object};

	(void)state;
	for (size_t i = 0; i < sizeof objects / sizeof *objects; i++)
		check_members(objects[i]);
	for (const struct encap_type *type = encap_types; type->word; type++)
		check_members(type->object);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds_find_their_members),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
