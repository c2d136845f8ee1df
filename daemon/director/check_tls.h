/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of the SSL block for the check process, which gets their text. */
#ifndef LVSD_DAEMON_DIRECTOR_CHECK_TLS_H
#define LVSD_DAEMON_DIRECTOR_CHECK_TLS_H

#include "conf/query.h"
#include "healthcheck/wire.h"

/* A file for TLS: its path and its contents. */
struct check_tls_file {
	char *path, *text; /* NULL: none was read yet */
};

/* All zero: no files. */
struct check_tls_texts {
	struct check_tls_file ca, certificate, key;
	char *password;
};

/*
 * Takes the files that conf names, as responder answers (NULL: this process reads them). Returns
 * true if a text has changed. A file that cannot be read is logged, and gets a text that no check
 * can use: its checks get no verdict, instead of trusting a server without the file.
 */
bool check_tls_load(struct check_tls_texts *texts, const struct conf *conf,
		    const struct conf_responder *responder);

/* Whether texts has the files of the same paths that conf names, as they were when they were read. */
bool check_tls_has(const struct check_tls_texts *texts, const struct conf *conf);

void check_tls_fini(struct check_tls_texts *texts);

/* The texts as a struct for the check process, which points into texts. */
struct check_tls check_tls_view(const struct check_tls_texts *texts);

#endif
