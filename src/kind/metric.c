/* SPDX-License-Identifier: GPL-2.0-or-later */
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
#include "field/received.h"
#include "kind/number.h"

enum {
	MTU_MOST = 65535 - 15,
	ADVMSS_MOST = 65535 - 40,
};

static int parse_metric(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct metric *metric = value;
	const struct range *range = field->range;
	const char *word;

	metric->lock = parser_accept(parser, "lock");
	parser->locked |= metric->lock;
	word = parser_value(parser, field, error);
	if (!word)
		return -1;
	if (!number_read(word, parser->dialect, &metric->value))
		return parser_refuse(
			parser, error, "\"%s\" is not a 32-bit number (0 to 4294967295)", word);
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

/* Text is `mtu lock 1400`; JSON has the number, and the lock next to it. */
/* JSON has integers; fractions are written as in text. */
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

/* Kernels report no metric of 0 (rtnetlink_put_metrics()). */
static bool fits_metric(const void *value, const void *wanted)
{
	const struct metric *metric = value;
	const struct metric *selector = wanted;

	if (!metric->given)
		return !selector->value && !selector->lock;
	return same_metric(metric, selector);
}

/* Kernels accept more and reduce it to this value (ip_metrics_convert() in net/ipv4/metrics.c). */
static const struct field *metric_lost(
	const struct field *field, const void *sent, const void *reported, uint8_t family)
{
	uint32_t number = ((const struct metric *)sent)->value;
	bool more = (field->attribute == RTAX_MTU && number > MTU_MOST) ||
	            (field->attribute == RTAX_ADVMSS && number > ADVMSS_MOST);

	(void)family;
	return more && (!reported || !same_metric(sent, reported)) ? field : NULL;
}

const struct kind kind_metric = {
	.syntax = "[lock] N",
	.size = sizeof(struct metric),
	.takes = MEMBER_RANGE,
	.parse = parse_metric,
	.put = put_metric,
	.get = get_metric,
	.write = write_metric,
	.same = same_metric,
	.fits = fits_metric,
	.lost = metric_lost,
};

/* ---- times ---- */

/* Returns the milliseconds of a unit; 0 if the unit is unknown. */
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

	metric->lock = parser_accept(parser, "lock");
	parser->locked |= metric->lock;
	word = parser_value(parser, field, error);
	if (!word)
		return -1;
	number = strtod(word, &end);
	scale = *end                            ? unit_scale(end) * field->unit
	        : parser->dialect == DIALECT_IP ? 1
	                                        : field->unit;
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
	uint64_t milliseconds = metric->value / field->unit;
	char text[32];

	if (view->dialect == DIALECT_OWN && metric->value % field->unit) {
		snprintf(text, sizeof text, "%.12gms", (double)metric->value / field->unit);
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
	.needs = MEMBER_UNIT,
	.parse = parse_time,
	.put = put_metric,
	.get = get_metric,
	.write = write_time,
	.same = same_metric,
};
