/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an HTTP request by libcurl costs at the least: the loop that libcurl's manual shows (the multi
 * interface with one epoll descriptor), with nothing around it: no check, no verdict, no deadline but
 * libcurl's own. Each of PER-SECOND targets is asked once a second over a connection of its own, as by
 * `bench_health http`. As there, the first request to each target is not counted. Prints one line:
 *
 *	curl: 12000 requests in 3.0 s, 66.1 us of CPU each (15.0 user, 51.1 system), all good
 *
 * Usage: bench_curl [REQUESTS] [PER-SECOND]
 */
#include "base/clock.h"
#include "base/curl/library.h"
#include "tests/bench/server.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Requests are started at multiples of this, as the check process does. */
#define PERIOD_NS (5 * NS_PER_MS)

struct bench {
	struct curl_library curl;
	CURLM *multi;
	CURL **handles; /* that are free; the last one is still in the processor's cache */
	size_t n_handles;
	uint16_t port;
	struct mono timeout; /* that libcurl asked for */
	int epoll;
	size_t n_wanted, per_second, n_started, n_back, n_good;
};

static size_t on_body(char *bytes, size_t size, size_t n, void *arg)
{
	(void)bytes;
	(void)arg;
	return size * n;
}

static int on_watch(CURL *easy, curl_socket_t fd, int what, void *arg, void *known)
{
	struct bench *bench = arg;
	struct epoll_event event = {.data.fd = fd};

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		epoll_ctl(bench->epoll, EPOLL_CTL_DEL, fd, NULL);
		return 0;
	}
	event.events = (what & CURL_POLL_IN ? EPOLLIN : 0u) | (what & CURL_POLL_OUT ? EPOLLOUT : 0u);
	epoll_ctl(bench->epoll, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event);
	bench->curl.multi_assign(bench->multi, fd, bench);
	return 0;
}

static int on_timeout(CURLM *multi, long ms, void *arg)
{
	struct bench *bench = arg;

	(void)multi;
	bench->timeout = ms < 0 ? MONO_NEVER : mono_add_ms(clock_mono(), ms);
	return 0;
}

static CURL *handle_new(struct bench *bench)
{
	struct curl_library *curl = &bench->curl;
	CURL *easy = curl->easy_init();

	curl_set_long(curl, easy, CURLOPT_NOSIGNAL, 1L);
	curl_set_long(curl, easy, CURLOPT_FRESH_CONNECT, 1L);
	curl_set_long(curl, easy, CURLOPT_FORBID_REUSE, 1L);
	curl_set_long(curl, easy, CURLOPT_TCP_NODELAY, 0L);
	curl_set_long(curl, easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
	curl_set_long(curl, easy, CURLOPT_TIMEOUT_MS, 5000L);
	curl_set_long(curl, easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_0);
	curl_set_taker(curl, easy, CURLOPT_WRITEFUNCTION, on_body);
	return easy;
}

/* Asks target i. */
static void ask(struct bench *bench, size_t i)
{
	CURL *easy = bench->n_handles ? bench->handles[--bench->n_handles] : handle_new(bench);
	char url[64];

	snprintf(url, sizeof(url), "http://127.1.%zu.%zu:%u/", i >> 8 & 255, i & 255, bench->port);
	curl_set_pointer(&bench->curl, easy, CURLOPT_URL, url);
	bench->curl.multi_add_handle(bench->multi, easy);
}

static void prepare(struct bench *bench)
{
	struct err err;

	if (curl_library_open(&bench->curl, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
	bench->curl.global_init(CURL_GLOBAL_DEFAULT);
	bench->multi = bench->curl.multi_init();
	bench->epoll = epoll_create1(EPOLL_CLOEXEC);
	bench->curl.multi_setopt(bench->multi, CURLMOPT_SOCKETFUNCTION, (curl_socket_callback){on_watch});
	bench->curl.multi_setopt(bench->multi, CURLMOPT_SOCKETDATA, bench);
	bench->curl.multi_setopt(bench->multi, CURLMOPT_TIMERFUNCTION,
				 (curl_multi_timer_callback){on_timeout});
	bench->curl.multi_setopt(bench->multi, CURLMOPT_TIMERDATA, bench);
	bench->handles = calloc(bench->n_wanted, sizeof(*bench->handles));
	if (!bench->handles)
		bench_fail("memory");
}

static void take_ends(struct bench *bench)
{
	CURLMsg *message;
	int n_left;

	while ((message = bench->curl.multi_info_read(bench->multi, &n_left))) {
		CURL *easy = message->easy_handle;
		long status = 0;

		bench->curl.easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
		bench->n_back++;
		bench->n_good += message->data.result == CURLE_OK && status == 200;
		bench->curl.multi_remove_handle(bench->multi, easy);
		bench->handles[bench->n_handles++] = easy;
	}
}

/* Starts what is due; returns when more will be. */
static struct mono start_due(struct bench *bench, struct mono start)
{
	int64_t period = mono_sub(clock_mono(), start) / PERIOD_NS + 1;
	size_t n_due = (size_t)(period * PERIOD_NS * (int64_t)bench->per_second / NS_PER_S);

	for (; bench->n_started < n_due && bench->n_started < bench->n_wanted; bench->n_started++)
		ask(bench, bench->n_started % bench->per_second + 1);
	return mono_add_ns(start, period * PERIOD_NS);
}

static void turn(struct bench *bench, struct mono due)
{
	struct epoll_event events[64];
	struct mono now = clock_mono();
	int64_t left = mono_sub(mono_min(due, bench->timeout), now);
	int running, n = epoll_wait(bench->epoll, events, 64,
				    left > 0 ? (int)((left + NS_PER_MS - 1) / NS_PER_MS) : 0);

	for (int i = 0; i < n; i++) {
		int what = (events[i].events & (EPOLLIN | EPOLLHUP) ? CURL_CSELECT_IN : 0) |
			   (events[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
			   (events[i].events & EPOLLERR ? CURL_CSELECT_ERR : 0);

		bench->curl.multi_socket_action(bench->multi, events[i].data.fd, what, &running);
	}
	if (!mono_before(clock_mono(), bench->timeout)) {
		bench->timeout = MONO_NEVER;
		bench->curl.multi_socket_action(bench->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	}
	take_ends(bench);
}

static double cpu_us(struct timeval before, struct timeval after, size_t n)
{
	struct timeval used;

	timersub(&after, &before, &used);
	return ((double)used.tv_sec * US_PER_S + (double)used.tv_usec) / (double)n;
}

int main(int argc, char **argv)
{
	struct bench bench = {.timeout = MONO_NEVER,
			      .per_second = argc > 2 ? strtoul(argv[2], NULL, 10) : 4000};
	struct rusage before, after;
	size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 20000, n_before;
	struct endpoint target;
	pid_t server = bench_server(&target);
	double user, system;
	struct mono start, steady;

	bench.n_wanted = bench.per_second + n;
	bench.port = target.port;
	prepare(&bench);
	start = clock_mono();
	while (bench.n_back < bench.per_second)
		turn(&bench, start_due(&bench, start));
	n_before = bench.n_back;
	getrusage(RUSAGE_SELF, &before);
	steady = clock_mono();
	while (bench.n_back < bench.n_wanted)
		turn(&bench, start_due(&bench, start));
	getrusage(RUSAGE_SELF, &after);
	n = bench.n_back - n_before;
	user = cpu_us(before.ru_utime, after.ru_utime, n);
	system = cpu_us(before.ru_stime, after.ru_stime, n);
	printf("curl: %zu requests in %.1f s, %.1f us of CPU each (%.1f user, %.1f system), %s\n", n,
	       (double)mono_sub(clock_mono(), steady) / NS_PER_S, user + system, user, system,
	       bench.n_good == bench.n_back ? "all good" : "SOME BAD");
	kill(server, SIGTERM);
	waitpid(server, NULL, 0);
	return bench.n_good == bench.n_back ? 0 : 1;
}
