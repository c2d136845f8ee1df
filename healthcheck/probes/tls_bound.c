/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/probes/tls_bound.h"

#include <stdio.h>

static bool has_no_data(const struct tls_bound *bound)
{
	return bound->n_records > TLS_BOUND_RECORDS || bound->n_bytes > (size_t)TLS_BOUND_KIB << 10;
}

/* At the bound OpenSSL is told that the server has ended TLS: the call that is under way fails before it
 * reads the next record. */
static void bound_judge(struct tls_bound *bound, SSL *ssl)
{
	if (!has_no_data(bound) && bound->n_all <= (size_t)TLS_BOUND_MIB << 20)
		return;
	bound->is_over = true;
	bound->lib->SSL_set_shutdown(ssl, SSL_RECEIVED_SHUTDOWN | SSL_SENT_SHUTDOWN);
}

/* The record that came last carries no data. */
static void record_count(struct tls_bound *bound)
{
	bound->n_records++;
	bound->n_bytes += bound->record_len;
}

/*
 * Callback of OpenSSL, for the header of each record, and for each message. The type in the header says
 * what the record is; but that of TLS 1.3 calls all that is encrypted data, and the true type comes with
 * a call of its own.
 */
static void on_tls_bytes(int is_sent, int version, int content, const void *bytes, size_t len, SSL *ssl,
			 void *arg)
{
	struct tls_bound *bound = arg;
	const unsigned char *at = bytes;

	(void)version;
	if (is_sent)
		return;
	if (content == SSL3_RT_HEADER && len == SSL3_RT_HEADER_LENGTH) {
		bound->record_len = (size_t)(at[3] << 8 | at[4]) + SSL3_RT_HEADER_LENGTH;
		bound->n_all += bound->record_len;
		if (at[0] != SSL3_RT_APPLICATION_DATA)
			record_count(bound);
	} else if (content == SSL3_RT_INNER_CONTENT_TYPE && len &&
		   at[0] != SSL3_RT_APPLICATION_DATA) {
		record_count(bound);
	}
	bound_judge(bound, ssl);
}

void tls_bound_watch(struct tls_bound *bound, const struct ssl_library *lib, SSL_CTX *context)
{
	*bound = (struct tls_bound){.lib = lib};
	lib->SSL_CTX_set_msg_callback(context, on_tls_bytes);
	lib->SSL_CTX_ctrl(context, SSL_CTRL_SET_MSG_CALLBACK_ARG, 0, bound);
}

void tls_bound_reason(const struct tls_bound *bound, char *reason, size_t size)
{
	if (has_no_data(bound))
		snprintf(reason, size,
			 "the server sends TLS messages without end: more than %d records, or %d KiB, "
			 "that carry no data",
			 TLS_BOUND_RECORDS, TLS_BOUND_KIB);
	else
		snprintf(reason, size, "the server sends more than %d MiB by TLS", TLS_BOUND_MIB);
}
