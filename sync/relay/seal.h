/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Encrypts and decrypts the frames of one direction of a session (AEAD), and makes the tag of HELLO. Pure.
 *
 * The nonce of a frame is its number, in the last 8 of 12 bytes, exclusive-or the direction's 12 bytes that came with
 * the key. A number must never be sealed twice with different contents.
 */
#ifndef LVSD_SYNC_RELAY_SEAL_H
#define LVSD_SYNC_RELAY_SEAL_H

#include "sync/relay/keys.h"

struct relay_seal;

/* A direction, to seal or to open. The context of OpenSSL is made here, and no frame allocates. NULL if OpenSSL failed.
 * crypto must outlive it. */
struct relay_seal *relay_seal_new(const struct relay_crypto *crypto, const struct relay_secret *secret, bool is_opener);
/* Wipes the key. NULL is fine. */
void relay_seal_free(struct relay_seal *seal);

/* Encrypts len bytes, with more that are not encrypted but covered by the tag. sealed gets len bytes and the tag;
 * it may be plain. Returns false if OpenSSL failed. */
bool relay_seal_bytes(struct relay_seal *seal, uint64_t seq, const void *more, size_t more_len, const void *plain,
		      size_t len, uint8_t *sealed);
/* The opposite; sealed has len bytes and the tag. Returns false if the tag is wrong; then plain is useless. */
bool relay_open_bytes(struct relay_seal *seal, uint64_t seq, const void *more, size_t more_len, const void *sealed,
		      size_t len, uint8_t *plain);

/* Writes the whole frame: header, encrypted payload, tag. payload may be frame + RELAY_HEADER_SIZE. Returns its length;
 * 0 if OpenSSL failed. */
size_t relay_seal_frame(struct relay_seal *seal, const struct relay_header *header, const void *payload,
			uint8_t frame[static RELAY_FRAME_MAX]);
/* Opens a frame whose decoded header is header. Returns false if the tag is wrong; then payload is useless. */
bool relay_seal_open(struct relay_seal *seal, const struct relay_header *header, const void *frame,
		     uint8_t payload[static RELAY_PAYLOAD_MAX]);

/* The tag of a HELLO, of len bytes without its tag: the first 16 bytes of HMAC-SHA256. Returns false if OpenSSL
 * failed. */
bool relay_hello_tag(const struct relay_crypto *crypto, const struct relay_key *key, const void *frame, size_t len,
		     uint8_t ret_tag[static RELAY_TAG_SIZE]);
/* Whether a HELLO of len bytes, its tag included, has the right tag. Takes as long for a wrong one. */
bool relay_hello_tag_is(const struct relay_crypto *crypto, const struct relay_key *key, const void *frame, size_t len);

#endif
