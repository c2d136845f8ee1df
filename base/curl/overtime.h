/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Notices a call of libcurl that does not return. libcurl reads a socket, within one call, for as long as
 * bytes come that it has no use for (frames of HTTP/2 without data), and calls nobody back. So a timer of
 * the CPU time of this thread sends it SIGVTALRM, and fn may end what feeds the call. A process that waits
 * uses no CPU, and gets no signal.
 */
#ifndef LVSD_BASE_CURL_OVERTIME_H
#define LVSD_BASE_CURL_OVERTIME_H

/* A call has lasted for so much CPU time, or for up to twice as much, when fn is called first; then fn is
 * called again and again, with this time between. */
#define OVERTIME_MS 10

struct overtime;

/* Is called by a signal handler, within a call of libcurl: only what is async-signal-safe. */
typedef void overtime_fn(void *arg);

/* Watches the calls of this thread. Logs a warning and returns NULL, which the other functions take, if
 * the kernel offers no such timer. */
struct overtime *overtime_new(overtime_fn *fn, void *arg);
void overtime_free(struct overtime *overtime);

/* A call begins; it has returned. */
void overtime_begin(struct overtime *overtime);
void overtime_end(struct overtime *overtime);

#endif
