/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/model/vrrp/build_links.h"
#include "conf/model/vrrp/build_protocol.h"
#include "conf/text/seconds.h"

/* Does the instance use the interface, for advertisements or addresses, or track it? */
static bool is_concerned(const struct conf_vrrp *vrrp, const char *interface)
{
	bool is_found = !strcmp(vrrp->interface, interface);

	for (size_t i = 0; i < conf_n_held(vrrp) && !is_found; i++)
		is_found = !strcmp(conf_held(vrrp, i)->interface, interface);
	for (size_t i = 0; i < vrrp->n_tracks && !is_found; i++)
		is_found = vrrp->tracks[i].kind == CONF_TRACKER_INTERFACE &&
			   !strcmp(vrrp->tracks[i].name, interface);
	return is_found;
}

static bool is_any_concerned(const struct conf *conf, const char *interface)
{
	for (size_t i = 0; i < conf->n_vrrps; i++)
		if (is_concerned(&conf->vrrps[i], interface))
			return true;
	return false;
}

/* --- interface_up_down_delays --- */

/* Removes the delays of an interface that has them on an earlier line: the last line counts, as in
 * keepalived. */
static void earlier_remove(struct draft *draft, struct conf_statics *statics, const char *interface)
{
	size_t n = 0;

	for (size_t i = 0; i < statics->n_delays; i++) {
		if (strcmp(statics->delays[i].interface, interface))
			statics->delays[n++] = statics->delays[i];
		else
			report_warning(draft->report, &statics->delays[i].place,
				       "interface_up_down_delays %s: a later line has other delays, "
				       "which count",
				       interface);
	}
	statics->n_delays = n;
}

static void delay_build(struct draft *draft, const struct node *line)
{
	const struct schema_field *list =
	    build_field_of(draft, KW_UP_DOWN_DELAYS, CONF_OBJECT_STATICS);
	struct conf_statics *statics = &draft->conf->statics;
	struct conf_link_delay *delay;

	earlier_remove(draft, statics, line->value.text);
	delay = build_element(draft, line, list, statics);
	delay->place = *parse_place(line);
	if (!resolve_child(line, KW_DELAY_UP))
		delay->up_us = delay->down_us;
	if (!is_any_concerned(draft->conf, delay->interface))
		report_warning(draft->report, &delay->place,
			       "interface_up_down_delays %s has no effect: no instance uses or tracks "
			       "this interface",
			       delay->interface);
}

/* Warns of a delay in which the other director would take over (vrrp/damping/damping.h). */
static void bound_check(struct draft *draft, const struct conf_link_delay *delay,
			const struct conf_vrrp *vrrp)
{
	uint64_t n = vrrp->down_timer_adverts, interval_us = vrrp->advert_int_us;
	uint64_t bound_us = (n - 1) * interval_us - (n > 1 ? interval_us / 256 : 0);
	char text[SECONDS_TEXT_MAX];

	if (!strcmp(vrrp->interface, delay->interface) && delay->down_us > bound_us)
		report_warning(draft->report, &delay->place,
			       "interface_up_down_delays %s: a backup of vrrp_instance %s would take "
			       "over before the interface counts as down; %s s is used",
			       delay->interface, vrrp->name, seconds_format(bound_us, text));
}

void build_links(struct draft *draft, const struct node *root)
{
	const struct node *block = resolve_child(root, KW_UP_DOWN_DELAYS);
	const struct conf *conf = draft->conf;

	for (const struct node *line = block ? block->children : NULL; line; line = line->next)
		if (resolve_id(line) == KW_DELAYED_INTERFACE)
			delay_build(draft, line);
	for (size_t i = 0; i < conf->statics.n_delays; i++)
		for (size_t k = 0; k < conf->n_vrrps; k++)
			bound_check(draft, &conf->statics.delays[i], &conf->vrrps[k]);
}
