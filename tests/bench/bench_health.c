/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a check costs: one real check process, and a server process on 127.0.0.1 that answers at
 * once. Checks go out at a steady rate, as a scheduler would send them; the CPU of the check
 * process is read from the kernel when it has ended. Prints one line:
 *
 *	tcp: 12000 checks in 3.0 s, 95.1 us of CPU each (21.0 user, 74.1 system), all good
 *
 * Usage: bench_health tcp|http [CHECKS] [PER-SECOND]
 */
#include "base/chan.h"
#include "base/clock.h"
#include "base/vec.h"
#include "healthcheck/wire.h"
#include "healthcheck/worker.h"

#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Checks that are sent together, and known to the check process. */
#define BATCH_MS 5
#define N_SPECS  4000

struct bench {
	struct loop *loop;
	struct chan *chan;
	struct loop_timer *timer;
	struct conf_check check;
	size_t n_wanted, per_second, n_sent, n_back, n_good;
	struct mono start;
};

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

/* An answer for each connection that has asked; TCP checks just close. */
static void serve_ready(int listener, int epoll, const struct epoll_event *event)
{
	static const char answer[] = "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello";
	struct epoll_event add = {.events = EPOLLIN};
	char request[4096];
	int fd;

	if (event->data.fd != listener) {
		if (read(event->data.fd, request, sizeof(request)) > 0 &&
		    write(event->data.fd, answer, sizeof(answer) - 1) < 0)
			perror("write");
		close(event->data.fd);
		return;
	}
	while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
		add.data.fd = fd;
		epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &add);
	}
}

static _Noreturn void serve(int listener)
{
	struct epoll_event events[256], listen_event = {.events = EPOLLIN, .data.fd = listener};
	int epoll = epoll_create1(0);

	epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &listen_event);
	for (;;) {
		int n = epoll_wait(epoll, events, 256, -1);

		for (int i = 0; i < n; i++)
			serve_ready(listener, epoll, &events[i]);
	}
}

static pid_t start_server(struct endpoint *ret_ep)
{
	struct endpoint ep = {{AF_INET, {127, 0, 0, 1}}, 0};
	struct sockaddr_storage sa;
	socklen_t len = endpoint_to_sockaddr(&ep, 0, &sa);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	pid_t pid;

	if (bind(listener, (struct sockaddr *)&sa, len) < 0 || listen(listener, 4096) < 0 ||
	    getsockname(listener, (struct sockaddr *)&sa, &len) < 0)
		fail("listen");
	endpoint_from_sockaddr((struct sockaddr *)&sa, ret_ep);
	pid = fork();
	if (pid == 0)
		serve(listener);
	close(listener);
	return pid;
}

static void send_specs(struct bench *bench)
{
	char body[4096];

	for (check_id id = 1; id <= N_SPECS; id++)
		chan_send(bench->chan, CHECK_FRAME_SPEC, body,
			  check_spec_encode(id, &bench->check, NULL, body, sizeof(body)));
}

static void send_batch(void *arg)
{
	struct bench *bench = arg;
	struct mono now = clock_mono();
	size_t due = (size_t)(mono_sub(now, bench->start) / NS_PER_MS) * bench->per_second / 1000;
	VEC(check_id) ids = {0};

	for (; bench->n_sent < due && bench->n_sent < bench->n_wanted; bench->n_sent++)
		*vec_push(&ids) = 1 + bench->n_sent % N_SPECS;
	if (ids.n)
		chan_send(bench->chan, CHECK_FRAME_RUN, ids.items, ids.n * sizeof(*ids.items));
	vec_free(&ids);
	if (bench->n_sent < bench->n_wanted)
		loop_timer_set(bench->timer, mono_add_ms(now, BATCH_MS));
}

static void on_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	struct bench *bench = arg;
	struct probe_result result;
	check_id id;

	if (type == CHECK_FRAME_HELLO) {
		chan_send(bench->chan, CHECK_FRAME_RESET, body, len);
		send_specs(bench);
		bench->start = clock_mono();
		send_batch(bench);
		return;
	}
	if (check_outcome_decode(body, len, &id, &result) < 0)
		return;
	bench->n_good += result.outcome == PROBE_OK;
	if (result.outcome != PROBE_OK)
		printf("check %llu: %s\n", (unsigned long long)id, result.reason);
	if (++bench->n_back == bench->n_wanted)
		loop_stop(bench->loop);
}

static double cpu_us(struct timeval tv, size_t n)
{
	return ((double)tv.tv_sec * US_PER_S + (double)tv.tv_usec) / (double)n;
}

static void report(const struct bench *bench, const char *kind, pid_t worker)
{
	double seconds = (double)mono_sub(clock_mono(), bench->start) / NS_PER_S;
	struct rusage usage;
	double user, system;

	kill(worker, SIGTERM);
	wait4(worker, NULL, 0, &usage);
	user = cpu_us(usage.ru_utime, bench->n_wanted);
	system = cpu_us(usage.ru_stime, bench->n_wanted);
	printf("%s: %zu checks in %.1f s, %.1f us of CPU each (%.1f user, %.1f system), %s; "
	       "%ld KiB\n",
	       kind, bench->n_wanted, seconds, user + system, user, system,
	       bench->n_good == bench->n_wanted ? "all good" : "SOME BAD", usage.ru_maxrss);
}

int main(int argc, char **argv)
{
	static struct conf_range range = {200, 299};
	static struct conf_url url = {
	    .path = "/", .host = "", .digest = "", .statuses = &range, .n_statuses = 1};
	bool is_http = argc > 1 && !strcmp(argv[1], "http");
	struct bench bench = {
	    .check = {.type = is_http ? CONF_CHECK_HTTP : CONF_CHECK_TCP,
		      .ordinal = 1,
		      .connect_timeout_us = 5000000,
		      .urls = is_http ? &url : NULL,
		      .n_urls = is_http},
	    .n_wanted = argc > 2 ? strtoul(argv[2], NULL, 10) : 20000,
	    .per_second = argc > 3 ? strtoul(argv[3], NULL, 10) : 4000,
	};
	pid_t server = start_server(&bench.check.target), worker;
	int fds[2];

	if (chan_pair(fds) < 0)
		fail("socketpair");
	worker = fork();
	if (worker == 0) {
		close(fds[0]);
		exit(check_worker_run(fds[1]));
	}
	close(fds[1]);
	bench.loop = loop_new();
	bench.timer = loop_timer_new(bench.loop, send_batch, &bench);
	bench.chan = chan_new(bench.loop, fds[0], on_frame, NULL, &bench);
	loop_run(bench.loop);
	report(&bench, is_http ? "http" : "tcp", worker);
	kill(server, SIGTERM);
	waitpid(server, NULL, 0);
	chan_free(bench.chan);
	loop_timer_free(bench.timer);
	loop_free(bench.loop);
	return bench.n_good == bench.n_wanted ? 0 : 1;
}
