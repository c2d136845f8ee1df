/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of the SSL block as the check process gets them: their text, read here as root. */
#ifndef LVSD_DAEMON_DIRECTOR_CHECK_TLS_H
#define LVSD_DAEMON_DIRECTOR_CHECK_TLS_H

#include "healthcheck/wire.h"

/* Zeroed: no files. */
struct check_tls_texts {
	char *ca, *certificate, *key, *password;
};

/*
 * Reads the files that conf names; true when a text is another than before. A file that cannot be
 * read is logged, and has a text that no check can use: its checks get no verdict, rather than
 * trust whom they should not.
 */
bool check_tls_load(struct check_tls_texts *texts, const struct conf *conf);

void check_tls_fini(struct check_tls_texts *texts);

struct check_tls check_tls_view(const struct check_tls_texts *texts);

#endif
