/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/model/tracked/tracked.h"
#include "base/mem.h"
#include "base/vec.h"
#include "conf/kind.h"
#include "conf/model/server_find.h"
#include "conf/text/out.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool is_tracking(const struct conf_check *check)
{
	return conf_kinds[check->type].facts.runner == CONF_RUNNER_MODEL;
}

/* ---- what is tracked ---- */

struct sorted_services {
	const struct conf_virtual_server **items;
	size_t n;
};

static int service_cmp_by_key(const void *left, const void *right)
{
	const struct conf_virtual_server *const *a = left, *const *b = right;

	return svckey_cmp(&(*a)->key, &(*b)->key);
}

static const struct conf_virtual_server *service_by_key(const struct sorted_services *sorted,
							const struct svckey *key)
{
	const struct conf_virtual_server wanted = {.key = *key}, *at = &wanted;
	const struct conf_virtual_server *const *found =
	    sorted->n ? bsearch(&at, sorted->items, sorted->n, sizeof(*sorted->items),
				service_cmp_by_key)
		      : NULL;

	return found ? *found : NULL;
}

static void target_refuse(struct draft *draft, const struct conf_check *check, const char *why)
{
	report_error(draft->report, &check->place,
		     "track %s: %s; `lvsctl status` shows the keys, such as 10.0.0.21:80@tcp:192.0.2.80:80",
		     check->track, why);
}

/* Splits the text at its @. Returns NULL, or what is wrong with it. */
static const char *target_parse(const char *text, struct svckey *ret_service,
				struct endpoint *ret_server, bool *ret_has_server)
{
	const char *at = strchr(text, '@');
	char server[ENDPOINT_TEXT_MAX] = "";

	*ret_has_server = at != NULL;
	if (at && (size_t)(at - text) < sizeof(server))
		memcpy(server, text, (size_t)(at - text));
	if (at && server_name_parse(server, ret_server) < 0)
		return "what stands before the @ is not the key of a real server";
	if (svckey_parse(at ? at + 1 : text, ret_service) < 0)
		return at ? "what stands after the @ is not the key of a service"
			  : "it is not the key of a service";
	return NULL;
}

static void target_settle(struct draft *draft, const struct sorted_services *sorted,
			  struct conf_check *check)
{
	const struct conf_virtual_server *vs;
	struct endpoint server = {0};
	struct svckey service = {0};
	bool has_server;
	size_t at = CONF_TRACK_SERVICE;
	const char *why = target_parse(check->track, &service, &server, &has_server);

	if (why) {
		target_refuse(draft, check, why);
		return;
	}
	vs = service_by_key(sorted, &service);
	if (!vs) {
		target_refuse(draft, check, "there is no such virtual_server");
		return;
	}
	if (has_server)
		switch (server_find(vs, &server, &at)) {
		case SERVER_FOUND:
			break;
		case SERVER_ABSENT:
			target_refuse(draft, check, "the virtual_server has no such real_server");
			return;
		case SERVER_AMBIGUOUS:
			target_refuse(draft, check, "several of its real_servers could be meant");
			return;
		}
	check->track_vs = (size_t)(vs - draft->conf->virtual_servers);
	check->track_rs = at;
}

/* ---- circles ---- */

/*
 * A graph: a server depends on what its checks track, a service on its servers. The number of a service
 * is its index, that of a server follows after all services.
 */
struct graph {
	const struct conf *conf;
	size_t *first;	/* of each service: the number of its first server */
	size_t *service_of; /* of each server, by its number minus n_virtual_servers */
	enum { NODE_NEW, NODE_OPEN, NODE_DONE } *state;
	size_t n;
};

/* A node on the path, and which of its ways is tried next. */
struct step {
	size_t node, next;
};

static bool is_service(const struct graph *graph, size_t node)
{
	return node < graph->conf->n_virtual_servers;
}

static const struct conf_real_server *server_of(const struct graph *graph, size_t node)
{
	size_t vs = graph->service_of[node - graph->conf->n_virtual_servers];

	return &graph->conf->virtual_servers[vs].real_servers[node - graph->first[vs]];
}

static size_t n_ways(const struct graph *graph, size_t node)
{
	return is_service(graph, node) ? graph->conf->virtual_servers[node].n_real_servers
				       : server_of(graph, node)->n_checks;
}

/* Where a way leads to; graph->n: nowhere. */
static size_t way(const struct graph *graph, size_t node, size_t i)
{
	const struct conf_check *check;

	if (is_service(graph, node))
		return graph->first[node] + i;
	check = &server_of(graph, node)->checks[i];
	if (!is_tracking(check))
		return graph->n;
	return check->track_rs == CONF_TRACK_SERVICE ? check->track_vs
						     : graph->first[check->track_vs] + check->track_rs;
}

static void node_write(const struct graph *graph, size_t node, struct out *out)
{
	char text[SVCKEY_TEXT_MAX], server[ENDPOINT_TEXT_MAX];
	size_t vs = is_service(graph, node) ? node
					    : graph->service_of[node - graph->conf->n_virtual_servers];

	if (!is_service(graph, node)) {
		out_text(out, endpoint_format(&server_of(graph, node)->id, server));
		out_text(out, "@");
	}
	out_text(out, svckey_format(&graph->conf->virtual_servers[vs].key, text));
}

/* At most so many objects of a circle are named. */
#define NAMED_MAX 8

/* path[begin] to path[n - 1] lead back to path[begin]. */
static void circle_report(struct draft *draft, const struct graph *graph, const struct step *path,
			  size_t begin, size_t n)
{
	size_t at = begin;
	struct out out;
	char *text;

	while (is_service(graph, path[at].node))
		at++; /* a service alone is no circle */
	out_init(&out, NULL, NULL);
	for (size_t i = begin; i < n; i++) {
		if (i - begin < NAMED_MAX || i + 1 == n) {
			node_write(graph, path[i].node, &out);
			out_text(&out, " -> ");
		} else if (i - begin == NAMED_MAX) {
			out_text(&out, "... -> ");
		}
	}
	node_write(graph, path[begin].node, &out);
	text = out_take(&out);
	report_error(draft->report, &server_of(graph, path[at].node)->place,
		     "track leads in a circle, so that no verdict could ever be the first one: %s; take "
		     "one of these `track` out",
		     text);
	free(text);
	out_fini(&out);
}

/* Goes all ways from node. Returns false after a circle, which was reported. */
static bool node_follow(struct draft *draft, struct graph *graph, size_t node)
{
	VEC(struct step) path = {0};
	bool is_right = true;

	*vec_push(&path) = (struct step){.node = node};
	graph->state[node] = NODE_OPEN;
	while (path.n && is_right) {
		struct step *step = &path.items[path.n - 1];
		size_t to, begin = 0;

		if (step->next == n_ways(graph, step->node)) {
			graph->state[step->node] = NODE_DONE;
			path.n--;
			continue;
		}
		to = way(graph, step->node, step->next++);
		if (to == graph->n || graph->state[to] == NODE_DONE)
			continue;
		if (graph->state[to] == NODE_NEW) {
			graph->state[to] = NODE_OPEN;
			*vec_push(&path) = (struct step){.node = to};
			continue;
		}
		while (path.items[begin].node != to)
			begin++;
		circle_report(draft, graph, path.items, begin, path.n);
		is_right = false;
	}
	vec_free(&path);
	return is_right;
}

/* Reports one circle; when that is mended, the next reading of the file shows the next one. */
static void circles_refuse(struct draft *draft)
{
	const struct conf *conf = draft->conf;
	struct graph graph = {.conf = conf, .n = conf->n_virtual_servers};
	bool is_right = true;

	for (size_t i = 0; i < conf->n_virtual_servers; i++)
		graph.n += conf->virtual_servers[i].n_real_servers;
	graph.first = mem_calloc(conf->n_virtual_servers, sizeof(*graph.first));
	graph.service_of = mem_calloc(graph.n, sizeof(*graph.service_of));
	graph.state = mem_calloc(graph.n, sizeof(*graph.state));
	for (size_t i = 0, n = conf->n_virtual_servers; i < conf->n_virtual_servers; i++) {
		graph.first[i] = n;
		for (size_t j = 0; j < conf->virtual_servers[i].n_real_servers; j++)
			graph.service_of[n++ - conf->n_virtual_servers] = i;
	}
	for (size_t i = 0; i < graph.n && is_right; i++)
		if (graph.state[i] == NODE_NEW)
			is_right = node_follow(draft, &graph, i);
	free(graph.first);
	free(graph.service_of);
	free(graph.state);
}

/* ---- all ---- */

typedef void check_visit_fn(struct draft *draft, const struct sorted_services *sorted,
			    struct conf_check *check);

/* Returns how many checks track something. */
static size_t each_tracking(struct draft *draft, const struct sorted_services *sorted,
			    check_visit_fn *visit)
{
	const struct conf *conf = draft->conf;
	size_t n = 0;

	for (size_t i = 0; i < conf->n_virtual_servers; i++)
		for (size_t j = 0; j < conf->virtual_servers[i].n_real_servers; j++) {
			struct conf_real_server *rs = &conf->virtual_servers[i].real_servers[j];

			for (size_t c = 0; c < rs->n_checks; c++) {
				if (!is_tracking(&rs->checks[c]))
					continue;
				n++;
				if (visit)
					visit(draft, sorted, &rs->checks[c]);
			}
		}
	return n;
}

void tracked_settle(struct draft *draft)
{
	const struct conf *conf = draft->conf;
	struct sorted_services sorted = {.n = conf->n_virtual_servers};

	/* After an error a target may be missing because it was refused. */
	if (report_has_errors(draft->report) || !each_tracking(draft, NULL, NULL))
		return;
	sorted.items = mem_calloc(sorted.n, sizeof(*sorted.items));
	for (size_t i = 0; i < sorted.n; i++)
		sorted.items[i] = &conf->virtual_servers[i];
	qsort(sorted.items, sorted.n, sizeof(*sorted.items), service_cmp_by_key);
	each_tracking(draft, &sorted, target_settle);
	free(sorted.items);
	if (!report_has_errors(draft->report))
		circles_refuse(draft);
}
