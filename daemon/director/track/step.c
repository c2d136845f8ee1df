/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/track/step.h"

struct track_step track_step_begin(const struct conf_vrrp_script *script, bool is_start)
{
	bool is_down = is_start && script->is_init_fail;

	return (struct track_step){.state = is_down ? VRRP_SOURCE_DOWN : VRRP_SOURCE_UNKNOWN,
				   .is_fresh = !is_down};
}

void track_step_renew(struct track_step *step)
{
	step->n_other = 0;
	step->is_fresh = true;
}

void track_step_take(struct track_step *step, const struct conf_vrrp_script *script, bool is_success)
{
	enum vrrp_source_state said = is_success ? VRRP_SOURCE_UP : VRRP_SOURCE_DOWN;
	uint32_t needed = is_success ? script->rise : script->fall;

	if (said == step->state) {
		step->n_other = 0;
	} else if (step->is_fresh || ++step->n_other >= needed) {
		step->state = said;
		step->n_other = 0;
	}
	step->is_fresh = false;
}

struct mono track_step_due(const struct conf_vrrp_script *script, struct mono started,
			   struct mono now)
{
	int64_t interval_ns = (int64_t)script->interval_us * NS_PER_US;
	int64_t n = mono_before(started, now) ? mono_sub(now, started) / interval_ns : 0;

	return mono_add_ns(started, (n + 1) * interval_ns);
}
