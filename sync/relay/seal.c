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

size_t relay_seal_frame(struct relay_seal *seal, const struct relay_header *header, const void *payload,
			uint8_t frame[static RELAY_FRAME_MAX])
{
	const struct crypto_library *library = &seal->crypto->library;
	uint8_t *body = frame + RELAY_HEADER_SIZE;
	int len = header->len, n = 0;

	relay_header_encode(header, frame);
	if (!set_nonce(seal, header->seq) ||
	    library->cipher_update(seal->context, NULL, &n, frame, RELAY_HEADER_SIZE) != 1 ||
	    (len && (library->cipher_update(seal->context, body, &n, payload, len) != 1 || n != len)) ||
	    library->cipher_final(seal->context, body + len, &n) != 1 || n != 0 ||
	    library->cipher_control(seal->context, EVP_CTRL_AEAD_GET_TAG, RELAY_TAG_SIZE, body + len) != 1)
		return 0;
	return RELAY_HEADER_SIZE + (size_t)len + RELAY_TAG_SIZE;
}

bool relay_seal_open(struct relay_seal *seal, const struct relay_header *header, const void *frame,
		     uint8_t payload[static RELAY_PAYLOAD_MAX])
{
	const struct crypto_library *library = &seal->crypto->library;
	const uint8_t *body = (const uint8_t *)frame + RELAY_HEADER_SIZE;
	uint8_t tag[RELAY_TAG_SIZE];
	int len = header->len, n = 0;

	memcpy(tag, body + len, sizeof(tag));
	return set_nonce(seal, header->seq) &&
	       library->cipher_control(seal->context, EVP_CTRL_AEAD_SET_TAG, RELAY_TAG_SIZE, tag) == 1 &&
	       library->cipher_update(seal->context, NULL, &n, frame, RELAY_HEADER_SIZE) == 1 &&
	       (!len || (library->cipher_update(seal->context, payload, &n, body, len) == 1 && n == len)) &&
	       library->cipher_final(seal->context, tag, &n) == 1 && n == 0;
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
