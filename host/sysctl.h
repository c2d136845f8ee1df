/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads and writes the sysctls of net.ipv4.vs. They belong to the network namespace of the caller
 * and exist once IPVS is there. It decides nothing: host/want.h says which have which value.
 */
#ifndef LVSD_HOST_SYSCTL_H
#define LVSD_HOST_SYSCTL_H

#include "base/err.h"

/* Where they are, but in tests. */
#define HOST_SYSCTL_DIR "/proc/sys/net/ipv4/vs"

/* Room for the value of any of them, with its NUL. */
#define HOST_SYSCTL_MAX 64

/*
 * Reads the sysctl name of dir: its words with one blank between them. 0, or -errno with a sentence
 * (-ENOENT: no IPVS).
 */
int host_sysctl_read(const char *dir, const char *name, char ret_value[static HOST_SYSCTL_MAX],
		     struct err *err);

/*
 * Writes it unless it has the value, and reads it back: the kernel drops a value that it refuses
 * without an error. 0, or -errno with a sentence that names the file; -ERANGE: the kernel kept
 * another value.
 */
int host_sysctl_write(const char *dir, const char *name, const char *value, struct err *err);

#endif
