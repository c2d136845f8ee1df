/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The last verdicts of all checks as a text, from which a director that comes after this one takes
 * them over. A check is recognized by its key: service, real server, kind and meaning. A check whose
 * meaning is another one does not find its key. Pure.
 *
 * The text has a line of the format, a line for each check, and a last line with the number of checks
 * and a hash of all that stands before it:
 *	lvsd verdicts 1
 *	KEY STATE WEIGHT WARNING AGENT SERVER SINCE LAST REASON
 *	end N HASH
 * KEY and HASH are 16 hex digits. STATE is that of the check, SERVER that of its server (up, down,
 * unknown); SINCE is when the server's state began, LAST when the check's last outcome came, both in
 * microseconds of the wall clock. WEIGHT is a number, or - if the check sets none. AGENT is what an
 * agent has said, as weighs:weight:duty:service; while that holds, REASON is the line in which the agent
 * said it.
 */
#ifndef LVSD_HEALTHCHECK_VERDICT_VERDICT_H
#define LVSD_HEALTHCHECK_VERDICT_VERDICT_H

#include "base/err.h"
#include "healthcheck/health.h"

/* One check's verdict. */
struct verdict {
	uint64_t key;
	enum health_state state, server_state;
	bool has_weight, is_warned;
	uint32_t weight;
	struct agent_words agent;
	int64_t since_wall_us, last_wall_us;
	const char *reason; /* in verdicts.text */
};

/* Sorted by key. Begins as {0}. */
struct verdicts {
	struct verdict *items;
	size_t n, cap;
	char *text;
};

/* The same for all checks of a server that mean the same, in every version of lvsd and on every
 * machine. */
uint64_t verdict_key(const struct svckey *service, const struct endpoint *real_server,
		     const struct conf_check *check);

/*
 * Reads a text. Returns 0, or -EINVAL with a clause that says what is wrong, such as "line 3 is no
 * verdict"; then *ret_verdicts is untouched. verdicts_free() frees what was read.
 */
int verdicts_read(const char *text, size_t len, struct verdicts *ret_verdicts, struct err *err);
void verdicts_free(struct verdicts *verdicts);

/*
 * The text of the present verdicts, for free(). A verdict of an earlier director that no probe has
 * confirmed is left out from limit_ns after it was taken over; an agent's words stay.
 */
char *health_verdicts_text(const struct health *health, struct mono now, int64_t limit_ns,
			   size_t *ret_len);

/* A number that grows with each change of what health_verdicts_text() writes. */
uint64_t health_verdict_changes(const struct health *health);

/*
 * Takes over the verdicts for checks that have had no outcome yet. To be called after health_adopt().
 * Such a check goes on as if this director had found its state; a first probe counts like any later
 * one. A verdict is not taken over if by it a server were down that the kernel has with a weight: an
 * earlier director then had a reason to keep the server. Nor is one by which a server were up that the
 * kernel's service is without: the earlier director had found it down and was killed before it wrote that.
 * Checks that are events (FILE_CHECK, track)
 * are not concerned: their verdict is known at once. The changes are reported like those of first
 * outcomes. Returns the number of checks that have taken over a verdict.
 */
size_t health_adopt_verdicts(struct health *health, const struct verdicts *verdicts,
			     struct mono now, int64_t wall_us);

#endif
