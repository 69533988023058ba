/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The order in which many routes are sent, and which changes it does not reorder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "model/route.h"
#include "change/order.h"
#include "change/transaction.h"

enum { MANY = 1600, ROUNDS = 16, FIRST = 0x0a000000 };

static struct route route_of(uint32_t network, uint32_t metric, uint8_t scope)
{
	struct route route = {
		.family = AF_INET,
		.type = {true, RTN_UNICAST},
		.class = {true, CLASS_MAIN},
		.scope = {true, scope},
		.device = {true, 1},
		.metric = {true, metric},
	};

	network = htonl(FIRST + (network << 8));
	route.destination = (struct prefix){.given = true, .family = AF_INET, .length = 24};
	memcpy(route.destination.bytes, &network, sizeof network);
	return route;
}

static void add(struct transaction *transaction, enum operation operation, uint32_t network,
	uint32_t metric, uint8_t scope)
{
	struct route route = route_of(network, metric, scope);

	transaction_add(transaction, operation, &route_object, &route, NULL);
}

/* Every change occurs once. */
static void check_complete(const struct order *order, size_t count)
{
	bool *seen = calloc(count, sizeof *seen);

	for (size_t i = 0; i < count; i++) {
		assert_in_range(order->index[i], 0, count - 1);
		assert_false(seen[order->index[i]]);
		seen[order->index[i]] = true;
	}
	free(seen);
}

static void test_few_stay(void **state)
{
	struct transaction transaction = {0};
	struct order order;

	(void)state;
	for (uint32_t i = 0; i < 100; i++)
		add(&transaction, OPERATION_ADD, i, 1, RT_SCOPE_UNIVERSE);
	order = order_changes(&transaction);
	assert_null(order.index);
	assert_false(order.many_rules);
	order_free(&order);
	transaction_free(&transaction);
}

/* Every sixteenth, then those halfway between, in whatever order they were given. */
static void check_rounds(uint32_t step)
{
	struct transaction transaction = {0};
	struct order order;

	for (uint32_t i = 0; i < MANY; i++)
		add(&transaction, OPERATION_ADD, i * step % MANY, 1, RT_SCOPE_UNIVERSE);
	order = order_changes(&transaction);
	assert_false(order.many_rules);
	check_complete(&order, MANY);
	for (size_t i = 0; i < MANY / ROUNDS; i++) {
		assert_int_equal(order.index[i] * step % MANY, i * ROUNDS);
		assert_int_equal(order.index[i + MANY / ROUNDS] * step % MANY, i * ROUNDS + 8);
	}
	order_free(&order);
	transaction_free(&transaction);
}

static void test_added(void **state)
{
	(void)state;
	check_rounds(1);
	check_rounds(7);
}

/* Deletions have the reverse order. */
static void test_deleted(void **state)
{
	struct transaction added = {0};
	struct transaction deleted = {0};
	struct order there;
	struct order back;

	(void)state;
	for (uint32_t i = 0; i < MANY; i++) {
		add(&added, OPERATION_ADD, i, 1, RT_SCOPE_UNIVERSE);
		add(&deleted, OPERATION_DELETE, MANY - 1 - i, 1, RT_SCOPE_UNIVERSE);
	}
	there = order_changes(&added);
	back = order_changes(&deleted);
	check_complete(&back, MANY);
	for (size_t i = 0; i < MANY; i++)
		assert_int_equal(
			there.index[i] % ROUNDS, (MANY - 1 - back.index[MANY - 1 - i]) % ROUNDS);
	order_free(&there);
	order_free(&back);
	transaction_free(&added);
	transaction_free(&deleted);
}

/* Keeps the order by metric, or by line. */
static void test_equals_stay(void **state)
{
	struct transaction transaction = {0};
	size_t place[MANY];
	struct order order;

	(void)state;
	for (uint32_t i = 0; i < MANY; i++)
		add(&transaction, OPERATION_ADD, i * 7 % (MANY / 4), i, RT_SCOPE_UNIVERSE);
	order = order_changes(&transaction);
	check_complete(&order, MANY);
	for (size_t i = 0; i < MANY; i++)
		place[order.index[i]] = i;
	for (size_t i = MANY / 4; i < MANY; i++)
		assert_true(place[i - MANY / 4] < place[i]);
	order_free(&order);
	transaction_free(&transaction);
}

/* Does not move routes across those that make their gateways reachable, nor additions across
 * deletions. */
static void check_fence(enum operation operation, uint8_t scope)
{
	struct transaction transaction = {0};
	struct order order;

	for (uint32_t i = 0; i < MANY; i++)
		add(&transaction, i == MANY / 2 ? operation : OPERATION_ADD, i, 1,
			i == MANY / 2 ? scope : RT_SCOPE_UNIVERSE);
	order = order_changes(&transaction);
	check_complete(&order, MANY);
	assert_int_equal(order.index[MANY / 2], MANY / 2);
	assert_int_equal(order.index[1], ROUNDS);
	for (size_t i = 0; i < MANY / 2; i++)
		assert_true(order.index[i] < MANY / 2);
	order_free(&order);
	transaction_free(&transaction);
}

static void test_fences(void **state)
{
	(void)state;
	check_fence(OPERATION_ADD, RT_SCOPE_LINK);
	check_fence(OPERATION_DELETE, RT_SCOPE_UNIVERSE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_few_stay),
		cmocka_unit_test(test_added),
		cmocka_unit_test(test_deleted),
		cmocka_unit_test(test_equals_stay),
		cmocka_unit_test(test_fences),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
