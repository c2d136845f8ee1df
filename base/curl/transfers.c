/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/curl/transfers.h"
#include "base/clock.h"
#include "base/curl/overtime.h"
#include "base/curl/turn.h"
#include "base/exit_status.h"
#include "base/log.h"
#include "base/mem.h"

#include <stdlib.h>

struct transfers {
	struct curl_library curl;
	struct loop *loop;
	struct transfers_ops ops;
	CURLM *multi;
	struct loop_timer *timer;
	struct overtime *overtime; /* NULL: nobody wants to know */
	struct loop_timer *rest; /* due when cut is set */
	curl_socket_t cut;	 /* it had more to read when its turn was over; -1: none had */
	struct watch *acting; /* libcurl acts on its socket; NULL: on none, or that one is watched no more */
};

/*
 * A socket that libcurl wants to be told of. First it waits for the connection, then for the answer,
 * and mostly that is all. To change what a descriptor is watched for costs two system calls. So the
 * socket is watched for changes in both directions at first: no call is needed as long as libcurl
 * waits for something new. When it waits for what was reported already, no change may come: then the
 * socket is watched for just what libcurl wants, as long as that is so.
 */
struct watch {
	struct transfers *transfers;
	struct loop_io *io;
	unsigned wanted;   /* by libcurl: a mask of enum loop_events */
	unsigned reported; /* since it is watched for changes */
	bool is_plain;     /* it is watched for what is wanted */
};

/* Lets libcurl act on a socket or on its timer, then reports the transfers that ended by that. */
static void curl_act(struct transfers *transfers, curl_socket_t fd, int events)
{
	struct CURLMsg *message;
	int n;

	overtime_begin(transfers->overtime);
	curl_turn_begin();
	transfers->curl.multi_socket_action(transfers->multi, fd, events, &n);
	transfers->cut = curl_turn_end();
	if (transfers->cut >= 0)
		loop_timer_set(transfers->rest, clock_mono());
	overtime_end(transfers->overtime);
	while ((message = transfers->curl.multi_info_read(transfers->multi, &n)))
		if (message->msg == CURLMSG_DONE)
			transfers->ops.on_done(message->easy_handle, message->data.result,
					       transfers->ops.arg);
}

static void on_curl_timer(void *arg)
{
	curl_act(arg, CURL_SOCKET_TIMEOUT, 0);
}

/* The turn of a socket was over before its data was: no event tells of what is left. If the descriptor is
 * another socket by now, or none, libcurl finds nothing to do. */
static void on_rest(void *arg)
{
	struct transfers *transfers = arg;

	curl_act(transfers, transfers->cut, CURL_CSELECT_IN);
}

static void watch_settle(struct watch *watch)
{
	if (!watch->is_plain && !(watch->reported & watch->wanted))
		return;
	watch->is_plain = true;
	loop_io_set(watch->io, watch->wanted);
}

static void on_curl_ready(int fd, unsigned events, void *arg)
{
	struct watch *watch = arg;
	struct transfers *transfers = watch->transfers;
	unsigned now = events & watch->wanted;

	watch->reported |= events;
	if (!now)
		return;
	transfers->acting = watch;
	curl_act(transfers, fd,
		 (now & LOOP_READ ? CURL_CSELECT_IN : 0) | (now & LOOP_WRITE ? CURL_CSELECT_OUT : 0));
	if (transfers->acting)
		watch_settle(watch);
	transfers->acting = NULL;
}

static struct watch *watch_new(struct transfers *transfers, curl_socket_t fd)
{
	struct watch *watch = mem_calloc(1, sizeof(*watch));

	watch->transfers = transfers;
	watch->io = loop_io_new(transfers->loop, fd, LOOP_READ | LOOP_WRITE | LOOP_CHANGES,
				on_curl_ready, watch);
	transfers->curl.multi_assign(transfers->multi, fd, watch);
	return watch;
}

static void watch_free(struct watch *watch)
{
	if (!watch)
		return;
	if (watch->transfers->acting == watch)
		watch->transfers->acting = NULL;
	loop_io_free(watch->io);
	free(watch);
}

/* Callback of libcurl: watch this socket for reading, writing or both (what), or no more. */
static int on_want_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *watcher)
{
	struct transfers *transfers = arg;
	struct watch *watch = watcher;

	if (what == CURL_POLL_REMOVE) {
		watch_free(watch);
		return 0;
	}
	if (!watch) {
		watch = watch_new(transfers, fd);
		if (transfers->ops.on_connecting)
			transfers->ops.on_connecting(easy, transfers->ops.arg);
	}
	watch->wanted =
	    (what & CURL_POLL_IN ? LOOP_READ : 0u) | (what & CURL_POLL_OUT ? LOOP_WRITE : 0u);
	watch_settle(watch);
	return 0;
}

/* Callback of libcurl: call it again after ms milliseconds; -1: not at all. */
static int on_want_timer(CURLM *multi, long ms, void *arg)
{
	struct transfers *transfers = arg;

	(void)multi;
	loop_timer_set(transfers->timer, ms < 0 ? MONO_NEVER : mono_add_ms(clock_mono(), ms));
	return 0;
}

struct transfers *transfers_new(struct loop *loop, const struct transfers_ops *ops)
{
	struct transfers *transfers = mem_calloc(1, sizeof(*transfers));
	struct err err;

	if (curl_library_open(&transfers->curl, &err) < 0) {
		log_error("%s", err.text);
		exit(EXIT_STATUS_MACHINE);
	}
	if (transfers->curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		mem_exhausted(0);
	transfers->loop = loop;
	transfers->ops = *ops;
	transfers->multi = transfers->curl.multi_init();
	if (!transfers->multi)
		mem_exhausted(0);
	transfers->timer = loop_timer_new(loop, on_curl_timer, transfers);
	transfers->rest = loop_timer_new(loop, on_rest, transfers);
	if (ops->on_overtime)
		transfers->overtime = overtime_new(ops->on_overtime, ops->arg);
	transfers->curl.multi_setopt(transfers->multi, CURLMOPT_SOCKETFUNCTION,
				     (curl_socket_callback){on_want_socket});
	transfers->curl.multi_setopt(transfers->multi, CURLMOPT_SOCKETDATA, transfers);
	transfers->curl.multi_setopt(transfers->multi, CURLMOPT_TIMERFUNCTION,
				     (curl_multi_timer_callback){on_want_timer});
	transfers->curl.multi_setopt(transfers->multi, CURLMOPT_TIMERDATA, transfers);
	return transfers;
}

void transfers_free(struct transfers *transfers)
{
	overtime_begin(transfers->overtime);
	transfers->curl.multi_cleanup(transfers->multi);
	overtime_end(transfers->overtime);
	overtime_free(transfers->overtime);
	loop_timer_free(transfers->timer);
	loop_timer_free(transfers->rest);
	transfers->curl.global_cleanup();
	free(transfers);
}

void transfers_add(struct transfers *transfers, CURL *easy)
{
	if (transfers->curl.multi_add_handle(transfers->multi, easy) != CURLM_OK)
		mem_exhausted(0);
}

void transfers_remove(struct transfers *transfers, CURL *easy)
{
	overtime_begin(transfers->overtime);
	transfers->curl.multi_remove_handle(transfers->multi, easy);
	overtime_end(transfers->overtime);
}

const struct curl_library *transfers_library(const struct transfers *transfers)
{
	return &transfers->curl;
}
