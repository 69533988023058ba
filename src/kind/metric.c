/* Metrics and their locks. */
#include "kind/metric.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "base/decimal.h"
#include "base/error.h"
#include "base/words.h"
#include "kind/number.h"
#include "kind/tcp.h"

enum {
	MTU_MOST = 65535 - 15,
	ADVMSS_MOST = 65535 - 40,
};

static int parse_metric(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct metric *metric = value;
	const struct range *range = field->extra;
	const char *word;

	metric->lock = words_accept(parser->words, "lock");
	parser->locked |= metric->lock;
	word = parser_value(parser, field, error);
	if (!word)
		return -1;
	if (!number_read(word, parser->dialect, &metric->value))
		return parser_refuse(parser, error, "\"%s\" is not a number of 32 bits", word);
	if (range && (metric->value < range->least || metric->value > range->most))
		return parser_refuse(parser, error, "\"%s\" takes a number from %u to %u, not %s",
			field_word(field, parser->dialect), range->least, range->most, word);
	metric->given = true;
	return 0;
}

static void put_metric(struct nlmsghdr *message, const struct field *field, const void *value)
{
	mnl_attr_put_u32(message, field->attribute, ((const struct metric *)value)->value);
}

static void get_metric(struct message *message, const struct field *field, void *value)
{
	struct metric *metric = value;
	const struct nlattr *attribute = message_attribute(message, field, sizeof(uint32_t));

	if (!attribute)
		return;
	metric->given = true;
	metric->value = mnl_attr_get_u32(attribute);
}

/* Text is `mtu lock 1400`; JSON keeps the number and says the lock beside it. */
/* JSON has whole numbers; a part of one stands as it does in text. */
#define NOT_WHOLE UINT64_MAX

static void write_number(
	struct writer *writer, const struct label *label, uint64_t number, const char *text)
{
	if (number == NOT_WHOLE)
		writer_string(writer, label, TINT_NONE, text);
	else
		writer_number(writer, label, number, text);
}

static void write_locked(struct writer *writer, const struct label *label,
	const struct metric *metric, uint64_t number, const char *text, enum dialect dialect)
{
	static const struct label lock = {.word = "lock", .key = "lock"};
	char locked[48];

	if (dialect == DIALECT_IP) {
		snprintf(locked, sizeof locked, "%s%s", metric->lock ? "lock " : "", text);
		writer_number(writer, label, number, locked);
	} else if (metric->lock) {
		writer_object_open(writer, label);
		write_number(writer, &lock, number, text);
		writer_object_close(writer);
	} else {
		write_number(writer, label, number, text);
	}
}

static void write_metric(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	const struct metric *metric = value;
	struct label label = field_label(field, view->dialect);
	char text[DECIMAL_TEXT_MAX];

	decimal_text(metric->value, text);
	write_locked(writer, &label, metric, metric->value, text, view->dialect);
}

static bool same_metric(const void *a, const void *b)
{
	const struct metric *left = a;
	const struct metric *right = b;

	return left->value == right->value && left->lock == right->lock;
}

/* Every kernel takes more, and makes so much of it (ip_metrics_convert() in net/ipv4/metrics.c). */
static const struct field *metric_lost(
	const struct field *field, const void *sent, const void *told, uint8_t family)
{
	uint32_t number = ((const struct metric *)sent)->value;
	bool more = (field->attribute == RTAX_MTU && number > MTU_MOST) ||
	            (field->attribute == RTAX_ADVMSS && number > ADVMSS_MOST);

	(void)family;
	return more && (!told || !same_metric(sent, told)) ? field : NULL;
}

const struct kind kind_metric = {
	.syntax = "[lock] N",
	.size = sizeof(struct metric),
	.parse = parse_metric,
	.put = put_metric,
	.get = get_metric,
	.write = write_metric,
	.same = same_metric,
	.lost = metric_lost,
};

/* ---- times ---- */

/* Milliseconds for one of the unit; 0: unknown. */
static double unit_scale(const char *unit)
{
	if (!strcasecmp(unit, "s") || !strcasecmp(unit, "sec") || !strcasecmp(unit, "secs"))
		return 1000;
	if (!strcasecmp(unit, "ms") || !strcasecmp(unit, "msec") || !strcasecmp(unit, "msecs"))
		return 1;
	return 0;
}

static int parse_time(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct metric *metric = value;
	const char *word;
	double number;
	double scale;
	char *end;

	metric->lock = words_accept(parser->words, "lock");
	parser->locked |= metric->lock;
	word = parser_value(parser, field, error);
	if (!word)
		return -1;
	number = strtod(word, &end);
	scale = *end                            ? unit_scale(end) * field->bits
	        : parser->dialect == DIALECT_IP ? 1
	                                        : field->bits;
	number = ceil(number * scale);
	if (end == word || scale <= 0 || !(number >= 0 && number <= UINT32_MAX)) {
		parser_refuse(parser, error, "\"%s\" is not a time", word);
		return error_hint(error, "as in 100ms or 1.5s; a plain number is milliseconds");
	}
	metric->given = true;
	metric->value = (uint32_t)number;
	return 0;
}

static void write_time(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	const struct metric *metric = value;
	struct label label = field_label(field, view->dialect);
	uint64_t milliseconds = metric->value / field->bits;
	char text[32];

	if (view->dialect == DIALECT_OWN && metric->value % field->bits) {
		snprintf(text, sizeof text, "%.12gms", (double)metric->value / field->bits);
		milliseconds = NOT_WHOLE;
	} else if (milliseconds >= 1000 &&
		   (view->dialect == DIALECT_IP || milliseconds % 100 == 0)) {
		snprintf(text, sizeof text, view->dialect == DIALECT_OWN ? "%.12gs" : "%gs",
			(double)milliseconds / 1000);
	} else {
		snprintf(text, sizeof text, "%" PRIu64 "ms", milliseconds);
	}
	write_locked(writer, &label, metric, milliseconds, text, view->dialect);
}

const struct kind kind_time = {
	.syntax = "[lock] TIME",
	.size = sizeof(struct metric),
	.parse = parse_time,
	.put = put_metric,
	.get = get_metric,
	.write = write_time,
	.same = same_metric,
};

/* ---- locks ---- */

static void put_lock(struct nlmsghdr *message, const struct field *field, const void *value)
{
	mnl_attr_put_u32(message, field->attribute, ((const struct number *)value)->value);
}

static void get_lock(struct message *message, const struct field *field, void *value)
{
	struct number *lock = value;
	const struct nlattr *attribute = message_attribute(message, field, sizeof(uint32_t));

	if (!attribute)
		return;
	lock->given = true;
	lock->value = mnl_attr_get_u32(attribute);
}

static bool same_lock(const void *a, const void *b)
{
	return ((const struct number *)a)->value == ((const struct number *)b)->value;
}

const struct kind kind_lock = {
	.syntax = "",
	.size = sizeof(struct number),
	.put = put_lock,
	.get = get_lock,
	.same = same_lock,
};

static bool is_metric(const struct field *field)
{
	return field->kind == &kind_metric || field->kind == &kind_time ||
	       field->kind == &kind_features || field->kind == &kind_congestion;
}

/* The row of the locks; the metrics are the rows of its nest. */
static const struct field *lock_row(const struct object *object)
{
	for (int i = 0; i < object->count; i++)
		if (object->fields[i].kind == &kind_lock)
			return &object->fields[i];
	return NULL;
}

void metrics_lock(const struct object *object, void *record)
{
	const struct field *row = lock_row(object);
	struct number *lock = field_value(row, record);

	for (const struct field *field = row;
		field < object->fields + object->count && field->nest == row->nest; field++) {
		const struct metric *metric = field_peek(field, record);

		if (metric->given && is_metric(field) && metric->lock) {
			lock->given = true;
			lock->value |= 1U << field->attribute;
		}
	}
}

void metrics_unlock(const struct object *object, void *record)
{
	const struct field *row = lock_row(object);
	const struct number *lock = field_peek(row, record);

	for (const struct field *field = row;
		field < object->fields + object->count && field->nest == row->nest; field++) {
		struct metric *metric = field_value(field, record);

		if (is_metric(field) && lock->value >> field->attribute & 1) {
			metric->given = true;
			metric->lock = true;
		}
	}
}
