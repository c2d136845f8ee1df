/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands that stand in a configuration of root's: the loader vouches for them, and the script
 * process runs no other. They stand in memory that the supervisor, the loader and the script
 * process share; the director has not got it, so whoever takes the director over cannot run a
 * program of his own.
 *
 * A table is what one configuration names. The one in force and the one before it are pinned; of
 * the others the oldest makes place for a new one.
 */
#ifndef LVSD_DAEMON_SCRIPT_VOUCHED_H
#define LVSD_DAEMON_SCRIPT_VOUCHED_H

#include "daemon/script/wire.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All commands of a configuration, as vouched_list_add() keeps them. */
#define VOUCHED_BYTES_MAX (8u * 1024 * 1024)

struct vouched;

/* To be called before any process is forked. Returns NULL if there is no memory. */
struct vouched *vouched_new(void);
/* Releases the memory, also in a process that inherited it and does not need it. NULL is allowed.
 */
void vouched_free(struct vouched *vouched);

/* How a command may be run. */
enum vouched_kind {
	VOUCHED_CHECK = 'c',  /* as a check, with its own words alone */
	VOUCHED_NOTIFY = 'n', /* as a notification, with its own words alone */
	VOUCHED_STATE = 's',  /* as a notification, with "INSTANCE", a name, a state and a priority
				 behind its words */
	VOUCHED_GROUP = 'g',  /* the same, with "GROUP", the name of a sync group, a state and 0 */
	VOUCHED_FILE = 'f',   /* no command: a file that a loader may read again */
	VOUCHED_INIT = 'i',   /* no command: name, path, number and "overwrite" or "", of init_file */
	VOUCHED_FIFO = 'p',   /* no command: its one word is the path of a FIFO, made for this user */
	VOUCHED_DUMP = 'd',   /* no command: the keyword and the path of a dump file */
	VOUCHED_SOURCE = 'o', /* no command: a file that the configuration was read from */
	VOUCHED_READER = 'r', /* as a reader that lasts, with the path of its FIFO behind its words */
};

/* ---- the loader ---- */

struct vouched_list;

/* A command for which a loader vouches. */
struct vouched_command {
	enum vouched_kind kind;
	bool is_secure; /* enable_script_security of its configuration */
	const struct script_user *user;
	const char *const *argv; /* n_args words, as the configuration has them */
	size_t n_args;
	/* Of VOUCHED_STATE and VOUCHED_GROUP the name, of VOUCHED_READER the path; else NULL. */
	const char *instance;
};

/* The commands, and the paths of files for TLS, of one configuration. What is added is copied. */
struct vouched_list *vouched_list_new(void);
void vouched_list_free(struct vouched_list *list);
void vouched_list_add(struct vouched_list *list, const struct vouched_command *command);
void vouched_list_add_file(struct vouched_list *list, const char *path);
/* A file that the configuration was read from: no dump replaces it. */
void vouched_list_add_source(struct vouched_list *list, const char *path);

/* Publishes the list as a table for the script process. Returns the number of the table, which is
 * that of an earlier table if both are equal; 0: the list is too large. */
uint64_t vouched_publish(struct vouched *vouched, struct vouched_list *list);

/* ---- the supervisor ---- */

/* Notes that the configuration with this table has come into force. The table that was in force
 * before stays valid, for a rollback. number 0: a rollback, so these two tables change places. */
void vouched_pin(struct vouched *vouched, uint64_t number);
/* The number of the table in force; 0: none is. A loader calls it too. */
uint64_t vouched_in_force(const struct vouched *vouched);

/* ---- the script process, and a loader that opens files of a configuration once more ---- */

struct vouched_reader;

/* vouched outlives it; NULL (a test): every command is vouched for. */
struct vouched_reader *vouched_reader_new(const struct vouched *vouched);
void vouched_reader_free(struct vouched_reader *reader);
/* Whether the run is one of a command that a table has. Sets run->is_secure if only configurations
 * with enable_script_security have the command. */
bool vouched_reader_knows(struct vouched_reader *reader, struct script_run *run);
/* Hands each entry of this kind of the table, whose instance is NULL, to fn: n words. */
void vouched_reader_each(struct vouched_reader *reader, uint64_t number, enum vouched_kind kind,
			 void (*fn)(const char *const *words, size_t n, void *arg), void *arg);
/* Whether a table has this file. */
bool vouched_reader_knows_file(struct vouched_reader *reader, const char *path);
/* Whether the FIFO is one of a table. */
bool vouched_reader_knows_fifo(struct vouched_reader *reader, const struct script_fifo *fifo);

#endif
