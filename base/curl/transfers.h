/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libcurl's multi-socket interface in a loop: any number of transfers at a time, none of which is
 * waited for. The caller makes the easy handles and gives each one CURLOPT_PRIVATE, by which it
 * knows the transfer.
 */
#ifndef LVSD_BASE_CURL_TRANSFERS_H
#define LVSD_BASE_CURL_TRANSFERS_H

#include "base/curl/library.h"
#include "base/loop.h"

struct transfers;

struct transfers_ops {
	/* A transfer has ended. The handle must be removed; it may be added again. */
	void (*on_done)(CURL *easy, CURLcode code, void *arg);
	/* libcurl wants to be told when a socket of this transfer is ready: connect(2) has begun. NULL:
	 * nobody wants to know. */
	void (*on_connecting)(CURL *easy, void *arg);
	/* One call of libcurl lasts for longer than OVERTIME_MS (overtime.h). Is called by a signal handler.
	 * NULL: nobody wants to know. */
	void (*on_overtime)(void *arg);
	void *arg;
};

/* Never returns NULL: without libcurl the process logs why, and exits. ops is copied. */
struct transfers *transfers_new(struct loop *loop, const struct transfers_ops *ops);
/* The caller must have removed all handles before. */
void transfers_free(struct transfers *transfers);

/* The functions by which the caller makes and sets its handles. */
const struct curl_library *transfers_library(const struct transfers *transfers);

/* Begins the transfer of a handle, which stays the caller's. */
void transfers_add(struct transfers *transfers, CURL *easy);
/* Ends the transfer of a handle, if it has not ended yet. */
void transfers_remove(struct transfers *transfers, CURL *easy);

#endif
