/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages from the kernel, or that look like them: no length is trusted, nothing is read beyond
 * the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <libmnl/libmnl.h>

#include "netlink/message.h"
#include "netlink/netlink.h"
#include "netlink/nft_dump.h"

/* Returns a copy that ends at an unreadable page: reading beyond it ends the test. */
static void *at_edge(const void *data, size_t size)
{
	static char *page;
	size_t page_size = (size_t)sysconf(_SC_PAGESIZE);

	if (!page) {
		page = mmap(NULL, 2 * page_size, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		assert_true(page != MAP_FAILED);
		assert_int_equal(mprotect(page + page_size, page_size, PROT_NONE), 0);
	}
	return memcpy(page + page_size - size, data, size);
}

static const char *read_comment(const void *data, size_t size)
{
	static char comment[NFT_COMMENT_SPACE];

	nft_read_comment(at_edge(data, size), size, comment);
	return comment;
}

static void test_userdata(void **state)
{
	(void)state;
	assert_string_equal(read_comment("\0\5rule\0", 7), "rule");
	assert_string_equal(read_comment("\0\4rule", 6), "rule");
	assert_string_equal(read_comment("\0\4rule\1\1\1", 9), "rule");
	/* From another tool: another type, or cut off before the value, length or type. */
	assert_string_equal(read_comment("\x61\1", 2), "");
	assert_string_equal(read_comment("\x61\1\7", 3), "");
	assert_string_equal(read_comment("\0\7rule\0", 7), "");
	assert_string_equal(read_comment("\0\377", 2), "");
	assert_string_equal(read_comment("\0\0", 2), "");
	assert_string_equal(read_comment("\0", 1), "");
	assert_string_equal(read_comment("", 0), "");
}

static void test_strings(void **state)
{
	struct {
		struct nlattr header;
		char value[12];
	} attribute = {{4 + 4, 3}, "eth0"};
	char text[4];
	char longer[16];

	(void)state;
	/* Without a NUL, up to the end. */
	assert_int_equal(attribute_string(at_edge(&attribute, 8), longer, sizeof longer), 4);
	assert_string_equal(longer, "eth0");
	assert_int_equal(attribute_string(at_edge(&attribute, 8), text, sizeof text), 3);
	assert_string_equal(text, "eth");
	attribute.header.nla_len = 4;
	assert_int_equal(attribute_string(at_edge(&attribute, 4), longer, sizeof longer), 0);
	assert_string_equal(longer, "");
	attribute.header.nla_len = 4 + 6;
	memcpy(attribute.value, "a\0bcde", 6);
	assert_int_equal(attribute_string(at_edge(&attribute, 10), longer, sizeof longer), 1);
	assert_string_equal(longer, "a");
	/* Numbers that are cut off. */
	for (uint16_t size = 4; size < 8; size++) {
		attribute.header.nla_len = size;
		assert_int_equal(attribute_number(at_edge(&attribute, size)), 0);
	}
	attribute.header.nla_len = 8;
	memcpy(attribute.value, "\1\1\1\1", 4);
	assert_int_equal(attribute_number(at_edge(&attribute, 8)), 0x01010101);
}

struct reply {
	struct nlmsghdr header;
	struct nlmsgerr error;
	char more[32];
};

static void test_answers(void **state)
{
	struct reply reply = {
		.header = {.nlmsg_len = NLMSG_LENGTH(sizeof reply.error),
			.nlmsg_type = NLMSG_ERROR},
		.error = {.error = -17, .msg.nlmsg_len = sizeof reply.header},
	};
	struct answer answer;

	(void)state;
	assert_true(answer_read(&answer, at_edge(&reply, reply.header.nlmsg_len)));
	assert_int_equal(answer.number, 17);
	reply.error.error = INT_MIN;
	assert_true(answer_read(&answer, at_edge(&reply, reply.header.nlmsg_len)));
	assert_true(answer.number >= 0);
	reply.error.error = 5;
	assert_true(answer_read(&answer, at_edge(&reply, reply.header.nlmsg_len)));
	assert_int_equal(answer.number, 5);
	/* The length of the refused message is too large, or too small. */
	reply.header.nlmsg_flags = NLM_F_ACK_TLVS;
	for (size_t i = 0; i < 5; i++) {
		static const uint32_t lengths[] = {0, 1, 15, 0xfffffff0, 0xffffffff};

		reply.error.msg.nlmsg_len = lengths[i];
		assert_true(answer_read(&answer, at_edge(&reply, reply.header.nlmsg_len)));
		assert_string_equal(answer.sentence, "");
	}
	/* NLMSG_DONE without an errno, or with one. */
	reply.header = (struct nlmsghdr){.nlmsg_len = NLMSG_HDRLEN, .nlmsg_type = NLMSG_DONE};
	assert_true(answer_read(&answer, at_edge(&reply, NLMSG_HDRLEN)));
	assert_int_equal(answer.number, 0);
	reply.header.nlmsg_len = NLMSG_LENGTH(sizeof(int));
	reply.error.error = INT_MIN;
	assert_true(answer_read(&answer, at_edge(&reply, reply.header.nlmsg_len)));
	assert_true(answer.number >= 0);
	/* Ignores an error that is cut off. */
	reply.header = (struct nlmsghdr){.nlmsg_len = NLMSG_HDRLEN, .nlmsg_type = NLMSG_ERROR};
	assert_false(answer_read(&answer, at_edge(&reply, NLMSG_HDRLEN)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_userdata),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_answers),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
