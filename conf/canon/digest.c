/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/canon/digest.h"
#include "conf/canon/canon.h"

#include <assert.h>
#include <openssl/evp.h>
#include <stdio.h>

static void hash_piece(void *arg, const char *text, size_t len)
{
	int is_ok = EVP_DigestUpdate(arg, text, len);

	assert(is_ok);
	(void)is_ok;
}

void digest_without_settings(void)
{
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS, NULL);
}

/* SHA-256 of the default provider fails only when memory runs out; then the process ends. */
void digest_set(struct conf *conf, const struct table *table)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	struct out out;
	int is_ok = context && EVP_DigestInit_ex(context, EVP_sha256(), NULL);

	assert(is_ok);
	out_init(&out, hash_piece, context);
	canon_write(conf, table, CANON_SHARED, &out);
	out_fini(&out);
	is_ok = EVP_DigestFinal_ex(context, hash, &len);
	assert(is_ok && len * 2 < sizeof(conf->digest));
	(void)is_ok;
	for (unsigned i = 0; i < len; i++)
		snprintf(conf->digest + 2 * i, 3, "%02x", hash[i]);
	EVP_MD_CTX_free(context);
}
