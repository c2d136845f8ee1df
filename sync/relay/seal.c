/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/relay/seal.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

struct relay_seal {
	const struct relay_crypto *crypto;
	EVP_CIPHER_CTX *context;
	uint8_t iv[RELAY_IV_SIZE];
};

struct relay_seal *relay_seal_new(const struct relay_crypto *crypto, const struct relay_secret *secret, bool is_opener)
{
	struct relay_seal *seal = mem_calloc(1, sizeof(*seal));

	seal->crypto = crypto;
	memcpy(seal->iv, secret->iv, sizeof(seal->iv));
	seal->context = crypto->library.cipher_new();
	if (seal->context && crypto->library.cipher_init(seal->context, crypto->cipher, NULL, secret->key, seal->iv,
							  !is_opener) == 1)
		return seal;
	relay_seal_free(seal);
	return NULL;
}

void relay_seal_free(struct relay_seal *seal)
{
	if (!seal)
		return;
	/* It wipes the key. */
	seal->crypto->library.cipher_free_context(seal->context);
	seal->crypto->library.cleanse(seal, sizeof(*seal));
	free(seal);
}

/* Sets the nonce of a frame; the key stays. */
static bool set_nonce(struct relay_seal *seal, uint64_t seq)
{
	uint8_t nonce[RELAY_IV_SIZE];

	memcpy(nonce, seal->iv, sizeof(nonce));
	for (size_t i = 0; i < 8; i++)
		nonce[RELAY_IV_SIZE - 1 - i] ^= (uint8_t)(seq >> 8 * i);
	return seal->crypto->library.cipher_init(seal->context, NULL, NULL, NULL, nonce, -1) == 1;
}

bool relay_seal_bytes(struct relay_seal *seal, uint64_t seq, const void *more, size_t more_len, const void *plain,
		      size_t len, uint8_t *sealed)
{
	const struct crypto_library *library = &seal->crypto->library;
	int n = 0;

	return set_nonce(seal, seq) && library->cipher_update(seal->context, NULL, &n, more, (int)more_len) == 1 &&
	       (!len || (library->cipher_update(seal->context, sealed, &n, plain, (int)len) == 1 && n == (int)len)) &&
	       library->cipher_final(seal->context, sealed + len, &n) == 1 && n == 0 &&
	       library->cipher_control(seal->context, EVP_CTRL_AEAD_GET_TAG, RELAY_TAG_SIZE, sealed + len) == 1;
}

bool relay_open_bytes(struct relay_seal *seal, uint64_t seq, const void *more, size_t more_len, const void *sealed,
		      size_t len, uint8_t *plain)
{
	const struct crypto_library *library = &seal->crypto->library;
	uint8_t tag[RELAY_TAG_SIZE];
	int n = 0;

	memcpy(tag, (const uint8_t *)sealed + len, sizeof(tag));
	return set_nonce(seal, seq) &&
	       library->cipher_control(seal->context, EVP_CTRL_AEAD_SET_TAG, RELAY_TAG_SIZE, tag) == 1 &&
	       library->cipher_update(seal->context, NULL, &n, more, (int)more_len) == 1 &&
	       (!len || (library->cipher_update(seal->context, plain, &n, sealed, (int)len) == 1 && n == (int)len)) &&
	       library->cipher_final(seal->context, tag, &n) == 1 && n == 0;
}

size_t relay_seal_frame(struct relay_seal *seal, const struct relay_header *header, const void *payload,
			uint8_t frame[static RELAY_FRAME_MAX])
{
	relay_header_encode(header, frame);
	return relay_seal_bytes(seal, header->seq, frame, RELAY_HEADER_SIZE, payload, header->len,
				frame + RELAY_HEADER_SIZE)
		   ? RELAY_HEADER_SIZE + (size_t)header->len + RELAY_TAG_SIZE
		   : 0;
}

bool relay_seal_open(struct relay_seal *seal, const struct relay_header *header, const void *frame,
		     uint8_t payload[static RELAY_PAYLOAD_MAX])
{
	return relay_open_bytes(seal, header->seq, frame, RELAY_HEADER_SIZE,
				(const uint8_t *)frame + RELAY_HEADER_SIZE, header->len, payload);
}

bool relay_hello_tag(const struct relay_crypto *crypto, const struct relay_key *key, const void *frame, size_t len,
		     uint8_t ret_tag[static RELAY_TAG_SIZE])
{
	const OSSL_PARAM params[] = {
	    OSSL_PARAM_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)"SHA256", 6),
	    OSSL_PARAM_END,
	};
	EVP_MAC_CTX *context = crypto->library.mac_new(crypto->hmac);
	uint8_t whole[EVP_MAX_MD_SIZE];
	size_t n = 0;
	bool is_done = context && crypto->library.mac_init(context, key->hello, sizeof(key->hello), params) == 1 &&
		       crypto->library.mac_update(context, frame, len) == 1 &&
		       crypto->library.mac_final(context, whole, &n, sizeof(whole)) == 1 && n >= RELAY_TAG_SIZE;

	crypto->library.mac_free_context(context);
	if (is_done)
		memcpy(ret_tag, whole, RELAY_TAG_SIZE);
	return is_done;
}

bool relay_hello_tag_is(const struct relay_crypto *crypto, const struct relay_key *key, const void *frame, size_t len)
{
	size_t body = len - RELAY_TAG_SIZE;
	uint8_t tag[RELAY_TAG_SIZE];

	return len >= RELAY_TAG_SIZE && relay_hello_tag(crypto, key, frame, body, tag) &&
	       crypto->library.compare(tag, (const uint8_t *)frame + body, RELAY_TAG_SIZE) == 0;
}
