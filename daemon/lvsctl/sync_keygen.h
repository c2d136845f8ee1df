/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `lvsctl sync keygen`: makes the key that the directors share. It works without a running lvsd. */
#ifndef LVSD_DAEMON_LVSCTL_SYNC_KEYGEN_H
#define LVSD_DAEMON_LVSCTL_SYNC_KEYGEN_H

#include <stdbool.h>

/* The file, if none is named. */
#define SYNC_KEYGEN_FILE "/etc/lvsd/sync.key"

/* Makes the file; NULL: SYNC_KEYGEN_FILE, and its folder too. Prints the digest of the key and what to do next, as
 * JSON if is_json. Returns 0, or -errno after a sentence on stderr; then there is no new file. */
int sync_keygen(const char *path, bool is_json);

#endif
