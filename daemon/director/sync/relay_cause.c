/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/sync/relay_cause.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/plural.h"

#include <string.h>

/* A frame or two of the former session come after each handshake. */
#define N_USUAL 100

static uint64_t n_since(const struct relay_cause *cause, const struct relay_report *report, enum relay_rejection why)
{
	/* The process was replaced, and counts anew. */
	if (report->n_rejected[why] < cause->before[why])
		return report->n_rejected[why];
	return report->n_rejected[why] - cause->before[why];
}

static const char *down_text(const struct relay_cause *cause, const struct relay_report *report)
{
	static const struct {
		enum relay_rejection why;
		const char *text;
	} causes[] = {
	    {RELAY_REJECTED_SYNCID, "has another syncid: both need the same one in the block sync"},
	    {RELAY_REJECTED_VERSION, "speaks another version of the relay: install the same lvsd on both"},
	    {RELAY_REJECTED_ECHO, "sends what this director sends: the peer in the block sync is this machine"},
	    {RELAY_REJECTED_KEY, "has another key: none of the key files here has its id"},
	    {RELAY_REJECTED_TAG, "has another key: compare the digests in lvsctl sync status, and copy the key file"},
	};

	for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++)
		if (n_since(cause, report, causes[i].why))
			return causes[i].text;
	return NULL;
}

static void say_forged(struct relay_cause *cause, const struct relay_report *report, const char *name)
{
	uint64_t n = 0;
	unsigned n_unsaid;

	for (enum relay_rejection why = 0; why < RELAY_REJECTED_N; why++)
		n += n_since(cause, report, why);
	if (n >= N_USUAL && log_limit_take(&cause->forged, clock_mono(), &n_unsaid))
		log_warning("sync: %llu datagram%s with the address of the director on %s were rejected, while it is "
			    "heard: somebody forges or repeats them. Sessions are safe; lvsctl sync status counts them",
			    (unsigned long long)n, plural(n), name);
}

void relay_cause_take(struct relay_cause *cause, const struct relay_report *report, const char *name)
{
	const char *text;

	if (report->state != RELAY_DOWN) {
		say_forged(cause, report, name);
		memcpy(cause->before, report->n_rejected, sizeof(cause->before));
		cause->text = NULL;
		return;
	}
	text = report->has_left ? NULL : down_text(cause, report);
	if (text && text != cause->text)
		log_warning("sync: no connections are exchanged with the director on %s, which %s", name, text);
	cause->text = text;
}
