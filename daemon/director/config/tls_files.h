/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the files of the SSL block are what they are called. */
#ifndef LVSD_DAEMON_DIRECTOR_CONFIG_TLS_FILES_H
#define LVSD_DAEMON_DIRECTOR_CONFIG_TLS_FILES_H

#include "base/err.h"

/*
 * Opens each file that is named ("" names none) and looks for a PEM certificate in ca and
 * certificate, for a PEM private key that password opens in key, and whether key belongs to
 * certificate. Returns 0, or -errno with a sentence about the first file that does not do.
 */
int tls_files_check(const char *ca, const char *certificate, const char *key, const char *password,
		    struct err *err);

/*
 * The text of a file of at most 64 KiB without NUL bytes, to be freed. Returns 0, or -errno with a
 * sentence that calls the file what.
 */
int tls_files_read(const char *what, const char *path, char **ret_text, struct err *err);

#endif
