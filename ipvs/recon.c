/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipvs/recon.h"

static void become(struct ipvs_recon *recon, enum ipvs_recon_state state, struct mono due)
{
	recon->state = state;
	recon->due = due;
}

static void back_off(struct ipvs_recon *recon, struct mono now)
{
	int64_t wait_ns = 2 * recon->backoff_ns;

	if (wait_ns < IPVS_RECON_BACKOFF_MIN_NS)
		wait_ns = IPVS_RECON_BACKOFF_MIN_NS;
	if (wait_ns > IPVS_RECON_BACKOFF_MAX_NS)
		wait_ns = IPVS_RECON_BACKOFF_MAX_NS;
	recon->backoff_ns = wait_ns;
	recon->n_stale = 0;
	become(recon, IPVS_RECON_BACKOFF, mono_add_ns(now, wait_ns));
}

static void on_stale(struct ipvs_recon *recon, struct mono now)
{
	if (++recon->n_stale > IPVS_RECON_STALE_MAX)
		back_off(recon, now);
	else
		become(recon, IPVS_RECON_DIRTY, now);
}

static void on_ok(struct ipvs_recon *recon, struct mono now)
{
	recon->n_stale = 0;
	recon->backoff_ns = 0;
	become(recon, IPVS_RECON_QUIET, mono_add_ns(now, recon->gap_ns));
}

void ipvs_recon_init(struct ipvs_recon *recon, struct mono now, int64_t gap_ns)
{
	*recon = (struct ipvs_recon){.state = IPVS_RECON_DIRTY, .due = now, .gap_ns = gap_ns};
}

struct ipvs_recon_next ipvs_recon_step(struct ipvs_recon *recon, enum ipvs_recon_event event,
				       struct mono now)
{
	switch (event) {
	case IPVS_RECON_TICK:
		break;
	case IPVS_RECON_WANT_CHANGED:
		become(recon, IPVS_RECON_DIRTY, now);
		break;
	case IPVS_RECON_DRIFTED:
		/* In BACKOFF a difference is expected, as the last run failed. */
		if (recon->state == IPVS_RECON_QUIET)
			become(recon, IPVS_RECON_DIRTY, now);
		break;
	case IPVS_RECON_RUN_OK:
		on_ok(recon, now);
		break;
	case IPVS_RECON_RUN_STALE:
		on_stale(recon, now);
		break;
	case IPVS_RECON_RUN_FAILED:
		back_off(recon, now);
		break;
	}
	return (struct ipvs_recon_next){mono_reached(now, recon->due), recon->due};
}

const char *ipvs_recon_state_name(enum ipvs_recon_state state)
{
	switch (state) {
	case IPVS_RECON_QUIET:
		return "settled";
	case IPVS_RECON_DIRTY:
		return "dirty";
	case IPVS_RECON_BACKOFF:
		return "backoff";
	}
	return "?";
}
