/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/probes/certificate.h"

static X509 *certificate_read(const struct crypto_library *crypto, const char *pem)
{
	BIO *bio = crypto->bio_new(pem, -1);
	X509 *certificate = bio ? crypto->parse_certificate(bio, NULL, NULL, NULL) : NULL;

	crypto->bio_free(bio);
	crypto->clear_error();
	return certificate;
}

bool certificate_has_name(const struct crypto_library *crypto, const char *pem, const char *name)
{
	X509 *certificate = certificate_read(crypto, pem);
	bool is_found = certificate && (crypto->check_host(certificate, name, 0, 0, NULL) == 1 ||
					crypto->check_ip(certificate, name, 0) == 1);

	crypto->certificate_free(certificate);
	crypto->clear_error();
	return is_found;
}

bool certificate_days(const struct crypto_library *crypto, const char *pem, int *ret_days)
{
	X509 *certificate = certificate_read(crypto, pem);
	int days = 0, seconds = 0;
	bool is_known = certificate && crypto->time_diff(&days, &seconds, NULL,
						      crypto->certificate_end(certificate)) == 1;

	if (is_known)
		*ret_days = days - (seconds < 0);
	crypto->certificate_free(certificate);
	return is_known;
}
