/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The FIFOs of `notify_fifo`, `vrrp_notify_fifo` and `lvs_notify_fifo`: a line for each event, as
 * keepalived writes them. The script process opens a FIFO and hands over its descriptor; until then
 * lines wait here. Writing never waits: a line that finds no room, because nobody reads, is lost
 * and counted. A reader of lvsd's (`notify_fifo_script`) is started when the FIFO is open, and
 * again, after a pause, when it has ended.
 */
#ifndef LVSD_DAEMON_DIRECTOR_FIFOS_H
#define LVSD_DAEMON_DIRECTOR_FIFOS_H

#include "base/log_limit.h"
#include "base/loop.h"
#include "conf/conf.h"
#include "daemon/director/scripts.h"

/* The most bytes of lines that wait for a FIFO to be opened. */
#define FIFOS_WAITING_MAX 65536
/* The pauses before a reader is started again: each is twice as long as the one before. */
#define FIFOS_PAUSE_MS	   1000
#define FIFOS_PAUSE_MAX_MS 60000

/* Of global_defs: notify_fifo, vrrp_notify_fifo, lvs_notify_fifo. */
enum fifo_name {
	FIFO_ALL,
	FIFO_VRRP,
	FIFO_LVS,
};

struct fifo {
	struct fifos *fifos;
	/* Of the configuration in force; NULL: there is none. */
	const struct conf_script *conf, *reader_conf;
	int fd; /* -1: it is not open */
	char refusal[ERR_TEXT_MAX]; /* why it is not open; "": open, or an answer is awaited */
	char *waiting; /* n_waiting bytes of lines */
	size_t n_waiting;
	uint64_t n_lost; /* lines since the director began for which the FIFO had no room */
	struct log_limit lost;
	uint64_t reader; /* the number of its present run; 0: none */
	int64_t pause_ms;
	struct loop_timer *again;
};

struct fifos {
	struct scripts *scripts; /* given */
	struct loop *loop;	 /* given */
	struct fifo each[SCRIPT_FIFOS]; /* by enum fifo_name */
	uint64_t next_reader;
};

/* To be called once, with scripts and loop set. */
void fifos_open(struct fifos *fifos);
void fifos_close(struct fifos *fifos);
/* To be called when conf comes into force, while the configuration before is still there. */
void fifos_configure(struct fifos *fifos, const struct conf *conf);

/* Callbacks of scripts.h. */
void fifos_greeted(struct fifos *fifos);
void fifos_take(struct fifos *fifos, const struct script_fifo_answer *answer, int fd);
void fifos_reader_done(struct fifos *fifos, uint64_t reader, const struct script_done *done);

/* A FIFO as the status shows it. */
struct fifo_row {
	const char *keyword, *path;
	bool is_open;
	const char *refusal; /* why it is not open; "": it is, or an answer is awaited */
	uint64_t n_lost;
};

struct fifo_rows {
	struct fifo_row items[SCRIPT_FIFOS];
	size_t n;
};

/* Lists the FIFOs of the configuration in force; valid until fifos changes. */
void fifos_list(const struct fifos *fifos, struct fifo_rows *ret_rows);

/* The keyword of a FIFO: "notify_fifo". */
const char *fifos_keyword(enum fifo_name name);

/* Events. is_group: of a sync group. Example: "INSTANCE \"VI_1\" MASTER 100". */
void fifos_write_role(struct fifos *fifos, bool is_group, const char *name, const char *state,
		      unsigned priority);
/* "VS [10.0.0.1]:tcp:80 UP" */
void fifos_write_service(struct fifos *fifos, const struct conf_virtual_server *vs, bool is_up);
/* "RS [10.0.0.2]:tcp:80 [10.0.0.1]:tcp:80 DOWN" */
void fifos_write_server(struct fifos *fifos, const struct conf_virtual_server *vs,
			const struct conf_real_server *rs, bool is_up);

#endif
