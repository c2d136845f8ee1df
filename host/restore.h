/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges a text that iptables-restore is to read as root, before it does: the process that writes
 * rules believes nothing of what the director sends. A text that passes makes or empties lvsd's own
 * chain of one table, fills it with rules of the kinds that lvsd makes, and adds or removes jumps to
 * that chain: it cannot touch a rule of somebody else. Pure.
 */
#ifndef LVSD_HOST_RESTORE_H
#define LVSD_HOST_RESTORE_H

#include "base/err.h"
#include "host/state.h"

/* The longest text: 40,000 rules of lvsd's. */
#define HOST_RESTORE_MAX (16u * 1024 * 1024)

/*
 * text: what host_op_restore_text() makes for part. Returns 0, or -EPERM with a sentence that shows the first line that
 * is not lvsd's to write. Example: "-A INPUT -j ACCEPT" is refused for every part.
 */
int host_restore_judge(enum host_part part, const char *text, struct err *err);

#endif
