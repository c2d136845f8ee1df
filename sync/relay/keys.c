/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/relay/keys.h"

#include <errno.h>
#include <string.h>

/* Salt of a key file, and the purposes of what is made of it. They name the version of the wire. */
#define FILE_SALT     "lvsd relay 1 key file"
#define HELLO_INFO    "lvsd relay 1 hello"
#define SESSION_INFO  "lvsd relay 1 session"
#define DIRECTION_INFO "lvsd relay 1 direction"

bool relay_hkdf(const struct relay_crypto *crypto, const void *secret, size_t secret_len, const void *salt,
		size_t salt_len, const void *info, size_t info_len, uint8_t *ret_bytes, size_t len)
{
	OSSL_PARAM params[] = {
	    OSSL_PARAM_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)"SHA256", 6),
	    OSSL_PARAM_octet_string(OSSL_KDF_PARAM_KEY, (void *)secret, secret_len),
	    OSSL_PARAM_octet_string(OSSL_KDF_PARAM_SALT, (void *)salt, salt_len),
	    OSSL_PARAM_octet_string(OSSL_KDF_PARAM_INFO, (void *)info, info_len),
	    OSSL_PARAM_END,
	};
	EVP_KDF_CTX *context = crypto->library.kdf_new(crypto->hkdf);
	bool is_done = context && crypto->library.kdf_derive(context, ret_bytes, len, params) == 1;

	crypto->library.kdf_free_context(context);
	return is_done;
}

static bool file_secret(const struct relay_crypto *crypto, const void *bytes, size_t len, const char *info,
			uint8_t ret_secret[static RELAY_SECRET_SIZE])
{
	return relay_hkdf(crypto, bytes, len, FILE_SALT, strlen(FILE_SALT), info, strlen(info), ret_secret,
			  RELAY_SECRET_SIZE);
}

int relay_keys_add(struct relay_keys *keys, const struct relay_crypto *crypto, uint8_t id, const void *bytes,
		   size_t len)
{
	struct relay_key *key;

	if (len < RELAY_KEY_FILE_MIN || len > RELAY_KEY_FILE_MAX)
		return -EINVAL;
	if (relay_keys_find(keys, id))
		return -EEXIST;
	if (keys->n == RELAY_KEYS_MAX)
		return -ENOSPC;
	key = &keys->keys[keys->n];
	key->id = id;
	if (!file_secret(crypto, bytes, len, HELLO_INFO, key->hello) ||
	    !file_secret(crypto, bytes, len, SESSION_INFO, key->session)) {
		crypto->library.cleanse(key, sizeof(*key));
		return -EIO;
	}
	keys->n++;
	return 0;
}

const struct relay_key *relay_keys_find(const struct relay_keys *keys, uint8_t id)
{
	for (size_t i = 0; i < keys->n; i++)
		if (keys->keys[i].id == id)
			return &keys->keys[i];
	return NULL;
}

bool relay_keys_has(const struct relay_keys *keys, const struct relay_crypto *crypto, const struct relay_key *key)
{
	const struct relay_key *found = relay_keys_find(keys, key->id);

	return found && crypto->library.compare(found->hello, key->hello, sizeof(key->hello)) == 0;
}

void relay_keys_wipe(struct relay_keys *keys, const struct relay_crypto *crypto)
{
	crypto->library.cleanse(keys, sizeof(*keys));
}

static uint8_t *info_put(uint8_t *at, const void *bytes, size_t len)
{
	memcpy(at, bytes, len);
	return at + len;
}

static uint8_t *info_put_node(uint8_t *at, uint32_t node)
{
	const uint8_t bytes[] = {(uint8_t)(node >> 24), (uint8_t)(node >> 16), (uint8_t)(node >> 8), (uint8_t)node};

	return info_put(at, bytes, sizeof(bytes));
}

bool relay_key_derive(const struct relay_key *key, const struct relay_crypto *crypto,
		      const struct relay_direction *direction, struct relay_secret *ret_secret)
{
	uint8_t salt[2 * RELAY_NONCE_SIZE], info[sizeof(DIRECTION_INFO) - 1 + 9], *at = info;
	uint8_t bytes[RELAY_SECRET_SIZE + RELAY_IV_SIZE + 8];
	bool is_done;

	memcpy(salt, direction->from_nonce, RELAY_NONCE_SIZE);
	memcpy(salt + RELAY_NONCE_SIZE, direction->to_nonce, RELAY_NONCE_SIZE);
	at = info_put(at, DIRECTION_INFO, sizeof(DIRECTION_INFO) - 1);
	at = info_put_node(at, direction->from_node);
	at = info_put_node(at, direction->to_node);
	info_put(at, &direction->syncid, 1);
	is_done = relay_hkdf(crypto, key->session, sizeof(key->session), salt, sizeof(salt), info, sizeof(info), bytes,
			     sizeof(bytes));
	if (is_done) {
		memcpy(ret_secret->key, bytes, RELAY_SECRET_SIZE);
		memcpy(ret_secret->iv, bytes + RELAY_SECRET_SIZE, RELAY_IV_SIZE);
		ret_secret->session = 0;
		for (size_t i = RELAY_SECRET_SIZE + RELAY_IV_SIZE; i < sizeof(bytes); i++)
			ret_secret->session = ret_secret->session << 8 | bytes[i];
	}
	crypto->library.cleanse(bytes, sizeof(bytes));
	return is_done;
}
