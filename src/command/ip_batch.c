/* `ip -batch FILE`: line after line, until one fails. */
#include <errno.h>
#include <string.h>

#include "command/ip.h"
#include "command/script.h"

/* Does any line speak of an object of ours? Reads the whole file. 0, or -1: it cannot be read. */
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
	/* What the real `ip` ends with when it does not go on itself. */
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
		ip_tell(ip, text);
		failed++;
		if (!force)
			return ip_error(error, IP_FAILED, "%s", "");
	}
}

/*
 * A file without a line for us is the real ip's from the start. What comes through a pipe may be
 * typed while it runs: each line is done when it is there.
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
