/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The keys of the relay. The bytes of a key file become two secrets by HKDF-SHA256 (RFC 5869): one for the tags of
 * HELLO, and one from which each session gets a key for each direction. Pure.
 *
 * A session may have two keys, so that a key can be exchanged without an interruption: the new one is added as the
 * second on both directors, then made the first on both, then the old one is removed. The first seals the HELLOs that
 * this director begins with; both are accepted. An answer has the key of the HELLO that it answers, and each direction
 * of a session the key of the last HELLO that its sender accepted: so each side only ever uses a key that the other one
 * has. When a key is removed, sessions with it are replaced at once, and end after RELAY_KEY_GRACE_NS at the latest.
 */
#ifndef LVSD_SYNC_RELAY_KEYS_H
#define LVSD_SYNC_RELAY_KEYS_H

#include "base/secret/key_file.h"
#include "conf/conf_relay.h"
#include "sync/relay/crypto.h"
#include "sync/relay/frame.h"

/* Bytes of a key file. */
#define RELAY_KEY_FILE_MIN KEY_FILE_MIN
#define RELAY_KEY_FILE_MAX KEY_FILE_MAX

#define RELAY_SECRET_SIZE 32

struct relay_key {
	uint8_t id;
	uint8_t hello[RELAY_SECRET_SIZE];   /* tags of HELLO */
	uint8_t session[RELAY_SECRET_SIZE]; /* of which the keys of sessions are made */
};

#define RELAY_KEYS_MAX CONF_RELAY_KEYS_MAX

/* A value: copied by assignment, wiped by relay_keys_wipe(). The ids differ. */
struct relay_keys {
	size_t n;
	struct relay_key keys[RELAY_KEYS_MAX];
};

/*
 * Adds a key behind those that are there. Returns 0; -EINVAL if the file has fewer or more bytes than it may; -EEXIST
 * if a key has this id; -ENOSPC if there are two; -EIO if OpenSSL failed.
 */
int relay_keys_add(struct relay_keys *keys, const struct relay_crypto *crypto, uint8_t id, const void *bytes,
		   size_t len);
/* NULL if there is none. */
const struct relay_key *relay_keys_find(const struct relay_keys *keys, uint8_t id);
/* Whether the list has this key: the same id and the same secrets. */
bool relay_keys_has(const struct relay_keys *keys, const struct relay_crypto *crypto, const struct relay_key *key);
void relay_keys_wipe(struct relay_keys *keys, const struct relay_crypto *crypto);

/* One direction of a session. */
struct relay_direction {
	uint8_t from_nonce[RELAY_NONCE_SIZE], to_nonce[RELAY_NONCE_SIZE];
	uint32_t from_node, to_node;
	uint8_t syncid;
};

#define RELAY_IV_SIZE 12

struct relay_secret {
	uint8_t key[RELAY_SECRET_SIZE];
	uint8_t iv[RELAY_IV_SIZE];
	uint64_t session; /* the id of the session of the sender */
};

/* Returns false if OpenSSL failed. The caller wipes the secret. */
bool relay_key_derive(const struct relay_key *key, const struct relay_crypto *crypto,
		      const struct relay_direction *direction, struct relay_secret *ret_secret);

/* HKDF-SHA256. Returns false if OpenSSL failed. */
bool relay_hkdf(const struct relay_crypto *crypto, const void *secret, size_t secret_len, const void *salt,
		size_t salt_len, const void *info, size_t info_len, uint8_t *ret_bytes, size_t len);

#endif
