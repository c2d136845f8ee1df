/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/pair/agree.h"
#include "base/mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static void agree_send(struct agree_actions *actions, size_t peer,
		       const struct pair_message *message)
{
	assert(actions->n_sends < AGREE_SENDS_MAX);
	actions->sends[actions->n_sends++] = (struct agree_send){peer, *message};
}

static void agree_say(struct agree_actions *actions, size_t peer, uint64_t id, enum pair_type type,
		      const char *text)
{
	const struct pair_message message = {.type = type, .id = id, .text = (char *)text};

	agree_send(actions, peer, &message);
}

static void agree_drop(struct agree_actions *actions, const char *why)
{
	actions->is_dropping = true;
	actions->why = why;
}

static void member_set(struct agree_member *member, enum agree_answer answer, const char *digest,
		       const char *text)
{
	member->answer = answer;
	if (digest)
		strcpy(member->digest, digest);
	free(member->text);
	member->text = text ? mem_strdup(text) : NULL;
}

static void members_clear(struct agree *agree)
{
	for (size_t i = 0; i < AGREE_MEMBERS_MAX; i++)
		member_set(&agree->members[i], AGREE_NONE, "", NULL);
	member_set(&agree->own, AGREE_NONE, "", NULL);
}

static bool is_leader(const struct agree *agree)
{
	return agree->state == AGREE_PREPARING || agree->state == AGREE_APPLYING;
}

static bool is_follower(const struct agree *agree)
{
	return agree->state == AGREE_READING || agree->state == AGREE_READY;
}

/* --- the leader --- */

void agree_begin(struct agree *agree, uint64_t id, size_t n, bool is_empty_meant, bool is_accepting,
		 struct mono now, struct agree_actions *actions)
{
	const struct pair_message prepare = {.type = PAIR_SAYS_PREPARE,
					     .id = id,
					     .is_empty_meant = is_empty_meant,
					     .is_accepting = is_accepting};

	assert(agree->state == AGREE_IDLE && n <= AGREE_MEMBERS_MAX);
	*actions = (struct agree_actions){.is_staging = true,
					  .is_empty_meant = is_empty_meant,
					  .is_accepting = is_accepting,
					  .is_leader = true};
	members_clear(agree);
	agree->state = AGREE_PREPARING;
	agree->id = id;
	agree->n = n;
	agree->deadline = mono_add_ms(now, AGREE_PREPARE_MS);
	for (size_t i = 0; i < n; i++)
		agree_send(actions, i, &prepare);
}

static bool have_all_answered(const struct agree *agree)
{
	bool have_all = agree->own.answer != AGREE_NONE;

	for (size_t i = 0; i < agree->n; i++)
		have_all = have_all && agree->members[i].answer != AGREE_NONE;
	return have_all;
}

static bool are_all_equal(const struct agree *agree)
{
	bool are_equal = agree->own.answer == AGREE_PREPARED;

	for (size_t i = 0; i < agree->n; i++)
		are_equal = are_equal && agree->members[i].answer == AGREE_PREPARED &&
			    !strcmp(agree->members[i].digest, agree->own.digest);
	return are_equal;
}

/* One that has not answered may prepare later. */
static void leader_fail(struct agree *agree, const char *why, struct agree_actions *actions)
{
	for (size_t i = 0; i < agree->n; i++)
		if (agree->members[i].answer == AGREE_PREPARED ||
		    agree->members[i].answer == AGREE_NONE)
			agree_say(actions, i, agree->id, PAIR_SAYS_DROP, NULL);
	if (agree->own.answer != AGREE_REFUSED)
		agree_drop(actions, why);
	agree->state = AGREE_IDLE;
	actions->outcome = AGREE_FAILED;
}

static void leader_decide(struct agree *agree, struct mono now, struct agree_actions *actions)
{
	if (agree->state != AGREE_PREPARING || !have_all_answered(agree))
		return;
	if (!are_all_equal(agree)) {
		leader_fail(agree,
			    "not every director of the pair could put its file in force, or their "
			    "files differ",
			    actions);
		return;
	}
	for (size_t i = 0; i < agree->n; i++)
		agree_say(actions, i, agree->id, PAIR_SAYS_APPLY, NULL);
	actions->is_applying = true;
	agree->applied_id = agree->id;
	agree->state = AGREE_APPLYING;
	agree->deadline = mono_add_ms(now, AGREE_APPLY_MS);
}

static void leader_end(struct agree *agree, bool is_late, struct agree_actions *actions)
{
	size_t n_applied = 0, n_open = 0;

	if (agree->state != AGREE_APPLYING)
		return;
	for (size_t i = 0; i < agree->n; i++) {
		n_applied += agree->members[i].answer == AGREE_APPLIED;
		n_open += agree->members[i].answer == AGREE_PREPARED;
	}
	if (n_open && !is_late)
		return;
	agree->state = AGREE_IDLE;
	actions->outcome = n_applied == agree->n ? AGREE_DONE : AGREE_PARTLY;
}

static void leader_hear(struct agree *agree, size_t peer, const struct pair_message *message,
			struct mono now, struct agree_actions *actions)
{
	struct agree_member *member = &agree->members[peer];

	if (agree->state == AGREE_PREPARING && member->answer == AGREE_NONE) {
		if (message->type == PAIR_SAYS_PREPARED)
			member_set(member, AGREE_PREPARED, message->digest, NULL);
		else if (message->type == PAIR_SAYS_REFUSED)
			member_set(member, AGREE_REFUSED, NULL, message->text);
		leader_decide(agree, now, actions);
	} else if (agree->state == AGREE_APPLYING && member->answer != AGREE_APPLIED) {
		if (message->type == PAIR_SAYS_APPLIED)
			member_set(member, AGREE_APPLIED, NULL, NULL);
		else if (message->type == PAIR_SAYS_NOT_APPLIED)
			member_set(member, AGREE_NOT_APPLIED, NULL, message->text);
		leader_end(agree, false, actions);
	}
}

/* --- a follower --- */

static void follower_end(struct agree *agree, const char *why, struct agree_actions *actions)
{
	agree_drop(actions, why);
	agree->state = AGREE_IDLE;
}

static void hear_prepare(struct agree *agree, size_t peer, const struct pair_message *message,
			 struct mono now, struct agree_actions *actions)
{
	if (message->id == agree->id)
		return; /* it came twice */
	if (agree->state != AGREE_IDLE) {
		agree_say(
		    actions, peer, message->id, PAIR_SAYS_REFUSED,
		    "another reload of the pair is under way there: try again when it has ended");
		return;
	}
	agree->state = AGREE_READING;
	agree->id = message->id;
	agree->leader = peer;
	agree->deadline = mono_add_ms(now, AGREE_HOLD_MS);
	actions->is_staging = true;
	actions->is_empty_meant = message->is_empty_meant;
	actions->is_accepting = message->is_accepting;
}

static void hear_apply(struct agree *agree, size_t peer, const struct pair_message *message,
		       struct agree_actions *actions)
{
	if (agree->state == AGREE_READY && message->id == agree->id && peer == agree->leader) {
		actions->is_applying = true;
		agree->applied_id = agree->id;
		agree->state = AGREE_IDLE;
	}
	if (message->id == agree->applied_id)
		agree_say(actions, peer, message->id, PAIR_SAYS_APPLIED, NULL);
	else
		agree_say(actions, peer, message->id, PAIR_SAYS_NOT_APPLIED,
			  "it does not know of this reload any more: its director was replaced, or "
			  "dropped it because nothing came "
			  "from here");
}

/* --- both --- */

void agree_staged(struct agree *agree, uint64_t id, const char *digest, const char *text,
		  struct mono now, struct agree_actions *actions)
{
	*actions = (struct agree_actions){.is_leader = is_leader(agree)};
	if (id != agree->id ||
	    (agree->state != AGREE_READING &&
	     (agree->state != AGREE_PREPARING || agree->own.answer != AGREE_NONE))) {
		agree_drop(actions, "the reload of the pair was given up meanwhile");
	} else if (is_leader(agree)) {
		member_set(&agree->own, digest ? AGREE_PREPARED : AGREE_REFUSED, digest, text);
		leader_decide(agree, now, actions);
	} else if (digest) {
		struct pair_message prepared = {.type = PAIR_SAYS_PREPARED, .id = id};

		strcpy(prepared.digest, digest);
		agree_send(actions, agree->leader, &prepared);
		agree->state = AGREE_READY;
	} else {
		agree_say(actions, agree->leader, id, PAIR_SAYS_REFUSED, text);
		agree->state = AGREE_IDLE;
	}
}

void agree_hear(struct agree *agree, size_t peer, const struct pair_message *message,
		struct mono now, struct agree_actions *actions)
{
	*actions = (struct agree_actions){.is_leader = is_leader(agree)};
	if (message->type == PAIR_SAYS_PREPARE)
		hear_prepare(agree, peer, message, now, actions);
	else if (message->type == PAIR_SAYS_APPLY)
		hear_apply(agree, peer, message, actions);
	else if (message->type == PAIR_SAYS_DROP && is_follower(agree) &&
		 message->id == agree->id && peer == agree->leader)
		follower_end(agree,
			     "not every director of the pair could put its file in force, or their "
			     "files differ",
			     actions);
	else if (is_leader(agree) && message->id == agree->id && peer < agree->n)
		leader_hear(agree, peer, message, now, actions);
	else if (message->type == PAIR_SAYS_PREPARED)
		agree_say(actions, peer, message->id, PAIR_SAYS_DROP,
			  NULL); /* for a reload that was given up */
}

void agree_lost(struct agree *agree, size_t peer, struct agree_actions *actions)
{
	*actions = (struct agree_actions){.is_leader = is_leader(agree)};
	if (is_follower(agree) && peer == agree->leader)
		follower_end(
		    agree,
		    "the director that had ordered the reload of the pair went before it decided",
		    actions);
	if (!is_leader(agree) || peer >= agree->n)
		return;
	if (agree->state == AGREE_PREPARING) {
		member_set(&agree->members[peer], AGREE_LOST, NULL, NULL);
		leader_fail(agree, "another director of the pair went before it was prepared",
			    actions);
	} else if (agree->members[peer].answer == AGREE_PREPARED) {
		member_set(&agree->members[peer], AGREE_LOST, NULL, NULL);
		leader_end(agree, false, actions);
	}
}

void agree_tick(struct agree *agree, struct mono now, struct agree_actions *actions)
{
	*actions = (struct agree_actions){.is_leader = is_leader(agree)};
	if (agree->state == AGREE_IDLE || !mono_reached(now, agree->deadline))
		return;
	if (is_follower(agree))
		follower_end(
		    agree, "the director that had ordered the reload of the pair said nothing more",
		    actions);
	else if (agree->state == AGREE_PREPARING)
		leader_fail(agree, "not every director of the pair has answered in time", actions);
	else
		leader_end(agree, true, actions);
}

void agree_stop(struct agree *agree, struct agree_actions *actions)
{
	*actions = (struct agree_actions){.is_leader = is_leader(agree)};
	if (is_follower(agree)) {
		agree_say(actions, agree->leader, agree->id, PAIR_SAYS_REFUSED,
			  "lvsd is stopping there");
		follower_end(agree, "lvsd is stopping", actions);
	} else if (agree->state == AGREE_PREPARING) {
		leader_fail(agree, "lvsd is stopping", actions);
	} else {
		leader_end(agree, true, actions);
	}
}

struct mono agree_due(const struct agree *agree)
{
	return agree->state == AGREE_IDLE ? MONO_NEVER : agree->deadline;
}

void agree_fini(struct agree *agree)
{
	members_clear(agree);
}

/* --- words --- */

static char *agree_line_add(char *text, char *line)
{
	char *longer =
	    mem_printf("%s%s%s", text, line, *line && line[strlen(line) - 1] == '\n' ? "" : "\n");

	free(text);
	free(line);
	return longer;
}

/* After the decision. */
static char *applied_line(const struct agree_member *member, const char *name)
{
	switch (member->answer) {
	case AGREE_APPLIED:
		return mem_printf("%s: in force", name);
	case AGREE_NOT_APPLIED:
		return mem_printf("%s: NOT in force: %s; run `lvsctl reload` there", name,
				  member->text);
	case AGREE_LOST:
		return mem_printf("%s: went before it said that it has put its file in force: "
				  "`lvsctl sync status` shows it "
				  "when it is back. An lvsd that starts reads its file; if the "
				  "configurations differ then, "
				  "run `lvsctl reload` there",
				  name);
	default:
		return mem_printf("%s: was told to put its file in force, and has not answered "
				  "within %d s: see `lvsctl "
				  "status` there",
				  name, AGREE_APPLY_MS / 1000);
	}
}

static char *failed_line(const struct agree *agree, const struct agree_member *member,
			 const char *name)
{
	bool is_other = *agree->own.digest && strcmp(member->digest, agree->own.digest);

	switch (member->answer) {
	case AGREE_REFUSED:
		return mem_printf("%s: its file is refused:\n%s", name, member->text);
	case AGREE_LOST:
		return mem_printf(
		    "%s: went before it was prepared: look at `lvsctl sync status`, then try again",
		    name);
	case AGREE_PREPARED:
		if (is_other)
			return mem_printf("%s: its file is without errors, but another "
					  "configuration: digest %.12s there, %.12s "
					  "here. Both must agree on all but what is a director's "
					  "own (priority, addresses to "
					  "listen on, router_id): compare both files",
					  name, member->digest, agree->own.digest);
		return mem_printf("%s: its file is without errors", name);
	default:
		return mem_printf("%s: has not said within %d s what it thinks of its file: a "
				  "reading may hang there, see its "
				  "log",
				  name, AGREE_PREPARE_MS / 1000);
	}
}

static char *own_line(const struct agree_member *own)
{
	if (own->answer == AGREE_REFUSED)
		return mem_printf("this director: its file is refused:\n%s", own->text);
	if (own->answer == AGREE_PREPARED)
		return mem_strdup("this director: its file is without errors");
	return mem_strdup("this director: its file was not read to the end");
}

char *agree_text(const struct agree *agree, enum agree_outcome outcome, const char *const *names)
{
	char *text = mem_strdup("");

	text =
	    agree_line_add(text, outcome == AGREE_FAILED ? own_line(&agree->own)
							 : mem_strdup("this director: in force"));
	for (size_t i = 0; i < agree->n; i++)
		text = agree_line_add(text, outcome == AGREE_FAILED
						? failed_line(agree, &agree->members[i], names[i])
						: applied_line(&agree->members[i], names[i]));
	return text;
}
