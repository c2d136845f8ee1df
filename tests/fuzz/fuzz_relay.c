/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer: the input is a datagram of the relay's wire. It is read as a header and as each kind of payload, and what
 * was understood is written and read again. Then a session gets it: as it is, and with a HELLO's tag that is right, as
 * whoever has the key could send. What comes out of a session that nobody has joined is never a frame.
 */
#include "sync/relay/seal.h"
#include "sync/relay/session.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define AGAIN(name)                                                                                                   \
	static void use_##name(const uint8_t *data, size_t size)                                                      \
	{                                                                                                             \
		struct relay_##name value = {0}, again = {0};                                                         \
		uint8_t payload[RELAY_PAYLOAD_MAX], twice[RELAY_PAYLOAD_MAX];                                         \
		size_t len;                                                                                           \
                                                                                                                      \
		if (!relay_##name##_decode(data, size, &value))                                                       \
			return;                                                                                       \
		len = relay_##name##_encode(&value, payload);                                                         \
		assert(len <= size && !memcmp(payload, data, len));                                                   \
		assert(relay_##name##_decode(payload, len, &again));                                                  \
		assert(relay_##name##_encode(&again, twice) == len && !memcmp(payload, twice, len));                  \
	}
AGAIN(hello)
AGAIN(nack)
AGAIN(beat)
AGAIN(bulk_req)
AGAIN(bulk_end)
AGAIN(counts)

static void no_random(void *arg, uint8_t *bytes, size_t len)
{
	(void)arg;
	memset(bytes, 7, len);
}

static void use_session(const struct relay_crypto *crypto, const struct relay_keys *keys, const uint8_t *data,
			size_t size)
{
	static const struct relay_node self = {.node = 1, .payload_max = RELAY_PAYLOAD_MAX, .syncid = 1};
	struct relay_session *session = relay_session_new(crypto, &self, keys, no_random, NULL);
	uint8_t frame[RELAY_FRAME_MAX], *copy = size ? malloc(size) : NULL;
	struct mono now = {NS_PER_S};
	size_t len = 0;

	if (copy)
		memcpy(copy, data, size);
	assert(!relay_session_take(session, copy, size, now).has_frame);
	if (copy && size >= RELAY_HEADER_SIZE + RELAY_TAG_SIZE && size <= RELAY_FRAME_MAX) {
		memcpy(copy, "LR\1\1\0\0", 6);
		copy[6] = (uint8_t)((size - RELAY_HEADER_SIZE - RELAY_TAG_SIZE) >> 8);
		copy[7] = (uint8_t)(size - RELAY_HEADER_SIZE - RELAY_TAG_SIZE);
		memset(copy + 8, 0, 24);
		assert(relay_hello_tag(crypto, &keys->keys[0], copy, size - RELAY_TAG_SIZE,
				       copy + size - RELAY_TAG_SIZE));
		for (int i = 0; i < 8; i++) {
			assert(!relay_session_take(session, copy, size, now).has_frame);
			for (int n = 0; (len = relay_session_say(session, now, frame)) > 0; n++)
				assert(len <= sizeof(frame) && n < 8);
			now = mono_add_ms(now, 100);
		}
	}
	free(copy);
	relay_session_free(session);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct relay_crypto *crypto;
	struct relay_keys keys = {0};
	struct relay_header header;
	uint8_t bytes[RELAY_HEADER_SIZE];

	if (!crypto && relay_crypto_open(&crypto, NULL) < 0)
		abort();
	if (relay_keys_add(&keys, crypto, 0, "the key of a fuzzer, which is long enough", 41) < 0)
		abort();
	if (relay_header_decode(data, size, &header)) {
		relay_header_encode(&header, bytes);
		assert(!memcmp(bytes, data, sizeof(bytes)) && !relay_header_is_foreign(data, size));
	}
	use_hello(data, size);
	use_nack(data, size);
	use_beat(data, size);
	use_bulk_req(data, size);
	use_bulk_end(data, size);
	use_counts(data, size);
	use_session(crypto, &keys, data, size);
	relay_keys_wipe(&keys, crypto);
	return 0;
}
