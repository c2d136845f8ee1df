/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/probe.h"
#include "base/clock.h"
#include "base/err.h"
#include "healthcheck/probes/passed.h"
#include "healthcheck/talk/sockets.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct probe_result probe_result_new(enum probe_outcome outcome, struct mono started,
				     const char *format, ...)
{
	struct probe_result result = {.outcome = outcome, .started = started};
	int64_t us = mono_sub(clock_mono(), started) / NS_PER_US;
	va_list args;

	result.latency_us = us > UINT32_MAX ? UINT32_MAX : (uint32_t)us;
	va_start(args, format);
	vsnprintf(result.reason, sizeof(result.reason), format, args);
	va_end(args);
	return result;
}

static bool is_local_fault(int error)
{
	switch (error) {
	case EACCES:
	case EADDRINUSE:
	case EADDRNOTAVAIL:
	case EAFNOSUPPORT:
	case EAGAIN:
	case EINVAL:
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
	case EPERM:
		return true;
	default:
		return false;
	}
}

static const char *what_happened(int error)
{
	switch (error) {
	case ECONNREFUSED:
		return "connection refused";
	case ECONNRESET:
	case EPIPE:
		return "connection reset by the server";
	case EHOSTUNREACH:
		return "no route to the server";
	case ENETUNREACH:
		return "network unreachable";
	case ETIMEDOUT:
		return "connection timed out";
	default:
		return err_errno(error);
	}
}

struct probe_result probe_result_of_errno(int error, struct mono started)
{
	struct probe_result result;

	if (is_local_fault(error))
		return probe_result_new(PROBE_NONE, started, "this machine could not probe: %s",
					err_errno(error));
	result = probe_result_new(PROBE_FAIL, started, "%s", what_happened(error));
	result.is_answered = error == ECONNREFUSED || error == ECONNRESET || error == EPIPE;
	return result;
}

static struct probe_result pathless(enum path_fault fault, const struct conf_check *check,
				    struct mono started)
{
	char text[PATH_TEXT_MAX];
	const char *interface = fault == PATH_NO_INTERFACE ? check->bind_if : NULL;
	struct probe_result result = probe_result_new(
	    PROBE_NONE, started, "no verdict: %s",
	    path_describe(fault, &check->target.addr, &check->bind.addr, interface, text));

	result.fault = fault;
	return result;
}

/*
 * EINVAL and EACCES come from routes of type `blackhole` and `prohibit`. A route of type
 * `unreachable` gives EHOSTUNREACH, which is a verdict. EADDRNOTAVAIL means in IPv4 that no port is
 * free.
 */
struct probe_result probe_result_of_connect(int error, const struct conf_check *check,
					    struct mono started)
{
	switch (error) {
	case ENETUNREACH:
	case ENETDOWN:
	case ENODEV:
	case EINVAL:
	case EACCES:
		return pathless(PATH_NO_ROUTE, check, started);
	case EADDRNOTAVAIL:
		if (check->target.addr.family == AF_INET6)
			return pathless(PATH_NO_SOURCE, check, started);
		/* fall through */
	default:
		return probe_result_of_errno(error, started);
	}
}

struct probe_result probe_result_of_bind(int error, const struct conf_check *check,
					 struct mono started)
{
	if (error == ENODEV && *check->bind_if)
		return pathless(PATH_NO_INTERFACE, check, started);
	if (error == EADDRNOTAVAIL && check->bind.addr.family != AF_UNSPEC)
		return pathless(PATH_NO_SOURCE, check, started);
	return probe_result_of_errno(error, started);
}

struct probe_result probe_result_answered(struct probe_result result)
{
	result.is_answered = true;
	return result;
}

struct probe_result probe_result_late(const char *what, const struct conf_check *check,
				      struct mono started)
{
	return probe_result_new(PROBE_FAIL, started, "no %s within %.3f s", what,
				(double)check->connect_timeout_us / US_PER_S);
}

/*
 * The side that closes a TCP connection first keeps the port in TIME_WAIT for a minute. With a
 * fixed source port the next probe could not use it, so such a connection is closed by a reset.
 */
static int make_port_reusable(int fd)
{
	struct linger reset = {.l_onoff = 1, .l_linger = 0};
	int on = 1;

	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)) < 0)
		return -errno;
	return 0;
}

/* Needs no privilege for a socket that is bound to no interface yet (Linux 5.7). */
static int bind_interface(int fd, const char *name)
{
	socklen_t len = (socklen_t)strlen(name);

	return *name && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, len) < 0 ? -errno : 0;
}

int probe_bind(int fd, const struct conf_check *check)
{
	struct endpoint source = check->bind;
	struct sockaddr_storage sa;
	socklen_t len;
	int r = bind_interface(fd, check->bind_if);

	if (check->is_through_vip)
		return 0; /* the director has bound it */
	if (r < 0)
		return r;
	if (source.addr.family == AF_UNSPEC && !source.port)
		return 0;
	if (source.addr.family == AF_UNSPEC)
		source.addr.family = check->target.addr.family; /* any address: all bytes zero */
	if (source.port) {
		r = make_port_reusable(fd);
		if (r < 0)
			return r;
	}
	len = endpoint_to_sockaddr(&source, 0, &sa);
	return bind(fd, (struct sockaddr *)&sa, len) < 0 ? -errno : 0;
}

int probe_socket(const struct conf_check *check, const struct probe_means *means)
{
	const struct check_socket kind = check_socket_of(check);
	int fd;

	if (!check_sockets_needed(check))
		return socket(kind.family, kind.type | SOCK_NONBLOCK | SOCK_CLOEXEC, kind.protocol);
	fd = means->sockets ? passed_sockets_give(means->sockets) : -1;
	if (fd < 0)
		errno = EPERM; /* the caller has not waited for the director's */
	return fd;
}

int probe_connect(const struct conf_check *check, const struct probe_means *means,
		  struct mono started, struct probe_result *ret_result)
{
	struct sockaddr_storage sa;
	socklen_t len = endpoint_to_sockaddr(&check->target, 0, &sa);
	int fd = probe_socket(check, means);
	int r;

	if (fd < 0) {
		*ret_result = probe_result_of_errno(errno, started);
		return -1;
	}
	r = probe_bind(fd, check);
	if (r < 0)
		*ret_result = probe_result_of_bind(-r, check, started);
	else if (connect(fd, (struct sockaddr *)&sa, len) == 0 || errno == EINPROGRESS)
		return fd;
	else
		*ret_result = probe_result_of_connect(errno, check, started);
	close(fd);
	return -1;
}
