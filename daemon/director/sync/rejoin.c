/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The director's side of sync/rejoin.h: sends and answers hellos. */
#include "base/clock.h"
#include "base/log.h"
#include "base/plural.h"
#include "daemon/director/sync/sync.h"
#include "host/sysctl.h"
#include "sync/hello.h"

#include <stdio.h>

static int apply_sysctls(const struct rejoin *rejoin, struct mono now, struct err *err)
{
	struct sync_rejoin_sysctl sysctls[SYNC_REJOIN_N_SYSCTLS];
	int code = 0;

	sync_rejoin_sysctls(&rejoin->state, now, sysctls);
	for (size_t i = 0; i < SYNC_REJOIN_N_SYSCTLS && code >= 0; i++)
		code = host_sysctl_write(HOST_SYSCTL_DIR, sysctls[i].name, sysctls[i].value, err);
	return code;
}

static void on_step(void *arg)
{
	struct sync_side *side = arg;
	struct rejoin *rejoin = &side->rejoin;
	struct mono now = loop_now(side->loop);
	struct err err;

	loop_timer_set(rejoin->step, sync_rejoin_step(&rejoin->state, now));
	if (apply_sysctls(rejoin, now, &err) < 0)
		log_error("sync: %s", err.text); /* the next step, or rejoin_settle(), tries
						    again */
	else if (!rejoin->state.is_on)
		log_info("sync: the kernel has announced the connections in use to the director "
			 "that came back");
}

/* Anybody on the link can forge hellos of many senders. */
static const struct sync_rate lines_rate = {3, 10 * NS_PER_S};

static void on_hello(const struct addr *from, void *arg)
{
	struct sync_side *side = arg;
	struct mono now = loop_now(side->loop);
	char addr[ADDR_TEXT_MAX], more[64] = "";
	uint64_t n = 0;

	if (!sync_callers_take(&side->rejoin.callers, from, side->rejoin.asks.is_known(side, from), now))
		return;
	if (sync_limit_take(&side->rejoin.lines, &lines_rate, now, &n)) {
		if (n)
			snprintf(more, sizeof(more), " (%llu such line%s left out)",
				 (unsigned long long)n, plural_of(n, " was", "s were"));
		log_notice("sync: the director on %s has come back: the kernel announces all "
			   "connections in use again%s",
			   addr_format(from, addr), more);
	}
	sync_rejoin_begin(&side->rejoin.state, now);
	side->rejoin.asks.answer(side);
	side->rejoin.asks.bulk(side);
	on_step(side);
}

static void say_hello(struct sync_side *side, bool is_repeat)
{
	struct rejoin *rejoin = &side->rejoin;
	struct mono now = loop_now(side->loop);

	rejoin->is_owed = false;
	sync_calls_take(&rejoin->said, now);
	sync_greeting_said(&rejoin->greeting, is_repeat, now);
	sync_hello_send(rejoin->hello);
}

static void on_next(void *arg)
{
	struct sync_side *side = arg;
	struct rejoin *rejoin = &side->rejoin;

	/* The hello is sent later, when the interface works. */
	if (!rejoin->is_owed || !rejoin->hello || *side->rejoin.asks.fault(side))
		return;
	say_hello(side, false);
	side->sink.hold(SYNC_HOLD_MS, side->sink.arg);
}

/* Sends the hello again, since the other director can be heard by now. That prolongs the hold only
 * if the repeated hello is answered. */
static void on_hello_again(void *arg)
{
	struct sync_side *side = arg;
	struct rejoin *rejoin = &side->rejoin;

	if (rejoin->is_missed) {
		rejoin->is_missed = false;
		rejoin_announce(side);
	} else if (rejoin->greeting.is_waiting && !rejoin->is_owed && rejoin->hello &&
		   side->sink.is_held(side->sink.arg)) {
		say_hello(side, true);
		/* An answer replaces this time. Without an answer the hello is sent again as long
		 * as the hold lasts. */
		loop_timer_set(rejoin->again, sync_calls_next(&rejoin->said,
							      mono_add_ms(loop_now(side->loop), SYNC_ANSWER_MS)));
	}
}

static void heard_late(struct sync_side *side, struct mono now)
{
	int64_t since_ms = mono_sub(now, side->rejoin.greeting.said) / NS_PER_MS;

	loop_timer_set(side->rejoin.again, MONO_NEVER);
	if (!side->sink.is_held(side->sink.arg))
		return;
	log_notice("sync: the other director has only received a repeated hello: preemption is "
		   "held for %d s from then",
		   SYNC_HOLD_MS / 1000);
	side->sink.hold(SYNC_HOLD_MS - (uint32_t)since_ms, side->sink.arg);
}

void rejoin_heard(struct sync_side *side, bool hears_us, bool was_silent)
{
	struct rejoin *rejoin = &side->rejoin;
	struct mono now = loop_now(side->loop);
	enum sync_greeting_act act = sync_greeting_heartbeat(&rejoin->greeting, hears_us, now);

	if (act == SYNC_GREETING_HEARD_LATE)
		heard_late(side, now);
	/* In the next turn, since this callback is reading from the socket, which may be opened
	 * again. */
	if (was_silent) {
		rejoin->is_missed = true;
		loop_timer_set(rejoin->again, now);
	} else if (act == SYNC_GREETING_REPEAT && side->sink.is_held(side->sink.arg)) {
		loop_timer_set(rejoin->again, sync_calls_next(&rejoin->said, now));
	}
}

void rejoin_settle(struct sync_side *side)
{
	struct rejoin *rejoin = &side->rejoin;
	const struct conf_sync_daemon *conf = &side->conf->global.sync_daemon;
	struct sync_daemon daemon = sync_wanted_daemon(conf, SYNC_ROLE_BACKUP);
	bool was_open = rejoin->hello;
	struct err err;

	if (was_open && conf->is_on && sync_hello_fits(rejoin->hello, &daemon, conf->ttl))
		return;
	sync_hello_close(rejoin->hello);
	rejoin->hello = NULL;
	if (!conf->is_on)
		return;
	if (!rejoin->step)
		rejoin->step = loop_timer_new(side->loop, on_step, side);
	if (!rejoin->next)
		rejoin->next = loop_timer_new(side->loop, on_next, side);
	if (!rejoin->again)
		rejoin->again = loop_timer_new(side->loop, on_hello_again, side);
	if (sync_hello_open(side->loop, &daemon, conf->ttl, on_hello, side, &rejoin->hello, &err) == 0) {
		rejoin->is_deaf = false;
		if (rejoin->is_owed)
			loop_timer_set(rejoin->next, loop_now(side->loop));
	} else if (!rejoin->is_deaf) {
		rejoin->is_deaf = true;
		log_warning("sync: %s", err.text);
	}
}

/* Logs that the hello cannot be sent. The vrrp process gets no answer, so it holds preemption for
 * twice the usual time. */
static void log_unheard(const char *fault)
{
	log_warning("sync: this director has come back, but cannot learn the connections of the "
		    "other one now: %s. It sends its hello when the interface works, and holds "
		    "preemption for %d s at most until then; if it takes its addresses back "
		    "without that hello, connections that it does not know are lost",
		    fault, 2 * SYNC_HOLD_MS / 1000);
}

void rejoin_announce(struct sync_side *side)
{
	struct rejoin *rejoin = &side->rejoin;
	struct mono now = loop_now(side->loop), due = sync_calls_next(&rejoin->said, now);
	const char *fault;

	if (side->conf->global.relay.is_on)
		relaying_wait(side);
	if (rejoin->is_owed || !side->conf->global.sync_daemon.is_on)
		return;
	rejoin->is_owed = true;
	rejoin_settle(side); /* the interface may have been replaced */
	fault = side->rejoin.asks.fault(side);
	if (*fault)
		log_unheard(fault);
	if (*fault || !rejoin->hello)
		return;
	loop_timer_set(rejoin->next, due);
	if (!mono_before(now, due))
		return;
	side->sink.hold(SYNC_HOLD_MS + (uint32_t)(mono_sub(due, now) / NS_PER_MS), side->sink.arg);
	log_notice("sync: this director has come back several times: the other one answers its "
		   "next hello in %.1f s, and preemption is held until the connections have been "
		   "announced after that",
		   (double)mono_sub(due, now) / NS_PER_S);
}

void rejoin_repeat(struct sync_side *side)
{
	struct rejoin *rejoin = &side->rejoin;
	struct mono now = loop_now(side->loop);

	if (!rejoin->is_owed && side->sink.is_held(side->sink.arg))
		rejoin_announce(side);
	else if (rejoin->is_owed && rejoin->hello)
		loop_timer_set(rejoin->next, sync_calls_next(&rejoin->said, now));
}

void rejoin_announce_anew(struct sync_side *side)
{
	sync_rejoin_begin(&side->rejoin.state, loop_now(side->loop));
	on_step(side);
}

void rejoin_reopen(struct sync_side *side)
{
	sync_hello_close(side->rejoin.hello);
	side->rejoin.hello = NULL;
	rejoin_settle(side);
}

void rejoin_leave(struct sync_side *side)
{
	struct rejoin *rejoin = &side->rejoin;
	struct err err;

	if (rejoin->state.is_on) {
		rejoin->state.is_on = false;
		if (apply_sysctls(rejoin, clock_mono(), &err) < 0)
			log_error("sync: %s", err.text);
	}
	rejoin_close(side);
}

void rejoin_close(struct sync_side *side)
{
	struct rejoin *rejoin = &side->rejoin;

	sync_hello_close(rejoin->hello);
	loop_timer_free(rejoin->step);
	loop_timer_free(rejoin->next);
	loop_timer_free(rejoin->again);
	rejoin->hello = NULL;
	rejoin->step = rejoin->next = rejoin->again = NULL;
}
