/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/pair/pair.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/nonce.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* --- messages --- */

static void message_post(struct pair_side *side, const struct endpoint *at,
			 const struct pair_message *message)
{
	size_t len;
	char *bytes = pair_message_encode(message, &len);

	side->sink.post(at, bytes, len, side->sink.arg);
	free(bytes);
}

static void pair_hello_send(struct pair_side *side, const struct endpoint *at, bool is_asking)
{
	struct pair_message hello = {.type = PAIR_SAYS_HELLO,
				     .version = PACKAGE_VERSION,
				     .applied_wall_us = side->applied_wall_us,
				     .run = side->run,
				     .is_asking = is_asking};

	strcpy(hello.digest, side->conf->digest);
	strncpy(hello.name, side->conf->global.router_id ? side->conf->global.router_id : "",
		sizeof(hello.name) - 1);
	message_post(side, at, &hello);
}

static struct pair_peer *peer_find(struct pair_side *side, const struct endpoint *at)
{
	for (size_t i = 0; i < side->n; i++)
		if (!endpoint_cmp(&side->peers[i].at, at))
			return &side->peers[i];
	return NULL;
}

static const char *name_of(const struct endpoint *at, char name[static ADDR_TEXT_MAX])
{
	return addr_format(&at->addr, name);
}

/* --- configurations that differ --- */

/* When the log is to say so. */
static struct mono warning_due(const struct pair_peer *peer)
{
	struct mono due = mono_add_ms(peer->differs, PAIR_DIFFER_MS);

	if (!peer->is_differing || peer->is_said)
		return MONO_NEVER;
	if (peer->has_warned && mono_before(due, mono_add_ms(peer->warned, PAIR_WARN_MS)))
		due = mono_add_ms(peer->warned, PAIR_WARN_MS);
	return due;
}

static void difference_warn(struct pair_side *side, struct pair_peer *peer)
{
	char name[ADDR_TEXT_MAX];

	peer->is_said = peer->has_warned = true;
	peer->warned = loop_now(side->loop);
	log_warning("the director on %s has another configuration in force than this one, digest "
		    "%.12s there and %.12s "
		    "here: a failover would change what is served. Make both files agree, then "
		    "`lvsctl reload --pair`",
		    name_of(&peer->at, name), peer->hello.digest, side->conf->digest);
}

static void differ_settle(struct pair_side *side)
{
	struct mono now = loop_now(side->loop), next = MONO_NEVER;

	for (size_t i = 0; i < side->n; i++) {
		if (mono_reached(now, warning_due(&side->peers[i])))
			difference_warn(side, &side->peers[i]);
		next = mono_min(next, warning_due(&side->peers[i]));
	}
	loop_timer_set(side->differ, next);
}

static void on_differ(void *arg)
{
	differ_settle(arg);
}

static void digests_compare(struct pair_side *side, struct pair_peer *peer)
{
	bool is_differing = peer->is_known && strcmp(peer->hello.digest, side->conf->digest);
	char name[ADDR_TEXT_MAX];

	if (is_differing && !peer->is_differing) {
		peer->differs = loop_now(side->loop);
		peer->differs_wall_us = clock_wall_us();
		peer->is_said = false;
	}
	if (!is_differing && peer->is_differing && peer->is_said && peer->is_known)
		log_notice(
		    "the director on %s has the same configuration in force as this one again",
		    name_of(&peer->at, name));
	peer->is_differing = is_differing;
}

/* --- a reload of all --- */

static void agree_settle(struct pair_side *side)
{
	loop_timer_set(side->due, agree_due(&side->agree));
}

static void sends_do(struct pair_side *side, const struct agree_actions *actions)
{
	for (size_t i = 0; i < actions->n_sends; i++)
		message_post(side, &side->members[actions->sends[i].peer],
			     &actions->sends[i].message);
}

static void agree_answer_client(struct pair_side *side, enum agree_outcome outcome)
{
	char texts[AGREE_MEMBERS_MAX][ADDR_TEXT_MAX], *text;
	const char *names[AGREE_MEMBERS_MAX];

	for (size_t i = 0; i < side->n_members; i++)
		names[i] = name_of(&side->members[i], texts[i]);
	text = agree_text(&side->agree, outcome, names);
	side->sink.answer(side->client, outcome, text, side->sink.arg);
	free(text);
}

static void agree_act(struct pair_side *side, const struct agree_actions *actions)
{
	uint64_t id = side->agree.id;

	if (actions->is_leader)
		sends_do(side, actions);
	if (actions->is_applying)
		side->sink.apply(side->sink.arg);
	if (actions->is_dropping)
		side->sink.drop(actions->why, side->sink.arg);
	if (!actions->is_leader)
		sends_do(side, actions);
	if (actions->outcome != AGREE_PENDING)
		agree_answer_client(side, actions->outcome);
	if (actions->is_staging)
		side->sink.stage(id, actions->is_empty_meant, actions->is_accepting,
				 side->sink.arg);
	agree_settle(side);
}

static void on_agree_due(void *arg)
{
	struct pair_side *side = arg;
	struct agree_actions actions;

	agree_tick(&side->agree, loop_now(side->loop), &actions);
	agree_act(side, &actions);
}

/* A configuration may change the peers while a reload is under way, so that it has those of its
 * beginning. */
static void members_take(struct pair_side *side)
{
	if (side->agree.state != AGREE_IDLE)
		return;
	side->n_members = side->n;
	for (size_t i = 0; i < side->n; i++)
		side->members[i] = side->peers[i].at;
}

/* Returns n_members if it is none. */
static size_t member_of(const struct pair_side *side, const struct endpoint *at)
{
	size_t i = 0;

	while (i < side->n_members && endpoint_cmp(&side->members[i], at))
		i++;
	return i;
}

static void member_lost(struct pair_side *side, const struct endpoint *at)
{
	size_t member = member_of(side, at);
	struct agree_actions actions;

	if (side->agree.state == AGREE_IDLE || member == side->n_members)
		return;
	agree_lost(&side->agree, member, &actions);
	agree_act(side, &actions);
}

int pair_may_reload(const struct pair_side *side, struct err *err)
{
	char name[ADDR_TEXT_MAX];

	if (!side->n)
		return err_set(err, -ENOTCONN,
			       "the file in force has no block sync with `mode relay`, over which "
			       "the directors of a pair "
			       "agree: nothing was done. Run `lvsctl reload` on each director");
	if (side->agree.state != AGREE_IDLE)
		return err_set(
		    err, -EBUSY,
		    "another reload of the pair is under way: try again when it has ended");
	for (size_t i = 0; i < side->n; i++) {
		const struct pair_peer *peer = &side->peers[i];

		if (!peer->is_up)
			return err_set(err, -ENOTCONN,
				       "nothing comes from the director on %s, so nothing was "
				       "done: see `lvsctl sync status`, "
				       "or run `lvsctl reload` to reload this director alone",
				       name_of(&peer->at, name));
		if (!peer->is_known)
			return err_set(err, -EPROTO,
				       "the director on %s has not said which configuration it "
				       "has, so nothing was done: its "
				       "lvsd is older than `reload --pair`, or has only just "
				       "begun. Try again, or run `lvsctl "
				       "reload` on each director",
				       name_of(&peer->at, name));
	}
	return 0;
}

int pair_reload(struct pair_side *side, bool is_empty_meant, bool is_accepting, uint64_t client,
		struct err *err)
{
	struct agree_actions actions;
	int code = pair_may_reload(side, err);

	if (code < 0)
		return code;
	members_take(side);
	side->client = client;
	agree_begin(&side->agree, (nonce_new() >> 1) | 1, side->n, is_empty_meant, is_accepting,
		    loop_now(side->loop), &actions);
	agree_act(side, &actions);
	return 0;
}

void pair_staged(struct pair_side *side, uint64_t id, const char *digest, const char *text)
{
	struct agree_actions actions;

	agree_staged(&side->agree, id, digest, text, loop_now(side->loop), &actions);
	agree_act(side, &actions);
}

void pair_stop(struct pair_side *side)
{
	struct agree_actions actions;

	if (side->agree.state == AGREE_IDLE)
		return;
	agree_stop(&side->agree, &actions);
	agree_act(side, &actions);
}

/* --- what comes --- */

static void take_hello(struct pair_side *side, struct pair_peer *peer,
		       const struct pair_message *hello)
{
	bool is_replaced = peer->is_known && peer->hello.run != hello->run;

	peer->hello = *hello;
	peer->is_known = true;
	if (is_replaced)
		member_lost(side, &peer->at);
	digests_compare(side, peer);
	differ_settle(side);
	if (hello->is_asking)
		pair_hello_send(side, &peer->at, false);
}

static void take_of_reload(struct pair_side *side, const struct endpoint *at,
			   const struct pair_message *message)
{
	struct agree_actions actions;
	char name[ADDR_TEXT_MAX];
	size_t member;

	members_take(side);
	member = member_of(side, at);
	if (member == side->n_members)
		return;
	if (message->type == PAIR_SAYS_PREPARE)
		log_notice("reload --pair: ordered on the director on %s", name_of(at, name));
	agree_hear(&side->agree, member, message, loop_now(side->loop), &actions);
	agree_act(side, &actions);
}

void pair_take(struct pair_side *side, const struct endpoint *at, const void *bytes, size_t len)
{
	struct pair_peer *peer = peer_find(side, at);
	struct pair_message message;
	char name[ADDR_TEXT_MAX];
	int code;

	if (!peer)
		return;
	code = pair_message_decode(bytes, len, &message);
	if (code == -EBADMSG)
		log_warning("a message of the director on %s is malformed: ignored",
			    name_of(at, name));
	if (code < 0)
		return;
	if (message.type == PAIR_SAYS_HELLO)
		take_hello(side, peer, &message);
	else
		take_of_reload(side, at, &message);
	pair_message_fini(&message);
}

void pair_peer_is(struct pair_side *side, const struct endpoint *at, bool is_up)
{
	struct pair_peer *peer = peer_find(side, at);

	if (!peer)
		return;
	peer->is_up = is_up;
	if (is_up) {
		pair_hello_send(side, at, true);
		return;
	}
	peer->is_known = false;
	digests_compare(side, peer);
	differ_settle(side);
	member_lost(side, at);
}

/* --- configurations --- */

/* Peers that stay are moved to their new places. */
static void peers_set(struct pair_side *side, const struct conf_relay *relay)
{
	struct pair_peer old[AGREE_MEMBERS_MAX];
	size_t n_old = side->n;

	memcpy(old, side->peers, sizeof(old));
	side->n = relay->is_on ? relay->n_peers : 0;
	for (size_t i = 0; i < side->n; i++) {
		struct pair_peer *peer = &side->peers[i];

		*peer = (struct pair_peer){
		    .at = {.addr = relay->peers[i].addr, .port = relay->peers[i].port}};
		for (size_t j = 0; j < n_old; j++)
			if (!endpoint_cmp(&old[j].at, &peer->at))
				*peer = old[j];
	}
}

void pair_configure(struct pair_side *side, const struct conf *conf, int64_t applied_wall_us)
{
	side->conf = conf;
	side->applied_wall_us = applied_wall_us;
	peers_set(side, &conf->global.relay);
	for (size_t i = 0; i < side->n; i++) {
		digests_compare(side, &side->peers[i]);
		if (side->peers[i].is_up)
			pair_hello_send(side, &side->peers[i].at, false);
	}
	differ_settle(side);
}

void pair_open(struct pair_side *side)
{
	side->run = nonce_new() >> 1;
	side->due = loop_timer_new(side->loop, on_agree_due, side);
	side->differ = loop_timer_new(side->loop, on_differ, side);
}

void pair_close(struct pair_side *side)
{
	loop_timer_free(side->due);
	loop_timer_free(side->differ);
	agree_fini(&side->agree);
}
