/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Computes the digest of a snapshot, by which two directors see whether they serve the same. */
#ifndef LVSD_CONF_CANON_DIGEST_H
#define LVSD_CONF_CANON_DIGEST_H

#include "conf/conf.h"
#include "conf/model/table.h"

/* Sets conf->digest, with the index of table_new(); struct conf says what it covers. */
void digest_set(struct conf *conf, const struct table *table);

/* Room for the text of digest_of_key(), with its NUL. */
#define DIGEST_KEY_TEXT_MAX 9

/*
 * Four bytes, in hex, of a SHA-256 of the key and a prefix, by which two operators see whether two directors have the
 * same key. They say nothing about a key of 32 random bytes. Whoever has typed a key can be helped to guess it by
 * them, as by any digest. Example: "3f9a01c7".
 */
const char *digest_of_key(const void *bytes, size_t len, char text[static DIGEST_KEY_TEXT_MAX]);

#endif
