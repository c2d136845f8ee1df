/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/wait.h"

/* A backup that did not run for this long may have missed datagrams of connection sync. */
#define SLEEP_NS NS_PER_S
/* A switch port forwards within 30 s of its carrier: STP listens and learns for 15 s each. */
#define FORWARDS_NS (30 * NS_PER_S)

struct vrrp_fsm_conf vrrp_fsm_conf_of(const struct conf_vrrp *conf)
{
	return (struct vrrp_fsm_conf){
	    .version = conf->version,
	    .priority = conf->priority,
	    .is_preempting = conf->is_preempting,
	    .interval_ns = conf->advert_int_us * NS_PER_US,
	    .interval_max_ns = conf->advert_int_max_us * NS_PER_US,
	    .down_adverts = conf->down_timer_adverts,
	    .preempt_delay_ns = conf->preempt_delay_us * NS_PER_US,
	    .is_silent_to_lower = conf->is_silent_to_lower,
	};
}

unsigned vrrp_down_adverts(const struct vrrp_fsm_conf *conf)
{
	return conf->down_adverts ? conf->down_adverts : CONF_DOWN_ADVERTS;
}

int64_t vrrp_fsm_skew_ns(const struct vrrp_fsm_conf *conf, int64_t master_interval_ns)
{
	return (256 - conf->priority) * (conf->version == 2 ? NS_PER_S : master_interval_ns) / 256;
}

int64_t vrrp_fsm_down_ns(const struct vrrp_fsm_conf *conf, int64_t master_interval_ns)
{
	return vrrp_down_adverts(conf) * master_interval_ns +
	       vrrp_fsm_skew_ns(conf, master_interval_ns);
}

static int64_t longest_skew_ns(const struct vrrp_fsm_conf *conf)
{
	return conf->version == 2 ? NS_PER_S : conf->interval_ns;
}

int64_t vrrp_fsm_leave_ns(const struct vrrp_fsm_conf *conf)
{
	int64_t ns = conf->interval_ns + longest_skew_ns(conf);

	if (ns < VRRP_LEAVE_MIN_NS)
		return VRRP_LEAVE_MIN_NS;
	return ns < VRRP_LEAVE_MAX_NS ? ns : VRRP_LEAVE_MAX_NS;
}

int64_t vrrp_fsm_leave_again_ns(const struct vrrp_fsm_conf *conf)
{
	int64_t leave_ns = vrrp_fsm_leave_ns(conf), again_ns = leave_ns * 9 / 16;

	return again_ns > longest_skew_ns(conf) ? again_ns : leave_ns;
}

bool vrrp_is_owner(const struct vrrp_fsm_conf *conf)
{
	return conf->priority == VRRP_PRIORITY_OWNER;
}

bool vrrp_may_preempt(const struct vrrp_fsm_conf *conf)
{
	return vrrp_is_owner(conf) || (conf->is_preempting && !conf->is_preemption_forbidden);
}

struct mono vrrp_fsm_held_until(const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm)
{
	struct mono until = vrrp_hold_until(&fsm->hold, conf->preempt_delay_ns);

	if (fsm->state != VRRP_BACKUP || !until.ns || !vrrp_may_preempt(conf))
		return (struct mono){0};
	return mono_add_ns(until, vrrp_fsm_skew_ns(conf, fsm->master_interval_ns));
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int64_t vrrp_wait_frame_ns(const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm)
{
	return fsm->returned == VRRP_RETURN_DEAF && conf->hold_ns ? FORWARDS_NS : conf->gate_ns;
}

/* How long silence must last if the router is known to hear. */
static int64_t silence_ns(const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm)
{
	return fsm->is_master_gone ? vrrp_fsm_skew_ns(conf, fsm->master_interval_ns)
				   : vrrp_fsm_down_ns(conf, fsm->master_interval_ns);
}

/* How long the router waits for a frame, if that is longer than silence_ns(); else 0. */
static int64_t proof_ns(const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm)
{
	int64_t frame_ns = least(fsm->awaits_frame_ns, conf->hold_ns ? FORWARDS_NS : conf->gate_ns);

	return frame_ns > silence_ns(conf, fsm) && !vrrp_is_owner(conf) ? frame_ns : 0;
}

struct mono vrrp_wait_proof_until(const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm)
{
	int64_t ns = fsm->state == VRRP_BACKUP ? proof_ns(conf, fsm) : 0;

	return ns ? mono_add_ns(fsm->since, ns) : (struct mono){0};
}

struct mono vrrp_wait_silent_at(const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm)
{
	int64_t ns = proof_ns(conf, fsm);

	return mono_add_ns(fsm->since, ns ? ns : silence_ns(conf, fsm));
}

struct mono vrrp_wait_gone_at(const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm)
{
	struct mono silent_at = vrrp_wait_silent_at(conf, fsm);
	struct mono heard_out =
	    mono_add_ns(fsm->heard, vrrp_fsm_down_ns(conf, fsm->master_interval_ns));

	return fsm->is_master_gone || mono_before(heard_out, silent_at) ? silent_at : heard_out;
}

struct mono vrrp_wait_down_at(const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm)
{
	struct mono held_until = vrrp_fsm_held_until(conf, fsm);

	if (held_until.ns == 0 || fsm->hold.is_deaf)
		return vrrp_wait_silent_at(conf, fsm);
	return mono_min(vrrp_wait_silent_at(conf, fsm), held_until);
}

void vrrp_wait_return(struct vrrp_fsm *fsm, enum vrrp_return returned)
{
	fsm->returned = returned;
	fsm->hold = (struct vrrp_hold){0};
	fsm->heard_priority = 0;
}

/* Does an owner hear another one, to which it has yielded? Two owners are a slip. */
static bool hears_owner(const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm)
{
	return fsm->heard_priority == VRRP_PRIORITY_OWNER &&
	       addr_cmp(&fsm->master, &conf->source) > 0;
}

bool vrrp_fsm_wants_master(const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm,
			   struct mono now)
{
	if (fsm->state != VRRP_BACKUP)
		return false;
	return (vrrp_is_owner(conf) && !hears_owner(conf, fsm)) ||
	       mono_reached(now, vrrp_wait_down_at(conf, fsm));
}

/* A slice is longer than an interval, so that the next regular advertisement comes before its end.
 */
void vrrp_wait_slice(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm, struct mono now)
{
	struct mono slice_end = mono_add_ns(now, fsm->master_interval_ns * 3 / 2);
	struct mono down_at = vrrp_wait_down_at(conf, fsm);
	struct mono gone_at = vrrp_wait_gone_at(conf, fsm);

	fsm->wake = mono_min(down_at, slice_end);
	/* It waits for the other members. Its master may fall silent meanwhile. */
	if (conf->is_grouped && mono_reached(now, down_at))
		fsm->wake = mono_before(now, gone_at) ? mono_min(slice_end, gone_at) : slice_end;
	if (mono_before(fsm->wake, now))
		fsm->wake = now; /* a new configuration cut the wait short: that is no lateness */
}

void vrrp_wait_for_master(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm,
			  int64_t master_interval_ns, struct mono now)
{
	if (conf->interval_max_ns && master_interval_ns > conf->interval_max_ns)
		master_interval_ns = conf->interval_max_ns;
	fsm->master_interval_ns = conf->version == 2 ? conf->interval_ns : master_interval_ns;
	fsm->is_master_gone = fsm->is_master_silent = false;
	fsm->since = now;
	vrrp_wait_slice(conf, fsm, now);
}

/* Moves the master-down timer by the time in which this process did not run. A quarter of an
 * interval is tolerated: the rest is time enough to hear an advertisement. */
void vrrp_wait_forgive(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm,
		       struct mono now)
{
	int64_t late = mono_sub(now, fsm->wake);

	if (late <= fsm->master_interval_ns / 4)
		return;
	fsm->since = mono_add_ns(fsm->since, late);
	fsm->heard = mono_add_ns(fsm->heard, late);
	fsm->hold.is_deaf = true;
	fsm->is_master_silent = false;
	vrrp_wait_slice(conf, fsm, now);
	if (late >= SLEEP_NS)
		vrrp_wait_return(fsm, VRRP_RETURN_DEAF);
}

/* A BACKUP waits anew: the next advertisement of its master may need an interval. */
void vrrp_wait_slept(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm, int64_t slept_ns, struct mono now)
{
	if (fsm->state == VRRP_MASTER && !fsm->is_leaving)
		fsm->wake = mono_add_ns(fsm->wake, -slept_ns);
	if (fsm->state != VRRP_BACKUP || slept_ns <= fsm->master_interval_ns / 4)
		return;
	fsm->since = now;
	fsm->hold.is_deaf = true;
	fsm->is_master_silent = false;
	vrrp_wait_slice(conf, fsm, now);
	if (slept_ns >= SLEEP_NS)
		vrrp_wait_return(fsm, VRRP_RETURN_DEAF);
}

/* There is no hold for a master that began after this router had started: this router is sent each
 * of its connections as it begins. */
void vrrp_wait_notice_return(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm,
			     int64_t master_interval_ns, struct mono now)
{
	bool is_asking = fsm->returned == VRRP_RETURN_DEAF && conf->hold_ns > 0;
	bool is_new_master = fsm->returned == VRRP_RETURN_START &&
			     mono_sub(now, fsm->since) > master_interval_ns * 3 / 2;

	fsm->returned = VRRP_RETURN_NONE;
	if (is_new_master)
		return;
	fsm->wants_hello = fsm->wants_hello || is_asking;
	vrrp_hold_begin(&fsm->hold, conf->hold_ns, is_asking, now);
}

bool vrrp_wait_leaves_alone(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm,
			    const struct vrrp_event *event, struct mono now)
{
	vrrp_hold_hear(&fsm->hold, true, now);
	/* A master that lowers its priority wants to be relieved. */
	if (event->priority < fsm->heard_priority && addr_cmp(&event->source, &fsm->master) == 0)
		vrrp_hold_end_sync(&fsm->hold, now);
	return mono_before(now, vrrp_fsm_held_until(conf, fsm));
}

struct mono vrrp_wait_heard_out_at(const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm)
{
	return fsm->frame_at.ns
		   ? mono_add_ns(fsm->frame_at, vrrp_fsm_down_ns(conf, conf->interval_ns))
		   : MONO_NEVER;
}

bool vrrp_wait_hear_frame(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm, struct mono now)
{
	if (fsm->frame_at.ns || (fsm->state != VRRP_BACKUP && fsm->state != VRRP_MASTER))
		return false;
	fsm->frame_at = now;
	if (mono_is_never(fsm->alone_until))
		fsm->alone_until = vrrp_wait_heard_out_at(conf, fsm);
	if (!fsm->awaits_frame_ns)
		return false;
	fsm->awaits_frame_ns = 0;
	if (fsm->state != VRRP_BACKUP)
		return false;
	fsm->since = now;
	vrrp_wait_slice(conf, fsm, now);
	return true;
}
