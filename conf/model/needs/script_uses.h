/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds every command and FIFO of a configuration, by the table of fields (FIELD_SCRIPT). So a new
 * keyword with a command is known everywhere: which process must run, what a loader vouches for,
 * and what the machine needs.
 */
#ifndef LVSD_CONF_MODEL_NEEDS_SCRIPT_USES_H
#define LVSD_CONF_MODEL_NEEDS_SCRIPT_USES_H

#include "conf/schema/schema.h"

/* What a command is for. */
enum conf_script_role {
	CONF_SCRIPT_CHECK,  /* its exit status is a verdict: MISC_CHECK, vrrp_script */
	CONF_SCRIPT_NOTIFY, /* run at an event, with the words of the file */
	CONF_SCRIPT_STATE,  /* the same, with four more words: INSTANCE, name, state, priority */
	CONF_SCRIPT_FIFO,   /* no command: the path of a FIFO, which lvsd makes and writes */
	CONF_SCRIPT_READER, /* reads that FIFO; the path of the FIFO is its last word */
};

struct conf_script_use {
	const struct conf_script *script;
	enum conf_script_role role;
	const char *keyword;              /* "notify_up"; static memory */
	enum conf_object object;          /* the kind of the object that has the command */
	const void *owner;                /* that object: a struct conf_real_server, ... */
	const struct conf_script *fifo;   /* READER: its FIFO; else NULL */
};

/*
 * Visits all commands and FIFOs: those of global_defs, then those of tracking scripts, sync groups,
 * instances and services. A FIFO comes directly before its reader; a reader without a FIFO is not
 * visited. Example: quorum_up, then for each real server of the service its notify_up and its
 * misc_paths.
 */
void conf_script_uses(const struct conf *conf,
		      void (*visit)(const struct conf_script_use *use, void *arg), void *arg);

#endif
