/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by ip's verbs: reads words, shows records, sends one to the kernel. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/rtnetlink.h>

#include "ip/ip.h"
#include "model/route.h"
#include "output/json.h"
#include "output/text.h"

struct parser ip_parser(struct ip *ip, struct words *words)
{
	return (struct parser){
		.words = words,
		.names = ip->session->names,
		.arena = &ip->session->arena,
		.dialect = DIALECT_IP,
		.family = ip->family,
		.family_word = -1,
	};
}

struct view ip_view(const struct ip *ip)
{
	struct view view = session_view(ip->session);

	view.dialect = DIALECT_IP;
	view.oneline = ip->oneline;
	view.resolve = ip->resolve;
	view.family = ip->family;
	return view;
}

/* Guesses as `ip` does: COLORFGBG ends with the number of the background colour. */
static bool is_light(void)
{
	const char *colours = getenv("COLORFGBG");
	const char *background = colours ? strrchr(colours, ';') : NULL;

	return !background || strlen(background) != 2 || !strchr("01234568", background[1]);
}

struct writer *ip_writer(struct ip *ip, const struct object *object, const char *prefix)
{
	struct session *session = ip->session;
	const struct options *options = &session->options;
	bool colour = options->colour == COLOUR_ALWAYS ||
	              (options->colour == COLOUR_AUTO && isatty(STDOUT_FILENO));
	struct writer *writer;

	if (options->json)
		return json_writer(&session->out, options->pretty);
	writer = text_writer(&session->out,
		object == &route_object ? SPACING_AFTER : SPACING_BEFORE, colour, prefix);
	if (is_light())
		text_writer_light(writer);
	if (isatty(STDOUT_FILENO))
		text_writer_visible(writer);
	return writer;
}

struct echo {
	struct ip *ip;
	const struct object *object;
};

bool ip_is_delete(const struct nlmsghdr *message)
{
	return message->nlmsg_type == RTM_DELROUTE || message->nlmsg_type == RTM_DELRULE;
}

void ip_show_message(struct ip *ip, struct writer *writer, const struct object *object,
	const struct nlmsghdr *message, const struct view *view)
{
	static const struct label deleted = {NULL, "deleted"};
	struct arena *arena = &ip->session->arena;
	void *record = arena_get(arena, object->size);

	memset(record, 0, object->size);
	if (fields_decode(object, message, arena, record))
		return;
	if (object == &route_object)
		ip_nexthop_add(&ip->nexthops, ip->session, record);
	writer_open(writer);
	if (ip_is_delete(message))
		writer_flag(writer, &deleted);
	fields_write(writer, object, record, view, 0);
	writer_close(writer);
}

/* With -j writes an array of one object; `ip` opens the object twice, which is not valid JSON. */
void ip_show_echo(struct ip *ip, const struct object *object, const struct nlmsghdr *message)
{
	struct view view = ip_view(ip);
	struct writer *writer;

	if (!ip->echo)
		return;
	writer = ip_writer(ip, object, ip_is_delete(message) ? "Deleted " : "");
	writer_begin(writer);
	ip_show_message(ip, writer, object, message, &view);
	writer_end(writer);
	writer_free(writer);
}

static void show_echo(const struct nlmsghdr *message, void *context)
{
	const struct echo *echo = context;

	ip_show_echo(echo->ip, echo->object, message);
}

int ip_send(struct ip *ip, const struct object *object, const void *record,
	const struct ip_verb *verb, struct error *error)
{
	struct echo echo = {ip, object};
	char *memory = arena_get(&ip->session->arena, MESSAGE_MAX);
	struct answer answer;
	char warning[sizeof answer.sentence + 16];

	if (ip_lock(ip, error))
		return -1;
	if (verb->flags & (NLM_F_CREATE | NLM_F_REPLACE) && fields_fragile(object, record))
		return ip_send_verified(ip, object, record, verb, error);
	fields_encode(
		object, record, verb->type, verb->flags | (ip->echo ? NLM_F_ECHO : 0), memory);
	if (netlink_request(ip->session->netlink, (struct nlmsghdr *)memory, &answer, show_echo,
		    &echo, error))
		return -1;
	if (answer.number)
		return ip_refuse_kernel(&answer, error);
	ip->session->changed = true;
	if (*answer.sentence) {
		snprintf(warning, sizeof warning, "Warning: %s%s\n", answer.sentence,
			answer.sentence[strlen(answer.sentence) - 1] == '.' ? "" : ".");
		ip_report(ip, warning);
	}
	return 0;
}
