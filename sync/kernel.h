/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sets the sysctls that connection sync needs (sync_sysctls in sync/want.h). They belong to the
 * network namespace of the caller and exist once IPVS is there. The sync roles themselves are
 * started and stopped by ipvs/genl.h.
 */
#ifndef LVSD_SYNC_KERNEL_H
#define LVSD_SYNC_KERNEL_H

#include "base/err.h"

#define SYNC_KERNEL_DIR "/proc/sys/net/ipv4/vs"

/*
 * Writes each sysctl whose value differs, in their order, stopping at the first that fails; dir is
 * SYNC_KERNEL_DIR but in tests. Returns the number of files written, or -errno (err names the
 * file): -ENOENT: no IPVS; -ERANGE: the kernel kept another value.
 */
int sync_kernel_apply(const char *dir, struct err *err);

/* One of them; 1: written, 0: it had that value, or -errno as above. */
int sync_kernel_write(const char *dir, const char *name, const char *value, struct err *err);

/* Room for the value of any of these sysctls, with its NUL. */
#define SYNC_VALUE_MAX 64

/*
 * Reads the sysctl name: its words with one blank between them, as in sync_sysctls. 0, or -errno
 * with a sentence.
 */
int sync_kernel_read(const char *dir, const char *name, char ret_value[static SYNC_VALUE_MAX],
		     struct err *err);

#endif
