/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The functions of libssl that lvsd calls, as pointers into the loaded library (dynamic.h). Their types
 * are those of OpenSSL's headers.
 */
#ifndef LVSD_BASE_DYNAMIC_SSL_H
#define LVSD_BASE_DYNAMIC_SSL_H

#include "base/err.h"

#include <openssl/ssl.h>

#define SSL_LIBRARY_ROWS(ROW)                                                                      \
	ROW(SSL_CTX_ctrl)                                                                          \
	ROW(SSL_CTX_free)                                                                          \
	ROW(SSL_CTX_get_cert_store)                                                                \
	ROW(SSL_CTX_new)                                                                           \
	ROW(SSL_CTX_set_ex_data)                                                                   \
	ROW(SSL_CTX_set_msg_callback)                                                              \
	ROW(SSL_CTX_set_verify)                                                                    \
	ROW(SSL_CTX_use_PrivateKey)                                                                \
	ROW(SSL_CTX_use_certificate)                                                               \
	ROW(SSL_connect)                                                                           \
	ROW(SSL_ctrl)                                                                              \
	ROW(SSL_free)                                                                              \
	ROW(SSL_get_error)                                                                         \
	ROW(SSL_get_verify_result)                                                                 \
	ROW(SSL_new)                                                                               \
	ROW(SSL_read)                                                                              \
	ROW(SSL_set1_host)                                                                         \
	ROW(SSL_set_fd)                                                                            \
	ROW(SSL_set_shutdown)                                                                      \
	ROW(SSL_write)                                                                             \
	ROW(TLS_client_method)

#define SSL_LIBRARY_MEMBER(name) __typeof__(name) *name;

struct ssl_library {
	SSL_LIBRARY_ROWS(SSL_LIBRARY_MEMBER)
};

#undef SSL_LIBRARY_MEMBER

/* Loads libssl if that has not been done. 0, or -ELIBACC with a sentence. */
int ssl_library_open(struct ssl_library *ret_library, struct err *err);

#endif
