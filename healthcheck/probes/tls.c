/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/probes/tls.h"
#include "base/dynamic/crypto.h"
#include "base/dynamic/ssl.h"
#include "base/mem.h"
#include "healthcheck/probes/tls_bound.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

struct tls {
	struct ssl_library lib;
	struct crypto_library crypto;
	SSL_CTX *context;
	SSL *ssl;
	struct tls_bound bound;
};

/* The reason of OpenSSL's oldest error. */
static const char *crypto_reason(const struct tls *tls)
{
	const char *reason = tls->crypto.error_text(tls->crypto.peek_error());

	return reason ? reason : "unknown error";
}

/* Adds the certificates of a PEM text to those that are trusted. */
static int ca_use(struct tls *tls, const char *pem, struct err *err)
{
	X509_STORE *store = tls->lib.SSL_CTX_get_cert_store(tls->context);
	BIO *bio = tls->crypto.bio_new(pem, -1);
	X509 *certificate;
	unsigned n = 0;

	while (bio && (certificate = tls->crypto.parse_certificate(bio, NULL, NULL, NULL))) {
		n += tls->crypto.store_add(store, certificate) == 1;
		tls->crypto.certificate_free(certificate);
	}
	tls->crypto.bio_free(bio);
	tls->crypto.clear_error();
	if (!n)
		return err_set(err, -EINVAL, "the CA of the SSL block has no certificate");
	/* As libcurl does: an intermediate authority is trusted by itself. */
	tls->crypto.store_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
	tls->lib.SSL_CTX_set_verify(tls->context, SSL_VERIFY_PEER, NULL);
	return 0;
}

/* Adds the certificates that follow the first one, by which the server may trust it. */
static bool chain_use(struct tls *tls, BIO *bio)
{
	X509 *certificate;

	while ((certificate = tls->crypto.parse_certificate(bio, NULL, NULL, NULL))) {
		/* Success makes the certificate the context's. */
		if (tls->lib.SSL_CTX_ctrl(tls->context, SSL_CTRL_CHAIN_CERT, 0, certificate) != 1) {
			tls->crypto.certificate_free(certificate);
			return false;
		}
	}
	tls->crypto.clear_error(); /* of the end of the text */
	return true;
}

/* The certificate and key of this machine, if the file has them. */
static int own_certificate_use(struct tls *tls, const struct check_tls *files, struct err *err)
{
	BIO *bio = tls->crypto.bio_new(files->certificate, -1);
	X509 *certificate = bio ? tls->crypto.parse_certificate(bio, NULL, NULL, NULL) : NULL;
	EVP_PKEY *key;
	bool is_used;

	is_used = certificate && tls->lib.SSL_CTX_use_certificate(tls->context, certificate) == 1 &&
		  chain_use(tls, bio);
	tls->crypto.bio_free(bio);
	bio = tls->crypto.bio_new(*files->key ? files->key : files->certificate, -1);
	key = bio ? tls->crypto.parse_key(bio, NULL, NULL, (void *)(uintptr_t)files->password)
		  : NULL;
	tls->crypto.bio_free(bio);
	is_used = is_used && key && tls->lib.SSL_CTX_use_PrivateKey(tls->context, key) == 1;
	tls->crypto.certificate_free(certificate);
	tls->crypto.key_free(key);
	return is_used ? 0
		       : err_set(err, -EINVAL, "the certificate and key of the SSL block: %s",
				 crypto_reason(tls));
}

/* Asks for a server by name, and with a CA demands a certificate for the name. */
static int name_use(struct tls *tls, const char *sni, bool is_verifying)
{
	if (!*sni)
		return 0;
	if (tls->lib.SSL_ctrl(tls->ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
			      (void *)(uintptr_t)sni) != 1)
		return -1;
	return is_verifying && tls->lib.SSL_set1_host(tls->ssl, sni) != 1 ? -1 : 0;
}

static int tls_prepare(struct tls *tls, int fd, const char *sni, const struct check_tls *files,
		       struct err *err)
{
	int r = ssl_library_open(&tls->lib, err);

	if (r == 0)
		r = crypto_library_open(&tls->crypto, err);
	if (r < 0)
		return r;
	tls->crypto.clear_error();
	tls->context = tls->lib.SSL_CTX_new(tls->lib.TLS_client_method());
	if (!tls->context)
		return err_set(err, -ENOMEM, "TLS: %s", crypto_reason(tls));
	tls_bound_watch(&tls->bound, &tls->lib, tls->context);
	if (*files->ca)
		r = ca_use(tls, files->ca, err);
	if (!r && *files->certificate)
		r = own_certificate_use(tls, files, err);
	if (r < 0)
		return r;
	tls->ssl = tls->lib.SSL_new(tls->context);
	if (!tls->ssl || tls->lib.SSL_set_fd(tls->ssl, fd) != 1 ||
	    name_use(tls, sni, *files->ca != '\0') < 0)
		return err_set(err, -ENOMEM, "TLS: %s", crypto_reason(tls));
	return 0;
}

int tls_new(int fd, const char *sni, const struct check_tls *files, struct tls **ret_tls,
	    struct err *err)
{
	struct tls *tls = mem_calloc(1, sizeof(*tls));
	int r = tls_prepare(tls, fd, sni, files, err);

	if (r < 0)
		tls_free(tls);
	else
		*ret_tls = tls;
	return r;
}

void tls_free(struct tls *tls)
{
	if (!tls)
		return;
	if (tls->ssl)
		tls->lib.SSL_free(tls->ssl);
	if (tls->context)
		tls->lib.SSL_CTX_free(tls->context);
	if (tls->crypto.clear_error)
		tls->crypto.clear_error();
	free(tls);
}

/* Why a function of libssl returned r. error: errno after the call. */
static int why(struct tls *tls, int r, int error, struct err *err)
{
	long verified = tls->lib.SSL_get_verify_result(tls->ssl);

	if (tls->bound.is_over) {
		tls_bound_reason(&tls->bound, err->text, sizeof(err->text));
		return TLS_FAILED;
	}
	switch (tls->lib.SSL_get_error(tls->ssl, r)) {
	case SSL_ERROR_WANT_READ:
		return TLS_WANTS_READ;
	case SSL_ERROR_WANT_WRITE:
		return TLS_WANTS_WRITE;
	case SSL_ERROR_ZERO_RETURN:
		return 0;
	case SSL_ERROR_SYSCALL:
		if (error && !tls->crypto.peek_error()) {
			errno = error;
			return TLS_BROKEN;
		}
		break;
	default:
		break;
	}
	if (verified != X509_V_OK)
		return err_set(err, TLS_FAILED, "the certificate of the server: %s",
			       tls->crypto.verify_text(verified));
	return err_set(err, TLS_FAILED, "TLS: %s", crypto_reason(tls));
}

int tls_handshake(struct tls *tls, struct err *err)
{
	int r;

	tls->crypto.clear_error();
	errno = 0;
	r = tls->lib.SSL_connect(tls->ssl);
	if (r == 1)
		return 0;
	r = why(tls, r, errno, err);
	return r ? r : err_set(err, TLS_FAILED, "the server has ended TLS during the handshake");
}

ssize_t tls_read(struct tls *tls, void *bytes, size_t n, struct err *err)
{
	int r;

	tls->crypto.clear_error();
	errno = 0;
	r = tls->lib.SSL_read(tls->ssl, bytes, n < INT_MAX ? (int)n : INT_MAX);
	return r > 0 ? r : why(tls, r, errno, err);
}

ssize_t tls_write(struct tls *tls, const void *bytes, size_t n, struct err *err)
{
	int r;

	tls->crypto.clear_error();
	errno = 0;
	r = tls->lib.SSL_write(tls->ssl, bytes, n < INT_MAX ? (int)n : INT_MAX);
	if (r > 0)
		return r;
	r = why(tls, r, errno, err);
	return r ? r : err_set(err, TLS_FAILED, "the server has ended TLS");
}
