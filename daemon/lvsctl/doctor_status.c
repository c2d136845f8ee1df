/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/lvsctl/doctor_status.h"
#include "base/mem.h"
#include "daemon/shared/rundir_names.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define ANSWER_S 3

/* Returns the socket, or -1. */
static int connect_to(const char *run_dir)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	struct timeval limit = {.tv_sec = ANSWER_S};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int len = snprintf(sa.sun_path, sizeof(sa.sun_path), "%s/%s", run_dir, RUNDIR_CONTROL);

	if (fd < 0)
		return -1;
	if (len < (int)sizeof(sa.sun_path) &&
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) == 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) == 0 &&
	    connect(fd, (struct sockaddr *)&sa, sizeof(sa)) == 0)
		return fd;
	close(fd);
	return -1;
}

/* Returns the answer, which is one line; NULL without a complete line. */
static json_t *ask_status(int fd)
{
	static const char request[] = "{\"command\":\"status\"}\n";
	size_t len = 0, cap = 65536;
	char *text = mem_calloc(cap, 1);
	json_t *answer = NULL;
	ssize_t n = send(fd, request, strlen(request), MSG_NOSIGNAL);

	while (n > 0 && (len == 0 || text[len - 1] != '\n')) {
		if (len == cap)
			text = mem_realloc(text, cap *= 2, 1);
		n = recv(fd, text + len, cap - len, 0);
		len += n > 0 ? (size_t)n : 0;
	}
	if (n > 0)
		answer = json_loadb(text, len, 0, NULL);
	free(text);
	return answer;
}

static void copy(json_t *object, const char *name, char *ret_text, size_t size)
{
	const char *text = json_string_value(json_object_get(object, name));

	snprintf(ret_text, size, "%s", text ? text : "");
}

static void take_peer(json_t *item, struct doctor_facts *facts)
{
	struct doctor_sync_peer *peer = vec_push(&facts->sync.peers);
	json_t *entries = json_object_get(item, "entries_s"), *rejected = json_object_get(item, "rejected");

	copy(item, "address", peer->address, sizeof(peer->address));
	copy(item, "state", peer->state, sizeof(peer->state));
	peer->heartbeat_s = (long)json_integer_value(json_object_get(item, "heartbeat_s"));
	peer->entries_s = json_is_integer(entries) ? (long)json_integer_value(entries) : -1;
	peer->is_deaf = json_is_true(json_object_get(item, "deaf"));
	peer->lacks_entries = json_is_true(json_object_get(item, "untold"));
	peer->has_left = json_is_true(json_object_get(item, "left"));
	peer->has_other_key = json_object_get(rejected, "key") || json_object_get(rejected, "tag");
	peer->has_other_syncid = json_object_get(rejected, "syncid") != NULL;
}

static void sync_take(json_t *sync, struct doctor_facts *facts)
{
	char mode[8];
	json_t *item;
	size_t i;

	if (!json_is_object(sync))
		return;
	facts->sync.is_known = true;
	copy(sync, "mode", mode, sizeof(mode));
	facts->sync.is_relay = !strcmp(mode, "relay");
	copy(sync, "fault", facts->sync.fault, sizeof(facts->sync.fault));
	copy(sync, "vrrp_peer", facts->sync.vrrp_peer, sizeof(facts->sync.vrrp_peer));
	json_array_foreach(json_object_get(sync, "peers"), i, item) take_peer(item, facts);
}

static void refusals_take(json_t *status, struct doctor_facts *facts)
{
	json_t *list = json_object_get(status, "refused"), *item;
	size_t i;

	json_array_foreach(list, i, item)
	{
		struct doctor_refusal *refusal = vec_push(&facts->refusals);

		copy(item, "instance", refusal->instance, sizeof(refusal->instance));
		copy(item, "kind", refusal->kind, sizeof(refusal->kind));
		copy(item, "item", refusal->item, sizeof(refusal->item));
		copy(item, "reason", refusal->reason, sizeof(refusal->reason));
	}
	copy(status, "vrrp_gone", facts->vrrp_gone, sizeof(facts->vrrp_gone));
	copy(status, "filter_fault", facts->filter_fault, sizeof(facts->filter_fault));
	facts->n_refused = (size_t)json_integer_value(json_object_get(status, "refused_total"));
}

static void orders_take(json_t *instances, struct doctor_facts *facts)
{
	json_t *item;
	size_t i;

	json_array_foreach(instances, i, item)
	{
		json_t *order = json_object_get(item, "order");
		struct doctor_order *fact;
		char kind[16];

		if (!json_is_object(order))
			continue;
		fact = vec_push(&facts->orders);
		copy(item, "name", fact->instance, sizeof(fact->instance));
		copy(order, "kind", kind, sizeof(kind));
		copy(order, "since", fact->since, sizeof(fact->since));
		fact->is_release = !strcmp(kind, "release");
	}
}

static void faults_take(json_t *instances, struct doctor_facts *facts)
{
	json_t *item;
	size_t i;

	json_array_foreach(instances, i, item)
	{
		struct doctor_fault *fact;

		if (!json_is_string(json_object_get(item, "fault")))
			continue;
		fact = vec_push(&facts->faults);
		copy(item, "name", fact->instance, sizeof(fact->instance));
		copy(item, "since", fact->since, sizeof(fact->since));
		copy(item, "fault", fact->cause, sizeof(fact->cause));
	}
}

/* Is it a mismatch because of which advertisements are ignored? */
static bool makes_ignored(json_t *mismatch)
{
	char kind[16];

	copy(mismatch, "kind", kind, sizeof(kind));
	return !strcmp(kind, "version") || !strcmp(kind, "interval") || !strcmp(kind, "authentication");
}

/* Why advertisements are ignored, and how many: "authentication 12, TTL 1". */
static void ignored_take(json_t *rejected, char *text, size_t size)
{
	size_t len = 0;

	for (void *at = json_object_iter(rejected); at && len < size;
	     at = json_object_iter_next(rejected, at))
		len += (size_t)snprintf(text + len, size - len, "%s%s %lld", len ? ", " : "",
					json_object_iter_key(at),
					(long long)json_integer_value(json_object_iter_value(at)));
}

static void mismatches_take(json_t *instances, struct doctor_facts *facts)
{
	json_t *item;
	size_t i;

	json_array_foreach(instances, i, item)
	{
		json_t *mismatch = json_object_get(item, "mismatch");
		struct doctor_mismatch fact = {0};

		if (makes_ignored(mismatch)) {
			copy(mismatch, "peer", fact.peer, sizeof(fact.peer));
			copy(mismatch, "text", fact.text, sizeof(fact.text));
		}
		ignored_take(json_object_get(item, "rejected"), fact.ignored, sizeof(fact.ignored));
		copy(item, "name", fact.instance, sizeof(fact.instance));
		if (fact.text[0] || fact.ignored[0])
			*vec_push(&facts->mismatches) = fact;
	}
}

static void lateness_take(json_t *instances, struct doctor_facts *facts)
{
	json_t *item;
	size_t i;

	json_array_foreach(instances, i, item)
	{
		json_t *lateness = json_object_get(item, "lateness");
		json_int_t n = json_integer_value(json_object_get(lateness, "late"));
		struct doctor_late *fact;

		if (n <= 0)
			continue;
		fact = vec_push(&facts->late);
		copy(item, "name", fact->instance, sizeof(fact->instance));
		fact->n = (uint64_t)n;
		fact->most_s = json_number_value(json_object_get(lateness, "most"));
	}
}

/* Does the tracker do harm now? An up tracker whose weight counts while it is down does not, and a number
 * only does if it lowers the priority. */
static bool tracker_judge(json_t *item, struct doctor_tracker *tracker)
{
	int weight = (int)json_integer_value(json_object_get(item, "weight"));
	int effect = (int)json_integer_value(json_object_get(item, "effect"));
	char state[16];

	copy(item, "state", state, sizeof(state));
	if (json_is_true(json_object_get(item, "reverse")))
		weight = -weight;
	tracker->is_fault = json_is_true(json_object_get(item, "fault"));
	tracker->is_known = strcmp(state, "unknown") != 0;
	tracker->taken = effect < 0 ? -effect : 0;
	tracker->withheld = effect == 0 && weight > 0 && strcmp(state, "number") ? weight : 0;
	if (!strcmp(state, "number"))
		snprintf(tracker->state, sizeof(tracker->state), "says %lld",
			 (long long)json_integer_value(json_object_get(item, "number")));
	else
		snprintf(tracker->state, sizeof(tracker->state), "%s",
			 !tracker->is_known	 ? "has no verdict yet"
			 : !strcmp(state, "up") ? "is up"
						 : "is down");
	return !tracker->is_known || tracker->is_fault || tracker->taken || tracker->withheld;
}

static void trackers_take(json_t *instances, struct doctor_facts *facts)
{
	json_t *instance, *item;
	size_t i, k;

	json_array_foreach(instances, i, instance)
	{
		json_array_foreach(json_object_get(instance, "trackers"), k, item)
		{
			struct doctor_tracker tracker = {0};

			if (!tracker_judge(item, &tracker))
				continue;
			copy(instance, "name", tracker.instance, sizeof(tracker.instance));
			copy(item, "kind", tracker.kind, sizeof(tracker.kind));
			copy(item, "name", tracker.name, sizeof(tracker.name));
			copy(item, "text", tracker.text, sizeof(tracker.text));
			copy(item, "since", tracker.since, sizeof(tracker.since));
			*vec_push(&facts->trackers) = tracker;
		}
	}
}

/* A check with through_vip that has a verdict. */
static void passage_take(json_t *server, json_t *check, struct doctor_facts *facts)
{
	const char *state = json_string_value(json_object_get(check, "state"));
	const char *at = json_string_value(json_object_get(server, "key"));
	const char *target =
	    json_string_value(json_object_get(json_object_get(check, "through_vip"), "address"));
	struct endpoint from, to;

	if (state && at && target && (!strcmp(state, "up") || !strcmp(state, "down")) &&
	    endpoint_parse(at, &from) == 0 && endpoint_parse(target, &to) == 0)
		*vec_push(&facts->passages) =
		    (struct doctor_passage){from.addr, to.addr, !strcmp(state, "up")};
}

/* Of several checks of a server and a virtual address, one that is down counts. */
static void passages_take(json_t *services, struct doctor_facts *facts)
{
	json_t *service, *server, *check;
	size_t i, k, j, n = 0;

	json_array_foreach(services, i, service)
		json_array_foreach(json_object_get(service, "real_servers"), k, server)
			json_array_foreach(json_object_get(server, "checks"), j, check)
				passage_take(server, check, facts);
	if (!facts->passages.n)
		return;
	qsort(facts->passages.items, facts->passages.n, sizeof(*facts->passages.items),
	      doctor_passage_cmp);
	for (i = 0; i < facts->passages.n; i++)
		if (!n || doctor_passage_cmp(&facts->passages.items[n - 1], &facts->passages.items[i]))
			facts->passages.items[n++] = facts->passages.items[i];
		else
			facts->passages.items[n - 1].is_up &= facts->passages.items[i].is_up;
	facts->passages.n = n;
}

/* Returns the answer of lvsd, or NULL. */
static json_t *ask_lvsd(const char *run_dir)
{
	int fd = connect_to(run_dir);
	json_t *answer;

	if (fd < 0)
		return NULL;
	answer = ask_status(fd);
	close(fd);
	return answer;
}

/* For free(); NULL if it is no text. */
static char *copied_text(json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? mem_strdup(text) : NULL;
}

void doctor_status_reading(const char *run_dir, struct doctor_reading *ret_reading)
{
	json_t *answer = ask_lvsd(run_dir);
	json_t *config = json_object_get(json_object_get(answer, "result"), "config");

	*ret_reading = (struct doctor_reading){
	    .file = copied_text(config, "file"),
	    .config_id = copied_text(config, "config_id"),
	    .is_lenient = json_is_true(json_object_get(config, "lenient"))};
	json_decref(answer);
}

void doctor_status_ask(const char *run_dir, struct doctor_facts *facts)
{
	json_t *answer = ask_lvsd(run_dir), *status;

	if (!answer)
		return;
	status = json_object_get(answer, "result");
	sync_take(json_object_get(status, "sync"), facts);
	refusals_take(status, facts);
	orders_take(json_object_get(status, "vrrp"), facts);
	faults_take(json_object_get(status, "vrrp"), facts);
	mismatches_take(json_object_get(status, "vrrp"), facts);
	lateness_take(json_object_get(status, "vrrp"), facts);
	trackers_take(json_object_get(status, "vrrp"), facts);
	passages_take(json_object_get(status, "virtual_servers"), facts);
	json_decref(answer);
}
