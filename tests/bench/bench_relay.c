/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the relay's encryption costs a datagram: nanoseconds to seal and to open one of 76 and of 1400 bytes, with each
 * cipher that it could use, then with a whole session (header, window, counters). The best of ten rounds, since others
 * use the machine too. Prints JSON.
 */
#include "base/clock.h"
#include "sync/relay/seal.h"
#include "sync/relay/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#define N_ROUNDS 10
#define N_FRAMES 20000

static uint8_t payload[RELAY_PAYLOAD_MAX], frame[RELAY_FRAME_MAX];
static uint8_t frames[N_FRAMES][RELAY_FRAME_MAX];

static _Noreturn void give_up(const char *what)
{
	fprintf(stderr, "bench_relay: %s\n", what);
	exit(EXIT_FAILURE);
}

static double best(double a, double b)
{
	return a && a < b ? a : b;
}

static double per_frame(struct mono begin)
{
	return (double)mono_sub(clock_mono(), begin) / N_FRAMES;
}

static void bench_cipher(const char *name, uint16_t len)
{
	struct relay_secret secret = {.key = {1}, .iv = {2}};
	struct relay_crypto *crypto;
	struct relay_seal *out, *in;
	double seal_ns = 0, open_ns = 0;

	if (relay_crypto_open_with(name, &crypto, NULL) < 0)
		give_up("libcrypto lacks the cipher");
	out = relay_seal_new(crypto, &secret, false);
	in = relay_seal_new(crypto, &secret, true);
	for (int i = 0; i < N_ROUNDS; i++) {
		struct relay_header header = {.type = RELAY_DATA, .len = len};
		struct mono begin = clock_mono();

		for (header.seq = 1; header.seq <= N_FRAMES; header.seq++)
			relay_seal_frame(out, &header, payload, frame);
		seal_ns = best(seal_ns, per_frame(begin));
		header.seq = N_FRAMES;
		begin = clock_mono();
		for (int j = 0; j < N_FRAMES; j++)
			if (!relay_seal_open(in, &header, frame, payload))
				give_up("a frame cannot be opened");
		open_ns = best(open_ns, per_frame(begin));
	}
	printf("\"%s %u\": {\"seal_ns\": %.0f, \"open_ns\": %.0f},\n ", name, len, seal_ns, open_ns);
	relay_seal_free(out);
	relay_seal_free(in);
	relay_crypto_free(crypto);
}

static void random_bytes(void *arg, uint8_t *bytes, size_t len)
{
	(void)arg;
	if (getrandom(bytes, len, 0) != (ssize_t)len)
		give_up("no random bytes");
}

static void talk(struct relay_session *from, struct relay_session *to, struct mono now)
{
	for (size_t len; (len = relay_session_say(from, now, frame)) > 0;)
		relay_session_take(to, frame, len, now);
}

static void bench_session(const struct relay_crypto *crypto, uint16_t len, bool is_last)
{
	struct relay_node selfs[2] = {{.node = 1, .payload_max = RELAY_PAYLOAD_MAX, .syncid = 1},
				      {.node = 2, .payload_max = RELAY_PAYLOAD_MAX, .syncid = 1}};
	struct relay_session *sessions[2];
	struct relay_keys keys = {0};
	double seal_ns = 0, open_ns = 0;
	struct mono now = {1};

	if (relay_keys_add(&keys, crypto, 1, payload, RELAY_KEY_FILE_MIN) < 0)
		give_up("no key");
	for (int i = 0; i < 2; i++)
		sessions[i] = relay_session_new(crypto, &selfs[i], &keys, random_bytes, NULL);
	for (int i = 0; i < 4; i++)
		talk(sessions[i % 2], sessions[!(i % 2)], now);
	for (int i = 0; i < N_ROUNDS; i++) {
		struct mono begin = clock_mono();

		for (int j = 0; j < N_FRAMES; j++)
			relay_session_seal(sessions[0], RELAY_DATA, 0, payload, len, frames[j]);
		seal_ns = best(seal_ns, per_frame(begin));
		begin = clock_mono();
		for (int j = 0; j < N_FRAMES; j++)
			if (!relay_session_take(sessions[1], frames[j],
						RELAY_HEADER_SIZE + (size_t)len + RELAY_TAG_SIZE, now)
				 .has_frame)
				give_up("a frame was refused");
		open_ns = best(open_ns, per_frame(begin));
	}
	printf("\"session %u\": {\"seal_ns\": %.0f, \"take_ns\": %.0f}%s", len, seal_ns, open_ns,
	       is_last ? "}\n" : ",\n ");
	relay_session_free(sessions[0]);
	relay_session_free(sessions[1]);
}

int main(void)
{
	struct relay_crypto *crypto;
	struct err err = {0};

	if (relay_crypto_open(&crypto, &err) < 0)
		give_up(err.text);
	putchar('{');
	for (int i = 0; i < 2; i++) {
		bench_cipher(RELAY_CIPHER_AES, i ? RELAY_PAYLOAD_MAX : 76);
		bench_cipher(RELAY_CIPHER_CHACHA, i ? RELAY_PAYLOAD_MAX : 76);
	}
	bench_session(crypto, 76, false);
	bench_session(crypto, RELAY_PAYLOAD_MAX, true);
	relay_crypto_free(crypto);
	return EXIT_SUCCESS;
}
