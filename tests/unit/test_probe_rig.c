/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/test_probe_rig.h"
#include "base/clock.h"
#include "base/log.h"
#include "healthcheck/worker.h"

#include <check.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_MS (PROBE_PATIENCE_US / 1000 + 10000)
#define REQUEST_MAX 8192

static void take_outcomes(struct rig *rig, const void *body, size_t len)
{
	struct pack_reader reader = {.at = body, .left = len};
	struct health_told told;

	while (reader.left) {
		check_told_take(&reader, &told);
		ck_assert(!reader.is_bad);
		*vec_push(&rig->outcomes) = (struct outcome){told.before.id, told.result};
	}
}

static void take_counts(struct rig *rig, const void *body, size_t len)
{
	struct pack_reader reader = {.at = body, .left = len};
	struct health_count count;
	struct lateness_sums lateness;

	pack_take_u64(&reader);
	check_lateness_take(&reader, &lateness);
	ck_assert(!reader.is_bad);
	while (reader.left) {
		check_count_take(&reader, &count);
		ck_assert(!reader.is_bad);
		rig->n_counted += count.n;
	}
}

static void take_want(struct rig *rig, const void *body, size_t len)
{
	check_id id;

	ck_assert_uint_eq(len, sizeof(id));
	memcpy(&id, body, len);
	rig->n_wanted++;
	if (rig->on_want)
		rig->on_want(rig, id);
}

static void on_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	struct rig *rig = arg;
	size_t n;

	if (type == CHECK_FRAME_HELLO) {
		ck_assert_uint_eq(len, sizeof(rig->nonce));
		memcpy(&rig->nonce, body, len);
		n = ++rig->n_hellos;
	} else if (type == CHECK_FRAME_COUNTS) {
		take_counts(rig, body, len);
		n = rig->n_counted;
	} else if (type == CHECK_FRAME_WANT) {
		take_want(rig, body, len);
		if (rig->is_wanting_awaited && rig->n_wanted >= rig->n_awaited)
			loop_stop(rig->loop);
		return;
	} else {
		ck_assert_uint_eq(type, CHECK_FRAME_OUTCOME);
		take_outcomes(rig, body, len);
		n = rig->outcomes.n;
	}
	if (n >= rig->n_awaited)
		loop_stop(rig->loop);
}

static void on_late(void *arg)
{
	struct rig *rig = arg;

	rig->is_late = true;
	loop_stop(rig->loop);
}

static void await(struct rig *rig, const size_t *count, size_t n)
{
	rig->n_awaited = n;
	loop_timer_set(rig->timer, mono_add_ms(clock_mono(), PATIENCE_MS));
	while (*count < n && !rig->is_late)
		loop_run(rig->loop);
	loop_timer_set(rig->timer, MONO_NEVER);
	ck_assert_msg(!rig->is_late, "%zu of %zu came", *count, n);
}

void rig_await_outcomes(struct rig *rig, size_t n)
{
	await(rig, &rig->outcomes.n, n);
}

void rig_await_hellos(struct rig *rig, size_t n)
{
	await(rig, &rig->n_hellos, n);
}

void rig_await_wants(struct rig *rig, size_t n)
{
	rig->is_wanting_awaited = true;
	await(rig, &rig->n_wanted, n);
	rig->is_wanting_awaited = false;
}

void rig_await_counts(struct rig *rig, size_t n)
{
	await(rig, &rig->n_counted, n);
}

static _Noreturn void be_worker(int channel, unsigned n_files)
{
	struct rlimit limit = {n_files, n_files};

	if (n_files)
		setrlimit(RLIMIT_NOFILE, &limit);
	exit(check_worker_run(channel));
}

struct rig *rig_new(unsigned n_files)
{
	struct rig *rig = mem_calloc(1, sizeof(*rig));
	int fds[2];

	log_to_console();
	ck_assert_int_eq(chan_pair(fds), 0);
	fflush(NULL);
	rig->worker = fork();
	ck_assert_int_ge(rig->worker, 0);
	if (rig->worker == 0) {
		close(fds[0]);
		free(rig);
		be_worker(fds[1], n_files);
	}
	close(fds[1]);
	rig->loop = loop_new();
	rig->chan = chan_new(rig->loop, fds[0], on_frame, NULL, rig);
	rig->timer = loop_timer_new(rig->loop, on_late, rig);
	rig_await_hellos(rig, 1);
	rig_reset(rig, rig->nonce);
	return rig;
}

void rig_free(struct rig *rig)
{
	int status;

	kill(rig->worker, SIGTERM);
	ck_assert_int_eq(waitpid(rig->worker, &status, 0), rig->worker);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %x", (unsigned)status);
	loop_timer_free(rig->timer);
	chan_free(rig->chan);
	loop_free(rig->loop);
	vec_free(&rig->outcomes);
	vec_free(&rig->since);
	free(rig);
}

void rig_reset(struct rig *rig, uint64_t nonce)
{
	ck_assert_int_eq(chan_send(rig->chan, CHECK_FRAME_RESET, &nonce, sizeof(nonce)), 0);
}

void rig_spec(struct rig *rig, check_id id, const struct conf_check *check)
{
	static char body[CHAN_BODY_MAX];
	struct conf_check whole = *check;
	size_t len;

	whole.bind_if = check->bind_if ? check->bind_if : "";
	len = check_spec_encode(id, &whole, rig->tls, body, sizeof(body));
	ck_assert_uint_gt(len, 0);
	ck_assert_int_eq(chan_send(rig->chan, CHECK_FRAME_SPEC, body, len), 0);
	while (rig->since.n <= id)
		*vec_push(&rig->since) = 0;
	rig->since.items[id] = rig->outcomes.n;
}

/* How many outcomes of the check have come since its spec. */
static uint32_t seq_of(const struct rig *rig, check_id id)
{
	size_t first = id < rig->since.n ? rig->since.items[id] : 0;
	uint32_t seq = 0;

	for (size_t i = first; i < rig->outcomes.n; i++)
		seq += rig->outcomes.items[i].id == id;
	return seq;
}

void rig_rest(struct rig *rig, check_id id, enum probe_outcome rest, uint64_t interval_us)
{
	const struct health_word word = {
	    .id = id, .interval_us = interval_us, .rest = rest, .seq = seq_of(rig, id)};
	uint8_t body[CHECK_WORD_SIZE];
	struct pack_writer writer = {.at = body, .left = sizeof(body)};

	check_word_put(&writer, &word);
	ck_assert_int_eq(chan_send(rig->chan, CHECK_FRAME_WORD, body, sizeof(body)), 0);
}

void rig_run(struct rig *rig, check_id id)
{
	rig_rest(rig, id, PROBE_NONE, US_PER_S);
}

void rig_drop(struct rig *rig, check_id id)
{
	ck_assert_int_eq(chan_send(rig->chan, CHECK_FRAME_DROP, &id, sizeof(id)), 0);
}

struct probe_result rig_probe(struct rig *rig, const struct conf_check *check)
{
	check_id id = 1000 + rig->outcomes.n;
	struct outcome *last;

	rig_spec(rig, id, check);
	rig_run(rig, id);
	rig_await_outcomes(rig, rig->outcomes.n + 1);
	rig_drop(rig, id);
	last = &rig->outcomes.items[rig->outcomes.n - 1];
	ck_assert_uint_eq(last->id, id);
	return last->result;
}

struct server {
	int fd;
	serve_fn *serve;
	void *arg;
	bool is_raw;
	pthread_t thread;
};

static struct {
	VEC(struct server *) list;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t is_over;
	size_t n_visits;
} servers = {.lock = PTHREAD_MUTEX_INITIALIZER, .is_over = PTHREAD_COND_INITIALIZER};

struct visit {
	struct server *server;
	int fd;
};

static void visits_add(int n)
{
	pthread_mutex_lock(&servers.lock);
	servers.n_visits += (size_t)n;
	if (!servers.n_visits)
		pthread_cond_broadcast(&servers.is_over);
	pthread_mutex_unlock(&servers.lock);
}

static void *serve_visit(void *arg)
{
	struct visit visit = *(struct visit *)arg;
	char request[REQUEST_MAX + 1];
	size_t len = 0;
	ssize_t n = 1;

	free(arg);
	request[0] = '\0';
	while (!visit.server->is_raw && n > 0 && !strstr(request, "\r\n\r\n")) {
		n = read(visit.fd, request + len, REQUEST_MAX - len);
		len += n > 0 ? (size_t)n : 0;
		request[len] = '\0';
	}
	if (n > 0)
		visit.server->serve(visit.fd, request, visit.server->arg);
	close(visit.fd);
	visits_add(-1);
	return NULL;
}

static void *serve_all(void *arg)
{
	struct server *server = arg;
	pthread_t thread;

	for (;;) {
		struct visit *visit = mem_calloc(1, sizeof(*visit));

		visit->server = server;
		visit->fd = accept(server->fd, NULL, NULL);
		if (visit->fd < 0) {
			free(visit);
			return NULL;
		}
		visits_add(1);
		if (pthread_create(&thread, NULL, serve_visit, visit) != 0)
			abort();
		pthread_detach(thread);
	}
}

void servers_end(void)
{
	for (size_t i = 0; i < servers.list.n; i++) {
		struct server *server = servers.list.items[i];

		shutdown(server->fd, SHUT_RDWR);
		pthread_join(server->thread, NULL);
		close(server->fd);
	}
	pthread_mutex_lock(&servers.lock);
	while (servers.n_visits)
		pthread_cond_wait(&servers.is_over, &servers.lock);
	pthread_mutex_unlock(&servers.lock);
	for (size_t i = 0; i < servers.list.n; i++)
		free(servers.list.items[i]);
	vec_free(&servers.list);
}

static struct endpoint listen_somewhere(int fd, int backlog)
{
	struct sockaddr_storage sa;
	socklen_t len = sizeof(sa);
	struct endpoint ep;

	ck_assert_int_eq(endpoint_parse("127.0.0.1:0", &ep), 0);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&sa, endpoint_to_sockaddr(&ep, 0, &sa)), 0);
	if (backlog >= 0)
		ck_assert_int_eq(listen(fd, backlog), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&sa, &len), 0);
	endpoint_from_sockaddr((struct sockaddr *)&sa, &ep);
	return ep;
}

static struct endpoint serve_with(serve_fn *serve, void *arg, bool is_raw)
{
	struct server *server = mem_calloc(1, sizeof(*server));
	struct endpoint ep;

	signal(SIGPIPE, SIG_IGN);
	*server = (struct server){.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0),
				  .serve = serve,
				  .arg = arg,
				  .is_raw = is_raw};
	ep = listen_somewhere(server->fd, 1000);
	ck_assert_int_eq(pthread_create(&server->thread, NULL, serve_all, server), 0);
	*vec_push(&servers.list) = server;
	return ep;
}

struct endpoint server_new(serve_fn *serve, void *arg)
{
	return serve_with(serve, arg, false);
}

struct endpoint server_new_raw(serve_fn *serve, void *arg)
{
	return serve_with(serve, arg, true);
}

struct endpoint server_refusing(void)
{
	/* Bound so that nobody else takes the port, but not listening. */
	return listen_somewhere(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), -1);
}

struct endpoint server_black_hole(void)
{
	struct endpoint ep = listen_somewhere(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), 0);
	struct sockaddr_storage sa;
	socklen_t len = endpoint_to_sockaddr(&ep, 0, &sa);

	/* When the queue of a listener is full the kernel drops what asks for more. */
	for (int i = 0; i < 4; i++)
		connect(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
			(struct sockaddr *)&sa, len);
	return ep;
}

bool serve_text(int fd, const char *text)
{
	size_t left = strlen(text);

	while (left) {
		ssize_t n = write(fd, text, left);

		if (n <= 0)
			return false;
		text += n;
		left -= (size_t)n;
	}
	return true;
}

void rig_starve(const struct rig *rig, void (*act)(void *arg), void *arg, uint64_t after_us)
{
	struct mono due = mono_add_us(clock_mono(), (int64_t)after_us);
	const struct itimerspec until = {
	    .it_value = {.tv_sec = due.ns / NS_PER_S, .tv_nsec = due.ns % NS_PER_S}};
	int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	uint64_t n_passed;
	siginfo_t info;

	kill(rig->worker, SIGSTOP);
	waitid(P_PID, (id_t)rig->worker, &info, WSTOPPED | WNOWAIT);
	if (act)
		act(arg);
	timerfd_settime(timer, TFD_TIMER_ABSTIME, &until, NULL);
	ck_assert_int_eq(read(timer, &n_passed, sizeof(n_passed)), sizeof(n_passed));
	close(timer);
	kill(rig->worker, SIGCONT);
}
