/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Encapsulations: the rows of every type with their samples, and the exact output of `ip`
 * (iproute2 7.1) for routes that have one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <linux/netlink.h>

#include "../devices.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/words.h"
#include "field/walk.h"
#include "kind/encap/encap.h"
#include "names/names.h"
#include "kind/program.h"
#include "model/route.h"
#include "output/json.h"
#include "output/text.h"

enum { WORDS_MAX = 32 };

static struct names *names;
static struct keywords *keywords;
static struct arena arena;

static int prepare(void **state)
{
	(void)state;
	names = names_new_in("/nonexistent", "/nonexistent");
	names_devices(names, test_devices());
	keywords = keywords_new(&route_object, DIALECT_OWN);
	return 0;
}

static int clean(void **state)
{
	(void)state;
	keywords_free(keywords);
	names_free(names);
	arena_free(&arena);
	return 0;
}

/* `part`: words may be missing and have no default. */
static void read_line(const char *line, struct route *route, bool part)
{
	char text[256];
	const char *word[WORDS_MAX];
	const char *reason;
	struct words words = {.word = word};
	struct error error = {0};
	struct origin origin;
	struct parser parser = {
		.words = &words,
		.names = names,
		.arena = &arena,
		.family_word = -1,
		.filter = part,
	};

	memset(route, 0, sizeof *route);
	snprintf(text, sizeof text, "%s", line);
	words.count = words_cut(text, word, WORDS_MAX, &reason);
	origin_clear(&origin, &route_object);
	if (fields_parse(&parser, keywords, 0, route, &origin, &error) ||
		(!part && route_object.finish(&parser, route, &origin, false, &error)))
		fail_msg("%s: %s", line, error.message);
	route->family = parser.family;
}

static void send_back(const struct route *from, struct route *to)
{
	static union {
		struct nlmsghdr header;
		unsigned char bytes[MESSAGE_MAX];
	} message;

	memset(&message, 0xa5, sizeof message);
	memset(to, 0, sizeof *to);
	fields_encode(&route_object, from, route_object.type_new, 0, &message);
	assert_int_equal(fields_decode(&route_object, &message.header, &arena, to), 0);
}

static void render(
	struct buffer *out, struct writer *writer, const struct route *route, struct view view)
{
	view.names = names;
	buffer_reset(out);
	writer_begin(writer);
	fields_render(writer, &route_object, route, &view);
	writer_end(writer);
	writer_free(writer);
	buffer_text(out);
}

#define FOR_EACH_ROW(type, row)                                               \
	for (const struct encap_type *type = encap_types; type->word; type++) \
		for (const struct field *row = type->object->fields;          \
			row < type->object->fields + type->object->count; row++)

static void test_row_is_complete(void **state)
{
	(void)state;
	FOR_EACH_ROW(type, row)
	{
		assert_true(row->flags & FIELD_INFO);
		assert_true(row->offset + row->kind->size <= type->object->size);
		assert_true(row->attribute < ATTRIBUTES_MAX && row->nest < ATTRIBUTES_MAX);
		assert_true(row->kind->parse && row->kind->write && row->kind->same);
		assert_true(row->flags & FIELD_JOINT || (row->kind->put && row->kind->get));
		assert_true(row->help && row->sample && row->help[strlen(row->help) - 1] != '.');
		assert_true(type->object->once);
		for (const struct field *other = type->object->fields; other < row; other++)
			assert_true(other->offset + other->kind->size <= row->offset ||
				    row->offset + row->kind->size <= other->offset);
	}
}

/* From words to a message and back. Rows that share an attribute are tested together. */
static void test_sample_comes_back(void **state)
{
	(void)state;
	FOR_EACH_ROW(type, row)
	{
		struct route read;
		struct route sent;
		struct buffer text = {0};
		char line[256];

		if (row->kind == &kind_program)
			continue;
		snprintf(line, sizeof line, "10.0.0.0/8 encap %s %s", type->word, row->sample);
		read_line(line, &read, true);
		if (row->flags & FIELD_JOINT)
			sent = read;
		else
			send_back(&read, &sent);
		assert_true(kind_encap.same(&read.encap, &sent.encap));
		assert_true(kind_encap.fits(&sent.encap, &read.encap));
		render(&text, text_writer(&text, SPACING_BETWEEN, false, ""), &sent,
			(struct view){.complete = true});
		if (!strstr(text.data, row->sample))
			fail_msg("%s: \"%s\" is not in \"%s\"", line, row->sample, text.data);
		buffer_free(&text);
	}
}

/* A copy in another arena stays the same after the first is freed. */
static void test_record_is_kept(void **state)
{
	static const char *const lines[] = {
		"10.0.0.0/8 encap ip dst 192.0.2.9 geneve_opts 1:2:00000003,4:5:0000000600000007",
		"10.0.0.0/8 encap seg6 mode encap segs ::1,::2,::3 hmac 7",
		"10.0.0.0/8 encap seg6local action End.B6 srh segs ::1,::2",
		"10.0.0.0/8 encap rpl segs ::1,::2",
		"10.0.0.0/8 encap 77 0x0800010001000000",
		"10.0.0.0/8 nexthop gw 192.0.2.1 encap seg6 mode encap segs ::1,::2",
	};
	struct arena other = {0};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct route read;
		struct route again;

		read_line(lines[i], &read, true);
		fields_keep(&route_object, &read, &other);
		arena_free(&arena);
		read_line(lines[i], &again, true);
		assert_true(fields_same(&route_object, &read, &again, 0));
	}
	arena_free(&other);
}

/* A missing word means the same as the word with the kernel's default. */
static void test_none_is_zero(void **state)
{
	struct route with;
	struct route without;

	(void)state;
	read_line("10.0.0.0/8 encap ip id 0 src 0.0.0.0 tos 0 ttl 0 dst 192.0.2.9", &with, true);
	read_line("10.0.0.0/8 encap ip dst 192.0.2.9", &without, true);
	assert_true(fields_same(&route_object, &with, &without, 0));
	read_line("10.0.0.0/8 encap ip dst 192.0.2.9 id 5", &with, true);
	assert_false(fields_same(&route_object, &with, &without, 0));
	assert_true(fields_fit(&route_object, &with, &without, 0));
	read_line("10.0.0.0/8 encap ip6 dst 2001:db8::9", &without, true);
	assert_false(fields_same(&route_object, &with, &without, 0));
}

struct shown {
	const char *words, *text, *json;
};

static const struct shown shown[] = {
	{"ip id 100 src 192.0.2.1 dst 192.0.2.9 ttl 9 tos 10 seq key csum",
		"ip id 100 src 192.0.2.1 dst 192.0.2.9 ttl 9 tos 16 key csum seq ",
		"\"ip\",\"id\":100,\"src\":\"192.0.2.1\",\"dst\":\"192.0.2.9\",\"ttl\":9,\"tos\":"
		"16,"
		"\"key\":true,\"csum\":true,\"seq\":true"},
	{"ip id 0 dst 192.0.2.9", "ip id 0 dst 192.0.2.9 ",
		"\"ip\",\"id\":0,\"dst\":\"192.0.2.9\""},
	{"ip id 1 geneve_opts 258:128:0a0B0c0d,1:2:0000000000000001",
		"ip id 1 \n\tgeneve_opts 258:128:0a0b0c0d,1:2:0000000000000001 ",
		"\"ip\",\"id\":1,\"geneve_opts\":[{\"class\":258,\"type\":128,\"data\":"
		"\"0a0b0c0d\"},"
		"{\"class\":1,\"type\":2,\"data\":\"0000000000000001\"}]"},
	{"ip id 1 vxlan_opts 456", "ip id 1 \n\tvxlan_opts 456 ",
		"\"ip\",\"id\":1,\"vxlan_opts\":[{\"gbp\":456}]"},
	{"ip id 1 erspan_opts 2:0:1:63", "ip id 1 \n\terspan_opts 2:0:1:63 ",
		"\"ip\",\"id\":1,\"erspan_opts\":[{\"ver\":2,\"index\":0,\"dir\":1,\"hwid\":63}]"},
	{"ip6 id 1 dst 2001:db8::9 hoplimit 5 tc 4", "ip6 id 1 dst 2001:db8::9 hoplimit 5 tc 4 ",
		"\"ip6\",\"id\":1,\"dst\":\"2001:db8::9\",\"hoplimit\":5,\"tc\":4"},
	{"mpls 100/200 ttl 5", "mpls  100/200 ttl 5 ", "\"mpls\",\"dst\":\"100/200\",\"ttl\":5"},
	{"seg6 mode encap segs ::8,::9 hmac 171", "seg6 mode encap segs 2 [ ::8 ::9 ] hmac AB ",
		"\"seg6\",\"mode\":\"encap\",\"segs\":[\"::8\",\"::9\"],\"hmac\":\"0xab\""},
	{"seg6 mode l2encap.red tunsrc ::1 segs ::8 lookup 100",
		"seg6 mode l2encap.red tunsrc ::1 segs 1 [ ::8 ] lookup 100 ",
		"\"seg6\",\"mode\":\"l2encap.red\",\"tunsrc\":\"::1\",\"segs\":[\"::8\"],"
		"\"lookup\":\"100\""},
	{"seg6local action End.B6.Encaps srh segs ::8,::9 hmac 10",
		"seg6local action End.B6.Encaps segs 2 [ ::8 ::9 ] hmac A ",
		"\"seg6local\",\"action\":\"End.B6.Encaps\",\"srh\":{\"segs\":[\"::8\",\"::9\"],"
		"\"hmac\":\"0xa\"}"},
	{"seg6local action End.DT6 table main", "seg6local action End.DT6 table main ",
		"\"seg6local\",\"action\":\"End.DT6\",\"table\":\"main\""},
	{"seg6local action End.DX2 iif eth0 oif eth1 count",
		"seg6local action End.DX2 iif eth0 oif eth1 packets 0 bytes 0 errors 0 ",
		"\"seg6local\",\"action\":\"End.DX2\",\"iif\":\"eth0\",\"oif\":\"eth1\","
		"\"stats64\":{\"packets\":0,\"bytes\":0,\"errors\":0}"},
	{"seg6local action End flavors psp,next-csid lblen 32 nflen 16",
		"seg6local action End flavors psp,next-csid lblen 32 nflen 16 ",
		"\"seg6local\",\"action\":\"End\",\"flavors\":[\"psp\",\"next-csid\"],\"lblen\":32,"
		"\"nflen\":16"},
	{"xfrm if_id 7 link_dev eth1", "xfrm if_id 7 link_dev eth1 ",
		"\"xfrm\",\"if_id\":7,\"link_dev\":\"eth1\""},
	{"ioam6 freq 1/2 mode encap tunsrc ::1 tundst ::9 trace prealloc type 0x800000 ns 1 size "
	 "12",
		"ioam6 freq 1/2 mode encap tunsrc ::1 tundst ::9 trace prealloc type 0x800000 ns 1 "
		"size 12 ",
		"\"ioam6\",\"freqk\":1,\"freqn\":2,\"mode\":\"encap\",\"tunsrc\":\"::1\","
		"\"tundst\":\"::9\",\"trace\":null,\"prealloc\":null,\"type\":\"800000\",\"ns\":1,"
		"\"size\":12"},
	{"rpl segs ::8,::9", "rpl segs 2 [ ::8 ::9 ] ", "\"rpl\",\"segs\":[\"::8\",\"::9\"]"},
	{"ila 1:2:3:abc csum-mode no-action ident-type luid hook-type input",
		"ila  1:2:3:abc  csum-mode no-action  ident-type luid  hook-type input ",
		"\"ila\",\"locator\":\"1:2:3:abc\",\"csum_mode\":\"no-action\",\"ident_type\":"
		"\"luid\","
		"\"hook_type\":\"input\""},
	{"77 0x0800010001000000", "unknown ", "\"unknown\""},
};

static void test_ip_shows(void **state)
{
	struct view view = {.dialect = DIALECT_IP, .statistics = true};

	(void)state;
	for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
		struct route read;
		struct route sent;
		struct buffer out = {0};
		char line[256];
		char wanted[512];

		snprintf(line, sizeof line, "10.0.0.0/8 dev eth0 scope global encap %s",
			shown[i].words);
		read_line(line, &read, false);
		send_back(&read, &sent);
		render(&out, text_writer(&out, SPACING_AFTER, false, ""), &sent, view);
		snprintf(wanted, sizeof wanted, "10.0.0.0/8  encap %sdev eth0 \n", shown[i].text);
		assert_string_equal(out.data, wanted);
		render(&out, json_writer(&out, false), &sent, view);
		snprintf(wanted, sizeof wanted,
			"[{\"dst\":\"10.0.0.0/"
			"8\",\"encap\":{\"encap_type\":%s},\"dev\":\"eth0\",\"flags\":[]}]\n",
			shown[i].json);
		assert_string_equal(out.data, wanted);
		buffer_free(&out);
	}
}

static void assert_same_text(const char *text, const char *wanted)
{
	if (!wanted)
		assert_null(text);
	else
		assert_string_equal(text, wanted);
}

/* The facts of a refusal, which ip/encap.c turns into ip's message; tests/peer compares that. */
static void test_ip_refuses(void **state)
{
	static const struct {
		const char *line, *message;
		enum fault fault;
		const char *row, *what, *value;
	} refused[] = {
		{"10.0.0.0/8 encap ip", "the words of the type are missing", FAULT_OTHER, "encap",
			NULL, NULL},
		{"10.0.0.0/8 dev eth0 encap mpls 100", "\"encap mpls\" needs two words after it",
			FAULT_MISSING, "encap", "encap type", NULL},
		{"10.0.0.0/8 encap mpls ttl 5 dev eth0", "the labels are missing", FAULT_MISSING,
			"dst", NULL, NULL},
		{"10.0.0.0/8 encap seg6local nh6 ::1 dev eth0", "the action is missing",
			FAULT_MISSING, "action", NULL, NULL},
		{"10.0.0.0/8 encap ila csum-mode no-action dev eth0", "the locator is missing",
			FAULT_MISSING, "locator", NULL, NULL},
		{"10.0.0.0/8 encap ip id 5 id 6 dev eth0", "\"id\" is given twice", FAULT_TWICE,
			"id", "id", "6"},
		{"10.0.0.0/8 encap ip key key dev eth0", "\"key\" is given twice", FAULT_TWICE,
			"flags", "key", "key"},
		{"10.0.0.0/8 encap seg6 mode encap segs ::1 segs ::2 dev eth0",
			"\"segs\" is given twice", FAULT_TWICE, "segs", "segs", "::2"},
		{"10.0.0.0/8 encap seg6local action End flavors psp flavors usd dev eth0",
			"\"flavors\" is given twice", FAULT_TWICE, "flavors", "flavors", "usd"},
	};
	struct keywords *words_of_ip = keywords_new(&route_object, DIALECT_IP);

	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		char text[256];
		const char *word[WORDS_MAX];
		const char *reason;
		struct words words = {.word = word};
		struct error error = {0};
		struct origin origin;
		struct route route = {0};
		struct parser parser = {
			.words = &words,
			.names = names,
			.arena = &arena,
			.dialect = DIALECT_IP,
			.family_word = -1,
		};

		snprintf(text, sizeof text, "%s", refused[i].line);
		words.count = words_cut(text, word, WORDS_MAX, &reason);
		origin_clear(&origin, &route_object);
		assert_int_equal(
			fields_parse(&parser, words_of_ip, 0, &route, &origin, &error), -1);
		assert_string_equal(error.message, refused[i].message);
		assert_int_equal(error.fault, refused[i].fault);
		assert_string_equal(error.field->word, refused[i].row);
		assert_same_text(error.what, refused[i].what);
		assert_same_text(error.value, refused[i].value);
	}
	keywords_free(words_of_ip);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_row_is_complete),
		cmocka_unit_test(test_sample_comes_back),
		cmocka_unit_test(test_record_is_kept),
		cmocka_unit_test(test_none_is_zero),
		cmocka_unit_test(test_ip_shows),
		cmocka_unit_test(test_ip_refuses),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, prepare, clean);
}
