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

static void delays_build(struct draft *draft, const struct node *root)
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

/* --- garp_group --- */

static bool is_in_garp_group(const struct conf_statics *statics, const char *interface)
{
	for (size_t i = 0; i < statics->n_garp_groups; i++)
		for (size_t k = 0; k < statics->garp_groups[i].n_interfaces; k++)
			if (!strcmp(statics->garp_groups[i].interfaces[k], interface))
				return true;
	return false;
}

/* Adds an interface, unless it is in a group already: as in keepalived, the first one counts. The
 * group is the last one of the draft. */
static void interface_add(struct draft *draft, const struct word *word)
{
	struct conf_statics *statics = &draft->conf->statics;
	struct conf_garp_group *group = &statics->garp_groups[statics->n_garp_groups - 1];

	if (strlen(word->text) >= CONF_IFNAME_MAX)
		report_error(draft->report, &word->place,
			     "garp_group: %s is no name of an interface: such a name has at most %d "
			     "characters",
			     word->text, CONF_IFNAME_MAX - 1);
	else if (is_in_garp_group(statics, word->text))
		report_warning(draft->report, &word->place,
			       "garp_group: interface %s is in an earlier garp_group, which counts",
			       word->text);
	else
		group->interfaces[group->n_interfaces++] =
		    arena_strdup(draft->conf->arena, word->text);
}

static uint64_t interval_of(const struct node *node, enum schema_id id)
{
	const struct node *child = resolve_child(node, id);

	return child ? (uint64_t)child->value.number : 0;
}

static void garp_group_build(struct draft *draft, const struct node *node)
{
	const struct node *single = resolve_child(node, KW_GARP_GROUP_INTERFACE);
	const struct node *several = resolve_child(node, KW_GARP_GROUP_INTERFACES);
	struct conf_statics *statics = &draft->conf->statics;
	struct conf_garp_group *group = &statics->garp_groups[statics->n_garp_groups];
	size_t n = 1;

	for (const struct node *line = several ? several->children : NULL; line; line = line->next)
		n += line->n_words;
	*group = (struct conf_garp_group){
	    .garp_interval_us = interval_of(node, KW_GROUP_GARP_INTERVAL),
	    .gna_interval_us = interval_of(node, KW_GROUP_GNA_INTERVAL),
	    .interfaces = arena_calloc(draft->conf->arena, n, sizeof(char *)),
	    .place = *parse_place(node)};
	statics->n_garp_groups++;
	if (single)
		interface_add(draft, &single->words[1]);
	for (const struct node *line = several ? several->children : NULL; line; line = line->next)
		for (uint32_t i = 0; resolve_id(line) == KW_GARP_INTERFACE && i < line->n_words; i++)
			interface_add(draft, &line->words[i]);
	/* keepalived leaves out a group without an interval; then global_defs counts. */
	if (group->n_interfaces && (resolve_child(node, KW_GROUP_GARP_INTERVAL) ||
				    resolve_child(node, KW_GROUP_GNA_INTERVAL)))
		return;
	report_warning(draft->report, &group->place, "garp_group has no effect: %s",
		       group->n_interfaces ? "it has neither a garp_interval nor a gna_interval"
					   : "it has no interface of its own");
	statics->n_garp_groups--;
}

void build_links(struct draft *draft, const struct node *root)
{
	struct conf_statics *statics = &draft->conf->statics;

	delays_build(draft, root);
	statics->garp_groups = arena_calloc(draft->conf->arena, resolve_count(root, KW_GARP_GROUP),
					    sizeof(*statics->garp_groups));
	for (const struct node *node = root->children; node; node = node->next)
		if (resolve_id(node) == KW_GARP_GROUP)
			garp_group_build(draft, node);
}
