/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An operator at each director, who uses the director's own table of commands, in the place of
 * daemon/control/control.c, and knows by the answers which configuration must be in force.
 */
#include "base/mem.h"
#include "base/virtual/world.h"
#include "daemon/director/director_state.h"
#include "daemon/shared/rundir_names.h"
#include "tests/sim/pair.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* After the deadline of a reload that waits: the return is in the director's next turn. */
#define RETURN_SLACK_MS 500

struct request {
	json_t *json;
	pair_answer_fn *fn;
	struct pair_asked asked;
	struct mono at; /* when it was asked: a stopped director answers later */
};

/* A request that is answered later. */
struct deferred {
	uint64_t number;
	pair_answer_fn *fn;
	struct pair_asked asked;
};

struct control {
	struct pair_node *node;
	const struct control_command *commands;
	void *arg;
	struct loop *loop;
	struct loop_timer *timer;
	VEC(struct request) requests;
	VEC(struct deferred) deferred;
	uint64_t n_deferred;
	const struct request *current; /* the one that the director answers */
};

static json_t *answer(const struct control *control, json_t *request)
{
	const char *name = json_string_value(json_object_get(request, "command"));

	for (const struct control_command *command = control->commands; command->name; command++)
		if (!strcmp(command->name, name))
			return command->fn(request, control->arg);
	return NULL;
}

static void go_back(struct pair_node *node);

static bool is_about(struct mono at, struct mono deadline)
{
	return !mono_is_never(deadline) && llabs(mono_sub(at, deadline)) <= PAIR_CLOCK_MS * NS_PER_MS;
}

static void on_request(void *arg)
{
	struct control *control = arg;
	struct pair_node *node = control->node;
	struct request request;
	const struct model *file = node->file;
	json_t *json;

	if (!control->requests.n)
		return;
	request = control->requests.items[0];
	memmove(control->requests.items, control->requests.items + 1,
		--control->requests.n * sizeof(request));
	if (control->requests.n)
		loop_timer_set(control->timer, loop_now(control->loop));
	/* The director's own timer came first, by a clock of its own; of a director that was stopped,
	 * or stood still until now, nobody knows. */
	if ((pair.has_clocks && is_about(request.at, node->confirm_by)) ||
	    (!mono_before(request.at, node->confirm_by) &&
	     mono_before(node->confirm_by, node->clear_since)))
		node->is_in_doubt = true;
	else if (!mono_before(request.at, node->confirm_by))
		go_back(node);
	else if (!mono_before(world_now(), node->confirm_by))
		node->is_in_doubt = true;
	node->asked = request.asked;
	/* A drain is in the kernel before it is answered. */
	if (request.asked.is_hold) {
		node->asked.was_unsure = node->is_hold_unsure[request.asked.vs][request.asked.server];
		node->is_hold_unsure[request.asked.vs][request.asked.server] = true;
	}
	control->current = &request;
	json = answer(control, request.json);
	control->current = NULL;
	/* One that died has answered nobody. */
	if (json && !node->procs[PAIR_DIRECTOR].is_dead && request.fn)
		request.fn(node, file, json);
	node->asked = (struct pair_asked){0};
	json_decref(request.json);
	json_decref(json);
}

struct control *control_new(struct loop *loop, int listen_fd, int64_t idle_ms,
			    const struct control_command *commands, void *arg)
{
	struct control *control = mem_calloc(1, sizeof(*control));

	(void)listen_fd;
	(void)idle_ms;
	control->node = pair_caller();
	control->commands = commands;
	control->arg = arg;
	control->loop = loop;
	control->timer = loop_timer_new(loop, on_request, control);
	control->node->control = control;
	pair_ask_status(control->node);
	return control;
}

void control_listen(struct control *control, int listen_fd)
{
	(void)control;
	(void)listen_fd;
}

/* The operator's answers are those of the commands themselves, also of a director that stops. */
void control_refuse(struct control *control, const char *sentence)
{
	(void)control;
	(void)sentence;
}

int control_passed(const struct control *control)
{
	(void)control;
	return -1;
}

const char *control_caller(const struct control *control, char text[static CONTROL_CALLER_MAX])
{
	(void)control;
	return strcpy(text, "the operator");
}

/* Of an order to the vrrp process nobody waits for the answer: the claims look at what is so then. */
uint64_t control_defer(struct control *control)
{
	const struct request *current = control->current;

	control->n_deferred++;
	if (current->fn)
		*(struct deferred *)vec_push(&control->deferred) =
		    (struct deferred){control->n_deferred, current->fn, current->asked};
	return control->n_deferred;
}

static bool deferred_take(struct control *control, uint64_t number, struct deferred *ret_taken)
{
	for (size_t i = 0; i < control->deferred.n; i++) {
		struct deferred *at = &control->deferred.items[i];

		if (at->number != number)
			continue;
		*ret_taken = *at;
		memmove(at, at + 1, (--control->deferred.n - i) * sizeof(*at));
		return true;
	}
	return false;
}

void control_answer(struct control *control, uint64_t number, json_t *json)
{
	struct pair_node *node = control->node;
	struct deferred deferred;

	/* One that died has answered nobody; one that ends refuses, and the next one reads the file. */
	if (deferred_take(control, number, &deferred) && !node->procs[PAIR_DIRECTOR].is_dead &&
	    !node->is_stopping) {
		/* The director's timer came first, if it did not stand still then. A slow kernel may make
		 * the turn long. */
		bool is_over = !mono_before(pair_turn_began(node), node->confirm_by);

		if ((is_over && mono_before(node->confirm_by, node->clear_since)) ||
		    (pair.has_clocks && is_about(pair_turn_began(node), node->confirm_by)))
			node->is_in_doubt = true;
		else if (is_over)
			go_back(node);
		node->asked = deferred.asked;
		deferred.fn(node, node->tried[0] ? node->tried[0] : node->file, json);
		node->asked = (struct pair_asked){0};
	}
	json_decref(json);
}

bool pair_is_reading(const struct pair_node *node)
{
	const struct director *d = node->procs[PAIR_DIRECTOR].object;

	return d && (d->readings.asks.n || d->readings.is_running);
}

void control_free(struct control *control)
{
	if (!control)
		return;
	for (size_t i = 0; i < control->requests.n; i++)
		json_decref(control->requests.items[i].json);
	vec_free(&control->requests);
	vec_free(&control->deferred);
	loop_timer_free(control->timer);
	control->node->control = NULL;
	free(control);
}

json_t *control_ok(json_t *result)
{
	return json_pack("{s:b, s:o}", "ok", 1, "result", result);
}

json_t *control_refused(const char *sentence)
{
	return json_pack("{s:b, s:s}", "ok", 0, "error", sentence);
}

bool pair_ask(struct pair_node *node, json_t *json, pair_answer_fn *fn)
{
	if (!node->control || node->procs[PAIR_DIRECTOR].is_dead || node->is_stopping) {
		json_decref(json);
		return false;
	}
	*(struct request *)vec_push(&node->control->requests) =
	    (struct request){json, fn, node->asked, world_now()};
	loop_timer_set(node->control->timer, loop_now(node->control->loop));
	return true;
}

/* --- what must be in force --- */

void pair_new_in_force(struct pair_node *node, const struct model *model)
{
	const struct model *was = node->in_force;

	node->former = was;
	node->in_force = model;
	for (unsigned i = 0; i < PAIR_NUMBERS; i++) {
		struct svckey key = model_key(i);
		const struct model_vs *old = model_find_vs(was, &key), *vs = model_find_vs(model, &key);

		for (unsigned s = 0; s < PAIR_SERVERS; s++) {
			bool is_kept = model_find_rs(old, s) && model_find_rs(vs, s) &&
				       model_is_same_check(old, vs);

			if (!is_kept)
				node->conf_since[i][s] = world_now();
			if (!model_find_rs(vs, s))
				node->is_held[i][s] = false;
		}
		node->pool_since[i] = old && vs && !memcmp(old, vs, sizeof(*vs)) ? node->pool_since[i] : world_now();
	}
	if (!was || was->vrrp.members != model->vrrp.members || was->vrrp.addrs != model->vrrp.addrs)
		node->members_since = world_now();
	pair_drains_reloaded(node);
	pair_filter_reloaded(node);
	pair_vrrp_disturb();
}

/* Another one may have been in force in between. */
static void forget(struct pair_node *node)
{
	memset(node->known_at, 0, sizeof(node->known_at));
	for (unsigned i = 0; i < PAIR_NUMBERS; i++) {
		node->pool_since[i] = world_now();
		for (unsigned s = 0; s < PAIR_SERVERS; s++) {
			node->conf_since[i][s] = world_now();
			node->is_hold_unsure[i][s] = true;
		}
	}
}

static void may_be_in_force(struct pair_node *node, size_t at, const struct model *model)
{
	memmove(node->tried + at + 1, node->tried + at,
		(PAIR_TRIED - 1 - at) * sizeof(node->tried[0]));
	node->tried[at] = model;
}

void pair_try(struct pair_node *node)
{
	may_be_in_force(node, 0, node->file);
	node->tried_at = world_now();
}

static bool is_ok(json_t *json)
{
	return json_is_true(json_object_get(json, "ok"));
}

static bool is_waiting(const struct pair_node *node)
{
	return !mono_is_never(node->confirm_by);
}

/* Whether the answer of a reload is what the file and the waiting ask for. */
static void judge_reload(struct pair_node *node, const struct model *file, json_t *json, bool has_confirm)
{
	bool is_late = pair_loader_was_late(node);
	bool is_refused = file->flaw || is_late || (is_waiting(node) && !has_confirm);

	if (is_ok(json) == is_refused && !node->is_in_doubt &&
	    !(has_confirm && node->rundir.is_lost))
		pair_fail(node, "a reload of m%u was %s, wrongly: %s", file->id,
			  is_refused ? "taken" : "refused",
			  json_string_value(json_object_get(json, "error")));
	if (!is_refused)
		pair_happened(PAIR_RELOADED);
	else
		pair_happened(is_late      ? PAIR_RELOAD_LATE
			      : file->flaw ? PAIR_RELOAD_REFUSED
					   : PAIR_RELOAD_WAITING);
}

static void take_reload(struct pair_node *node, const struct model *file, json_t *json, unsigned confirm_s)
{
	pair_trace(node, "<- reload of m%u: %s", file->id, is_ok(json) ? "in force" : "refused");
	judge_reload(node, file, json, confirm_s);
	if (!is_ok(json))
		return;
	if (node->is_in_doubt)
		may_be_in_force(node, 1, node->in_force);
	else if (!is_waiting(node) && file != node->in_force)
		node->previous = node->rundir.is_readonly ? NULL : node->in_force;
	if (confirm_s && (is_waiting(node) || file != node->in_force))
		node->confirm_by = mono_add_ns(node->tried_at, confirm_s * NS_PER_S);
	if (node->is_in_doubt)
		forget(node);
	pair_new_in_force(node, file);
}

static void on_reload(struct pair_node *node, const struct model *file, json_t *json)
{
	take_reload(node, file, json, 0);
}

static void on_reload_confirm(struct pair_node *node, const struct model *file, json_t *json)
{
	take_reload(node, file, json, node->asked.confirm_s);
}

static void on_confirm(struct pair_node *node, const struct model *file, json_t *json)
{
	(void)file;
	if (!is_ok(json))
		return;
	pair_happened(PAIR_CONFIRMED);
	node->confirm_by = MONO_NEVER;
}

static void swap(struct pair_node *node)
{
	const struct model *was = node->in_force;

	node->confirm_by = MONO_NEVER;
	pair_new_in_force(node, node->previous);
	node->previous = node->rundir.is_readonly ? NULL : was;
}

static void on_rollback(struct pair_node *node, const struct model *file, json_t *json)
{
	(void)file;
	pair_trace(node, "<- rollback: %s", is_ok(json) ? "done" : "refused");
	if (node->is_in_doubt)
		return;
	if (is_ok(json) != (node->previous != NULL) && !node->rundir.is_lost)
		pair_fail(node, "a rollback was %s, wrongly: %s", is_ok(json) ? "done" : "refused",
			  json_string_value(json_object_get(json, "error")));
	if (!is_ok(json))
		return;
	if (!node->previous) {
		node->is_in_doubt = true;
		return;
	}
	pair_happened(node->rundir.is_readonly ? PAIR_ROLLED_BACK_UNWRITTEN : PAIR_ROLLED_BACK);
	swap(node);
}

static bool was_tried(const struct pair_node *node, const struct model *model)
{
	for (size_t i = 0; i < PAIR_TRIED; i++)
		if (node->tried[i] == model)
			return true;
	return node->file == model;
}

static const struct model *model_of_text(const char *text)
{
	unsigned id;
	const char *at = text ? strstr(text, "router_id m") : NULL;

	return at && sscanf(at, "router_id m%u", &id) == 1 ? model_find(id) : NULL;
}

/* NULL: MONO_NEVER. The virtual clock writes "+1012.345". */
static struct mono mono_of_stamp(const char *stamp)
{
	double s;

	if (!stamp || sscanf(stamp, "+%lf", &s) != 1)
		return MONO_NEVER;
	return (struct mono){(int64_t)(s * NS_PER_S)};
}

/* After a death nobody knows what was done: it is asked, and must be one of what it can be. */
static void end_doubt(struct pair_node *node, const struct model *shown, json_t *status)
{
	json_t *config = json_object_get(status, "config");

	if (shown != node->in_force && shown != node->previous && !was_tried(node, shown))
		pair_fail(node, "m%u is in force, which nobody has asked for", shown->id);
	node->confirm_by = mono_of_stamp(json_string_value(json_object_get(config, "confirm_by")));
	node->previous = model_of_text(pair_rundir_text(node, RUNDIR_PREVIOUS));
	node->is_in_doubt = false;
	memset(node->tried, 0, sizeof(node->tried));
	forget(node);
	pair_filter_reloaded(node);
	if (shown != node->in_force)
		pair_new_in_force(node, shown);
}

static void on_status(struct pair_node *node, const struct model *file, json_t *json)
{
	json_t *status = json_object_get(json, "result");
	const char *id = json_string_value(json_object_get(status, "router_id"));
	const struct model *shown = id ? model_find((unsigned)atoi(id + 1)) : NULL;

	(void)file;
	if (!shown)
		pair_fail(node, "the status shows no configuration that exists");
	if (pair_is_reading(node))
		pair_happened(PAIR_READ_STATUS);
	if (node->is_in_doubt && !pair_is_reading(node))
		end_doubt(node, shown, status);
	if (node->is_in_doubt)
		return; /* a reload by SIGHUP is under way */
	if (shown != node->in_force && !is_waiting(node))
		pair_fail(node, "m%u is in force, and m%u should be", shown->id, node->in_force->id);
	pair_claim_status(node, status);
}

void pair_ask_status(struct pair_node *node)
{
	pair_ask(node, json_pack("{s:s}", "command", "status"), on_status);
}

/* The time for the confirmation is over, and the previous configuration is back. */
static void go_back(struct pair_node *node)
{
	if (!node->previous || node->is_in_doubt || node->rundir.is_lost) {
		node->is_in_doubt = true;
		node->confirm_by = MONO_NEVER;
	} else {
		pair_trace(node, "<- nobody has confirmed m%u", node->in_force->id);
		pair_happened(pair_is_reading(node) ? PAIR_READ_RETURNED : PAIR_RETURNED);
		swap(node);
	}
	pair_ask_status(node);
}

void pair_operator_check(struct pair_node *node)
{
	/* One that stood still returns in its next turn, too. */
	if (node->control && !node->control->requests.n && pair_proc_runs(node, PAIR_DIRECTOR) &&
	    !mono_before(world_now(), mono_add_ms(node->confirm_by, RETURN_SLACK_MS)) &&
	    !mono_before(world_now(), mono_add_ms(node->clear_since, RETURN_SLACK_MS)))
		go_back(node);
}

/* --- what he asks --- */

void pair_ask_reload(struct pair_node *node, unsigned confirm_s)
{
	pair_trace(node, "-> reload of m%u%s", node->file->id, confirm_s ? " --confirm" : "");
	pair_ask_status(node);
	if (!confirm_s) {
		pair_ask(node, json_pack("{s:s}", "command", "reload"), on_reload);
	} else {
		node->asked.confirm_s = confirm_s;
		pair_ask(node, json_pack("{s:s, s:i}", "command", "reload", "confirm", (int)confirm_s),
			 on_reload_confirm);
		node->asked = (struct pair_asked){0};
	}
	pair_ask_status(node);
}

void pair_ask_simple(struct pair_node *node, const char *command)
{
	pair_trace(node, "-> %s", command);
	pair_ask(node, json_pack("{s:s}", "command", command),
		 !strcmp(command, "rollback") ? on_rollback
		 : !strcmp(command, "confirm") ? on_confirm
					       : NULL);
}

static void on_order(struct pair_node *node, const struct model *file, json_t *json)
{
	(void)file;
	pair_trace(node, "<- %s", is_ok(json) ? "done"
					      : json_string_value(json_object_get(json, "error")));
	pair_happened(is_ok(json) ? PAIR_ORDER_DONE : PAIR_ORDER_REFUSED);
	pair_vrrp_disturb();
}

static bool ask_order(struct pair_node *node, const char *order, pair_answer_fn *fn)
{
	pair_trace(node, "-> vrrp %s", order);
	pair_vrrp_disturb();
	return pair_ask(node, json_pack("{s:s, s:s}", "command", "vrrp", "order", order), fn);
}

void pair_ask_order(struct pair_node *node, const char *order)
{
	ask_order(node, order, on_order);
}

static void on_resumed(struct pair_node *node, const struct model *file, json_t *json)
{
	(void)file;
	pair_trace(node, "<- resume: %s", is_ok(json) ? "done"
					     : json_string_value(json_object_get(json, "error")));
	pair_vrrp_disturb();
	if (!is_ok(json))
		return;
	pair_happened(PAIR_RESUMED);
	node->is_order_unsure = node->rundir.is_lost; /* a successor may remember one */
}

void pair_ask_resume(struct pair_node *node)
{
	ask_order(node, "resume", on_resumed);
}

static void on_hold(struct pair_node *node, const struct model *file, json_t *json)
{
	const struct pair_asked *asked = &node->asked;

	(void)file;
	pair_trace(node, "<- %s", is_ok(json) ? "done" : "refused");
	node->is_hold_unsure[asked->vs][asked->server] = !is_ok(json) && asked->was_unsure;
	if (!is_ok(json))
		return;
	node->is_held[asked->vs][asked->server] = asked->is_held;
	node->pool_since[asked->vs] = world_now();
	if (asked->is_held)
		pair_happened(PAIR_HELD);
}

void pair_ask_hold(struct pair_node *node, unsigned vs, unsigned server, bool is_held)
{
	struct svckey key = model_key(vs);
	struct endpoint ep = model_endpoint(server);
	char key_text[SVCKEY_TEXT_MAX], ep_text[ENDPOINT_TEXT_MAX];

	pair_trace(node, "-> %s %s %s", is_held ? "drain" : "undrain", svckey_format(&key, key_text),
		   endpoint_format(&ep, ep_text));
	node->asked = (struct pair_asked){
	    .is_hold = true, .vs = vs, .server = server, .is_held = is_held};
	pair_ask(node,
		 json_pack("{s:s, s:s, s:s}", "command", is_held ? "drain" : "undrain", "service",
			   key_text, "real_server", ep_text),
		 on_hold);
	node->asked = (struct pair_asked){0};
}
