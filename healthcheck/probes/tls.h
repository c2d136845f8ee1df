/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The client side of TLS on a socket that is connected and does not block, for probes that talk
 * without libcurl. It is OpenSSL's libssl, which libcurl has loaded. As with SSL_GET, the server's
 * certificate is verified only if the SSL block of the file has a CA, which need not be a root; and the
 * certificates behind the first one of the block's certificate are shown to the server too.
 */
#ifndef LVSD_HEALTHCHECK_PROBES_TLS_H
#define LVSD_HEALTHCHECK_PROBES_TLS_H

#include "base/err.h"
#include "healthcheck/wire.h"

#include <sys/types.h>

struct tls;

/* What a function that cannot go on waits for. */
#define TLS_WANTS_READ  (-11)
#define TLS_WANTS_WRITE (-12)
/* The fault of the server, with a sentence. */
#define TLS_FAILED (-13)
/* The connection has failed: errno says how. */
#define TLS_BROKEN (-14)

/*
 * Prepares TLS on fd, which stays the caller's. sni: the name to ask for and, with a CA, the name
 * that the certificate must have; or "". files: the texts of the SSL block. Returns 0, or -errno
 * with a sentence: this machine cannot.
 */
int tls_new(int fd, const char *sni, const struct check_tls *files, struct tls **ret_tls,
	    struct err *err);
/* tls may be NULL. */
void tls_free(struct tls *tls);

/* Goes on with the handshake. 0: it is done; or TLS_*. */
int tls_handshake(struct tls *tls, struct err *err);

/* As recv(2) and send(2): the number of bytes, of tls_read() 0 at the end; or TLS_*. */
ssize_t tls_read(struct tls *tls, void *bytes, size_t n, struct err *err);
ssize_t tls_write(struct tls *tls, const void *bytes, size_t n, struct err *err);

#endif
