/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The reading of a configuration whose files another process opens (daemon/loader). The director
 * loads with `responder`, in its own memory, what the loader has read. A director that serves
 * begins a reading, goes on with its work, and loads when loading_is_over(). At the start it waits
 * for the loader. Without config_sink.load (a test) this process opens the files itself.
 */
#ifndef LVSD_DAEMON_DIRECTOR_CONFIG_LOADING_H
#define LVSD_DAEMON_DIRECTOR_CONFIG_LOADING_H

#include "base/err.h"
#include "conf/conf.h"
#include "conf/query.h"
#include "conf/text/diag.h"
#include "daemon/shared/load_kind.h"

#include <stdint.h>

struct answers;
struct config;
struct transcript;

/* What is to be read. path is the configuration file; for LOAD_TLS and LOAD_INIT it is what
 * daemon/shared/wire.h says. */
struct loading_order {
	enum load_kind kind;
	const char *path;
};

struct loading {
	struct answers *answers; /* of a reading that loading_begin() began; NULL: there is none */
	struct transcript *transcript; /* the loader's answers; NULL: this process reads the files */
	struct conf_responder responder;
	uint64_t number; /* of the table of commands that the loader vouches for */
};

/* --- a reading beside the director's work --- */

/* Begins a reading of the configuration (LOAD_CONFIG, LOAD_PLAN), or of the files for TLS that the
 * configuration in force names (LOAD_TLS). loading_stop() ends it. */
void loading_begin(struct config *c, enum load_kind kind);
/* Whether the loader has ended, or its time is over. */
bool loading_is_over(const struct config *c);
/* Returns the functions that answer questions about files (conf_load_how.responder) from all that
 * was read. It may be called several times, until loading_forget(). */
const struct conf_responder *loading_use(struct config *c);
/* The same, but only while a loader's answers are used. NULL: there are none. */
const struct conf_responder *loading_responder(const struct config *c);
/* Ends a reading whose answers are not needed any more, or no longer waited for. */
void loading_stop(struct config *c);
/* Whether the loader has done its work, if one was used. 0, or -errno with a sentence. */
int loading_finish(struct config *c, struct err *err);
/* Whether conf, which was read before, names files for TLS that a loader must read once more. */
bool loading_needs_tls(const struct config *c, const struct conf *conf);
/* The loader has not read them: after a while they are due again (c->is_tls_due). */
void loading_tls_again(struct config *c);

/* --- a reading that is complete, or waited for --- */

/* At the start: begins a reading, and waits for each answer. */
const struct conf_responder *loading_wait(struct config *c, enum load_kind kind);
/* The same for a file that a client has read. fd has the transcript, as a file; it stays the
 * caller's. Returns NULL with a sentence if the transcript cannot be used. */
const struct conf_responder *loading_use_passed(struct config *c, int fd, struct err *err);
/* Has a loader write the files of init_file, and waits until they are written. Call it when lvsd
 * starts, before conf comes into force, which has just been read. */
void loading_write_init_files(struct config *c, const struct conf *conf);

/* --- after conf_load() --- */

/*
 * Returns conf if the loader vouches for its commands; conf may be NULL. Else returns NULL, with an
 * error in diags. Until loading_forget() the texts of files for TLS can be asked for.
 */
struct conf *loading_end(struct config *c, const char *path, struct conf *conf,
			 struct diags *diags);
/* After loading_end(), for a configuration that is to come into force: the supervisor loads the
 * libraries that its processes call. Returns conf; if they cannot be loaded NULL, with an error in
 * diags. conf may be NULL. */
struct conf *loading_libraries(struct config *c, const char *path, struct conf *conf,
			       struct diags *diags);
/* After loading_end(), for a configuration that is to come into force: adds a warning about each
 * thing that conf needs and this machine lacks. conf may be NULL. Keeps the answers about TLS, keys of the relay
 * and users. Returns conf; or frees it and returns NULL, after an error about a key of the relay. */
struct conf *loading_judge(struct config *c, struct conf *conf, struct diags *diags);
void loading_forget(struct config *c);

#endif
