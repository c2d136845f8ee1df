/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A bound for what a server sends by TLS that is no data: messages of the handshake, before and after it
 * is done, and alerts. OpenSSL skips or obeys some of these as often as they come, in one call of
 * SSL_connect() or SSL_read(), and so would keep the whole process from its other work. libcurl does so
 * with frames of HTTP/2 that carry nothing, so there is a bound for the data too.
 */
#ifndef LVSD_HEALTHCHECK_PROBES_TLS_BOUND_H
#define LVSD_HEALTHCHECK_PROBES_TLS_BOUND_H

#include "base/dynamic/ssl.h"

#include <stdbool.h>

/* The two longest lists that OpenSSL takes, and tickets, are less. */
#define TLS_BOUND_RECORDS 1024
#define TLS_BOUND_KIB	  512
/* Of all records together: the longest body of HTTP, and what protocols add to it. */
#define TLS_BOUND_MIB 24

struct tls_bound {
	const struct ssl_library *lib;
	size_t record_len; /* of the record that came last, with its header */
	size_t n_records, n_bytes; /* without data */
	size_t n_all;		   /* bytes of all records */
	bool is_over; /* the server has sent more: the connection has been made to end */
};

/* Counts what comes over the one connection of a context that has not begun. Both lib and bound must
 * outlive the context. */
void tls_bound_watch(struct tls_bound *bound, const struct ssl_library *lib, SSL_CTX *context);

/* Writes why a server whose bound is over fails. */
void tls_bound_reason(const struct tls_bound *bound, char *reason, size_t size);

#endif
