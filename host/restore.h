/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges a text before iptables-restore reads it as root. The process that writes rules must not
 * trust the director. An accepted text creates or empties lvsd's own chain in one table, fills it
 * with rules of the kinds that lvsd makes, and adds or removes jumps to that chain. It cannot
 * change anybody else's rule. Pure.
 */
#ifndef LVSD_HOST_RESTORE_H
#define LVSD_HOST_RESTORE_H

#include "base/err.h"
#include "host/state.h"

/* The longest text in bytes: about 40,000 rules of lvsd. */
#define HOST_RESTORE_MAX (16u * 1024 * 1024)

/*
 * text is what host_op_restore_text() makes for part. Returns 0, or -EPERM with a sentence that
 * shows the first line that lvsd may not write. Example: "-A INPUT -j ACCEPT" is refused for every
 * part.
 */
int host_restore_judge(enum host_part part, const char *text, struct err *err);

#endif
