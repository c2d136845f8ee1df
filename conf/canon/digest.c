/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/canon/digest.h"
#include "conf/canon/canon.h"

#include <assert.h>
#include <sha2.h>
#include <stdio.h>

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
