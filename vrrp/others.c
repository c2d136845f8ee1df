/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/others.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/plural.h"
#include "vrrp/wait.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOG_EVERY_NS (60 * NS_PER_S)
/* A router that does not fit, and is silent for so long, does not stand against this one any more: that many
 * of its intervals (its master-down time is shorter), and at least so many seconds, so that a status
 * does not flicker. */
#define SILENT_INTERVALS 4
#define SILENT_MIN_NS	 (10 * NS_PER_S)

uint64_t vrrp_trouble_is_due(struct vrrp_trouble *trouble, struct mono now)
{
	uint64_t n = ++trouble->unsaid;

	if (trouble->total++ && mono_sub(now, trouble->said) < LOG_EVERY_NS)
		return 0;
	trouble->unsaid = 0;
	trouble->said = now;
	return n;
}

static void mismatch_forget(struct vrrp_others *others)
{
	free(others->mismatch_text);
	others->mismatch_text = NULL;
	others->mismatch = (struct vrrp_mismatch){0};
	others->mismatch_silence_ns = 0;
}

/* An advertisement has shown the mismatch, perhaps once more. The longer interval of both routers counts. */
static void mismatch_seen(struct vrrp_others *others, int64_t their_interval_ns,
			  int64_t own_interval_ns, struct mono now)
{
	int64_t longest_ns =
	    their_interval_ns > own_interval_ns ? their_interval_ns : own_interval_ns;
	int64_t silence_ns = SILENT_INTERVALS * longest_ns;

	others->mismatch_heard = now;
	others->mismatch_silence_ns = silence_ns > SILENT_MIN_NS ? silence_ns : SILENT_MIN_NS;
}

/* The same, if the advertisement is of the router that does not fit. */
static void mismatch_seen_again(struct vrrp_others *others, const struct vrrp_event *advert,
				int64_t own_interval_ns, struct mono now)
{
	if (others->mismatch_silence_ns && !addr_cmp(&others->mismatch.peer, &advert->source))
		mismatch_seen(others, advert->interval_ns, own_interval_ns, now);
}

/* A list or an equal priority is said again if it comes again, once a minute at most. */
static void mismatch_end_quietly(struct vrrp_others *others)
{
	if (others->mismatch.kind == VRRP_MISMATCH_ADDRESSES ||
	    others->mismatch.kind == VRRP_MISMATCH_PRIORITY) {
		others->has_said_list = others->has_said_equal = false;
		others->quiet_until = mono_add_ns(others->mismatch.at, LOG_EVERY_NS);
	}
	mismatch_forget(others);
}

void vrrp_others_fini(struct vrrp_others *others)
{
	mismatch_forget(others);
	free(others->ignored);
	others->ignored = NULL;
}

uint64_t vrrp_others_n_ignored(const struct vrrp_others *others, enum vrrp_reason reason)
{
	return others->ignored ? others->ignored[reason].trouble.total : 0;
}

void vrrp_others_reset(struct vrrp_others *others)
{
	mismatch_forget(others);
	others->has_said_list = others->has_said_equal = others->has_said_checksum = false;
	others->quiet_until = (struct mono){0};
}

void vrrp_others_begin_term(struct vrrp_others *others)
{
	others->has_rival = false;
	if (others->mismatch.kind == VRRP_MISMATCH_IN_USE)
		mismatch_forget(others);
}

/* Notes for the status what a line of the log says. Returns the text for that line. */
static const char *mismatch_note(struct vrrp_others *others, enum vrrp_mismatch_kind kind,
				 const struct addr *peer, struct mono now, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

static const char *mismatch_note(struct vrrp_others *others, enum vrrp_mismatch_kind kind,
				 const struct addr *peer, struct mono now, const char *format, ...)
{
	char text[VRRP_MISMATCH_TEXT_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	mismatch_forget(others);
	others->mismatch_text = mem_strdup(text);
	others->mismatch = (struct vrrp_mismatch){
	    .kind = kind, .peer = *peer, .at = now, .text = others->mismatch_text};
	if (kind != VRRP_MISMATCH_IN_USE)
		mismatch_seen(others, 0, 0, now); /* the caller knows the intervals */
	return others->mismatch_text;
}

/* What the ignored advertisement has, and what this router has; "" if there is nothing to compare. */
static const char *say_difference(struct vrrp_others *others, const struct conf_vrrp *conf,
				  const struct vrrp_router_action *action, struct mono now)
{
	const struct addr *peer = &action->advert.source;

	switch (action->reason) {
	case VRRP_REJECT_VERSION:
		return mismatch_note(others, VRRP_MISMATCH_VERSION, peer, now,
				     "version %u, here %u", action->version, conf->version);
	case VRRP_REJECT_INTERVAL:
		return mismatch_note(others, VRRP_MISMATCH_INTERVAL, peer, now,
				     "advert_int %.2f s, here %.2f s",
				     (double)action->advert.interval_ns / NS_PER_S,
				     (double)conf->advert_int_us / US_PER_S);
	case VRRP_REJECT_AUTH_TYPE:
	case VRRP_REJECT_AUTH_DATA:
		return mismatch_note(others, VRRP_MISMATCH_AUTH, peer, now,
				     "another authentication or password than here");
	default:
		return "";
	}
}

/* Are the advertisements that show the mismatch ignored? An interval is also one of accepted ones. */
static bool is_of_ignored(enum vrrp_mismatch_kind kind)
{
	return kind == VRRP_MISMATCH_VERSION || kind == VRRP_MISMATCH_INTERVAL ||
	       kind == VRRP_MISMATCH_AUTH;
}

bool vrrp_others_rejected(struct vrrp_others *others, const struct conf_vrrp *conf,
			  const struct vrrp_router_action *action, struct mono now)
{
	char source[ADDR_TEXT_MAX];
	const char *difference;
	uint64_t n;

	if (!others->ignored)
		others->ignored = mem_calloc(VRRP_REASONS, sizeof(*others->ignored));
	n = vrrp_trouble_is_due(&others->ignored[action->reason].trouble, now);
	others->ignored[action->reason].source = action->advert.source;
	difference = n || others->mismatch.kind == VRRP_MISMATCH_NONE
			 ? say_difference(others, conf, action, now)
			 : "";
	if (is_of_ignored(others->mismatch.kind))
		mismatch_seen_again(others, &action->advert, conf->advert_int_us * NS_PER_US, now);
	if (!n)
		return false;
	log_warning("vrrp=%s advertisement from %s is ignored: %s%s%s (%llu since the last line)",
		    conf->name, addr_format(&action->advert.source, source),
		    vrrp_reason_text(action->reason), difference[0] ? ": " : "", difference,
		    (unsigned long long)n);
	return true;
}

/* When a mismatch is over unless its router is heard before. */
static struct mono mismatch_end(const struct vrrp_others *others)
{
	return others->mismatch_silence_ns
		   ? mono_add_ns(others->mismatch_heard, others->mismatch_silence_ns)
		   : MONO_NEVER;
}

static void mismatch_lapse(struct vrrp_others *others, const char *instance)
{
	char peer[ADDR_TEXT_MAX];

	log_notice("vrrp=%s %s was not heard again for %.3g s, so this is over: %s", instance,
		   addr_format(&others->mismatch.peer, peer),
		   (double)others->mismatch_silence_ns / NS_PER_S, others->mismatch.text);
	mismatch_end_quietly(others);
}

struct mono vrrp_others_wake(const struct vrrp_others *others)
{
	struct mono wake = mismatch_end(others);

	for (size_t i = 0; others->ignored && i < VRRP_REASONS; i++) {
		const struct vrrp_trouble *trouble = &others->ignored[i].trouble;

		if (trouble->unsaid)
			wake = mono_min(wake, mono_add_ns(trouble->said, LOG_EVERY_NS));
	}
	return wake;
}

bool vrrp_others_settle(struct vrrp_others *others, const char *instance, struct mono now)
{
	bool is_any = mono_reached(now, mismatch_end(others));

	if (is_any)
		mismatch_lapse(others, instance);
	for (size_t i = 0; others->ignored && i < VRRP_REASONS; i++) {
		struct vrrp_trouble *trouble = &others->ignored[i].trouble;
		char text[ADDR_TEXT_MAX];

		if (!trouble->unsaid ||
		    mono_before(now, mono_add_ns(trouble->said, LOG_EVERY_NS)))
			continue;
		log_warning("vrrp=%s advertisements are ignored: %s (%llu since the last line, the "
			    "last one from %s)",
			    instance, vrrp_reason_text((enum vrrp_reason)i),
			    (unsigned long long)trouble->unsaid,
			    addr_format(&others->ignored[i].source, text));
		trouble->unsaid = 0;
		trouble->said = now;
		is_any = true;
	}
	return is_any;
}

/* Two lists may differ while somebody changes one router after the other. If they stay different it
 * is a mistake, so one line says it. */
static bool say_list(struct vrrp_others *others, const struct conf_vrrp *conf,
		     const struct vrrp_router_action *action, struct mono now)
{
	const struct vrrp_odd_list *list = &action->odd_list;
	const struct addr *peer = &action->advert.source;
	char source[ADDR_TEXT_MAX], odd[ADDR_TEXT_MAX];
	const char *text;

	if (others->has_said_list || mono_before(now, others->quiet_until))
		return false;
	others->has_said_list = true;
	if (list->odd.family == AF_UNSPEC)
		text = mismatch_note(others, VRRP_MISMATCH_ADDRESSES, peer, now,
				     "%zu address%s, here %zu", list->n,
				     plural_of(list->n, "", "es"), conf->n_vips);
	else
		text = mismatch_note(others, VRRP_MISMATCH_ADDRESSES, peer, now,
				     "%zu address%s, here %zu; %s is only in %s list", list->n,
				     plural_of(list->n, "", "es"), conf->n_vips,
				     addr_format(&list->odd, odd),
				     list->is_theirs ? "its" : "this router's");
	log_warning("vrrp=%s %s advertises another list of addresses than this router has: %s",
		    conf->name, addr_format(peer, source), text);
	return true;
}

/* RFC 9568 section 6.4.3 lets the higher address win, but only between two masters. */
static bool say_equal(struct vrrp_others *others, const char *instance, const struct addr *peer,
		      const struct vrrp_fsm_conf *conf, struct mono now)
{
	uint8_t priority = conf->priority;
	char source[ADDR_TEXT_MAX];

	if (others->has_said_equal || mono_before(now, others->quiet_until))
		return false;
	others->has_said_equal = true;
	if (conf->is_released) {
		mismatch_note(others, VRRP_MISMATCH_PRIORITY, peer, now,
			      "priority %u, here too: an operator has released both; `lvsctl vrrp resume` "
			      "on the one that is to serve ends that", priority);
		log_warning("vrrp=%s %s has the priority %u of a released router, and this router is "
			    "released too, so neither stands back for the other: run `lvsctl vrrp resume "
			    "%s` on the one that is to serve",
			    instance, addr_format(peer, source), priority, instance);
		return true;
	}
	mismatch_note(others, VRRP_MISMATCH_PRIORITY, peer, now, "priority %u, here too", priority);
	log_warning("vrrp=%s %s has the same priority %u as this router: which of both is master "
		    "depends on who was first; give them different priorities",
		    instance, addr_format(peer, source), priority);
	return true;
}

/*
 * Another master must yield when it hears this router; if it goes on advertising, it does not hear
 * this router. Two of its intervals after its first advertisement, it had the time to hear this
 * router. Up to then a master that yields may have sent a regular advertisement and its last one.
 * Example: this router preempts; an advertisement of the old master is under way, and its last one
 * follows: no line.
 */
static bool say_rival(struct vrrp_others *others, const char *instance,
		      const struct vrrp_event *advert, const struct vrrp_fsm_conf *conf,
		      struct mono now)
{
	bool is_first = !others->has_rival || mono_sub(now, others->rival_heard) >= LOG_EVERY_NS;
	int64_t longest_ns =
	    conf->interval_ns > advert->interval_ns ? conf->interval_ns : advert->interval_ns;
	char source[ADDR_TEXT_MAX];
	uint64_t n;

	others->has_rival = true;
	others->rival_heard = now;
	if (is_first) {
		others->rival_first = now;
		others->rivals.unsaid = 0;
	}
	if (mono_sub(now, others->rival_first) < 2 * longest_ns) {
		others->rivals.unsaid++;
		return false;
	}
	/* The line is bounded, the status is not: after a lapse it shows the rival at once. */
	n = vrrp_trouble_is_due(&others->rivals, now);
	if (n || others->mismatch.kind == VRRP_MISMATCH_NONE)
		mismatch_note(others, VRRP_MISMATCH_MASTER, &advert->source, now,
			      "master too, with priority %u, here %u", advert->priority,
			      conf->priority);
	if (!n)
		return false;
	log_warning("vrrp=%s %s is master too, with priority %u, here %u (%llu advertisement%s): it "
		    "does not hear this router, or does not step down",
		    instance, addr_format(&advert->source, source), advert->priority,
		    conf->priority, (unsigned long long)n, plural(n));
	return true;
}

/* Both were MASTER, and this router stays it. The other one yields when it hears this one, so perhaps no other
 * line tells that clients may have had the wrong machine. */
static void say_beside(struct vrrp_others *others, const char *instance,
		       const struct vrrp_event *advert, const struct vrrp_fsm_conf *conf,
		       struct mono now)
{
	uint64_t n = vrrp_trouble_is_due(&others->besides, now);
	char source[ADDR_TEXT_MAX];

	if (n)
		log_warning("vrrp=%s %s has been MASTER beside this router, with priority %u, here %u: they did "
			    "not hear each other, or it does not step down (%llu advertisement%s)",
			    instance, addr_format(&advert->source, source), advert->priority,
			    conf->priority, (unsigned long long)n, plural(n));
}

/* In version 3 the silence of a master is measured in the master's interval, not in this router's
 * (RFC 9568 section 6.1). */
static bool say_interval(struct vrrp_others *others, const char *instance, const struct addr *peer,
			 const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm,
			 int64_t interval_ns, struct mono now)
{
	int64_t said_ns = others->said_interval_ns ? others->said_interval_ns : conf->interval_ns;
	int64_t adopted_ns = fsm->master_interval_ns;
	char source[ADDR_TEXT_MAX];
	bool is_bounded = adopted_ns < interval_ns, is_usual = interval_ns == conf->interval_ns;

	if (conf->version == 2 || fsm->state != VRRP_BACKUP || interval_ns == said_ns ||
	    (is_bounded && adopted_ns != conf->interval_max_ns) || adopted_ns > interval_ns ||
	    (!vrrp_trouble_is_due(&others->intervals, now) && !is_usual))
		return false;
	others->said_interval_ns = interval_ns;
	if (!is_usual)
		mismatch_note(others, VRRP_MISMATCH_INTERVAL, peer, now,
			      "advert_int %.2f s, here %.2f s", (double)interval_ns / NS_PER_S,
			      (double)conf->interval_ns / NS_PER_S);
	else if (others->mismatch.kind == VRRP_MISMATCH_INTERVAL)
		mismatch_forget(others);
	(is_usual ? log_notice : log_warning)(
	    "vrrp=%s %s advertises every %.2f s (advert_int here: %.2f s)%s: its silence counts "
	    "after %.2f s",
	    instance, addr_format(peer, source), (double)interval_ns / NS_PER_S,
	    (double)conf->interval_ns / NS_PER_S,
	    is_bounded ? ", more than advert_int_max, which counts instead" : "",
	    (double)vrrp_fsm_down_ns(conf, adopted_ns) / NS_PER_S);
	return true;
}

/* Does an accepted advertisement of the same router show that the cause of the mismatch is gone? */
static bool is_mended(const struct vrrp_others *others, const struct vrrp_fsm_conf *conf,
		      const struct vrrp_fsm *fsm, const struct vrrp_router_action *action)
{
	const struct vrrp_event *advert = &action->advert;

	if (others->mismatch.kind == VRRP_MISMATCH_NONE ||
	    addr_cmp(&others->mismatch.peer, &advert->source) != 0)
		return false;
	switch (others->mismatch.kind) {
	case VRRP_MISMATCH_VERSION:
	case VRRP_MISMATCH_AUTH:
		return true;
	case VRRP_MISMATCH_INTERVAL:
		return advert->interval_ns == conf->interval_ns;
	case VRRP_MISMATCH_ADDRESSES:
		return action->is_same_list;
	case VRRP_MISMATCH_PRIORITY:
		return advert->priority != conf->priority;
	case VRRP_MISMATCH_MASTER:
		return fsm->state != VRRP_MASTER;
	default:
		return false;
	}
}

static void mend(struct vrrp_others *others, const char *instance)
{
	char peer[ADDR_TEXT_MAX];

	log_notice("vrrp=%s %s fits again; before: %s", instance,
		   addr_format(&others->mismatch.peer, peer), others->mismatch.text);
	mismatch_end_quietly(others);
}

void vrrp_others_in_use(struct vrrp_others *others, const struct conf_vrrp *conf,
			const struct vrrp_claim *claim, struct mono now)
{
	const uint8_t *mac = claim->found_mac;
	char vip[ADDR_TEXT_MAX];

	mismatch_note(others, VRRP_MISMATCH_IN_USE, &claim->found, now,
		      "the machine %02x:%02x:%02x:%02x:%02x:%02x on %s has this address too", mac[0],
		      mac[1], mac[2], mac[3], mac[4], mac[5], conf->interface);
	log_warning("vrrp=%s no master is heard, but %s is in use: %s; if that is a director, its "
		    "advertisements do not arrive here (a firewall?); if it is a real server, %s there",
		    conf->name, addr_format(&claim->found, vip), others->mismatch.text,
		    claim->found.family == AF_INET6 ? "set the address on lo" : "set arp_ignore");
}

bool vrrp_others_heard(struct vrrp_others *others, const struct conf_vrrp *file,
		       const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm,
		       const struct vrrp_router_action *action, struct mono now)
{
	const struct vrrp_event *advert = &action->advert;
	const struct addr *peer = &advert->source;
	bool is_any = false;

	if (!action->is_same_list)
		is_any |= say_list(others, file, action, now);
	/* Priority 0: the router resigns, so nothing is said about it. */
	if (advert->priority == VRRP_PRIORITY_STOP)
		return is_any;
	if (advert->priority == conf->priority)
		is_any |= say_equal(others, file->name, peer, conf, now);
	is_any |= say_interval(others, file->name, peer, conf, fsm, advert->interval_ns, now);
	if (action->is_beside)
		say_beside(others, file->name, advert, conf, now);
	if (fsm->state == VRRP_MASTER && !fsm->is_leaving)
		is_any |= say_rival(others, file->name, advert, conf, now);
	if (!is_mended(others, conf, fsm, action)) {
		if (others->mismatch.kind != VRRP_MISMATCH_VRID)
			mismatch_seen_again(others, advert, conf->interval_ns, now);
		return is_any;
	}
	mend(others, file->name);
	return true;
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

/* The first address of the advertisement that the instance has too. False: there is none. */
static bool shares_addr(const struct conf_vrrp *conf, const struct vrrp_pkt *pkt,
			struct addr *ret_addr)
{
	size_t size = addr_bits(&(struct addr){.family = conf->family}) / 8;

	for (size_t i = 0; i < pkt->n_addrs; i++)
		for (size_t k = 0; k < conf->n_vips; k++)
			if (!memcmp(pkt->addrs + i * size, conf->vips[k].addr.bytes, size)) {
				*ret_addr = conf->vips[k].addr;
				return true;
			}
	return false;
}

bool vrrp_others_yield(const struct conf_vrrp *conf, const struct vrrp_pkt *pkt)
{
	struct addr shared;

	return pkt->priority == VRRP_PRIORITY_STOP && shares_addr(conf, pkt, &shared);
}

bool vrrp_others_stranger(struct vrrp_others *others, const struct conf_vrrp *conf,
			  const struct vrrp_pkt *pkt, const struct addr *source, struct mono now)
{
	char peer[ADDR_TEXT_MAX], text[ADDR_TEXT_MAX];
	const struct vrrp_event advert = {.interval_ns = pkt->interval_ns, .source = *source};
	int64_t own_ns = conf->advert_int_us * NS_PER_US;
	struct addr shared;
	uint64_t n;

	if (pkt->priority == VRRP_PRIORITY_STOP || !shares_addr(conf, pkt, &shared))
		return false;
	n = vrrp_trouble_is_due(&others->strangers, now);
	addr_format(&shared, text);
	if (n || others->mismatch.kind == VRRP_MISMATCH_NONE)
		mismatch_note(others, VRRP_MISMATCH_VRID, source, now,
			      "virtual_router_id %u, here %u, and both have %s", pkt->vrid, conf->vrid,
			      text);
	if (others->mismatch.kind == VRRP_MISMATCH_VRID)
		mismatch_seen_again(others, &advert, own_ns, now);
	if (!n)
		return false;
	log_warning("vrrp=%s %s has the address %s too, under virtual_router_id %u, here %u: both "
		    "can be master of it at the same time; give both directors the same "
		    "virtual_router_id, or other addresses",
		    conf->name, addr_format(source, peer), text, pkt->vrid, conf->vrid);
	return true;
}
