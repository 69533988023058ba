/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Protocols and ports. */
#include "kind/service.h"

#include <netinet/in.h>
#include <string.h>

#include "base/error.h"
#include "base/words.h"
#include "field/walk.h"
#include "kind/number.h"
#include "kind/span.h"

enum { PORT_MOST = 65535 };

static const struct {
	const char *word;
	uint8_t number;
} protocols[] = {
	{"tcp", IPPROTO_TCP},
	{"udp", IPPROTO_UDP},
	{"sctp", IPPROTO_SCTP},
	{"dccp", IPPROTO_DCCP},
	{"udplite", IPPROTO_UDPLITE},
};
enum { PROTOCOLS = sizeof protocols / sizeof *protocols };

static uint8_t protocol_read(const char *word)
{
	for (size_t i = 0; word && i < PROTOCOLS; i++)
		if (!strcmp(protocols[i].word, word))
			return protocols[i].number;
	return 0;
}

static const char *protocol_word(uint8_t number)
{
	for (size_t i = 0; i < PROTOCOLS; i++)
		if (protocols[i].number == number)
			return protocols[i].word;
	return "tcp";
}

static bool read_port(const struct parser *parser, const char *word, uint16_t *port)
{
	uint32_t number;

	/* Words from nftables have numbers, no names. */
	if (!number_read(word, DIALECT_OWN, &number) &&
		!(parser->names && port_read(parser, word, &number)))
		return false;
	if (!number || number > PORT_MOST)
		return false;
	*port = (uint16_t)number;
	return true;
}

static bool read_ports(const struct parser *parser, const char *word, struct service *service)
{
	const char *dash = strchr(word, '-');
	char first[32];

	/* A name may contain a dash. */
	if (read_port(parser, word, &service->first)) {
		service->last = service->first;
		return true;
	}
	if (!dash || (size_t)(dash - word) >= sizeof first)
		return false;
	snprintf(first, sizeof first, "%.*s", (int)(dash - word), word);
	return read_port(parser, first, &service->first) &&
	       read_port(parser, dash + 1, &service->last) && service->first <= service->last;
}

/* Takes `word` and its value; sets *value to NULL if it is not the next word. */
static bool take(struct words *words, const char *word, const char **value)
{
	*value = NULL;
	if (!words_accept(words, word))
		return false;
	*value = words_take(words);
	return true;
}

static int parse_service(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct service *service = value;
	struct words *words = parser->words;
	const char *word = words_take(words);

	(void)field;
	service->given = true;
	service->protocol = protocol_read(word);
	if (!service->protocol) {
		error_at(error, words, words->next - (word != NULL),
			"ports are those of tcp, udp, sctp, dccp or udplite");
		return error_hint(error, "as in ipproto tcp dport 8080");
	}
	if (!take(words, "dport", &word) && !parser->filter) {
		error_at(error, words, words->next, "a NAT route for a protocol needs its ports");
		return error_hint(
			error, "as in ipproto %s dport 8080", protocol_word(service->protocol));
	}
	if (word && !read_ports(parser, word, service)) {
		error_at(error, words, words->next - 1,
			"\"%s\" is neither a port nor a range of ports", word);
		return error_hint(error, "1 to 65535, as in dport 8080 or dport 8080-8090");
	}
	if (take(words, "to-port", &word) && !(word && read_port(parser, word, &service->to)))
		return error_at(error, words, words->next - (word != NULL),
			"to-port takes one port, 1 to 65535");
	return 0;
}

static void write_service(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	const struct service *service = value;
	const struct label ports = {.word = "dport", .key = "dport"};
	const struct label to = {.word = "to-port", .key = "to-port"};
	struct label label = field_label(field, view->dialect);
	char text[32];

	writer_string(writer, &label, TINT_NONE, protocol_word(service->protocol));
	snprintf(text, sizeof text, "%u-%u", service->first, service->last);
	if (service->first && (service->first == service->last || !service->last))
		writer_number(writer, &ports, service->first, NULL);
	else if (service->first)
		writer_string(writer, &ports, TINT_NONE, text);
	if (service->to)
		writer_number(writer, &to, service->to, NULL);
}

static bool same_service(const void *a, const void *b)
{
	const struct service *left = a;
	const struct service *right = b;

	return left->protocol == right->protocol && left->first == right->first &&
	       left->last == right->last && left->to == right->to;
}

static bool fits_service(const void *value, const void *wanted)
{
	const struct service *service = value;
	const struct service *selector = wanted;

	return service->given && service->protocol == selector->protocol &&
	       (!selector->first || service->first == selector->first) &&
	       (!selector->last || service->last == selector->last) &&
	       (!selector->to || service->to == selector->to);
}

static void complete_service(struct completion *completion, const struct field *field)
{
	(void)field;
	for (size_t i = 0; i < PROTOCOLS; i++)
		completion_try(completion, protocols[i].word, NULL);
}

bool services_meet(const struct service *a, const struct service *b)
{
	return a->protocol == b->protocol && a->first <= b->last && b->first <= a->last;
}

const struct kind kind_service = {
	.syntax = "PROTOCOL dport PORT[-PORT] [to-port PORT]",
	.size = sizeof(struct service),
	.parse = parse_service,
	.write = write_service,
	.same = same_service,
	.fits = fits_service,
	.complete = complete_service,
};
