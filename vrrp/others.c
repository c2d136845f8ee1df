/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/others.h"
#include "base/log.h"
#include "base/plural.h"
#include "vrrp/wait.h"

#define LOG_EVERY_NS (60 * NS_PER_S)

uint64_t vrrp_trouble_is_due(struct vrrp_trouble *trouble, struct mono now)
{
	uint64_t n = ++trouble->unsaid;

	if (trouble->total++ && mono_sub(now, trouble->said) < LOG_EVERY_NS)
		return 0;
	trouble->unsaid = 0;
	trouble->said = now;
	return n;
}

void vrrp_others_reset(struct vrrp_others *others)
{
	others->has_said_list = others->has_said_equal = others->has_said_checksum = false;
}

bool vrrp_others_rejected(struct vrrp_others *others, const char *instance, const struct addr *source,
			  enum vrrp_reason reason, struct mono now)
{
	uint64_t n = vrrp_trouble_is_due(&others->rejects[reason], now);
	char text[ADDR_TEXT_MAX];

	others->rejected[reason] = *source;
	if (n)
		log_warning("vrrp=%s advertisement from %s is ignored: %s (%llu since the last line)",
			    instance, addr_format(source, text), vrrp_reason_text(reason),
			    (unsigned long long)n);
	return n > 0;
}

struct mono vrrp_others_wake(const struct vrrp_others *others)
{
	struct mono wake = MONO_NEVER;

	for (size_t i = 0; i < VRRP_REASONS; i++)
		if (others->rejects[i].unsaid)
			wake = mono_min(wake, mono_add_ns(others->rejects[i].said, LOG_EVERY_NS));
	return wake;
}

bool vrrp_others_settle(struct vrrp_others *others, const char *instance, struct mono now)
{
	bool is_any = false;

	for (size_t i = 0; i < VRRP_REASONS; i++) {
		struct vrrp_trouble *trouble = &others->rejects[i];
		char text[ADDR_TEXT_MAX];

		if (!trouble->unsaid ||
		    mono_before(now, mono_add_ns(trouble->said, LOG_EVERY_NS)))
			continue;
		log_warning("vrrp=%s advertisements are ignored: %s (%llu since the last line, the "
			    "last one from %s)",
			    instance, vrrp_reason_text((enum vrrp_reason)i),
			    (unsigned long long)trouble->unsaid,
			    addr_format(&others->rejected[i], text));
		trouble->unsaid = 0;
		trouble->said = now;
		is_any = true;
	}
	return is_any;
}

/* Two lists may differ while somebody changes one router after the other. If they stay different it
 * is a mistake, so one line says it. */
static void say_list(struct vrrp_others *others, const char *instance, const char *source)
{
	if (others->has_said_list)
		return;
	others->has_said_list = true;
	log_warning("vrrp=%s %s advertises another list of addresses than this router has",
		    instance, source);
}

/* RFC 9568 section 6.4.3 lets the higher address win, but only between two masters. */
static void say_equal(struct vrrp_others *others, const char *instance, const char *source,
		      uint8_t priority)
{
	if (others->has_said_equal)
		return;
	others->has_said_equal = true;
	log_warning("vrrp=%s %s has the same priority %u as this router: which of both is master "
		    "depends on who was first; give them different priorities",
		    instance, source, priority);
}

/*
 * Another master must yield when it hears this router; if it goes on advertising, it does not hear
 * this router. Two of its intervals after its first advertisement, it had the time to hear this
 * router. Up to then a master that yields may have sent a regular advertisement and its last one.
 * Example: this router preempts; an advertisement of the old master is under way, and its last one
 * follows: no line.
 */
static void say_rival(struct vrrp_others *others, const char *instance, const char *source,
		      const struct vrrp_event *advert, int64_t interval_ns, struct mono now)
{
	bool is_first = !others->has_rival || mono_sub(now, others->rival_heard) >= LOG_EVERY_NS;
	int64_t longest_ns = interval_ns > advert->interval_ns ? interval_ns : advert->interval_ns;
	uint64_t n;

	others->has_rival = true;
	others->rival_heard = now;
	if (is_first) {
		others->rival_first = now;
		others->rivals.unsaid = 0;
	}
	if (mono_sub(now, others->rival_first) < 2 * longest_ns) {
		others->rivals.unsaid++;
		return;
	}
	n = vrrp_trouble_is_due(&others->rivals, now);
	if (n)
		log_warning("vrrp=%s %s is master too, with priority %u (%llu advertisement%s)",
			    instance, source, advert->priority, (unsigned long long)n, plural(n));
}

/* In version 3 the silence of a master is measured in the master's interval, not in this router's
 * (RFC 9568 section 6.1). */
static void say_interval(struct vrrp_others *others, const char *instance, const char *source,
			 const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm,
			 int64_t interval_ns, struct mono now)
{
	int64_t said_ns = others->said_interval_ns ? others->said_interval_ns : conf->interval_ns;
	int64_t adopted_ns = fsm->master_interval_ns;
	bool is_bounded = adopted_ns < interval_ns, is_usual = interval_ns == conf->interval_ns;

	if (conf->version == 2 || fsm->state != VRRP_BACKUP || interval_ns == said_ns ||
	    (is_bounded && adopted_ns != conf->interval_max_ns) || adopted_ns > interval_ns ||
	    (!vrrp_trouble_is_due(&others->intervals, now) && !is_usual))
		return;
	others->said_interval_ns = interval_ns;
	(is_usual ? log_notice : log_warning)(
	    "vrrp=%s %s advertises every %.2f s (advert_int here: %.2f s)%s: its silence counts "
	    "after %.2f s",
	    instance, source, (double)interval_ns / NS_PER_S, (double)conf->interval_ns / NS_PER_S,
	    is_bounded ? ", more than advert_int_max, which counts instead" : "",
	    (double)vrrp_fsm_down_ns(conf, adopted_ns) / NS_PER_S);
}

void vrrp_others_heard(struct vrrp_others *others, const char *instance,
		       const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm,
		       const struct vrrp_event *advert, bool is_same_list, struct mono now)
{
	char source[ADDR_TEXT_MAX];

	addr_format(&advert->source, source);
	if (!is_same_list)
		say_list(others, instance, source);
	/* Priority 0: the router resigns, so nothing is said about it. */
	if (advert->priority == VRRP_PRIORITY_STOP)
		return;
	if (advert->priority == conf->priority)
		say_equal(others, instance, source, advert->priority);
	say_interval(others, instance, source, conf, fsm, advert->interval_ns, now);
	if (fsm->state == VRRP_MASTER)
		say_rival(others, instance, source, advert, conf->interval_ns, now);
}

void vrrp_others_checksum(struct vrrp_others *others, const struct conf_vrrp *conf,
			  const struct addr *source, bool has_pseudo_header)
{
	char text[ADDR_TEXT_MAX];

	if (others->has_said_checksum || conf->version != 3 || conf->family != AF_INET ||
	    has_pseudo_header != conf->is_checksum_plain)
		return;
	others->has_said_checksum = true;
	log_warning("vrrp=%s %s sends checksums %s a pseudo-header, this router %s: both forms are "
		    "accepted here, but if it does not accept this router's, both become master: "
		    "write `v3_checksum_as_v2 %s`",
		    conf->name, addr_format(source, text), has_pseudo_header ? "with" : "without",
		    has_pseudo_header ? "without" : "with", has_pseudo_header ? "off" : "on");
}
