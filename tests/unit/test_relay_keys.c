/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The relay's use of OpenSSL: test vectors of RFC 5869, RFC 8439 and of GCM's authors, and the bytes of the wire as
 * another program computed them (Python's hmac, and AES-GCM of its module cryptography) from doc/sync.md.
 */
#include "sync/relay/seal.h"
#include "sync/relay/session.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct relay_crypto *crypto;

static void setup(void)
{
	struct err err = {0};

	ck_assert_msg(relay_crypto_open(&crypto, &err) == 0, "%s", err.text);
}

static void teardown(void)
{
	relay_crypto_free(crypto);
}

static size_t hex(const char *text, uint8_t *bytes)
{
	size_t n = strlen(text) / 2;

	for (size_t i = 0; i < n; i++) {
		char two[3] = {text[2 * i], text[2 * i + 1]};

		bytes[i] = (uint8_t)strtoul(two, NULL, 16);
	}
	return n;
}

/* RFC 5869, appendix A.1 to A.3 */
static const struct hkdf_vector {
	const char *secret, *salt, *info, *result;
} hkdf_vectors[] = {
    {"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9",
     "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"},
    {"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f"
     "303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f",
     "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f"
     "909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
     "b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedf"
     "e0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
     "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
     "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"},
    {"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", "",
     "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"},
};

START_TEST(hkdf_is_that_of_rfc_5869)
{
	const struct hkdf_vector *vector = &hkdf_vectors[_i];
	uint8_t secret[80], salt[80], info[80], want[82], got[82];
	size_t secret_len = hex(vector->secret, secret), salt_len = hex(vector->salt, salt);
	size_t info_len = hex(vector->info, info), len = hex(vector->result, want);

	ck_assert(relay_hkdf(crypto, secret, secret_len, salt, salt_len, info, info_len, got, len));
	ck_assert(!memcmp(got, want, len));
}
END_TEST

static const struct aead_vector {
	const char *cipher, *key, *nonce, *more, *plain, *sealed;
} aead_vectors[] = {
    /* RFC 8439, 2.8.2 */
    {RELAY_CIPHER_CHACHA, "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
     "070000004041424344454647", "50515253c0c1c2c3c4c5c6c7",
     "4c616469657320616e642047656e746c656d656e206f662074686520636c617373206f66202739393a204966204920636f"
     "756c64206f6666657220796f75206f6e6c79206f6e652074697020666f7220746865206675747572652c2073756e736372"
     "65656e20776f756c642062652069742e",
     "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b1a"
     "71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc3ff4"
     "def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691"},
    /* McGrew and Viega, The Galois/Counter Mode of Operation, test case 16 */
    {RELAY_CIPHER_AES, "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
     "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b1"
     "6aedf5aa0de657ba637b39",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5"
     "f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b"},
};

START_TEST(aead_is_that_of_the_published_vectors)
{
	const struct aead_vector *vector = &aead_vectors[_i];
	uint8_t more[32], plain[128], want[144], got[144], opened[128];
	size_t more_len = hex(vector->more, more), len = hex(vector->plain, plain), n = hex(vector->sealed, want);
	struct relay_crypto *own;
	struct relay_secret secret;
	struct relay_seal *out, *in;

	ck_assert_uint_eq(n, len + RELAY_TAG_SIZE);
	ck_assert_int_eq(relay_crypto_open_with(vector->cipher, &own, NULL), 0);
	hex(vector->key, secret.key);
	hex(vector->nonce, secret.iv);
	out = relay_seal_new(own, &secret, false);
	in = relay_seal_new(own, &secret, true);
	for (int i = 0; i < 3; i++) { /* the context is used again */
		ck_assert(relay_seal_bytes(out, 0, more, more_len, plain, len, got));
		ck_assert(!memcmp(got, want, n));
		ck_assert(relay_open_bytes(in, 0, more, more_len, want, len, opened));
		ck_assert(!memcmp(opened, plain, len));
		/* The number changes the nonce. */
		ck_assert(!relay_open_bytes(in, 1, more, more_len, want, len, opened));
	}
	/* In place, too. */
	memcpy(got, plain, len);
	ck_assert(relay_seal_bytes(out, 0, more, more_len, got, len, got));
	ck_assert(!memcmp(got, want, n));
	relay_seal_free(out);
	relay_seal_free(in);
	relay_crypto_free(own);
}
END_TEST

static const uint8_t gold_hello_secret[] = {
    0x21, 0xe1, 0x4e, 0x3d, 0xf7, 0x53, 0x23, 0xc8, 0x34, 0x0d, 0xaf, 0x7c, 0x4d, 0x93, 0xac, 0x09,
    0xeb, 0x05, 0x81, 0xd4, 0xe9, 0xb3, 0xb0, 0xe3, 0x81, 0x93, 0xa9, 0x16, 0x79, 0x4b, 0x9b, 0xf6};
static const uint8_t gold_session_secret[] = {
    0x54, 0xf7, 0xa5, 0x7c, 0x75, 0x32, 0xd0, 0x62, 0x75, 0x8b, 0x5e, 0x01, 0xb5, 0x0b, 0xd5, 0xff,
    0xe4, 0x7d, 0x6e, 0xa8, 0xff, 0xb1, 0xc9, 0x34, 0xb2, 0xed, 0xf0, 0x75, 0x9b, 0xb7, 0x10, 0xb3};
static const uint8_t gold_key[] = {
    0xae, 0xb2, 0x56, 0xc9, 0x4d, 0xc2, 0x54, 0xab, 0xf4, 0xad, 0xbb, 0x99, 0x45, 0x59, 0x95, 0x0d,
    0x16, 0xc8, 0x82, 0xa5, 0x20, 0x49, 0xd0, 0x31, 0x7b, 0x05, 0x7a, 0x0f, 0xfd, 0x62, 0x18, 0xb3};
static const uint8_t gold_iv[] = {
    0xfc, 0x59, 0x72, 0x2c, 0xfe, 0x21, 0x12, 0x13, 0x82, 0x15, 0xbd, 0xfc};
/* HELLO (a, b), CONFIRM and the first DATA of node 0x01020304 to node 0x05060708. */
static const uint8_t gold_hello[] = {
    0x4c, 0x52, 0x01, 0x01, 0x00, 0x01, 0x00, 0x2b, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9, 0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf,
    0xb0, 0xb1, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xbb, 0xbc, 0xbd, 0xbe, 0xbf,
    0x00, 0x00, 0x00, 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x78, 0x33, 0xf8, 0xed, 0x60, 0xe4, 0xe2,
    0x23, 0x76, 0x56, 0x86, 0x3a, 0x54, 0x0f, 0x95, 0x49, 0x0f, 0x55};
static const uint8_t gold_confirm[] = {
    0x4c, 0x52, 0x01, 0x09, 0x00, 0x01, 0x00, 0x00, 0xe9, 0x46, 0xed, 0xb5, 0xe6, 0xa9, 0x93, 0xfd,
    0xc6, 0x27, 0x1e, 0x5e, 0xad, 0x69, 0x0c, 0x07, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x10, 0x96, 0xcf, 0x8a, 0x7e, 0x4e, 0xdf, 0xc5, 0x2e, 0x86, 0xc4, 0x92, 0x47, 0x82, 0x43, 0xb1};
static const uint8_t gold_data[] = {
    0x4c, 0x52, 0x01, 0x02, 0x01, 0x01, 0x00, 0x18, 0xe9, 0x46, 0xed, 0xb5, 0xe6, 0xa9, 0x93, 0xfd,
    0xc6, 0x27, 0x1e, 0x5e, 0xad, 0x69, 0x0c, 0x07, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01,
    0x81, 0xa2, 0x45, 0xfc, 0x67, 0x1c, 0x2e, 0x86, 0xa4, 0x3e, 0x51, 0x94, 0x51, 0xd3, 0xfd, 0x8f,
    0xdd, 0xb2, 0x11, 0x22, 0x71, 0xd4, 0x5c, 0x9d, 0xf0, 0xfb, 0x4c, 0x0b, 0xcf, 0x3d, 0x89, 0x52,
    0x35, 0x28, 0xc5, 0xdc, 0x63, 0x31, 0x34, 0xc2};

static const struct relay_node gold_self = {.node = 0x01020304, .payload_max = RELAY_PAYLOAD_MAX, .syncid = 51};

static void gold_keys(struct relay_keys *keys)
{
	uint8_t file[32];

	for (size_t i = 0; i < sizeof(file); i++)
		file[i] = (uint8_t)i;
	ck_assert_int_eq(relay_keys_add(keys, crypto, 1, file, sizeof(file)), 0);
}

START_TEST(the_keys_are_those_of_the_document)
{
	struct relay_direction direction = {.from_node = 0x01020304, .to_node = 0x05060708, .syncid = 51};
	struct relay_keys keys = {0};
	struct relay_secret secret;

	gold_keys(&keys);
	for (size_t i = 0; i < RELAY_NONCE_SIZE; i++) {
		direction.from_nonce[i] = (uint8_t)(0xa0 + i);
		direction.to_nonce[i] = (uint8_t)(0xb0 + i);
	}
	ck_assert(!memcmp(keys.keys[0].hello, gold_hello_secret, RELAY_SECRET_SIZE));
	ck_assert(!memcmp(keys.keys[0].session, gold_session_secret, RELAY_SECRET_SIZE));
	ck_assert(relay_key_derive(&keys.keys[0], crypto, &direction, &secret));
	ck_assert(!memcmp(secret.key, gold_key, sizeof(secret.key)));
	ck_assert(!memcmp(secret.iv, gold_iv, sizeof(secret.iv)));
}
END_TEST

/* a0, a1, ... */
static void gold_random(void *arg, uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)(*(int *)arg + (int)i);
	*(int *)arg = 0x10; /* every later nonce */
}

START_TEST(the_wire_is_that_of_the_document)
{
	struct relay_node other = gold_self;
	struct relay_keys keys = {0};
	struct relay_session *a, *b;
	uint8_t frame[RELAY_FRAME_MAX];
	int nonces[2] = {0xa0, 0xb0};
	struct mono now = {NS_PER_S};
	size_t len;

	gold_keys(&keys);
	other.node = 0x05060708;
	a = relay_session_new(crypto, &gold_self, &keys, gold_random, &nonces[0]);
	b = relay_session_new(crypto, &other, &keys, gold_random, &nonces[1]);
	len = relay_session_say(a, now, frame);
	relay_session_take(b, frame, len, now);
	len = relay_session_say(b, now, frame);
	ck_assert(relay_session_take(a, frame, len, now).is_new);
	ck_assert_uint_eq(relay_session_say(a, now, frame), sizeof(gold_hello));
	ck_assert(!memcmp(frame, gold_hello, sizeof(gold_hello)));
	ck_assert_uint_eq(relay_session_say(a, now, frame), sizeof(gold_confirm));
	ck_assert(!memcmp(frame, gold_confirm, sizeof(gold_confirm)));
	len = relay_session_seal(a, RELAY_DATA, RELAY_FLAG_BULK, "a datagram of the kernel", 24, frame);
	ck_assert_uint_eq(len, sizeof(gold_data));
	ck_assert(!memcmp(frame, gold_data, len));
	relay_session_free(a);
	relay_session_free(b);
}
END_TEST

START_TEST(a_key_file_has_bounds_and_an_id)
{
	static const struct relay_keys none;
	static uint8_t file[RELAY_KEY_FILE_MAX + 1];
	struct relay_keys keys = {0};

	ck_assert_int_eq(relay_keys_add(&keys, crypto, 1, file, RELAY_KEY_FILE_MIN - 1), -EINVAL);
	ck_assert_int_eq(relay_keys_add(&keys, crypto, 1, file, RELAY_KEY_FILE_MAX + 1), -EINVAL);
	ck_assert_int_eq(relay_keys_add(&keys, crypto, 1, file, RELAY_KEY_FILE_MAX), 0);
	ck_assert_int_eq(relay_keys_add(&keys, crypto, 1, file, RELAY_KEY_FILE_MIN), -EEXIST);
	ck_assert_int_eq(relay_keys_add(&keys, crypto, 0, file, RELAY_KEY_FILE_MIN), 0);
	ck_assert_int_eq(relay_keys_add(&keys, crypto, 3, file, RELAY_KEY_FILE_MIN), -ENOSPC);
	ck_assert(memcmp(keys.keys[0].hello, keys.keys[1].hello, RELAY_SECRET_SIZE) != 0);
	ck_assert(memcmp(keys.keys[0].hello, keys.keys[0].session, RELAY_SECRET_SIZE) != 0);
	ck_assert_ptr_eq(relay_keys_find(&keys, 0), &keys.keys[1]);
	ck_assert_ptr_null(relay_keys_find(&keys, 2));
	relay_keys_wipe(&keys, crypto);
	ck_assert(!memcmp(&keys, &none, sizeof(keys)));
}
END_TEST

START_TEST(each_part_of_a_direction_changes_all_keys)
{
	struct relay_direction first = {.from_node = 1, .to_node = 2, .syncid = 3}, others[5];
	struct relay_secret secrets[6];
	struct relay_keys keys = {0};

	gold_keys(&keys);
	for (int i = 0; i < 5; i++)
		others[i] = first;
	others[0].from_nonce[15] = 1;
	others[1].to_nonce[15] = 1;
	others[2].from_node = 2;
	others[3].to_node = 1;
	others[4].syncid = 4;
	ck_assert(relay_key_derive(&keys.keys[0], crypto, &first, &secrets[5]));
	for (int i = 0; i < 5; i++) {
		ck_assert(relay_key_derive(&keys.keys[0], crypto, &others[i], &secrets[i]));
		for (int j = 0; j < 6; j++)
			ck_assert(j == i || (j < 5 && j > i) ||
				  (memcmp(secrets[i].key, secrets[j].key, 32) != 0 &&
				   memcmp(secrets[i].iv, secrets[j].iv, RELAY_IV_SIZE) != 0 &&
				   secrets[i].session != secrets[j].session));
	}
}
END_TEST

static size_t n_allocated;

static void *count_malloc(size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	n_allocated++;
	return malloc(size);
}

static void *count_realloc(void *memory, size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	n_allocated++;
	return realloc(memory, size);
}

static void count_free(void *memory, const char *file, int line)
{
	(void)file;
	(void)line;
	free(memory);
}

/* Without a fixture: OpenSSL takes other functions only before it has allocated anything. */
START_TEST(no_frame_allocates)
{
	struct relay_secret secret = {.key = {1}};
	static uint8_t payload[RELAY_PAYLOAD_MAX], frame[RELAY_FRAME_MAX];
	struct relay_seal *out, *in;
	size_t n;

	ck_assert_int_eq(CRYPTO_set_mem_functions(count_malloc, count_realloc, count_free), 1);
	setup();
	out = relay_seal_new(crypto, &secret, false);
	in = relay_seal_new(crypto, &secret, true);
	n = n_allocated;
	ck_assert_uint_gt(n, 0);
	for (uint16_t i = 1; i <= RELAY_PAYLOAD_MAX; i++) {
		struct relay_header header = {.type = RELAY_DATA, .len = i, .seq = i};

		ck_assert_uint_gt(relay_seal_frame(out, &header, payload, frame), 0);
		ck_assert(relay_seal_open(in, &header, frame, payload));
		frame[i]++;
		ck_assert(!relay_seal_open(in, &header, frame, payload));
	}
	ck_assert_uint_eq(n_allocated, n);
	relay_seal_free(out);
	relay_seal_free(in);
	teardown();
}
END_TEST

START_TEST(a_cipher_that_is_missing_is_named)
{
	struct relay_crypto *none;
	struct err err = {0};

	ck_assert_int_eq(relay_crypto_open_with("ROT13", &none, &err), -ENOTSUP);
	ck_assert_ptr_nonnull(strstr(err.text, "ROT13"));
}
END_TEST

#define N_OF(table) ((int)(sizeof(table) / sizeof((table)[0])))

int main(void)
{
	Suite *suite = suite_create("relay_keys");
	TCase *tcase = tcase_create("keys"), *bare = tcase_create("allocation");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, hkdf_is_that_of_rfc_5869, 0, N_OF(hkdf_vectors));
	tcase_add_loop_test(tcase, aead_is_that_of_the_published_vectors, 0, N_OF(aead_vectors));
	tcase_add_test(tcase, the_keys_are_those_of_the_document);
	tcase_add_test(tcase, the_wire_is_that_of_the_document);
	tcase_add_test(tcase, a_key_file_has_bounds_and_an_id);
	tcase_add_test(tcase, each_part_of_a_direction_changes_all_keys);
	tcase_add_test(tcase, a_cipher_that_is_missing_is_named);
	suite_add_tcase(suite, tcase);
	tcase_add_test(bare, no_frame_allocates);
	suite_add_tcase(suite, bare);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
