/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks whether the files of the SSL block contain what they are named for. */
#ifndef LVSD_DAEMON_LOADER_TLS_FILES_H
#define LVSD_DAEMON_LOADER_TLS_FILES_H

#include "base/err.h"

/*
 * Reads each file that is named ("": none): a PEM certificate must be in ca and in certificate, and
 * a PEM private key in key, which password opens and which belongs to certificate. Returns 0, or
 * -errno with a sentence about the first file that is wrong.
 */
int tls_files_check(const char *ca, const char *certificate, const char *key, const char *password,
		    struct err *err);

/* The text of a file of at most 64 KiB without NUL bytes, for free(). Returns 0, or -errno with a
 * sentence in which the file is called what. */
int tls_files_read(const char *what, const char *path, char **ret_text, struct err *err);

#endif
