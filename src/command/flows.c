/* SPDX-License-Identifier: GPL-2.0-or-later */
/* monitor flows: prints each flow that a rule with `log` routes, when it starts. */
#include <netinet/in.h>
#include <sys/socket.h>

#include "command/command.h"
#include "names/names.h"
#include "netlink/nflog.h"
#include "netlink/nft_entry.h"
#include "output/json.h"

enum { END_MAX = ADDRESS_TEXT_MAX + 16 }; /* bytes of an address with a port as text */

static const char *protocol_text(uint8_t protocol, char spare[4])
{
	switch (protocol) {
	case IPPROTO_ICMP:
		return "icmp";
	case IPPROTO_TCP:
		return "tcp";
	case IPPROTO_UDP:
		return "udp";
	case IPPROTO_UDPLITE:
		return "udplite";
	case IPPROTO_SCTP:
		return "sctp";
	case IPPROTO_DCCP:
		return "dccp";
	case IPPROTO_GRE:
		return "gre";
	case IPPROTO_ESP:
		return "esp";
	case IPPROTO_ICMPV6:
		return "icmpv6";
	default:
		snprintf(spare, 4, "%u", protocol);
		return spare;
	}
}

static void end_text(
	const struct flow *flow, const struct address *address, uint16_t port, char text[END_MAX])
{
	char host[ADDRESS_TEXT_MAX];

	address_text(address->family, address->bytes, host);
	if (!flow->ports)
		snprintf(text, END_MAX, "%s", host);
	else if (address->family == AF_INET6)
		snprintf(text, END_MAX, "[%s]:%u", host, port);
	else
		snprintf(text, END_MAX, "%s:%u", host, port);
}

static void write_text(struct session *session, const struct flow *flow)
{
	char source[END_MAX];
	char destination[END_MAX];
	char number[4];
	char spare[16];

	end_text(flow, &flow->source, flow->source_port, source);
	end_text(flow, &flow->destination, flow->destination_port, destination);
	buffer_format(&session->out, "rule %u: %s -> %s %s", flow->preference, source, destination,
		protocol_text(flow->protocol, number));
	if (flow->input) {
		buffer_string(&session->out, " in ");
		word_quote(&session->out, names_device_name(session->names, flow->input, spare));
	}
	if (flow->output) {
		buffer_string(&session->out, " out ");
		word_quote(&session->out, names_device_name(session->names, flow->output, spare));
	}
	buffer_char(&session->out, '\n');
}

static void write_number(struct writer *writer, const char *key, uint32_t number)
{
	writer_number(writer, &(struct label){.word = key, .key = key}, number, NULL);
}

static void write_string(struct writer *writer, const char *key, const char *text)
{
	writer_string(writer, &(struct label){.word = key, .key = key}, TINT_NONE, text);
}

/* One JSON object per line. */
static void write_json(struct session *session, const struct flow *flow)
{
	struct writer *writer = json_lines_writer(&session->out);
	char host[ADDRESS_TEXT_MAX];
	char spare[16];

	writer_open(writer);
	write_number(writer, "rule", flow->preference);
	address_text(flow->source.family, flow->source.bytes, host);
	write_string(writer, "from", host);
	if (flow->ports)
		write_number(writer, "sport", flow->source_port);
	address_text(flow->destination.family, flow->destination.bytes, host);
	write_string(writer, "to", host);
	if (flow->ports)
		write_number(writer, "dport", flow->destination_port);
	write_string(writer, "proto", protocol_text(flow->protocol, spare));
	if (flow->input)
		write_string(writer, "in", names_device_name(session->names, flow->input, spare));
	if (flow->output)
		write_string(writer, "out", names_device_name(session->names, flow->output, spare));
	writer_close(writer);
	writer_free(writer);
}

int monitor_flows(struct session *session, struct error *error)
{
	struct nflog *nflog = nflog_open(NFT_LOG_GROUP, error);
	struct error warning;
	struct flow flow;
	bool lost;
	int status = nflog ? 0 : -1;

	while (!status && !session_flush(session, true)) {
		status = nflog_next(nflog, &flow, &lost, error);
		if (status)
			break;
		if (lost) {
			error_set(&warning, STATUS_DONE,
				"earlier flows were lost: there were too many at once");
			session->report(&warning);
		}
		if (session->options.json)
			write_json(session, &flow);
		else
			write_text(session, &flow);
	}
	nflog_close(nflog);
	return status;
}
