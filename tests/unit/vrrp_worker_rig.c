/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/vrrp_worker_rig.h"
#include "base/virtual/channel.h"
#include "base/virtual/world.h"
#include "tests/sim/lan.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define START ((struct mono){1000 * NS_PER_S})

struct conf_vip rig_vip = {
    .addr = {AF_INET, {10, 0, 0, 100}}, .prefix_len = 32, .interface = "eth0", .label = ""};

struct conf_vip rig_second_vip = {
    .addr = {AF_INET, {10, 0, 0, 101}}, .prefix_len = 32, .interface = "eth0", .label = ""};

struct node rig_nodes[MACHINES];

static uint64_t below(uint64_t n)
{
	(void)n;
	return 0;
}

/* --- the director --- */

static void send_instance(struct node *node, const struct conf_vrrp *conf)
{
	const struct vrrp_instance_frame frame = {.conf = *conf, .last_state = node->state};
	uint8_t body[2048];
	size_t len = vrrp_instance_encode(&frame, body, sizeof(body));

	greeted_send(node->director, VRRP_FRAME_INSTANCE, body, node->is_spoiled ? len - 1 : len);
}

void rig_send_statics(const struct node *node, const struct conf_statics *statics)
{
	uint8_t body[2048];
	size_t len = vrrp_statics_encode(statics, body, sizeof(body));

	ck_assert_uint_gt(len, 0);
	greeted_send(node->director, VRRP_FRAME_STATICS, body, len);
}

void rig_send_conf(void *arg)
{
	struct node *node = arg;
	struct conf_vrrp second = node->conf;

	second.name = "VI_2";
	second.vrid = 52;
	second.vips = &rig_second_vip;
	node->serial++;
	greeted_send(node->director, VRRP_FRAME_BEGIN, NULL, 0);
	if (node->statics)
		rig_send_statics(node, node->statics);
	send_instance(node, &node->conf);
	if (node->has_second)
		send_instance(node, &second);
	greeted_send(node->director, VRRP_FRAME_COMMIT, &node->serial, sizeof(node->serial));
}

static void on_report(struct node *node, const void *body, size_t len)
{
	struct arena *texts = arena_new();
	struct vrrp_report report;

	ck_assert_int_eq(vrrp_report_decode(body, len, texts, &report), 0);
	if (strcmp(report.name, node->conf.name)) {
		arena_free(texts);
		return;
	}
	arena_free(node->texts);
	node->texts = texts;
	node->n_reports++;
	node->last = report;
	if (report.state != node->state || !node->story[0])
		snprintf(node->story + strlen(node->story),
			 sizeof(node->story) - strlen(node->story), "%s ",
			 vrrp_state_text(report.state));
	node->state = report.state;
	node->n_sent = report.adverts_sent;
	node->lateness = report.lateness;
	node->mismatch = report.mismatch;
}

static void on_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	struct node *node = arg;

	if (type == VRRP_FRAME_STATE)
		on_report(node, body, len);
	else if (type == VRRP_FRAME_CARRIED && ++node->n_carried)
		memcpy(&node->carried, body, sizeof(node->carried));
	else if (type == VRRP_FRAME_TOLD)
		memcpy(&node->told, body, sizeof(node->told));
	else if (type == VRRP_FRAME_RELEASED)
		node->n_released++;
}

void rig_start_director(struct node *node, bool is_restart)
{
	const struct greeted_ops ops = {
	    .on_met = rig_send_conf, .on_frame = on_frame, .arg = node, .is_lasting = true};

	node->director = greeted_new_director(node->director_loop, node->ends[0], is_restart, &ops);
}

/* --- the process --- */

void rig_start_worker(struct node *node, struct mono alive)
{
	const struct vrrp_predecessor predecessor = {.alive = alive};
	struct err err;

	node->loop = loop_new();
	lan_put_process(node->loop, node->number);
	ck_assert_int_eq(vrrp_worker_new(node->loop, node->ends[1], &predecessor, NULL,
					 &node->worker, &err),
			 0);
}

/* It leaves everything as it is. */
void rig_kill_worker(struct node *node)
{
	vrrp_worker_free(node->worker);
	loop_free(node->loop);
	node->worker = NULL;
}

void rig_run_ms(int64_t ms)
{
	world_run_until(mono_add_ms(world_now(), ms));
}

static void start_node(struct node *node, uint8_t priority)
{
	node->number = lan_add_machine();
	node->conf = (struct conf_vrrp){.name = "VI_1",
					.interface = "eth0",
					.vrid = 51,
					.priority = priority,
					.version = 3,
					.family = AF_INET,
					.advert_int_us = 1000000,
					.is_preempting = true,
					.auth_pass = "",
					.vips = &rig_vip,
					.n_vips = 1};
	ck_assert_int_eq(chan_pair(node->ends), 0);
	node->director_loop = loop_new();
	rig_start_director(node, false);
	rig_start_worker(node, MONO_NEVER);
}

void rig_begin(void)
{
	memset(rig_nodes, 0, sizeof(rig_nodes));
	channels_begin();
	world_begin(START);
	lan_begin(below, NULL);
	start_node(&rig_nodes[0], 150);
	start_node(&rig_nodes[1], 100);
}

void rig_end(void)
{
	for (int i = 0; i < MACHINES; i++) {
		if (rig_nodes[i].worker)
			rig_kill_worker(&rig_nodes[i]);
		arena_free(rig_nodes[i].texts);
		greeted_free(rig_nodes[i].director);
		loop_free(rig_nodes[i].director_loop);
	}
	lan_end();
	channels_begin();
}

/* Each machine's state as its director knows it, and whether the address is there: "MASTER+ BACKUP-". */
const char *rig_states(void)
{
	static char text[64];

	snprintf(text, sizeof(text), "%s%c %s%c", vrrp_state_text(rig_nodes[0].state),
		 lan_has_addr(0, &rig_vip.addr) ? '+' : '-', vrrp_state_text(rig_nodes[1].state),
		 lan_has_addr(1, &rig_vip.addr) ? '+' : '-');
	return text;
}
