/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the samples of a route's rows do not cover: values that the kernel only reports, as ip and
 * as we show them; limits; records that outlive their message.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/socket.h>

#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "../devices.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/words.h"
#include "field/walk.h"
#include "names/names.h"
#include "model/nexthop.h"
#include "model/nexthop_info.h"
#include "model/route.h"
#include "output/json.h"
#include "output/text.h"

enum {
	MANY_WORDS = 13000,
};

static struct names *names;
static struct arena arena;
static union {
	struct nlmsghdr header;
	unsigned char bytes[MESSAGE_MAX];
} message;

static int prepare(void **state)
{
	(void)state;
	names = names_new_in("/nonexistent", "/nonexistent");
	names_devices(names, test_devices());
	return 0;
}

static int clean(void **state)
{
	(void)state;
	names_free(names);
	arena_free(&arena);
	return 0;
}

/* ---- messages as the kernel sends them ---- */

static void begin_message(uint8_t family, uint32_t flags)
{
	struct rtmsg *header;

	memset(&message, 0, sizeof message);
	mnl_nlmsg_put_header(&message);
	message.header.nlmsg_type = RTM_NEWROUTE;
	header = mnl_nlmsg_put_extra_header(&message.header, sizeof *header);
	header->rtm_family = family;
	header->rtm_table = RT_TABLE_MAIN;
	header->rtm_type = RTN_UNICAST;
	header->rtm_protocol = RTPROT_UNSPEC;
	header->rtm_flags = flags;
	header->rtm_dst_len = family == AF_INET6 ? 128 : 32;
	mnl_attr_put(&message.header, RTA_DST, family == AF_INET6 ? 16 : 4,
		"\12\0\0\1\0\0\0\0\0\0\0\0\0\0\0");
}

static void put_cacheinfo(int32_t expires, uint32_t error)
{
	struct rta_cacheinfo info = {
		.rta_clntref = 3,
		.rta_lastuse = 200,
		.rta_expires = expires,
		.rta_error = error,
		.rta_used = 7,
		.rta_id = 0x12,
		.rta_ts = 0x34,
		.rta_tsage = 5,
	};

	mnl_attr_put(&message.header, RTA_CACHEINFO, sizeof info, &info);
}

static void assert_shown(const struct view *view, bool json, const char *expected)
{
	struct buffer out = {0};
	struct route route = {0};
	struct writer *writer =
		json ? json_writer(&out, false)
		     : text_writer(&out,
			       view->dialect == DIALECT_IP ? SPACING_AFTER : SPACING_BETWEEN, false,
			       "");

	assert_int_equal(fields_decode(&route_object, &message.header, &arena, &route), 0);
	writer_begin(writer);
	fields_render(writer, &route_object, &route, view);
	writer_end(writer);
	assert_string_equal(buffer_text(&out), expected);
	writer_free(writer);
	buffer_free(&out);
}

/* Values in the answers to `ip route get` and `ip route show cache`. */
static void test_cached(void **state)
{
	struct view ip = {.names = names, .dialect = DIALECT_IP, .statistics = true};
	struct view own = {.names = names, .statistics = true};

	(void)state;
	begin_message(AF_INET, RTM_F_CLONED | 0x80000000 | 0x10000000);
	mnl_attr_put_u32(&message.header, RTA_OIF, 2);
	mnl_attr_put_u32(&message.header, RTA_MARK, 16);
	mnl_attr_put_u32(&message.header, RTA_UID, 0);
	mnl_attr_put_u32(&message.header, RTA_IIF, 3);
	put_cacheinfo(1000, (uint32_t)-113);
	assert_shown(&ip, false,
		"10.0.0.1 dev eth0 mark 0x10 uid 0 \n"
		"    cache <local,brd> expires 10sec error 4294967183 users 3 used 7 age 2sec "
		"ipid 0x0012 ts 0x34 tsage 5sec iif eth1 \n");
	assert_shown(&ip, true,
		"[{\"dst\":\"10.0.0.1\",\"dev\":\"eth0\",\"flags\":[],\"mark\":16,\"uid\":0,"
		"\"cache\":[\"local\",\"brd\"],\"expires\":10,\"error\":4294967183,\"users\":3,"
		"\"used\":7,\"age\":2,\"ipid\":\"0x0012\",\"ts\":\"0x34\",\"tsage\":5,"
		"\"iif\":\"eth1\"}]\n");
	ip.oneline = true;
	ip.statistics = false;
	assert_shown(&ip, false,
		"10.0.0.1 dev eth0 mark 0x10 uid 0 \\    cache <local,brd> expires 10sec error "
		"4294967183 ipid 0x0012 ts 0x34 tsage 5sec iif eth1 \n");
	assert_shown(&own, false,
		"10.0.0.1 dev eth0 class main proto unspec scope global mark 0x10 "
		"expires 10s users 3 used 7 age 2s ipid 0x0012 ts 0x34 tsage 5s iif "
		"eth1\n");
	own.complete = true;
	assert_shown(&own, false,
		"10.0.0.1 dev eth0 class main proto unspec scope global expires 10s\n");
}

/* An expired entry: ip shows a negative number; as a saved value it would never expire. */
static void test_expired(void **state)
{
	struct view ip = {.names = names, .dialect = DIALECT_IP};
	struct view own = {.names = names, .complete = true};

	(void)state;
	begin_message(AF_INET6, 0);
	put_cacheinfo(-250, 0);
	mnl_attr_put_u8(&message.header, RTA_PREF, 0);
	assert_shown(&ip, true,
		"[{\"dst\":\"a00:1::\",\"protocol\":\"unspec\",\"flags\":[],\"expires\":-2,"
		"\"ipid\":\"0x0012\",\"ts\":\"0x34\",\"tsage\":5,\"pref\":\"medium\"}]\n");
	assert_shown(&own, false, "a00:1:: class main proto unspec expires 1s\n");
}

static void test_options_of_ip(void **state)
{
	struct view ip = {.names = names, .dialect = DIALECT_IP};
	struct nlattr *nest;

	(void)state;
	begin_message(AF_INET6, RTNH_F_LINKDOWN | RTNH_F_DEAD | RTM_F_NOTIFY);
	mnl_attr_put(&message.header, RTA_NEWDST, 16, "\12\0\0\2\0\0\0\0\0\0\0\0\0\0\0");
	nest = mnl_attr_nest_start(&message.header, RTA_METRICS);
	mnl_attr_put_u32(&message.header, RTAX_LOCK, 1U << RTAX_MTU | 1U << RTAX_CC_ALGO);
	mnl_attr_put_u32(&message.header, RTAX_MTU, 1400);
	mnl_attr_put_u32(&message.header, RTAX_HOPLIMIT, UINT32_MAX);
	mnl_attr_put_u32(&message.header, RTAX_FEATURES, 1 | 0x80);
	mnl_attr_put_str(&message.header, RTAX_CC_ALGO, "reno");
	mnl_attr_nest_end(&message.header, nest);
	mnl_attr_put_u8(&message.header, RTA_PREF, 7);
	mnl_attr_put_u8(&message.header, RTA_TTL_PROPAGATE, 0);
	assert_shown(&ip, false,
		"a00:1:: as to a00:2:: proto unspec dead notify linkdown mtu lock 1400 features "
		"ecn 0x81 congctl lock reno pref 7ttl-propogate disabled\n");
	assert_shown(&ip, true,
		"[{\"dst\":\"a00:1::\",\"to\":\"a00:2::\",\"protocol\":\"unspec\",\"flags\":["
		"\"dead\","
		"\"notify\",\"linkdown\"],\"metrics\":[{\"mtu\":1400,\"ecn\":null,"
		"\"features\":\"0x81\",\"congestion\":\"reno\"}],\"pref\":7,"
		"\"ttl-propogate\":false}]\n");
}

static void test_nexthops_of_ip(void **state)
{
	struct view ip = {.names = names, .dialect = DIALECT_IP};
	struct nlattr *nest;
	struct rtnexthop hop = {.rtnh_len = sizeof hop, .rtnh_hops = 1, .rtnh_ifindex = 2};

	(void)state;
	begin_message(AF_INET, 0);
	nest = mnl_attr_nest_start(&message.header, RTA_MULTIPATH);
	for (int i = 0; i < 2; i++) {
		hop.rtnh_flags = i ? RTNH_F_LINKDOWN | RTNH_F_ONLINK : 0;
		memcpy(message.bytes + message.header.nlmsg_len, &hop, sizeof hop);
		message.header.nlmsg_len += sizeof hop;
	}
	mnl_attr_nest_end(&message.header, nest);
	assert_shown(&ip, false,
		"10.0.0.1 proto unspec \n"
		"\tnexthop dev eth0 weight 2 \n"
		"\tnexthop dev eth0 weight 2 onlink linkdown \n");
	assert_shown(&ip, true,
		"[{\"dst\":\"10.0.0.1\",\"protocol\":\"unspec\",\"flags\":[],\"nexthops\":["
		"{\"dev\":\"eth0\",\"weight\":2,\"flags\":[]},"
		"{\"dev\":\"eth0\",\"weight\":2,\"flags\":[\"onlink\",\"linkdown\"]}]}]\n");
	ip.oneline = true;
	assert_shown(&ip, false,
		"10.0.0.1 proto unspec \\\tnexthop dev eth0 weight 2 \\\tnexthop dev eth0 weight 2 "
		"onlink linkdown \n");
}

/* ---- words ---- */

struct line {
	const char *word[MANY_WORDS];
	struct words words;
	struct route route;
	struct error error;
};

static void add_word(struct line *line, const char *word)
{
	assert_true(line->words.count < MANY_WORDS);
	line->words.word = line->word;
	line->word[line->words.count++] = word;
}

static int read_line_of(struct line *line, enum dialect dialect, uint8_t family)
{
	struct keywords *keywords = keywords_new(&route_object, dialect);
	struct parser parser = {
		.words = &line->words,
		.names = names,
		.arena = &arena,
		.dialect = dialect,
		.family = family,
		.family_word = -1,
	};
	struct origin origin;
	int status;

	origin_clear(&origin, &route_object);
	status = fields_parse(&parser, keywords, 0, &line->route, &origin, &line->error);
	if (!status)
		status = route_object.finish(&parser, &line->route, &origin, false, &line->error);
	keywords_free(keywords);
	return status;
}

static int read_line(struct line *line, enum dialect dialect)
{
	return read_line_of(line, dialect, AF_UNSPEC);
}

static void test_too_many_nexthops(void **state)
{
	struct line *line = arena_get(&arena, sizeof *line);
	int count;

	(void)state;
	add_word(line, "default");
	for (int i = 0; i < 4000; i++) {
		add_word(line, "nexthop");
		add_word(line, "dev");
		add_word(line, "eth0");
	}
	assert_int_equal(read_line(line, DIALECT_OWN), -1);
	assert_non_null(strstr(line->error.message, "nexthops do not fit into one message"));
	assert_string_equal(line->error.hint, "use a group of nexthop objects: nhid N");
	/* One less is no more than that. */
	count = line->route.nexthops.count;
	line->words.count = 1 + 3 * (count - 1);
	line->words.next = 0;
	line->route = (struct route){0};
	assert_int_equal(read_line(line, DIALECT_OWN), 0);
	fields_encode(&route_object, &line->route, RTM_NEWROUTE, 0, &message);
	assert_true(message.header.nlmsg_len <= MESSAGE_MAX);
	memset(&line->route, 0, sizeof line->route);
	assert_int_equal(fields_decode(&route_object, &message.header, &arena, &line->route), 0);
	assert_int_equal(line->route.nexthops.count, count - 1);
}

static void test_too_many_attributes(void **state)
{
	struct line *line = arena_get(&arena, sizeof *line);

	(void)state;
	add_word(line, "drop");
	add_word(line, "default");
	for (int i = 0; i < 4000; i++) {
		add_word(line, "attr");
		add_word(line, "99=0x");
	}
	assert_int_equal(read_line(line, DIALECT_OWN), -1);
	assert_string_equal(line->error.message, "the attributes do not fit into one message");
	assert_string_equal(line->word[line->error.word], "99=0x");
}

/* After the first nexthop `ip` accepts nothing else. */
static void test_nothing_behind_nexthops_of_ip(void **state)
{
	static const char *const words[] = {
		"default", "nexthop", "via", "192.0.2.1", "metric", "5"};
	struct line *line = arena_get(&arena, sizeof *line);

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		add_word(line, words[i]);
	assert_int_equal(read_line(line, DIALECT_IP), -1);
	assert_string_equal(line->error.message, "\"metric\" follows a nexthop; only nexthops may");
	assert_int_equal(line->error.fault, FAULT_TRAILING);
	line->words.next = 0;
	line->route = (struct route){0};
	assert_int_equal(read_line(line, DIALECT_OWN), 0);
	assert_int_equal(line->route.metric.value, 5);
}

static void test_nexthop_of_ip_has_words(void **state)
{
	struct line *line = arena_get(&arena, sizeof *line);

	(void)state;
	add_word(line, "default");
	add_word(line, "nexthop");
	assert_int_equal(read_line(line, DIALECT_IP), -1);
	assert_string_equal(line->error.message, "a nexthop has no words after it");
	assert_int_equal(line->error.word, 2);
	assert_string_equal(line->error.field->word, "nexthop");
}

static void test_mpls(void **state)
{
	static const char *const words[] = {"100", "as", "200/300", "via", "inet", "192.0.2.1",
		"dev", "eth0", "ttl-propagate", "disabled"};
	static const char *const wrong[] = {"1048576", "1/2", "x", "-1", ""};
	struct view ip = {.names = names, .dialect = DIALECT_IP, .family = AF_MPLS};
	struct line *line = arena_get(&arena, sizeof *line);

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		add_word(line, words[i]);
	assert_int_equal(read_line_of(line, DIALECT_IP, AF_MPLS), 0);
	fields_encode(&route_object, &line->route, RTM_NEWROUTE, 0, &message);
	assert_int_equal(((struct rtmsg *)mnl_nlmsg_get_payload(&message.header))->rtm_dst_len, 20);
	assert_shown(&ip, false,
		"100 as to 200/300 via inet 192.0.2.1 dev eth0 ttl-propogate disabled\n");
	assert_shown(&ip, true,
		"[{\"dst\":\"100\",\"to\":\"200/300\",\"via\":{\"family\":\"inet\","
		"\"host\":\"192.0.2.1\"},\"dev\":\"eth0\",\"flags\":[],"
		"\"ttl-propogate\":false}]\n");
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		line->words.next = 0;
		line->route = (struct route){0};
		line->word[0] = wrong[i];
		assert_int_equal(read_line_of(line, DIALECT_IP, AF_MPLS), -1);
	}
	line->word[0] = "100";
	line->word[2] = "1/2/3/4/5";
	line->words.next = 0;
	assert_int_equal(read_line_of(line, DIALECT_IP, AF_MPLS), -1);
	assert_non_null(strstr(line->error.message, "a stack of up to four"));
}

/* ---- memory ---- */

static void test_kept_records_outlive_their_message(void **state)
{
	static const char *const words[] = {"default", "attr", "99=0x0a0b", "nexthop", "gw",
		"192.0.2.1", "attr", "77=0x01", "nexthop", "dev", "eth1"};
	struct line *line = arena_get(&arena, sizeof *line);
	struct arena shorter = {0};
	struct arena longer = {0};
	struct route route = {0};

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		add_word(line, words[i]);
	assert_int_equal(read_line(line, DIALECT_OWN), 0);
	fields_encode(&route_object, &line->route, RTM_NEWROUTE, 0, &message);
	assert_int_equal(fields_decode(&route_object, &message.header, &shorter, &route), 0);
	fields_keep(&route_object, &route, &longer);
	arena_free(&shorter);
	memset(&message, 0xff, sizeof message);
	assert_true(fields_same(&route_object, &route, &line->route, 0));
	arena_free(&longer);
}

static void put_counter(uint32_t id, uint64_t packets, bool hardware)
{
	struct nlattr *entry = mnl_attr_nest_start(&message.header, 1);

	mnl_attr_put_u32(&message.header, 1, id);
	/* The kernel sends 4 bytes if the number fits. */
	if (packets > UINT32_MAX)
		mnl_attr_put_u64(&message.header, 2, packets);
	else
		mnl_attr_put_u32(&message.header, 2, (uint32_t)packets);
	if (hardware)
		mnl_attr_put_u32(&message.header, 3, 9);
	mnl_attr_nest_end(&message.header, entry);
}

/* A group of two nexthops, as Linux 6.9 and later report it with counters. */
static void put_group(bool hardware)
{
	const struct nexthop_grp members[] = {{.id = 1}, {.id = 2, .weight = 2}};
	struct nlattr *nest;

	mnl_nlmsg_put_header(&message);
	message.header.nlmsg_type = RTM_NEWNEXTHOP;
	mnl_nlmsg_put_extra_header(&message.header, sizeof(struct nhmsg));
	mnl_attr_put_u32(&message.header, NHA_ID, 10);
	mnl_attr_put(&message.header, NHA_GROUP, sizeof members, members);
	mnl_attr_put_u32(&message.header, GROUP_HW_STATS_ENABLE, 1);
	if (hardware)
		mnl_attr_put_u32(&message.header, GROUP_HW_STATS_USED, 0);
	nest = mnl_attr_nest_start(&message.header, GROUP_STATS);
	put_counter(1, 5000000000, hardware);
	put_counter(2, 7, hardware);
	mnl_attr_nest_end(&message.header, nest);
}

#define GROUP "id 10 group 1/2,3 scope global proto unspec hw_stats on used off "

static void assert_group(const struct view *view, bool json, const char *expected)
{
	struct buffer out = {0};
	struct nexthop_info info = {0};
	struct writer *writer =
		json ? json_writer(&out, false) : text_writer(&out, SPACING_AFTER, false, "");

	assert_int_equal(fields_decode(&nexthop_info_object, &message.header, &arena, &info), 0);
	fields_keep(&nexthop_info_object, &info, &arena);
	writer_begin(writer);
	fields_render(writer, &nexthop_info_object, &info, view);
	writer_end(writer);
	assert_string_equal(buffer_text(&out), expected);
	writer_free(writer);
	buffer_free(&out);
}

/* What iproute2 6.9 and later show with -s -d, and -s -s -d. */
static void test_counters_of_a_group(void **state)
{
	struct view plain = {.names = names, .dialect = DIALECT_IP};
	struct view counting = {.names = names, .dialect = DIALECT_IP, .statistics = true};
	struct view line = {
		.names = names, .dialect = DIALECT_IP, .statistics = true, .oneline = true};

	(void)state;
	put_group(false);
	assert_group(&plain, false, GROUP "\n");
	assert_group(&counting, false,
		GROUP "\n  stats:\n    id 1 packets 5000000000\n    id 2 packets 7\n");
	assert_group(&line, false,
		GROUP "\\  stats:\\    id 1 packets 5000000000\\    id 2 packets 7\n");
	put_group(true);
	assert_group(&counting, false,
		GROUP "\n  stats:\n    id 1 packets 5000000000 packets_hw 9\n"
		      "    id 2 packets 7 packets_hw 9\n");
	assert_group(&counting, true,
		"[{\"id\":10,\"group\":[{\"id\":1},{\"id\":2,\"weight\":3}],\"scope\":\"global\","
		"\"protocol\":\"unspec\",\"flags\":[],\"hw_stats\":{\"enabled\":true,\"used\":"
		"false},"
		"\"group_stats\":[{\"id\":1,\"packets\":5000000000,\"packets_hw\":9},"
		"{\"id\":2,\"packets\":7,\"packets_hw\":9}]}]\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cached),
		cmocka_unit_test(test_expired),
		cmocka_unit_test(test_options_of_ip),
		cmocka_unit_test(test_nexthops_of_ip),
		cmocka_unit_test(test_too_many_nexthops),
		cmocka_unit_test(test_too_many_attributes),
		cmocka_unit_test(test_nothing_behind_nexthops_of_ip),
		cmocka_unit_test(test_nexthop_of_ip_has_words),
		cmocka_unit_test(test_mpls),
		cmocka_unit_test(test_counters_of_a_group),
		cmocka_unit_test(test_kept_records_outlive_their_message),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, prepare, clean);
}
