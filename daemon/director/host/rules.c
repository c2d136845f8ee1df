/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/host/rules.h"
#include "base/clock.h"
#include "base/mem.h"
#include "daemon/rules/wire.h"
#include "host/flavour.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/*
 * The process answers within the time of a program, and a little later if it is replaced meanwhile.
 */
#define ANSWER_MS (HOST_PROGRAM_LIMIT_MS + 5000)

struct rules {
	struct greeted *worker;
	struct loop_timer *limit;
	struct rules_order order;
	char *text;  /* the text to restore */
	uint64_t id; /* the id of the request that waits for its answer; 0: none */
	uint64_t last_id;
	bool is_sent;
};

static void request_forget(struct rules *rules)
{
	free(rules->text);
	rules->text = NULL;
	rules->id = 0;
	rules->is_sent = false;
	loop_timer_set(rules->limit, MONO_NEVER);
}

static void request_finish(struct rules *rules, int code, const char *error)
{
	const struct rules_order order = rules->order;
	const struct run_job_end end = {.code = code, .sentence = error};

	request_forget(rules);
	order.on_done(&end, order.arg);
}

static void send_request(struct rules *rules)
{
	const struct rules_request request = {
	    .id = rules->id, .part = rules->order.part, .flavour = rules->order.flavour};
	uint8_t body[RULES_REQUEST_MAX];
	size_t len = rules_request_encode(&request, body, sizeof(body));
	int fd = rules->text ? run_input(rules->text) : -1;

	rules->is_sent = true;
	greeted_send_fd(rules->worker, rules->text ? RULES_FRAME_RESTORE : RULES_FRAME_LIST, body,
			len, fd);
	if (fd >= 0)
		close(fd);
}

static void on_rules_met(void *arg)
{
	struct rules *rules = arg;

	if (rules->id && !rules->is_sent)
		send_request(rules);
}

static void on_rules_lost(void *arg)
{
	struct rules *rules = arg;

	if (rules->id && rules->is_sent)
		request_finish(rules, -EPIPE, "the process that runs iptables has ended");
}

static void on_rules_limit(void *arg)
{
	request_finish(arg, -EPIPE, "the process that runs iptables does not answer");
}

static void rules_take_output(struct rules *rules, const uint8_t *body, size_t len)
{
	uint64_t id;

	if (len < sizeof(id))
		return;
	memcpy(&id, body, sizeof(id));
	if (id == rules->id && rules->order.on_output)
		rules->order.on_output((const char *)body + sizeof(id), len - sizeof(id),
				       rules->order.arg);
}

static void on_rules_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	struct rules *rules = arg;
	struct rules_done done;

	if (!rules->id)
		return;
	if (type == RULES_FRAME_OUTPUT)
		rules_take_output(rules, body, len);
	else if (type == RULES_FRAME_DONE && rules_done_decode(body, len, &done) == 0 &&
		 done.id == rules->id)
		request_finish(rules, done.code, done.error);
}

struct rules *rules_new(struct loop *loop, int fd, bool is_restart)
{
	struct rules *rules = mem_calloc(1, sizeof(*rules));
	const struct greeted_ops ops = {.on_lost = on_rules_lost,
					.on_met = on_rules_met,
					.on_frame = on_rules_frame,
					.arg = rules};

	rules->limit = loop_timer_new(loop, on_rules_limit, rules);
	rules->worker = greeted_new_director(loop, fd, is_restart, &ops);
	/* The ids of a director that this one replaces are smaller; answers to them may still
	 * come. */
	rules->last_id = (uint64_t)clock_wall_us();
	return rules;
}

void rules_free(struct rules *rules)
{
	if (!rules)
		return;
	free(rules->text);
	greeted_free(rules->worker);
	loop_timer_free(rules->limit);
	free(rules);
}

void rules_ask(struct rules *rules, const struct rules_order *order)
{
	rules->order = *order;
	rules->text = order->text ? mem_strdup(order->text) : NULL;
	rules->order.text = NULL;
	rules->id = ++rules->last_id;
	loop_timer_set(rules->limit, mono_add_ms(clock_mono(), ANSWER_MS));
	if (greeted_is_met(rules->worker))
		send_request(rules);
}

void rules_cancel(struct rules *rules)
{
	if (rules && rules->id)
		request_forget(rules);
}
