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

#endif
