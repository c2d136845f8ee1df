/* SPDX-License-Identifier: GPL-2.0-or-later */
/* UDP_CHECK, DNS_CHECK and PING_CHECK: the probe sends one datagram and waits for the reply. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/nonce.h"
#include "healthcheck/datagram.h"
#include "healthcheck/probes/attempt.h"
#include "healthcheck/probes/ping_socket.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* The most foreign datagrams that are read in one turn: a flood delays no other probe. */
#define FOREIGN_MAX 16

struct shared {
	struct loop *loop;
	/* One datagram, sent or received. No probe keeps it longer than one call. */
	uint8_t bytes[CONF_REPLY_MAX];
};

struct exchange {
	struct attempt attempt;
	const struct datagram_rules *rules;
	struct shared *shared;
	uint64_t seed;
};

static struct probe_result result_of_errno(int error, struct mono started)
{
	if (error != ECONNREFUSED)
		return probe_result_of_errno(error, started);
	return probe_result_answered(probe_result_new(
	    PROBE_FAIL, started, "the server says that nothing listens on the port"));
}

static struct probe_result result_of_silence(const struct exchange *exchange)
{
	if (!exchange->rules->is_silence_good(exchange->attempt.check))
		return probe_result_late("reply", exchange->attempt.check,
					 exchange->attempt.started);
	return probe_result_new(PROBE_OK, exchange->attempt.started, "datagram not refused");
}

static bool is_ping(const struct datagram_rules *rules)
{
	return rules == &datagram_ping;
}

/* Takes one datagram or error; false: there is none. True with *ret_result when it decides. */
static bool take_one(struct exchange *exchange, bool *ret_is_over, struct probe_result *ret_result)
{
	const struct attempt *attempt = &exchange->attempt;
	uint8_t *bytes = exchange->shared->bytes;
	char reason[PROBE_REASON_MAX];
	enum datagram_verdict verdict;
	bool is_raw = is_ping(exchange->rules);
	bool is_error = is_raw && ping_socket_error(attempt->fd, attempt->check, exchange->seed,
						    attempt->started, ret_is_over, ret_result);
	ssize_t len;

	if (is_error && *ret_is_over)
		return true;
	/* Behind an error of others the reply may wait. */
	len = recv(attempt->fd, bytes, sizeof(exchange->shared->bytes), 0);
	if (len < 0 && errno == EAGAIN)
		return is_error;
	if (len < 0 && is_raw)
		return true; /* announces the next error, which may be of others */
	*ret_is_over = true;
	if (len < 0) {
		*ret_result = result_of_errno(errno, exchange->attempt.started);
		return true;
	}
	verdict = exchange->rules->judge(exchange->attempt.check, exchange->seed, bytes,
					 (size_t)len, reason);
	if (verdict == DATAGRAM_FOREIGN)
		*ret_is_over = false;
	else
		*ret_result = probe_result_answered(
		    probe_result_new(verdict == DATAGRAM_GOOD ? PROBE_OK : PROBE_FAIL,
				     exchange->attempt.started, "%s", reason));
	return true;
}

static void on_reply(int fd, unsigned events, void *arg)
{
	struct exchange *exchange = arg;
	struct probe_result result;
	bool is_over = false;

	(void)fd;
	(void)events;
	for (int n = 0; n < FOREIGN_MAX && !is_over; n++)
		if (!take_one(exchange, &is_over, &result))
			return;
	if (is_over)
		attempt_finish(&exchange->attempt, result);
}

static void on_exchange_late(void *arg)
{
	struct exchange *exchange = arg;
	struct probe_result result;
	bool is_over = false;

	/* If this process did not run for a while, the reply may have arrived unread. */
	for (int n = 0; n < FOREIGN_MAX && !is_over; n++)
		if (!take_one(exchange, &is_over, &result))
			break;
	attempt_finish(&exchange->attempt, is_over ? result : result_of_silence(exchange));
}

/* Returns a socket that has sent the question; -1 when the probe has ended, with *ret_result. */
static int send_question(const struct datagram_rules *rules, const struct conf_check *check,
			 const struct probe_means *means, struct shared *shared, uint64_t seed, struct mono started,
			 struct probe_result *ret_result)
{
	struct sockaddr_storage sa;
	socklen_t sa_len = endpoint_to_sockaddr(&check->target, 0, &sa);
	size_t len = rules->compose(check, seed, shared->bytes);
	int fd = probe_socket(check, means);
	int r;

	if (fd < 0 || !len) {
		*ret_result = probe_result_of_errno(fd < 0 ? errno : ENOMEM, started);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	r = probe_bind(fd, check);
	if (r == 0 && is_ping(rules))
		r = ping_socket_prepare(fd, check->target.addr.family, seed);
	if (r < 0)
		*ret_result = probe_result_of_bind(-r, check, started);
	else if (connect(fd, (struct sockaddr *)&sa, sa_len) < 0)
		*ret_result = probe_result_of_connect(errno, check, started);
	else if (send(fd, shared->bytes, len, 0) < 0)
		*ret_result = result_of_errno(errno, started);
	else
		return fd;
	close(fd);
	return -1;
}

static struct probe *exchange_start(const struct datagram_rules *rules, struct shared *shared,
				    const struct conf_check *check,
				    const struct probe_means *means, probe_done_fn *done,
				    void *arg, struct probe_result *ret_result)
{
	struct mono started = clock_mono();
	uint64_t seed = nonce_new();
	struct exchange *exchange;
	int fd = send_question(rules, check, means, shared, seed, started, ret_result);
	const struct attempt attempt = {
	    .check = check, .done = done, .arg = arg, .started = started, .fd = fd};

	if (fd < 0)
		return NULL;
	exchange = attempt_new(shared->loop, sizeof(*exchange), attempt, LOOP_READ, on_reply,
			       on_exchange_late);
	exchange->rules = rules;
	exchange->shared = shared;
	exchange->seed = seed;
	return (struct probe *)exchange;
}

static struct probe *udp_start(void *shared, const struct conf_check *check,
			       const struct probe_means *means, probe_done_fn *done, void *arg,
			       struct probe_result *ret_result)
{
	return exchange_start(&datagram_udp, shared, check, means, done, arg, ret_result);
}

static struct probe *dns_start(void *shared, const struct conf_check *check,
			       const struct probe_means *means, probe_done_fn *done, void *arg,
			       struct probe_result *ret_result)
{
	return exchange_start(&datagram_dns, shared, check, means, done, arg, ret_result);
}

static struct probe *ping_start(void *shared, const struct conf_check *check,
				const struct probe_means *means, probe_done_fn *done, void *arg,
				struct probe_result *ret_result)
{
	return exchange_start(&datagram_ping, shared, check, means, done, arg, ret_result);
}

static void *exchange_open(struct loop *loop)
{
	struct shared *shared = mem_calloc(1, sizeof(*shared));

	shared->loop = loop;
	return shared;
}

static void exchange_close(void *shared)
{
	free(shared);
}

const struct probe_kind probe_udp = {exchange_open, exchange_close, udp_start, attempt_abandon, NULL};
const struct probe_kind probe_dns = {exchange_open, exchange_close, dns_start, attempt_abandon, NULL};
const struct probe_kind probe_ping = {exchange_open, exchange_close, ping_start, attempt_abandon, NULL};
