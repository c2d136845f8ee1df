/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keys of the relay, for the sync process, which gets their bytes. The digests are for people; nothing
 * else of a key may be shown. */
#ifndef LVSD_DAEMON_DIRECTOR_SYNC_KEY_FILES_H
#define LVSD_DAEMON_DIRECTOR_SYNC_KEY_FILES_H

#include "base/secret/key_file.h"
#include "conf/canon/digest.h"
#include "conf/conf_relay.h"
#include "conf/query.h"

struct sync_key {
	uint8_t id;
	size_t len; /* KEY_FILE_MIN..KEY_FILE_MAX */
	uint8_t bytes[KEY_FILE_MAX];
	char digest[DIGEST_KEY_TEXT_MAX];
};

/* All zero: no keys. The first one seals. */
struct sync_keys {
	size_t n;
	struct sync_key keys[CONF_RELAY_KEYS_MAX];
};

/*
 * Takes the keys that relay names, as responder answers; none if relay is off. NULL: the answers come later, and the
 * keys of the ids that were there stay till then. Returns true if the keys are others than before, also by new contents
 * of the same file. A file that cannot be read is logged: the key of the same id that was there stays; without one the
 * key is left out.
 */
bool sync_keys_load(struct sync_keys *keys, const struct conf_relay *relay, const struct conf_responder *responder);

/* Forgets the keys, and overwrites their memory. */
void sync_keys_wipe(struct sync_keys *keys);

#endif
