/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/relay/crypto.h"
#include "base/mem.h"

#include <errno.h>
#include <stdlib.h>

int relay_crypto_open(struct relay_crypto **ret_crypto, struct err *err)
{
	return relay_crypto_open_with(RELAY_CIPHER_AES, ret_crypto, err);
}

int relay_crypto_open_with(const char *cipher, struct relay_crypto **ret_crypto, struct err *err)
{
	struct relay_crypto *crypto = mem_calloc(1, sizeof(*crypto));
	const char *lacks;
	int code = crypto_library_open(&crypto->library, err);

	if (code < 0) {
		free(crypto);
		return code;
	}
	crypto->hkdf = crypto->library.kdf_fetch(NULL, "HKDF", NULL);
	crypto->hmac = crypto->library.mac_fetch(NULL, "HMAC", NULL);
	crypto->cipher = crypto->library.cipher_fetch(NULL, cipher, NULL);
	lacks = !crypto->hkdf ? "HKDF" : !crypto->hmac ? "HMAC" : !crypto->cipher ? cipher : NULL;
	if (!lacks) {
		*ret_crypto = crypto;
		return 0;
	}
	relay_crypto_free(crypto);
	return err_set(err, -ENOTSUP,
		       "the relay of connection sync cannot encrypt: OpenSSL offers no %s. See the providers that its "
		       "configuration (openssl.cnf) activates",
		       lacks);
}

void relay_crypto_free(struct relay_crypto *crypto)
{
	if (!crypto)
		return;
	crypto->library.kdf_free(crypto->hkdf);
	crypto->library.mac_free(crypto->hmac);
	crypto->library.cipher_free(crypto->cipher);
	free(crypto);
}
