/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a check costs: one real check process, and a server process on 127.0.0.0/8 that answers at
 * once. Each check is made once a second, as the check process paces it. The CPU of the check process
 * is read from the kernel: from the first time that each check has had an outcome to the end, and
 * apart from that what it took to learn and end the checks. Prints one line:
 *
 *	tcp: 12000 checks in 3.0 s, 34.1 us of CPU each, 18.0 us to take on each, all good; 5900 KiB
 *
 * Usage: bench_health tcp|http [CHECKS] [PER-SECOND]
 */
#include "base/chan.h"
#include "base/clock.h"
#include "base/hash.h"
#include "healthcheck/sched.h"
#include "healthcheck/wire.h"
#include "healthcheck/worker.h"
#include "tests/bench/server.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct bench {
	struct loop *loop;
	struct chan *chan;
	struct conf_check check;
	size_t n_wanted, per_second, n_back, n_good;
	clockid_t clock; /* the CPU time of the check process */
	size_t n_before; /* of n_back: when all had had an outcome; 0: not all have */
	int64_t ns_before, ns_after; /* of CPU then, and at the end */
	struct mono steady;
};

static void send_word(struct bench *bench, check_id id, uint32_t seq)
{
	struct health_word word = {.id = id,
				   .due = clock_mono(),
				   .interval_us = US_PER_S,
				   .hash = hash_mix(id, 1),
				   .rest = PROBE_OK,
				   .seq = seq};
	uint8_t body[CHECK_WORD_SIZE];
	struct pack_writer writer = {.at = body, .left = sizeof(body)};

	word.due = sched_loop_due(word.interval_us, word.hash, word.due, word.due);
	check_word_put(&writer, &word);
	chan_send(bench->chan, CHECK_FRAME_WORD, body, sizeof(body));
}

/* Each check has an address of its own: equal probes would be one. */
static void send_checks(struct bench *bench)
{
	char body[4096];

	for (check_id id = 1; id <= bench->per_second; id++) {
		struct conf_check check = bench->check;

		check.target.addr =
		    (struct addr){AF_INET, {127, 1, (uint8_t)(id >> 8), (uint8_t)id}};
		chan_send(bench->chan, CHECK_FRAME_SPEC, body,
			  check_spec_encode(id, &check, NULL, body, sizeof(body)));
		send_word(bench, id, 0);
	}
}

static void take_told(struct bench *bench, struct pack_reader *reader)
{
	struct health_told told;

	while (reader->left && !reader->is_bad) {
		check_told_take(reader, &told);
		bench->n_back += 1 + told.before.n;
		bench->n_good += (told.result.outcome == PROBE_OK) + told.before.n;
		if (told.result.outcome != PROBE_OK)
			printf("check %llu: %s\n", (unsigned long long)told.before.id,
			       told.result.reason);
		send_word(bench, told.before.id, told.before.seq);
	}
}

static void take_counts(struct bench *bench, struct pack_reader *reader)
{
	struct health_count count;
	struct lateness_sums lateness;

	pack_take_u64(reader);
	check_lateness_take(reader, &lateness);
	while (reader->left && !reader->is_bad) {
		check_count_take(reader, &count);
		bench->n_back += count.n;
		bench->n_good += count.n;
	}
}

static int64_t cpu_ns(clockid_t clock)
{
	struct timespec used;

	if (clock_gettime(clock, &used) < 0)
		bench_fail("clock_gettime");
	return used.tv_sec * NS_PER_S + used.tv_nsec;
}

/* Good outcomes after the first are counted once a second, so this is where all are known. */
static void look_at_cpu(struct bench *bench)
{
	if (!bench->n_before && bench->n_back >= bench->per_second) {
		bench->n_before = bench->n_back;
		bench->ns_before = cpu_ns(bench->clock);
		bench->steady = clock_mono();
	}
	if (!bench->n_before || bench->n_back < bench->n_before + bench->n_wanted)
		return;
	bench->ns_after = cpu_ns(bench->clock);
	loop_stop(bench->loop);
}

static void on_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	struct bench *bench = arg;
	struct pack_reader reader = {.at = body, .left = len};

	if (type == CHECK_FRAME_HELLO) {
		chan_send(bench->chan, CHECK_FRAME_RESET, body, len);
		send_checks(bench);
	}
	if (type == CHECK_FRAME_OUTCOME)
		take_told(bench, &reader);
	if (type == CHECK_FRAME_COUNTS) {
		take_counts(bench, &reader);
		look_at_cpu(bench);
	}
}

static void report(const struct bench *bench, const char *kind, pid_t worker)
{
	size_t n = bench->n_back - bench->n_before;
	double seconds = (double)mono_sub(clock_mono(), bench->steady) / NS_PER_S;
	double each = (double)(bench->ns_after - bench->ns_before) / (double)n;
	struct rusage usage;
	double all;

	kill(worker, SIGTERM);
	wait4(worker, NULL, 0, &usage);
	all = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * NS_PER_S +
	      (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * NS_PER_US;
	printf("%s: %zu checks in %.1f s, %.1f us of CPU each, %.1f us to take on each, %s; %ld KiB\n",
	       kind, n, seconds, each / NS_PER_US,
	       (all - each * (double)bench->n_back) / (double)bench->per_second / NS_PER_US,
	       bench->n_good == bench->n_back ? "all good" : "SOME BAD", usage.ru_maxrss);
}

int main(int argc, char **argv)
{
	static struct conf_range range = {200, 299};
	static struct conf_url url = {
	    .path = "/", .host = "", .digest = "", .statuses = &range, .n_statuses = 1};
	bool is_http = argc > 1 && !strcmp(argv[1], "http");
	struct bench bench = {
	    .check = {.bind_if = "", .type = is_http ? CONF_CHECK_HTTP : CONF_CHECK_TCP,
		      .ordinal = 1,
		      .connect_timeout_us = 5000000,
		      .urls = is_http ? &url : NULL,
		      .n_urls = is_http},
	    .n_wanted = argc > 2 ? strtoul(argv[2], NULL, 10) : 20000,
	    .per_second = argc > 3 ? strtoul(argv[3], NULL, 10) : 4000,
	};
	pid_t server = bench_server(&bench.check.target), worker;
	int fds[2];

	if (chan_pair(fds) < 0)
		bench_fail("socketpair");
	worker = fork();
	if (worker == 0) {
		close(fds[0]);
		exit(check_worker_run(fds[1]));
	}
	close(fds[1]);
	if (clock_getcpuclockid(worker, &bench.clock))
		bench_fail("clock_getcpuclockid");
	bench.loop = loop_new();
	bench.chan = chan_new(bench.loop, fds[0], on_frame, NULL, &bench);
	loop_run(bench.loop);
	report(&bench, is_http ? "http" : "tcp", worker);
	kill(server, SIGTERM);
	waitpid(server, NULL, 0);
	chan_free(bench.chan);
	loop_free(bench.loop);
	return bench.n_good == bench.n_back ? 0 : 1;
}
