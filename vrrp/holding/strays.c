/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/holding/strays.h"
#include "base/log.h"
#include "base/plural.h"

#include <stdio.h>

/* "10.0.0.1 on eth0", with "and 2 more" behind it when there are three. */
static const char *stray_text(const struct conf_vip *first, size_t n, char text[static ADDR_TEXT_MAX + 64])
{
	char addr[ADDR_TEXT_MAX], more[32] = "";

	if (n > 1)
		snprintf(more, sizeof(more), " and %zu more", n - 1);
	snprintf(text, ADDR_TEXT_MAX + 64, "%s on %.15s%s", addr_format(&first->addr, addr),
		 conf_vip_holder(first), more);
	return text;
}

static void say_removed(struct vrrp_strays *strays, const struct vrrp_vips_strays *found, const char *name,
			struct mono now)
{
	char text[ADDR_TEXT_MAX + 64];

	if (vrrp_trouble_is_due(&strays->removed, now))
		log_warning("vrrp=%s is not master, and something on this machine has added %s: removed (%llu time%s "
			    "by now), as only the master has it: look for what adds it",
			    name, stray_text(found->first, found->n, text),
			    (unsigned long long)strays->removed.total, plural(strays->removed.total));
}

static void say_refused(struct vrrp_strays *strays, const struct vrrp_vips_strays *left, const char *name,
			struct mono now)
{
	char text[ADDR_TEXT_MAX + 64];

	if (vrrp_trouble_is_due(&strays->refused, now))
		log_error("vrrp=%s is not master, and cannot remove %s, so two machines may answer for it: it is "
			  "tried again",
			  name, stray_text(left->first, left->n, text));
}

/* Once while they are there, and at most once a minute when they come and go. */
static void say_other(struct vrrp_strays *strays, const struct vrrp_vips_strays *found, const char *name,
		      struct mono now)
{
	char text[ADDR_TEXT_MAX + 64];
	bool is_due = found->n_other && !strays->is_other_said && vrrp_trouble_is_due(&strays->other, now);

	if (is_due)
		log_warning("vrrp=%s is not master, and this machine has %s, with another prefix length than in "
			    "the file: it stays, so two machines may answer for it; remove it with ip(8) if it "
			    "is not this machine's own",
			    name, stray_text(found->first_other, found->n_other, text));
	strays->is_other_said = found->n_other && (is_due || strays->is_other_said);
}

void vrrp_strays_look(struct vrrp_strays *strays, struct vrrp_vips *vips, struct vrrp_link *link,
		      const struct conf_vrrp *conf, const struct addr *keep, struct mono now)
{
	struct vrrp_vips_strays found = vrrp_vips_link_strays(vips, link, keep), left;

	say_other(strays, &found, conf->name, now);
	strays->retry.is_due = found.n > 0;
	if (!mono_reached(now, vrrp_strays_wake(strays)))
		return;
	vrrp_vips_link_apply(vips, link, conf->name, keep, true);
	left = vrrp_vips_link_strays(vips, link, keep);
	if (left.n)
		say_refused(strays, &left, conf->name, now);
	else
		say_removed(strays, &found, conf->name, now);
	vrrp_retry_made(&strays->retry, true, left.n > 0, now);
}

void vrrp_strays_end(struct vrrp_strays *strays)
{
	strays->retry.is_due = strays->is_other_said = false;
}

struct mono vrrp_strays_wake(const struct vrrp_strays *strays)
{
	return vrrp_retry_wake(&strays->retry);
}
