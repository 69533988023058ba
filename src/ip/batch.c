/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `ip -batch FILE`: runs line after line until one fails. */
#include <errno.h>
#include <string.h>

#include "ip/ip.h"
#include "base/script.h"

/* Sets *found to whether any line concerns an object of ours. Reads the whole file. Returns 0, or
 * -1 if it can't be read. */
static int find_ours(struct script *script, bool *found, struct error *error)
{
	struct words words;

	*found = false;
	for (;;) {
		if (script_next(script, &words, error)) {
			if (script->ended)
				return -1;
			continue;
		}
		if (!words.count)
			return 0;
		*found |= ip_is_ours(&words);
	}
}

static int run_line(struct ip *ip, struct words *words, struct error *error)
{
	int status;

	if (ip_is_ours(words))
		return ip_command(ip, words, error);
	if (ip_call(ip, words, &status, error))
		return -1;
	if (!status)
		return 0;
	/* The real `ip` exits with this status when it does not go on either. */
	ip->ended = status == IP_WORDS;
	return ip_error(error, status, "%s", "");
}

static int run_lines(struct ip *ip, struct script *script, struct error *error)
{
	bool force = ip->session->options.force;
	char text[256];
	int failed = 0;
	struct words words;

	for (;;) {
		if (script_next(script, &words, error))
			return -1;
		if (!words.count)
			return failed ? ip_error(error, IP_FAILED, "%s", "") : 0;
		arena_reset(&ip->session->arena);
		if (!run_line(ip, &words, error)) {
			session_flush(ip->session, true);
			continue;
		}
		if (ip->ended)
			return -1;
		session_flush(ip->session, true);
		ip->session->report(error);
		snprintf(text, sizeof text, "Command failed %s:%d\n", ip->batch, words.line);
		ip_report(ip, text);
		failed++;
		if (!force)
			return ip_error(error, IP_FAILED, "%s", "");
	}
}

/*
 * Passes a file without a line for us to the real ip from the start. Lines from a pipe may be typed
 * while it runs: runs each line as it arrives.
 */
static int run_script(struct ip *ip, struct script *script, struct error *error)
{
	struct script again;
	bool ours = true;
	int status;

	if (script->spool == script->descriptor && find_ours(script, &ours, error))
		return -1;
	if (!ours)
		return ip_hand_over(ip, error);
	if (ip_enter(ip, error))
		return -1;
	ip->in_batch = true;
	if (script->spool != script->descriptor)
		return run_lines(ip, script, error);
	again = script_again(script);
	status = run_lines(ip, &again, error);
	script_close(&again);
	return status;
}

int ip_batch(struct ip *ip, struct error *error)
{
	struct script script;
	int status = script_open(&script, ip->batch, error);

	if (status)
		ip_error(error, IP_FAILED, "Cannot open file \"%s\" for reading: %s", ip->batch,
			strerror(errno));
	else
		status = run_script(ip, &script, error);
	script_close(&script);
	return status;
}
