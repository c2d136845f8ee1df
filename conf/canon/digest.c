/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/canon/digest.h"
#include "conf/canon/canon.h"

#include <assert.h>
#include <sha2.h>
#include <stdio.h>
#include <string.h>

static void hash_piece(void *arg, const char *text, size_t len)
{
	SHA256Update(arg, (const uint8_t *)text, len);
}

void digest_set(struct conf *conf, const struct table *table)
{
	uint8_t hash[SHA256_DIGEST_LENGTH];
	SHA2_CTX sha;
	struct out out;

	static_assert(sizeof(conf->digest) > 2 * SHA256_DIGEST_LENGTH, "the digest is the whole hash");
	SHA256Init(&sha);
	out_init(&out, hash_piece, &sha);
	canon_write(conf, table, CANON_SHARED, &out);
	out_fini(&out);
	SHA256Final(hash, &sha);
	for (unsigned i = 0; i < SHA256_DIGEST_LENGTH; i++)
		snprintf(conf->digest + 2 * i, 3, "%02x", hash[i]);
}

const char *digest_of_key(const void *bytes, size_t len, char text[static DIGEST_KEY_TEXT_MAX])
{
	static const char prefix[] = "lvsd: digest of a key file"; /* no other use of the key hashes the same */
	uint8_t hash[SHA256_DIGEST_LENGTH];
	SHA2_CTX sha;

	SHA256Init(&sha);
	SHA256Update(&sha, (const uint8_t *)prefix, sizeof(prefix));
	SHA256Update(&sha, bytes, len);
	SHA256Final(hash, &sha);
	snprintf(text, DIGEST_KEY_TEXT_MAX, "%02x%02x%02x%02x", hash[0], hash[1], hash[2], hash[3]);
	explicit_bzero(hash, sizeof(hash));
	explicit_bzero(&sha, sizeof(sha));
	return text;
}
