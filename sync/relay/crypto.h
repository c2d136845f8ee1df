/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the relay's wire needs of libcrypto: the loaded functions (base/dynamic/crypto.h) and the three algorithms,
 * looked up once. All keys and sessions of a process share it.
 */
#ifndef LVSD_SYNC_RELAY_CRYPTO_H
#define LVSD_SYNC_RELAY_CRYPTO_H

#include "base/dynamic/crypto.h"

/* Chosen by tests/bench/bench_relay; either has keys of 32 bytes, nonces of 12 and tags of 16. */
#define RELAY_CIPHER_AES    "AES-256-GCM"
#define RELAY_CIPHER_CHACHA "ChaCha20-Poly1305"

struct relay_crypto {
	struct crypto_library library;
	EVP_KDF *hkdf;
	EVP_MAC *hmac;
	EVP_CIPHER *cipher;
};

/* Loads libcrypto if that has not been done. Returns 0, or -ELIBACC or -ENOTSUP with a sentence. */
int relay_crypto_open(struct relay_crypto **ret_crypto, struct err *err);
/* The same with another cipher, to compare them; both ends must have the same. */
int relay_crypto_open_with(const char *cipher, struct relay_crypto **ret_crypto, struct err *err);
/* NULL is fine. No session or seal may be left that uses it. */
void relay_crypto_free(struct relay_crypto *crypto);

#endif
