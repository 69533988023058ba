/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ip's options, in the order in which it tries abbreviations. */
#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "ip/ip.h"

enum {
	OPTION_IGNORED = 1,
	OPTION_FAMILY,    /* argument: the family */
	OPTION_OF_FAMILY, /* its value is the family */
	OPTION_SWITCH,    /* argument: offset in struct options */
	OPTION_OF_IP,     /* argument: offset of a bool in struct ip */
	OPTION_STATISTICS,
	OPTION_BATCH,
	OPTION_NAMESPACE,
	OPTION_COLOUR,
	OPTION_ELSEWHERE, /* the real ip answers */
};

struct ip_option {
	const char *word;
	bool whole; /* can't be abbreviated */
	bool value; /* a word follows */
	int kind;
	size_t argument;
};

#define SWITCH(member) OPTION_SWITCH, offsetof(struct options, member)
#define OF_IP(member)  OPTION_OF_IP, offsetof(struct ip, member)

static const struct ip_option ip_options[] = {
	{"loops", false, true, OPTION_IGNORED, 0},
	{"family", false, true, OPTION_OF_FAMILY, 0},
	{"4", true, false, OPTION_FAMILY, AF_INET},
	{"6", true, false, OPTION_FAMILY, AF_INET6},
	{"0", true, false, OPTION_FAMILY, AF_PACKET},
	{"M", true, false, OPTION_FAMILY, AF_MPLS},
	{"B", true, false, OPTION_FAMILY, AF_BRIDGE},
	{"human", false, false, OPTION_IGNORED, 0},
	{"human-readable", false, false, OPTION_IGNORED, 0},
	{"iec", false, false, OPTION_IGNORED, 0},
	{"stats", false, false, OPTION_STATISTICS, 0},
	{"statistics", false, false, OPTION_STATISTICS, 0},
	{"details", false, false, SWITCH(details)},
	{"resolve", false, false, OF_IP(resolve)},
	{"oneline", false, false, OF_IP(oneline)},
	{"timestamp", false, false, OF_IP(timestamp)},
	{"tshort", false, false, OF_IP(tshort)},
	{"Version", false, false, OPTION_ELSEWHERE, 0},
	{"force", false, false, SWITCH(force)},
	{"batch", false, true, OPTION_BATCH, 0},
	{"brief", false, false, OPTION_IGNORED, 0},
	{"json", false, false, SWITCH(json)},
	{"pretty", false, false, SWITCH(pretty)},
	{"rcvbuf", false, true, OPTION_IGNORED, 0},
	{"color", false, false, OPTION_COLOUR, 0},
	{"help", false, false, OPTION_ELSEWHERE, 0},
	{"netns", false, true, OPTION_NAMESPACE, 0},
	{"Numeric", false, false, SWITCH(numeric)},
	{"all", false, false, OPTION_IGNORED, 0},
	{"echo", true, false, OF_IP(echo)},
	{NULL, false, false, 0, 0},
};

static const struct {
	const char *word;
	uint8_t family;
} families[] = {
	{"inet", AF_INET},
	{"inet6", AF_INET6},
	{"link", AF_PACKET},
	{"mpls", AF_MPLS},
	{"bridge", AF_BRIDGE},
};

static const struct ip_option *find_option(const char *typed)
{
	size_t length = strcspn(typed, "=");

	for (const struct ip_option *option = ip_options; option->word; option++) {
		if (!strcmp(typed, option->word) ||
			(!option->whole && word_abbreviates(typed, option->word)))
			return option;
		if (option->kind == OPTION_COLOUR && typed[length] && length &&
			!strncmp(typed, option->word, length))
			return option;
	}
	return NULL;
}

static int read_family(struct ip *ip, const char *word, struct error *error)
{
	for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
		if (strcmp(word, families[i].word))
			continue;
		ip->family = families[i].family;
		return 0;
	}
	return ip_error(
		error, IP_WORDS, "Error: argument \"%s\" is wrong: invalid protocol family", word);
}

static int read_colour(struct ip *ip, const char *typed, struct error *error)
{
	const char *when = strchr(typed, '=');
	enum colour *colour = &ip->session->options.colour;

	*colour = COLOUR_ALWAYS;
	if (!when || !strcmp(when, "=always"))
		return 0;
	*colour = COLOUR_AUTO;
	if (!strcmp(when, "=auto"))
		return 0;
	*colour = COLOUR_NEVER;
	if (!strcmp(when, "=never"))
		return 0;
	return ip_error(error, IP_WORDS, "Option \"-%s\" is unknown, try \"ip -help\".", typed);
}

static int apply(struct ip *ip, const struct ip_option *option, const char *typed,
	const char *value, const struct words *words, struct error *error)
{
	switch (option->kind) {
	case OPTION_FAMILY:
		ip->family = (uint8_t)option->argument;
		break;
	case OPTION_OF_FAMILY:
		return read_family(ip, value, error);
	case OPTION_SWITCH:
		*(bool *)((char *)&ip->session->options + option->argument) = true;
		break;
	case OPTION_OF_IP:
		*(bool *)((char *)ip + option->argument) = true;
		break;
	case OPTION_STATISTICS:
		ip->session->options.statistics = true;
		ip->nexthops.flags |= ip->statistics++ ? GROUP_DUMP_HW_STATS : GROUP_DUMP_STATS;
		break;
	case OPTION_BATCH:
		ip->batch = value;
		ip->batch_word = words->next - 2;
		break;
	case OPTION_NAMESPACE:
		ip->namespace = value;
		break;
	case OPTION_COLOUR:
		return read_colour(ip, typed, error);
	case OPTION_ELSEWHERE:
		return ip_error(error, IP_WORDS, "iproute " PACKAGE_VERSION);
	default:
		break;
	}
	return 0;
}

int ip_options_read(struct ip *ip, struct words *words, struct error *error)
{
	while (words_peek(words) && *words_peek(words) == '-') {
		const char *typed = words_take(words) + 1;
		const char *value = "";
		const struct ip_option *option;

		if (!strcmp(typed, "-"))
			break;
		if (*typed == '-')
			typed++;
		option = find_option(typed);
		if (!option)
			return ip_error(error, IP_WORDS,
				"Option \"-%s\" is unknown, try \"ip -help\".", typed);
		if (option->value && words_peek(words))
			value = words_take(words);
		else if (option->value)
			return ip_error(error, IP_WORDS,
				"Command line is not complete. Try option \"help\"");
		if (apply(ip, option, typed, value, words, error))
			return -1;
	}
	return 0;
}
