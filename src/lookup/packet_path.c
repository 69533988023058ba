/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Converts paths through a diagram to packets and words, and packets to paths. */
#include <inttypes.h>
#include <string.h>
#include <sys/socket.h>

#include "lookup/flow.h"
#include "lookup/path_host.h"
#include "lookup/policy_set.h"

enum { DEVICE_UNNAMED = (1 << PACKET_DEVICE_BITS) - 1 };

/* A field on a path: the values of its known bits, and which bits are known. */
struct known_bits {
	uint64_t value, mask;
};

static void set_bits(struct diagram_path *path, uint16_t first, unsigned width, uint64_t value)
{
	for (unsigned i = 0; i < width; i++)
		path->bit[first + i] = (int8_t)(value >> (width - 1 - i) & 1);
}

static struct known_bits bits_of(const struct diagram_path *path, uint16_t first, unsigned width)
{
	struct known_bits bits = {0};

	for (unsigned i = 0; i < width; i++) {
		bits.value = bits.value << 1 | (path->bit[first + i] == 1);
		bits.mask = bits.mask << 1 | (path->bit[first + i] >= 0);
	}
	return bits;
}

static unsigned known_bits_of(const struct diagram_path *path, uint16_t first, unsigned width)
{
	unsigned known = 0;

	for (unsigned i = 0; i < width; i++)
		known += path->bit[first + i] >= 0;
	return known;
}

static uint32_t number_by_index(
	const struct policy_sets *sets, const struct snapshot *snapshot, uint32_t index)
{
	const struct snapshot_device *device = snapshot_device(snapshot, index);
	uint32_t number = 1;

	if (!device || index == DEVICE_LOOPBACK)
		return 0;
	while (*policy_sets_name(sets, number) &&
		strcmp(policy_sets_name(sets, number), device->name) != 0)
		number++;
	return *policy_sets_name(sets, number) ? number : DEVICE_UNNAMED;
}

/* Returns the packets with a device of the snapshot, or none, in the field at `first`. */
static uint32_t known_devices(
	struct policy_sets *sets, const struct snapshot *snapshot, uint16_t first)
{
	struct diagrams *diagrams = policy_sets_diagrams(sets);
	const struct vector *devices = snapshot_devices(snapshot);
	uint32_t known = diagram_bits(diagrams, first, PACKET_DEVICE_BITS, 0, DEVICE_UNNAMED);

	for (size_t i = 0; i < devices->count; i++) {
		const struct snapshot_device *device = vector_at(devices, i);

		known = diagram_or(diagrams, known,
			diagram_bits(diagrams, first, PACKET_DEVICE_BITS,
				number_by_index(sets, snapshot, device->index), DEVICE_UNNAMED));
	}
	return known;
}

uint32_t policy_sets_inputs(struct policy_sets *sets, const struct snapshot *snapshot)
{
	struct diagrams *diagrams = policy_sets_diagrams(sets);
	uint32_t own = diagram_bits(diagrams, PACKET_INPUT, PACKET_DEVICE_BITS, 0, DEVICE_UNNAMED);
	uint32_t unbound =
		diagram_bits(diagrams, PACKET_OUTPUT, PACKET_DEVICE_BITS, 0, DEVICE_UNNAMED);
	uint32_t no_user = diagram_bits(diagrams, PACKET_USER, 32, 0, UINT64_MAX);

	/* Only packets that this host sends are bound to a device, or belong to a user: others
	 * have the uid 0 (ip_route_input_slow()). */
	return diagram_choose(diagrams, own, known_devices(sets, snapshot, PACKET_OUTPUT),
		diagram_and(diagrams, diagram_and(diagrams, unbound, no_user),
			known_devices(sets, snapshot, PACKET_INPUT)));
}

/* Devices that no policy names share all numbers without a name. Returns the first of them, or
 * NULL. */
static const struct snapshot_device *unnamed_device(
	const struct policy_sets *sets, const struct snapshot *snapshot)
{
	const struct vector *devices = snapshot_devices(snapshot);

	for (size_t i = 0; i < devices->count; i++) {
		const struct snapshot_device *device = vector_at(devices, i);

		if (device->index != DEVICE_LOOPBACK &&
			number_by_index(sets, snapshot, device->index) == DEVICE_UNNAMED)
			return device;
	}
	return NULL;
}

static struct device device_of(const struct policy_sets *sets, const struct snapshot *snapshot,
	const struct diagram_path *path, uint16_t first)
{
	uint32_t number = (uint32_t)bits_of(path, first, PACKET_DEVICE_BITS).value;
	const char *name = policy_sets_name(sets, number);
	const struct snapshot_device *device = NULL;

	if (number)
		device = *name ? snapshot_device_named(snapshot, name)
		               : unnamed_device(sets, snapshot);
	return (struct device){device != NULL, device ? device->index : 0};
}

static struct number number_of(const struct diagram_path *path, uint16_t first, unsigned width)
{
	struct known_bits bits = bits_of(path, first, width);

	return (struct number){bits.mask != 0, (uint32_t)bits.value};
}

struct packet path_packet(const struct policy_sets *sets, const struct snapshot *snapshot,
	const struct diagram_path *path, uint8_t family)
{
	unsigned width = family == AF_INET ? 32 : 128;
	struct known_bits protocol = bits_of(path, PACKET_PROTOCOL, 8);
	struct packet packet = {
		.family = family,
		.source = {.given = true, .family = family},
		.destination = {.given = true, .family = family},
		.input = device_of(sets, snapshot, path, PACKET_INPUT),
		.output = device_of(sets, snapshot, path, PACKET_OUTPUT),
		.tos = {true, (uint8_t)(bits_of(path, PACKET_DSCP, 6).value << 2)},
		.transport = {protocol.mask != 0, (uint8_t)protocol.value},
		.mark = number_of(path, PACKET_MARK, 32),
		.uid = number_of(path, PACKET_USER, 32),
		.source_port = number_of(path, PACKET_SOURCE_PORT, 16),
		.destination_port = number_of(path, PACKET_DESTINATION_PORT, 16),
		.flow_label = number_of(path, PACKET_FLOW_LABEL, 20),
		.tunnel = bits_of(path, PACKET_TUNNEL, 64).value,
	};

	path_host(snapshot, path, PACKET_SOURCE, width, &packet.source);
	path_host(snapshot, path, PACKET_DESTINATION, width, &packet.destination);
	if (!known_bits_of(path, PACKET_SOURCE, width) && !packet.input.given)
		packet.source.given = false;
	return packet;
}

/* ---- words ---- */

static void add_prefix(struct buffer *out, const char *word, const struct diagram_path *path,
	uint16_t first, uint8_t family)
{
	unsigned width = family == AF_INET ? 32 : 128;
	struct address address = {.family = family};
	char text[ADDRESS_TEXT_MAX];
	unsigned known = 0;
	unsigned length = 0;

	for (unsigned i = 0; i < width; i++)
		if (path->bit[first + i] >= 0) {
			known++;
			length = i + 1;
		}
	if (!known)
		return;
	path_address(path, first, width, &address);
	address_text(family, address.bytes, text);
	buffer_format(out, " %s %s", word, text);
	if (length < width)
		buffer_format(out, "/%u", length);
	if (known < length)
		buffer_string(out, " (some)");
}

/* If the leading bits are known, writes a range; otherwise a value and a mask. */
static void add_range(struct buffer *out, const char *word, struct known_bits bits, unsigned width)
{
	uint64_t all = (1ULL << width) - 1;
	uint64_t open = all & ~bits.mask;

	if (!bits.mask)
		return;
	if (!open)
		buffer_format(out, " %s %" PRIu64, word, bits.value);
	else if (!(open & (open + 1)))
		buffer_format(out, " %s %" PRIu64 "-%" PRIu64, word, bits.value, bits.value | open);
	else
		buffer_format(out, " %s %#" PRIx64 "/%#" PRIx64, word, bits.value, bits.mask);
}

static void add_masked(struct buffer *out, const char *word, struct known_bits bits, unsigned width)
{
	if (!bits.mask)
		return;
	buffer_format(out, " %s %#" PRIx64, word, bits.value);
	if (bits.mask != (1ULL << width) - 1)
		buffer_format(out, "/%#" PRIx64, bits.mask);
}

/* 4294967295 is not a valid user id. */
static void add_users(struct buffer *out, struct known_bits bits)
{
	uint64_t last = bits.value | (UINT32_MAX & ~bits.mask);

	if (bits.mask)
		buffer_format(out, " uidrange %" PRIu64 "-%" PRIu64, bits.value,
			last == UINT32_MAX ? last - 1 : last);
}

static void add_tunnel(struct buffer *out, struct known_bits bits)
{
	if (bits.mask == UINT64_MAX && bits.value)
		buffer_format(out, " tun_id %" PRIu64, bits.value);
	else if (bits.mask)
		buffer_string(out, " tun_id other");
}

/* The grammar has no words for several protocols. */
static void add_protocol(struct buffer *out, struct known_bits bits)
{
	if (bits.mask == UINT8_MAX)
		buffer_format(out, " ipproto %" PRIu64, bits.value);
	else if (bits.mask)
		buffer_string(out, " ipproto other");
}

static void add_device(struct buffer *out, const char *word, const struct policy_sets *sets,
	struct known_bits bits, const char *none)
{
	const char *name = policy_sets_name(sets, (uint32_t)bits.value);

	if (!bits.mask)
		return;
	if (bits.mask != DEVICE_UNNAMED || (bits.value && !*name))
		name = "other";
	else if (!bits.value)
		name = none;
	buffer_format(out, " %s %s", word, name);
}

void path_words(const struct policy_sets *sets, const struct diagram_path *path, uint8_t family,
	struct buffer *out)
{
	size_t begin = out->length;

	add_prefix(out, "from", path, PACKET_SOURCE, family);
	add_prefix(out, "to", path, PACKET_DESTINATION, family);
	add_device(out, "iif", sets, bits_of(path, PACKET_INPUT, PACKET_DEVICE_BITS), "lo");
	/* A packet that comes in by a device is not bound to a device. */
	if (!bits_of(path, PACKET_INPUT, PACKET_DEVICE_BITS).value)
		add_device(
			out, "oif", sets, bits_of(path, PACKET_OUTPUT, PACKET_DEVICE_BITS), "none");
	add_masked(out, "dscp", bits_of(path, PACKET_DSCP, 6), 6);
	add_masked(out, "fwmark", bits_of(path, PACKET_MARK, 32), 32);
	add_protocol(out, bits_of(path, PACKET_PROTOCOL, 8));
	add_range(out, "sport", bits_of(path, PACKET_SOURCE_PORT, 16), 16);
	add_range(out, "dport", bits_of(path, PACKET_DESTINATION_PORT, 16), 16);
	add_users(out, bits_of(path, PACKET_USER, 32));
	add_masked(out, "flowlabel", bits_of(path, PACKET_FLOW_LABEL, 20), 20);
	add_tunnel(out, bits_of(path, PACKET_TUNNEL, 64));
	if (out->length == begin)
		buffer_string(out, family == AF_INET ? " from 0.0.0.0/0" : " from ::/0");
	memmove(out->data + begin, out->data + begin + 1, out->length - begin - 1);
	out->length--;
}

/* ---- the outcome of one packet, and input devices ---- */

static struct diagram_path path_of(const struct policy_sets *sets, const struct snapshot *snapshot,
	const struct packet *packet)
{
	struct flow flow = flow_of_packet(snapshot, packet);
	struct diagram_path path = {{0}};

	set_bits(&path, PACKET_INPUT, PACKET_DEVICE_BITS,
		number_by_index(sets, snapshot, flow.input));
	set_bits(&path, PACKET_OUTPUT, PACKET_DEVICE_BITS,
		number_by_index(sets, snapshot, flow.output));
	for (unsigned i = 0; i < 128; i++) {
		path.bit[PACKET_SOURCE + i] = flow.source[i / 8] >> (7 - i % 8) & 1;
		path.bit[PACKET_DESTINATION + i] = flow.destination[i / 8] >> (7 - i % 8) & 1;
	}
	set_bits(&path, PACKET_PROTOCOL, 8, flow.protocol);
	set_bits(&path, PACKET_SOURCE_PORT, 16, flow.source_port);
	set_bits(&path, PACKET_DESTINATION_PORT, 16, flow.destination_port);
	set_bits(&path, PACKET_MARK, 32, flow.mark);
	set_bits(&path, PACKET_DSCP, 6, flow.tos >> 2);
	set_bits(&path, PACKET_USER, 32, flow.user);
	set_bits(&path, PACKET_FLOW_LABEL, 20, flow.flow_label);
	set_bits(&path, PACKET_TUNNEL, 64, flow.tunnel);
	return path;
}

uint32_t policy_set_find(const struct policy_sets *sets, const struct policy_set *policy,
	const struct packet *packet)
{
	struct diagrams *diagrams = policy_sets_diagrams(sets);
	struct diagram_path path = path_of(sets, policy->snapshot, packet);
	uint32_t diagram = policy->whole;

	while (!diagram_is_outcome(diagram))
		diagram = diagram_branch(
			diagrams, diagram, path.bit[diagram_variable(diagrams, diagram)] == 1);
	return diagram_number(diagram);
}

bool path_split_inputs(const struct policy_sets *sets, const struct snapshot *snapshot,
	const struct diagram_path *path, uint32_t *number, struct diagram_path *part)
{
	struct known_bits bits = bits_of(path, PACKET_INPUT, PACKET_DEVICE_BITS);
	/* Only what this host sends. */
	bool sent = bits_of(path, PACKET_OUTPUT, PACKET_DEVICE_BITS).value ||
	            bits_of(path, PACKET_USER, 32).value;
	uint32_t others = (uint32_t)sets->names.count + 1;

	*part = *path;
	if (!bits.mask)
		return !(*number)++;
	while (*number <= others) {
		uint32_t device = (*number)++;

		if (device == others && !unnamed_device(sets, snapshot))
			break;
		if (device == others)
			device = DEVICE_UNNAMED;
		if ((device & bits.mask) != bits.value || (device && sent) ||
			!strcmp(policy_sets_name(sets, device), "lo"))
			continue;
		set_bits(part, PACKET_INPUT, PACKET_DEVICE_BITS, device);
		return true;
	}
	return false;
}
