/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/probes/certificate.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

static X509 *certificate_read(const char *pem)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	X509 *certificate = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;

	BIO_free(bio);
	ERR_clear_error();
	return certificate;
}

bool certificate_has_name(const char *pem, const char *name)
{
	X509 *certificate = certificate_read(pem);
	bool is_found = certificate && (X509_check_host(certificate, name, 0, 0, NULL) == 1 ||
					X509_check_ip_asc(certificate, name, 0) == 1);

	X509_free(certificate);
	ERR_clear_error();
	return is_found;
}

bool certificate_days(const char *pem, int *ret_days)
{
	X509 *certificate = certificate_read(pem);
	int days = 0, seconds = 0;
	bool is_known = certificate && ASN1_TIME_diff(&days, &seconds, NULL,
						      X509_get0_notAfter(certificate)) == 1;

	if (is_known)
		*ret_days = days - (seconds < 0);
	X509_free(certificate);
	return is_known;
}
