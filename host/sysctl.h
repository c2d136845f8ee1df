/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads and writes the sysctls of net.ipv4.vs. They belong to the caller's network namespace, and
 * exist once IPVS is loaded. host/want.h says which sysctl is to have which value; nothing is
 * decided here.
 */
#ifndef LVSD_HOST_SYSCTL_H
#define LVSD_HOST_SYSCTL_H

#include "base/err.h"

/* The folder of the sysctls; tests use another one. */
#define HOST_SYSCTL_DIR "/proc/sys/net/ipv4/vs"

/* Room for the value of any of these sysctls with its NUL. */
#define HOST_SYSCTL_MAX 64

/* Reads the sysctl name of the folder dir: its words with one blank between them. Returns 0, or
 * -errno with a sentence (-ENOENT: IPVS is not loaded). */
int host_sysctl_read(const char *dir, const char *name, char ret_value[static HOST_SYSCTL_MAX],
		     struct err *err);

/*
 * Writes the sysctl, unless it has the value already, and reads it back, because the kernel ignores
 * a wrong value without an error. Returns 0, or -errno with a sentence that names the file;
 * -ERANGE: the kernel has kept another value.
 */
int host_sysctl_write(const char *dir, const char *name, const char *value, struct err *err);

#endif
