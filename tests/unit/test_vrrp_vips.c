/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The virtual addresses of an instance: what it wants, what is there, and the plan between them. */
#include "vrrp/vips.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N 3

static const struct addr no_keep;

static struct conf_vip vip_of(uint8_t last, uint8_t prefix_len)
{
	return (struct conf_vip){.addr = {AF_INET, {10, 0, 0, last}},
				 .prefix_len = prefix_len,
				 .interface = "eth0",
				 .label = ""};
}

/* A machine with one interface: which addresses are there, and what it answers. */
struct machine {
	unsigned index;
	bool is_up, is_there[N];
	int refusal;
};

static void look(const struct machine *machine, struct vrrp_vip_have have[static N])
{
	for (size_t i = 0; i < N; i++)
		have[i] = (struct vrrp_vip_have){.index = machine->index,
						 .is_up = machine->index && machine->is_up,
						 .is_there = machine->index && machine->is_there[i]};
}

/* Carries out what is planned; returns it in short: "+1 +2", "-0". */
static const char *bring_about(struct vrrp_vips *vips, struct machine *machine,
			       const struct addr *keep)
{
	static char text[64];
	struct vrrp_vip_have have[N];
	struct vrrp_vips_plan plan;
	size_t len = 0;

	text[0] = '\0';
	look(machine, have);
	vrrp_vips_plan(vips, have, keep, &plan);
	for (size_t i = 0; i < plan.ops.n; i++) {
		struct vrrp_vip_op *op = &plan.ops.items[i];
		bool is_add = op->kind == VRRP_VIP_ADD;

		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%c%zu", len ? " " : "",
					is_add ? '+' : '-', op->at);
		ck_assert_int_eq(op->result, op->index ? 0 : -ENODEV);
		if (!op->index)
			continue;
		if (machine->refusal)
			op->result = machine->refusal;
		else if (machine->is_there[op->at] == is_add)
			op->result = is_add ? -EEXIST : -EADDRNOTAVAIL;
		if (!machine->refusal)
			machine->is_there[op->at] = is_add;
	}
	vrrp_vips_applied(vips, have, &plan);
	for (size_t i = 0; i < plan.ops.n; i++)
		ck_assert_int_eq(plan.ops.items[i].is_failure,
				 !plan.ops.items[i].index || machine->refusal);
	vec_free(&plan.ops);
	return text;
}

static enum vrrp_vips_missing missing(const struct vrrp_vips *vips, const struct machine *machine)
{
	struct vrrp_vip_have have[N];

	look(machine, have);
	return vrrp_vips_missing(vips, have);
}

/* Three addresses, 10.0.0.1 to .3. */
struct rig {
	struct conf_vip confs[N];
	struct vrrp_vip_index index;
	struct vrrp_vips vips, stale;
	struct machine machine;
};

/* The first two are advertised, the third is not: to the machine they are the same. */
static bool set_list(struct vrrp_vips *vips, struct conf_vip *confs, struct vrrp_vips *ret_stale)
{
	const struct conf_vrrp list = {
	    .vips = confs, .n_vips = 2, .excluded = confs + 2, .n_excluded = N - 2};

	return vrrp_vips_set(vips, &list, ret_stale);
}

static void set_up(struct rig *rig)
{
	*rig = (struct rig){.machine = {.index = 7, .is_up = true}};
	for (size_t i = 0; i < N; i++)
		rig->confs[i] = vip_of((uint8_t)(i + 1), 24);
	rig->vips.index = &rig->index;
	ck_assert(set_list(&rig->vips, rig->confs, &rig->stale));
	ck_assert_uint_eq(rig->stale.list.n, 0);
}

static void tear_down(struct rig *rig)
{
	vrrp_vips_fini(&rig->vips);
	vrrp_vips_fini(&rig->stale);
	vrrp_vip_index_fini(&rig->index);
}

START_TEST(a_master_wants_all_and_a_backup_none)
{
	struct rig rig;

	set_up(&rig);
	ck_assert_str_eq(bring_about(&rig.vips, &rig.machine, &no_keep), "");
	rig.vips.is_master = true;
	ck_assert_str_eq(bring_about(&rig.vips, &rig.machine, &no_keep), "+0 +1 +2");
	ck_assert_str_eq(bring_about(&rig.vips, &rig.machine, &no_keep), "");
	ck_assert_int_eq(missing(&rig.vips, &rig.machine), VRRP_VIPS_COMPLETE);
	rig.machine.is_there[1] = false;
	ck_assert_int_eq(missing(&rig.vips, &rig.machine), VRRP_VIPS_REMOVED);
	ck_assert_str_eq(bring_about(&rig.vips, &rig.machine, &no_keep), "+1");
	rig.vips.is_master = false;
	ck_assert_str_eq(bring_about(&rig.vips, &rig.machine, &no_keep), "-0 -1 -2");
	/* What a predecessor left behind goes as well, but not the address to send from. */
	rig.machine.is_there[0] = rig.machine.is_there[2] = true;
	ck_assert_str_eq(bring_about(&rig.vips, &rig.machine, &rig.confs[0].addr), "-2");
	tear_down(&rig);
}
END_TEST

START_TEST(an_owner_leaves_what_was_there_before)
{
	struct rig rig;

	set_up(&rig);
	rig.vips.is_owner = rig.vips.is_master = true;
	rig.machine.is_there[0] = true;
	ck_assert_str_eq(bring_about(&rig.vips, &rig.machine, &no_keep), "+0 +1 +2");
	ck_assert_int_eq(rig.vips.list.items[0].state, VRRP_VIP_FOREIGN);
	rig.vips.is_master = false;
	ck_assert_str_eq(bring_about(&rig.vips, &rig.machine, &no_keep), "-1 -2");
	/* A BACKUP that goes to FAULT, or stops, removes its addresses once more. */
	ck_assert_str_eq(bring_about(&rig.vips, &rig.machine, &no_keep), "");
	ck_assert(rig.machine.is_there[0]);
	/* A reload lowers the priority: the router is no owner any more. */
	rig.vips.is_owner = false;
	rig.vips.is_master = true;
	ck_assert_str_eq(bring_about(&rig.vips, &rig.machine, &no_keep), "+1 +2");
	rig.vips.is_master = false;
	ck_assert_str_eq(bring_about(&rig.vips, &rig.machine, &no_keep), "-0 -1 -2");
	tear_down(&rig);
}
END_TEST

/* It goes on where a vrrp process died, and does not know what that one had added. */
START_TEST(an_owner_that_goes_on_leaves_what_is_there)
{
	struct vrrp_vip_have have[N];
	struct rig rig;

	set_up(&rig);
	rig.vips.is_owner = rig.vips.is_master = true;
	rig.machine.is_there[0] = true;
	look(&rig.machine, have);
	ck_assert_uint_eq(vrrp_vips_adopt(&rig.vips, have), 1);
	ck_assert_str_eq(bring_about(&rig.vips, &rig.machine, &no_keep), "+1 +2");
	rig.vips.is_master = false;
	ck_assert_str_eq(bring_about(&rig.vips, &rig.machine, &no_keep), "-1 -2");
	tear_down(&rig);
}
END_TEST

/* A former process has added the second address. */
START_TEST(an_owner_removes_what_a_former_process_has_added)
{
	struct vrrp_vip_index index = {0};
	struct vrrp_vip_have have[N];
	struct rig rig;

	set_up(&rig);
	rig.vips.is_owner = rig.vips.is_master = true;
	vrrp_vips_fini(&rig.vips);
	memset(&rig.vips.list, 0, sizeof(rig.vips.list));
	rig.vips.index = &index;
	vrrp_vip_index_note_added(&index, &rig.confs[_i]);
	set_list(&rig.vips, rig.confs, &rig.stale);
	vrrp_vips_fini(&rig.stale);
	vrrp_vip_index_clear(&index); /* a rebuilt index knows it no more, the list does */
	rig.machine.is_there[0] = rig.machine.is_there[1] = true;
	look(&rig.machine, have);
	ck_assert_uint_eq(vrrp_vips_adopt(&rig.vips, have), 2);
	ck_assert_str_eq(bring_about(&rig.vips, &rig.machine, &no_keep), "+2");
	rig.vips.is_master = false;
	ck_assert_str_eq(bring_about(&rig.vips, &rig.machine, &no_keep), _i ? "-1 -2" : "-0 -2");
	/* Somebody else adds it: now it is not the owner's to remove. */
	rig.machine.is_there[_i] = true;
	ck_assert_str_eq(bring_about(&rig.vips, &rig.machine, &no_keep), "");
	vrrp_vip_index_fini(&index);
	rig.vips.index = NULL;
	tear_down(&rig);
}
END_TEST

/* It is not master at once: with its group, or in FAULT. It adds or removes the address itself. */
START_TEST(an_owner_that_is_no_master_removes_what_a_former_process_has_added)
{
	struct vrrp_vip_index index = {0};
	struct rig rig;

	set_up(&rig);
	rig.vips.is_owner = true;
	vrrp_vips_fini(&rig.vips);
	memset(&rig.vips.list, 0, sizeof(rig.vips.list));
	rig.vips.index = &index;
	vrrp_vip_index_note_added(&index, &rig.confs[1]);
	set_list(&rig.vips, rig.confs, &rig.stale);
	vrrp_vips_fini(&rig.stale);
	rig.machine.is_there[0] = rig.machine.is_there[1] = true;
	rig.vips.is_master = _i == 1;
	ck_assert_str_eq(bring_about(&rig.vips, &rig.machine, &no_keep), _i ? "+0 +1 +2" : "-1");
	rig.vips.is_master = false;
	ck_assert_str_eq(bring_about(&rig.vips, &rig.machine, &no_keep), _i ? "-1 -2" : "");
	vrrp_vip_index_fini(&index);
	tear_down(&rig);
}
END_TEST

/* An owner that starts in FAULT, or as BACKUP with its sync group, begins with a removal. */
START_TEST(an_owner_that_is_no_master_yet_removes_nothing)
{
	struct rig rig;

	set_up(&rig);
	rig.vips.is_owner = true;
	rig.machine.is_there[0] = rig.machine.is_there[2] = true;
	ck_assert_str_eq(bring_about(&rig.vips, &rig.machine, &no_keep), "");
	tear_down(&rig);
}
END_TEST

/* The kernel refused to remove an address, or advertisements were sent from it: the owner still knows
 * that it added the address itself. */
START_TEST(an_owner_removes_later_what_it_added)
{
	struct rig rig;

	set_up(&rig);
	rig.vips.is_owner = rig.vips.is_master = true;
	bring_about(&rig.vips, &rig.machine, &no_keep);
	rig.vips.is_master = false;
	rig.machine.refusal = -ENOBUFS;
	ck_assert_str_eq(bring_about(&rig.vips, &rig.machine, &no_keep), "-0 -1 -2");
	rig.machine.refusal = 0;
	ck_assert_str_eq(bring_about(&rig.vips, &rig.machine, &rig.confs[1].addr), "-0 -2");
	ck_assert_str_eq(bring_about(&rig.vips, &rig.machine, &no_keep), "-1");
	tear_down(&rig);
}
END_TEST

/* What is gone already needs no line in the log. */
START_TEST(only_what_somebody_can_mend_is_a_failure)
{
	static const struct {
		enum vrrp_vip_op_kind kind;
		int result;
		bool is_failure;
	} cases[] = {{VRRP_VIP_ADD, 0, false},       {VRRP_VIP_ADD, -EEXIST, false},
		     {VRRP_VIP_ADD, -ENODEV, true},  {VRRP_VIP_ADD, -EPERM, true},
		     {VRRP_VIP_DEL, 0, false},       {VRRP_VIP_DEL, -EADDRNOTAVAIL, false},
		     {VRRP_VIP_DEL, -ENODEV, false}, {VRRP_VIP_DEL, -EPERM, true}};
	struct vrrp_vip_have have[N];
	struct rig rig;

	set_up(&rig);
	look(&rig.machine, have);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct vrrp_vips_plan plan = {0};

		*(struct vrrp_vip_op *)vec_push(&plan.ops) =
		    (struct vrrp_vip_op){cases[i].kind, 0, 7, cases[i].result, false, false};
		vrrp_vips_applied(&rig.vips, have, &plan);
		ck_assert_int_eq(plan.ops.items[0].is_failure, cases[i].is_failure);
		vec_free(&plan.ops);
	}
	tear_down(&rig);
}
END_TEST

/* Carries out the plan with the addresses that have is about; the kernel refuses what refusal says. Returns it in
 * short: "-0@7 +0@8". */
static const char *plan_text(struct vrrp_vips *vips, const struct vrrp_vip_have *have, int refusal)
{
	static char text[128];
	struct vrrp_vips_plan plan;
	size_t len = 0;

	text[0] = '\0';
	vrrp_vips_plan(vips, have, &no_keep, &plan);
	for (size_t i = 0; i < plan.ops.n; i++) {
		struct vrrp_vip_op *op = &plan.ops.items[i];

		op->result = op->index ? refusal : -ENODEV;
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%c%zu@%u", i ? " " : "",
					op->kind == VRRP_VIP_ADD ? '+' : '-', op->at, op->index);
	}
	vrrp_vips_applied(vips, have, &plan);
	vec_free(&plan.ops);
	return text;
}

/* The interface 7 has another name by now: it may be that no interface has the old one, or that 8 has. */
START_TEST(an_address_is_known_by_the_index_of_its_interface)
{
	const struct vrrp_vip_have named[N] = {{.index = 7, .is_up = true}, {.index = 7, .is_up = true},
					       {.index = 7, .is_up = true}};
	const struct vrrp_vip_have gone[N] = {{.left = 7}, {.left = 7}, {.index = 0}};
	const struct vrrp_vip_have other[N] = {{.index = 8, .is_up = true, .left = 7},
					       {.index = 8, .is_up = true, .left = 7},
					       {.index = 8, .is_up = true}};
	struct rig rig;

	set_up(&rig);
	rig.vips.is_master = true;
	ck_assert_str_eq(plan_text(&rig.vips, named, 0), "+0@7 +1@7 +2@7");
	for (size_t i = 0; i < N; i++)
		ck_assert_uint_eq(rig.vips.list.items[i].index, 7);
	/* Nothing is there to add it to. What the kernel does not remove is remembered, and what is nowhere is
	 * not. */
	rig.vips.is_master = false;
	ck_assert_str_eq(plan_text(&rig.vips, gone, -EPERM), "-0@7 -1@7");
	ck_assert_uint_eq(rig.vips.list.items[0].index, 7);
	ck_assert_uint_eq(rig.vips.list.items[2].index, 0);
	ck_assert_str_eq(plan_text(&rig.vips, gone, 0), "-0@7 -1@7");
	ck_assert_uint_eq(rig.vips.list.items[0].index, 0);
	/* A master has it on the interface that has the name; as long as none has, it stays where it is. */
	rig.vips.is_master = true;
	plan_text(&rig.vips, named, 0);
	ck_assert_str_eq(plan_text(&rig.vips, gone, 0), "+0@0 +1@0 +2@0");
	ck_assert_uint_eq(rig.vips.list.items[0].index, 7);
	ck_assert_str_eq(plan_text(&rig.vips, other, 0), "-0@7 +0@8 -1@7 +1@8 +2@8");
	ck_assert_uint_eq(rig.vips.list.items[0].index, 8);
	tear_down(&rig);
}
END_TEST

/* The kernel asks anew only for an address that is added again. One that was there before an owner stays as it is. */
START_TEST(a_duplicate_is_refused_and_added_again)
{
	const struct vrrp_vip_have gone[N] = {{.index = 7, .is_up = true}, {.index = 7, .is_up = true},
					      {.index = 7, .is_up = true}};
	struct vrrp_vip_have have[N];
	struct rig rig;

	set_up(&rig);
	for (size_t i = 0; i < N; i++)
		have[i] = (struct vrrp_vip_have){.index = 7, .is_up = true, .is_there = true};
	rig.vips.is_master = true;
	ck_assert_str_eq(plan_text(&rig.vips, gone, 0), "+0@7 +1@7 +2@7");
	ck_assert_int_eq(vrrp_vips_missing(&rig.vips, have), VRRP_VIPS_COMPLETE);
	have[1].is_duplicate = true;
	ck_assert_int_eq(vrrp_vips_missing(&rig.vips, have), VRRP_VIPS_REFUSED);
	ck_assert(vrrp_vip_is_in_use(&rig.vips.list.items[1], &have[1]));
	ck_assert_str_eq(plan_text(&rig.vips, have, 0), "-1@7 +1@7");
	/* It counts as in use until the kernel says otherwise. */
	have[1].is_duplicate = false;
	have[1].is_probing = true;
	ck_assert_int_eq(vrrp_vips_missing(&rig.vips, have), VRRP_VIPS_COMPLETE);
	ck_assert_str_eq(plan_text(&rig.vips, have, 0), "");
	ck_assert(vrrp_vip_is_in_use(&rig.vips.list.items[1], &have[1]));
	ck_assert(!vrrp_vip_is_in_use(&rig.vips.list.items[0], &have[1]));
	have[1].is_probing = false;
	ck_assert(!vrrp_vip_is_in_use(&rig.vips.list.items[1], &have[1]));
	ck_assert_str_eq(plan_text(&rig.vips, have, 0), "");
	ck_assert_int_eq(rig.vips.list.items[1].refusal, 0);
	have[1].is_duplicate = true;
	rig.vips.list.items[1].state = VRRP_VIP_FOREIGN;
	ck_assert_int_eq(vrrp_vips_missing(&rig.vips, have), VRRP_VIPS_COMPLETE);
	ck_assert_str_eq(plan_text(&rig.vips, have, 0), "");
	tear_down(&rig);
}
END_TEST

/* Both words are in effect: a duplicate is tried again, and an address that somebody removes stays away. */
START_TEST(a_duplicate_with_no_track_is_tried_again)
{
	struct vrrp_vip_have have[N] = {{.index = 7, .is_up = true}, {.index = 7, .is_up = true},
					{.index = 7, .is_up = true}};
	struct rig rig;

	set_up(&rig);
	rig.confs[1].is_untracked = rig.confs[1].is_probed = true;
	rig.vips.is_master = true;
	ck_assert_str_eq(plan_text(&rig.vips, have, 0), "+0@7 +1@7 +2@7");
	for (size_t i = 0; i < N; i++)
		have[i].is_there = true;
	have[1].is_duplicate = true;
	ck_assert_int_eq(vrrp_vips_missing(&rig.vips, have), VRRP_VIPS_REFUSED);
	ck_assert_str_eq(plan_text(&rig.vips, have, 0), "-1@7 +1@7");
	have[1].is_duplicate = have[1].is_there = false;
	ck_assert_int_eq(vrrp_vips_missing(&rig.vips, have), VRRP_VIPS_COMPLETE);
	ck_assert_str_eq(plan_text(&rig.vips, have, 0), "");
	tear_down(&rig);
}
END_TEST

/* REFUSED: to try again at once is of no use. REMOVED: it can be put back. */
START_TEST(what_is_missing_was_refused_or_removed)
{
	struct rig rig;

	set_up(&rig);
	rig.vips.is_master = true;
	rig.machine.refusal = -ENOBUFS;
	bring_about(&rig.vips, &rig.machine, &no_keep);
	ck_assert_int_eq(missing(&rig.vips, &rig.machine), VRRP_VIPS_REFUSED);
	/* The interface is another one by now: it can be tried. */
	rig.machine.index = 8;
	ck_assert_int_eq(missing(&rig.vips, &rig.machine), VRRP_VIPS_REMOVED);
	bring_about(&rig.vips, &rig.machine, &no_keep);
	ck_assert_int_eq(missing(&rig.vips, &rig.machine), VRRP_VIPS_REFUSED);
	/* It was down at the attempt, and is up again. */
	rig.machine.is_up = false;
	ck_assert_int_eq(missing(&rig.vips, &rig.machine), VRRP_VIPS_REFUSED);
	bring_about(&rig.vips, &rig.machine, &no_keep);
	rig.machine.is_up = true;
	ck_assert_int_eq(missing(&rig.vips, &rig.machine), VRRP_VIPS_REMOVED);
	/* It is gone, and comes back. */
	rig.machine.index = 0;
	ck_assert_str_eq(bring_about(&rig.vips, &rig.machine, &no_keep), "+0 +1 +2");
	ck_assert_int_eq(missing(&rig.vips, &rig.machine), VRRP_VIPS_REFUSED);
	rig.machine.index = 9;
	ck_assert_int_eq(missing(&rig.vips, &rig.machine), VRRP_VIPS_REMOVED);
	rig.machine.refusal = 0;
	bring_about(&rig.vips, &rig.machine, &no_keep);
	ck_assert_int_eq(missing(&rig.vips, &rig.machine), VRRP_VIPS_COMPLETE);
	tear_down(&rig);
}
END_TEST

START_TEST(what_a_predecessor_left_is_adopted)
{
	struct vrrp_vip_have have[N];
	struct rig rig;

	set_up(&rig);
	rig.machine.is_there[1] = true;
	look(&rig.machine, have);
	ck_assert_uint_eq(vrrp_vips_adopt(&rig.vips, have), 1);
	rig.vips.is_master = true;
	ck_assert_str_eq(bring_about(&rig.vips, &rig.machine, &no_keep), "+0 +2");
	tear_down(&rig);
}
END_TEST

START_TEST(an_untracked_address_stays_away_until_the_next_time)
{
	struct rig rig;

	set_up(&rig);
	rig.confs[1].is_untracked = true;
	rig.vips.is_master = true;
	ck_assert_str_eq(bring_about(&rig.vips, &rig.machine, &no_keep), "+0 +1 +2");
	rig.machine.is_there[1] = false;
	ck_assert_int_eq(missing(&rig.vips, &rig.machine), VRRP_VIPS_COMPLETE);
	ck_assert_str_eq(bring_about(&rig.vips, &rig.machine, &no_keep), "");
	rig.machine.is_there[0] = false;
	ck_assert_str_eq(bring_about(&rig.vips, &rig.machine, &no_keep), "+0");
	rig.vips.is_master = false;
	bring_about(&rig.vips, &rig.machine, &no_keep);
	rig.vips.is_master = true;
	ck_assert_str_eq(bring_about(&rig.vips, &rig.machine, &no_keep), "+0 +1 +2");
	tear_down(&rig);
}
END_TEST

/* A prefix length behind the peer counts, and so does the peer. */
START_TEST(another_peer_is_another_address)
{
	struct conf_vip confs[N] = {vip_of(1, 32), vip_of(2, 24), vip_of(3, 24)};
	struct rig rig;

	set_up(&rig);
	rig.vips.is_master = true;
	bring_about(&rig.vips, &rig.machine, &no_keep);
	confs[0].peer = vip_of(77, 24).addr;
	confs[0].peer_len = 24;
	set_list(&rig.vips, confs, &rig.stale);
	ck_assert_uint_eq(rig.stale.list.n, 1);
	ck_assert_int_eq(rig.vips.list.items[0].state, VRRP_VIP_ABSENT);
	ck_assert_int_eq(rig.vips.list.items[1].state, VRRP_VIP_HELD);
	tear_down(&rig);
}
END_TEST

START_TEST(a_new_list_keeps_what_is_in_both)
{
	struct conf_vip confs[N] = {vip_of(4, 24), vip_of(3, 24), vip_of(1, 32)};
	struct rig rig;

	set_up(&rig);
	rig.vips.is_master = true;
	bring_about(&rig.vips, &rig.machine, &no_keep);
	confs[1].label = "eth0:web";
	ck_assert(set_list(&rig.vips, confs, &rig.stale));
	ck_assert_int_eq(rig.vips.list.items[0].state, VRRP_VIP_ABSENT);
	ck_assert_int_eq(rig.vips.list.items[1].state, VRRP_VIP_HELD);
	ck_assert(rig.vips.list.items[1].is_outdated);
	/* Another prefix length is another address to the kernel. */
	ck_assert_int_eq(rig.vips.list.items[2].state, VRRP_VIP_ABSENT);
	ck_assert_uint_eq(rig.stale.list.n, 2);
	ck_assert_ptr_eq(rig.stale.list.items[0].conf, &rig.confs[0]);
	ck_assert_ptr_eq(rig.stale.list.items[1].conf, &rig.confs[1]);
	ck_assert(!rig.stale.is_master);
	tear_down(&rig);
}
END_TEST

/* The rule of two instances with one address: the last master of both removes it. */
START_TEST(another_masters_address_stays)
{
	struct conf_vip confs[2][N] = {{vip_of(1, 24), vip_of(2, 24), vip_of(3, 24)},
				       {vip_of(4, 24), vip_of(2, 24), vip_of(3, 32)}};
	struct vrrp_vips vips[2] = {0}, stale;
	struct vrrp_vip_index index = {0};
	struct machine machine = {.index = 7, .is_up = true};

	for (int i = 0; i < 2; i++) {
		vips[i].index = &index;
		vips[i].is_master = true;
		set_list(&vips[i], confs[i], &stale);
		vrrp_vips_fini(&stale);
		vrrp_vip_index_put(&index, &vips[i]);
	}
	vrrp_vip_index_sort(&index);
	ck_assert(vrrp_vip_index_has(&index, &confs[1][0].addr));
	ck_assert(!vrrp_vip_index_has(&index, &no_keep));
	bring_about(&vips[0], &machine, &no_keep);
	vips[0].is_master = false;
	ck_assert_str_eq(bring_about(&vips[0], &machine, &no_keep), "-0 -2");
	machine = (struct machine){.index = 7, .is_up = true};
	vips[0].is_master = true;
	vips[1].is_master = false;
	bring_about(&vips[0], &machine, &no_keep);
	vips[0].is_master = false;
	ck_assert_str_eq(bring_about(&vips[0], &machine, &no_keep), "-0 -1 -2");
	for (int i = 0; i < 2; i++)
		vrrp_vips_fini(&vips[i]);
	vrrp_vip_index_fini(&index);
}
END_TEST

/* An advertisement may leave with a static address: it stays where it is. */
START_TEST(a_static_address_is_no_virtual_one)
{
	struct rig rig;

	set_up(&rig);
	vrrp_vip_index_put(&rig.index, &rig.vips);
	vrrp_vip_index_sort(&rig.index);
	ck_assert(vrrp_vip_index_has(&rig.index, &rig.confs[0].addr));
	rig.vips.is_static = true;
	ck_assert(!vrrp_vip_index_has(&rig.index, &rig.confs[0].addr));
	tear_down(&rig);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vrrp_vips");
	TCase *tcase = tcase_create("vips");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, a_master_wants_all_and_a_backup_none);
	tcase_add_test(tcase, an_owner_leaves_what_was_there_before);
	tcase_add_test(tcase, an_owner_that_goes_on_leaves_what_is_there);
	tcase_add_loop_test(tcase, an_owner_removes_what_a_former_process_has_added, 0, 2);
	tcase_add_loop_test(tcase, an_owner_that_is_no_master_removes_what_a_former_process_has_added, 0, 2);
	tcase_add_test(tcase, an_owner_that_is_no_master_yet_removes_nothing);
	tcase_add_test(tcase, an_owner_removes_later_what_it_added);
	tcase_add_test(tcase, an_address_is_known_by_the_index_of_its_interface);
	tcase_add_test(tcase, only_what_somebody_can_mend_is_a_failure);
	tcase_add_test(tcase, a_duplicate_is_refused_and_added_again);
	tcase_add_test(tcase, a_duplicate_with_no_track_is_tried_again);
	tcase_add_test(tcase, what_is_missing_was_refused_or_removed);
	tcase_add_test(tcase, what_a_predecessor_left_is_adopted);
	tcase_add_test(tcase, an_untracked_address_stays_away_until_the_next_time);
	tcase_add_test(tcase, another_peer_is_another_address);
	tcase_add_test(tcase, a_new_list_keeps_what_is_in_both);
	tcase_add_test(tcase, another_masters_address_stays);
	tcase_add_test(tcase, a_static_address_is_no_virtual_one);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
