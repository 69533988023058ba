/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Snapshots of policy files, with what the kernel would add itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if.h>

#include "base/buffer.h"
#include "base/error.h"
#include "field/walk.h"
#include "output/text.h"
#include "state/policy_file.h"
#include "state/snapshot.h"

struct loaded {
	char path[32];
	struct names *names;
	struct snapshot *snapshot;
	struct policy_file file;
	struct error error;
	int status;
};

static struct loaded load(const char *text)
{
	struct loaded loaded = {
		.path = "test_snapshot.XXXXXX",
		.names = names_new_in("/nonexistent", "/nonexistent"),
		.snapshot = snapshot_empty(),
	};
	int descriptor = mkstemp(loaded.path);

	assert_true(descriptor >= 0);
	assert_int_equal(write(descriptor, text, strlen(text)), strlen(text));
	close(descriptor);
	loaded.status = policy_file_open(
		&loaded.file, loaded.path, loaded.names, loaded.snapshot, &loaded.error);
	/* An open file can still be read. */
	unlink(loaded.path);
	if (!loaded.status)
		loaded.status = policy_file_read(&loaded.file, &loaded.error);
	return loaded;
}

static void unload(struct loaded *loaded)
{
	policy_file_close(&loaded->file);
	snapshot_free(loaded->snapshot);
	names_free(loaded->names);
}

static void put(const struct loaded *loaded, struct buffer *text, const struct object *object,
	const void *record)
{
	struct view view = {.names = loaded->names};
	struct writer *writer = text_writer(text, SPACING_BETWEEN, false, "");

	writer_begin(writer);
	fields_render(writer, object, record, &view);
	writer_end(writer);
	writer_free(writer);
}

static void check_rules(const struct loaded *loaded, uint8_t family, const char *expected)
{
	const struct vector *rules = snapshot_rules(loaded->snapshot, family);
	struct buffer text = {0};

	for (size_t i = 0; i < rules->count; i++)
		put(loaded, &text, &rule_object, vector_at(rules, i));
	assert_string_equal(buffer_text(&text), expected);
	buffer_free(&text);
}

struct walk {
	const struct loaded *loaded;
	struct buffer text;
};

static bool put_route(const struct route *route, void *context)
{
	struct walk *walk = context;

	put(walk->loaded, &walk->text, &route_object, route);
	return true;
}

static void check_routes(struct loaded *loaded, struct scope scope, const char *expected)
{
	struct walk walk = {.loaded = loaded};

	assert_int_equal(
		snapshot_each_route(loaded->snapshot, &scope, put_route, &walk, &loaded->error), 0);
	assert_string_equal(buffer_text(&walk.text), expected);
	buffer_free(&walk.text);
}

static const char policy[] = "link vrf1 vrf 10\n"
			     "link eth0 rp_filter 1 group 5\n"
			     "link eth1 master vrf1 linkdown forwarding 0\n"
			     "link all rp_filter 2 accept_local 1\n"
			     "addr 192.0.2.1/24 dev eth0\n"
			     "addr 2001:db8::1/64 dev eth0 deprecated\n"
			     "# a comment\n"
			     "add default gw 192.0.2.9\n"
			     "add 10.0.0.0/8 nexthop gw 192.0.2.2 nexthop dev eth1\n"
			     "add 10.0.0.0/8 reject class 7 metric 9\n"
			     "add 2001:db8:1::/48 gw 2001:db8::9\n"
			     "addrule pref 100 from 10.1.0.0/16 class 7\n"
			     "addrule from 10.2.0.0/16 gw 192.0.2.3\n"
			     "addrule pref 50 fwmark 1 prohibit\n"
			     "addrule pref 32766 class main\n";

static void test_rules_of_file(void **state)
{
	struct loaded loaded = load(policy);

	(void)state;
	assert_int_equal(loaded.status, 0);
	check_rules(&loaded, AF_INET,
		"pref 0 class local\n"
		"pref 50 fwmark 0x1 prohibit\n"
		"pref 99 from 10.2.0.0/16 route gw 192.0.2.3 dev eth0\n"
		"pref 100 from 10.1.0.0/16 class 7\n"
		"pref 32766 class main\n"
		"pref 32767 class default\n");
	check_rules(&loaded, AF_INET6,
		"pref 0 from ::/0 class local\n"
		"pref 32766 from ::/0 class main\n");
	unload(&loaded);
}

static void test_routes_of_file(void **state)
{
	struct loaded loaded = load(policy);
	const struct rule *rule = vector_at(snapshot_rules(loaded.snapshot, AF_INET), 2);

	(void)state;
	check_routes(&loaded, (struct scope){.family = AF_INET, .class = CLASS_MAIN},
		"192.0.2.0/24 dev eth0 class main proto kernel src 192.0.2.1\n"
		"default gw 192.0.2.9 dev eth0 class main\n"
		"10.0.0.0/8 class main nexthop gw 192.0.2.2 dev eth0 weight 1 nexthop dev eth1 "
		"weight 1\n");
	check_routes(&loaded, (struct scope){.family = AF_INET, .class = CLASS_LOCAL},
		"local 127.0.0.1 dev lo class local proto kernel src 127.0.0.1\n"
		"local 127.0.0.0/8 dev lo class local proto kernel src 127.0.0.1\n"
		"broadcast 127.255.255.255 dev lo class local proto kernel src 127.0.0.1\n"
		"local 192.0.2.1 dev eth0 class local proto kernel src 192.0.2.1\n"
		"broadcast 192.0.2.255 dev eth0 class local proto kernel src 192.0.2.1\n");
	check_routes(&loaded, (struct scope){.family = AF_INET6},
		"local ::1 dev lo class local proto kernel\n"
		"local 2001:db8::1 dev eth0 class local proto kernel\n"
		"2001:db8::/64 dev eth0 class main proto kernel metric 256\n"
		"2001:db8:1::/48 gw 2001:db8::9 dev eth0 class main metric 1024\n");
	/* A rule's own record is the default route of the rule's class, before its marker. */
	assert_true(rule->class.value >= CLASS_PRIVATE);
	check_routes(&loaded, (struct scope){.family = AF_INET, .class = rule->class.value},
		"throw default class 2147483648\n"
		"default gw 192.0.2.3 dev eth0 class 2147483648\n");
	check_routes(&loaded, (struct scope){.family = AF_INET, .class = CLASS_MAIN, .device = 4},
		"10.0.0.0/8 class main nexthop gw 192.0.2.2 dev eth0 weight 1 nexthop dev eth1 "
		"weight 1\n");
	unload(&loaded);
}

static void test_devices_of_file(void **state)
{
	struct loaded loaded = load(policy);
	const struct snapshot_device *vrf = snapshot_device_named(loaded.snapshot, "vrf1");
	const struct snapshot_device *eth0 = snapshot_device_named(loaded.snapshot, "eth0");
	const struct snapshot_device *eth1 = snapshot_device_named(loaded.snapshot, "eth1");
	const struct vector *addresses = snapshot_addresses(loaded.snapshot);
	const struct snapshot_address *last = vector_at(addresses, addresses->count - 1);

	(void)state;
	assert_int_equal(snapshot_devices(loaded.snapshot)->count, 4);
	assert_string_equal(snapshot_device(loaded.snapshot, 1)->name, "lo");
	assert_int_equal(vrf->vrf_class, 10);
	assert_int_equal(eth1->master, vrf->index);
	assert_int_equal(eth0->group, 5);
	assert_true(eth0->flags & IFF_UP && eth0->flags & IFF_LOWER_UP);
	assert_true(eth1->flags & IFF_UP && !(eth1->flags & IFF_LOWER_UP));
	assert_null(snapshot_device_named(loaded.snapshot, "eth7"));
	assert_int_equal(last->local.family, AF_INET6);
	assert_int_equal(last->length, 64);
	assert_int_equal(last->device, eth0->index);
	unload(&loaded);
}

static void test_switches_of_file(void **state)
{
	struct loaded loaded = load(policy);
	uint32_t eth0 = snapshot_device_named(loaded.snapshot, "eth0")->index;
	uint32_t eth1 = snapshot_device_named(loaded.snapshot, "eth1")->index;

	(void)state;
	assert_int_equal(snapshot_switches(loaded.snapshot, AF_INET, eth0).rp_filter, 2);
	assert_true(snapshot_switches(loaded.snapshot, AF_INET, eth0).accept_local);
	assert_true(snapshot_switches(loaded.snapshot, AF_INET, eth0).forwarding);
	assert_false(snapshot_switches(loaded.snapshot, AF_INET, eth1).forwarding);
	assert_true(snapshot_switches(loaded.snapshot, AF_INET6, eth1).forwarding);
	assert_false(snapshot_switches(loaded.snapshot, AF_INET, eth1).route_localnet);
	unload(&loaded);
}

/* A whole save contains every rule that exists. Without `link` lines, every device exists. */
static void test_save(void **state)
{
	struct loaded loaded = load("# iproute save whole\n"
				    "add 10.0.0.0/8 dev any0 class main\n"
				    "addrule pref 0 class local\n"
				    "# end\n");

	(void)state;
	assert_int_equal(loaded.status, 0);
	check_rules(&loaded, AF_INET, "pref 0 class local\n");
	check_rules(&loaded, AF_INET6, "");
	assert_non_null(snapshot_device_named(loaded.snapshot, "any0"));
	unload(&loaded);
	loaded = load("[{\"save\":\"save "
		      "whole\"},\n{\"add\":{\"dst\":\"10.0.0.0/8\",\"dev\":\"any0\"}}]\n");
	assert_int_equal(loaded.status, 0);
	check_rules(&loaded, AF_INET, "");
	unload(&loaded);
}

static void test_down(void **state)
{
	struct loaded loaded = load("link eth0 down\n"
				    "addr 192.0.2.1/24 dev eth0\n"
				    "addr 2001:db8::1/64 dev eth0\n");

	(void)state;
	check_routes(&loaded, (struct scope){.class = CLASS_MAIN}, "");
	check_routes(&loaded, (struct scope){.class = CLASS_LOCAL, .device = 2},
		"local 192.0.2.1 dev eth0 class local proto kernel src 192.0.2.1\n");
	unload(&loaded);
}

static void test_refusals(void **state)
{
	static const struct {
		const char *text, *message;
		int line;
		const char *hint;
	} refusals[] = {
		{"link eth0\nadd default dev eth1\n", "there is no device \"eth1\"", 2, NULL},
		{"flush class 7\n", "\"flush\" does not belong in a policy file", 1,
			"lines begin with add, addrule, local-policy, expect, set, include, owner, "
			"link or addr"},
		{"\nlink eth0 spped 7\n", "\"spped\" is not a word of a link line", 2, NULL},
		{"addr dev eth0\n", "which address?", 1, NULL},
		{"addr 192.0.2.1/24\n", "of which device?", 1, NULL},
		{"link\n", "\"name\" needs DEV after it", 1, NULL},
		{"add 10.0.0.0/8\n", "the route leads nowhere", 1, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		struct loaded loaded = load(refusals[i].text);

		assert_int_equal(loaded.status, -1);
		assert_string_equal(loaded.error.message, refusals[i].message);
		if (refusals[i].hint)
			assert_string_equal(loaded.error.hint, refusals[i].hint);
		assert_int_equal(loaded.error.words->line, refusals[i].line);
		unload(&loaded);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules_of_file),
		cmocka_unit_test(test_routes_of_file),
		cmocka_unit_test(test_devices_of_file),
		cmocka_unit_test(test_switches_of_file),
		cmocka_unit_test(test_save),
		cmocka_unit_test(test_down),
		cmocka_unit_test(test_refusals),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
