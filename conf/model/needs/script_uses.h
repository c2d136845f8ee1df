/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every command and FIFO of a configuration, found by the table of fields (FIELD_SCRIPT). So a
 * keyword with a command is found by all who ask for commands: which process must run, what a loader
 * vouches for, what the machine needs.
 */
#ifndef LVSD_CONF_MODEL_NEEDS_SCRIPT_USES_H
#define LVSD_CONF_MODEL_NEEDS_SCRIPT_USES_H

#include "conf/schema/schema.h"

/* What a command is for. */
enum conf_script_role {
	CONF_SCRIPT_CHECK,  /* its exit status is a verdict: MISC_CHECK, vrrp_script */
	CONF_SCRIPT_NOTIFY, /* it is run at an event, with the words of the file */
	CONF_SCRIPT_STATE,  /* the same, with INSTANCE or GROUP, name, state and priority behind them */
	CONF_SCRIPT_FIFO,   /* the one word is the path of a FIFO, which lvsd makes and writes */
	CONF_SCRIPT_READER, /* it reads that FIFO, and gets the path behind its words */
};

struct conf_script_use {
	const struct conf_script *script;
	enum conf_script_role role;
	const char *keyword;              /* "notify_up"; static memory */
	enum conf_object object;          /* what owner points to */
	const void *owner;                /* struct conf_real_server for CONF_OBJECT_REAL_SERVER, ... */
	const struct conf_script *fifo;   /* READER: its FIFO; else NULL */
};

/*
 * Visits them: the global ones, then those of tracking scripts, sync groups, instances and services.
 * The reader of a FIFO comes next after the FIFO, and only if there is a FIFO.
 * Example: quorum_up, then the notify_up of each real server of the service, each with its misc_path.
 */
void conf_script_uses(const struct conf *conf,
		      void (*visit)(const struct conf_script_use *use, void *arg), void *arg);

#endif
