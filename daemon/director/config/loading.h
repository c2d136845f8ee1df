/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The reading of a configuration whose files another process opens (daemon/loader). Between begin
 * and end the director loads with `look`, in its own memory, what the loader has read; it waits for
 * the loader where that is slower. Without config_sink.load (a test) this process opens the files
 * itself.
 */
#ifndef LVSD_DAEMON_DIRECTOR_CONFIG_LOADING_H
#define LVSD_DAEMON_DIRECTOR_CONFIG_LOADING_H

#include "base/err.h"
#include "conf/conf.h"
#include "conf/look.h"
#include "conf/text/diag.h"
#include "daemon/shared/wire.h"

#include <stdint.h>

struct config;
struct transcript;

/* What is to be read. path: of LOAD_TLS and LOAD_INIT, in place of a path (daemon/shared/wire.h). */
struct loading_order {
	enum load_kind kind;
	const char *path;
};

struct loading {
	struct transcript *transcript; /* the loader's answers; NULL: this process reads the files */
	struct conf_look look;
	uint64_t number; /* of the table of commands that the loader vouches for */
};

/* Begins a reading. Returns what answers questions about files (conf_load_how.look). */
const struct conf_look *loading_begin(struct config *c, const struct loading_order *order);
/* The same for a file that a client has read: fd, which stays the caller's, has what it found (a
 * transcript that is a file). NULL with a sentence if that cannot be used. */
const struct conf_look *loading_begin_passed(struct config *c, int fd, struct err *err);

/*
 * Before conf comes into force, which was read earlier (a rollback, a restart): asks for the files
 * for TLS that it names. loading_forget() ends it.
 */
void loading_begin_tls(struct config *c, const struct conf *conf);

/*
 * Waits until the loader has vouched for the commands of conf, then returns conf. Returns NULL,
 * with an error in diags, when the loader does not vouch. conf may be NULL. Until loading_forget()
 * the texts of files for TLS can be asked for.
 */
struct conf *loading_end(struct config *c, const char *path, struct conf *conf,
			 struct diags *diags);

/* At the start of lvsd, before conf comes into force, which was just read: has the files of init_file
 * written, and waits until they are. */
void loading_write_init_files(struct config *c, const struct conf *conf);

void loading_forget(struct config *c);

#endif
