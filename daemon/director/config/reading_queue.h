/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands that wait until a loader has read the configuration, and the order in which they are
 * carried out. Pure.
 *
 * One loader runs at a time. A reading serves only the commands that came before it began, so each
 * answer is true of the file as it was after its command had come. Example: a reload is being read, and two more
 * reloads and a plan are asked for. One reading more serves these three.
 */
#ifndef LVSD_DAEMON_DIRECTOR_CONFIG_READING_QUEUE_H
#define LVSD_DAEMON_DIRECTOR_CONFIG_READING_QUEUE_H

#include "base/vec.h"
#include "daemon/director/config/loading.h"
#include "daemon/director/config/reload.h"

#include <stdbool.h>
#include <stdint.h>

enum reading_kind {
	READING_RELOAD,
	READING_STAGE,    /* the first half of a reload of the pair, which is decided later */
	READING_PLAN,     /* of lvsd's own file */
	READING_ROLLBACK, /* needs no loader, but comes after the reloads that were asked for before */
};

/* A command that waits. */
struct reading_ask {
	enum reading_kind kind;
	struct reload_order order; /* a plan uses is_accepting alone */
	uint64_t client;           /* for control_answer(); 0: a SIGHUP, which gets no answer. STAGE: the
				      number of the reload of the pair */
};

/* All zero: nothing waits. reading_queue_fini() frees it. */
struct reading_queue {
	VEC(struct reading_ask) asks; /* in the order in which they came */
	size_t n_served;              /* how many of the first ones the running reading serves */
	bool is_running;
	enum load_kind running; /* if is_running: LOAD_CONFIG, LOAD_PLAN or LOAD_TLS */
	bool is_tls_due; /* the files for TLS of the configuration in force must be read */
};

enum reading_step_kind {
	READING_STEP_NONE,  /* nothing can be done now */
	READING_STEP_BEGIN, /* start a loader for queue.running */
	/* Carry the command out for all clients of the step; the loader's answers are used for it,
	 * except for a rollback. */
	READING_STEP_CARRY_OUT,
	READING_STEP_END, /* the answers of the loader are not needed any more */
};

struct reading_step {
	enum reading_step_kind kind;
	struct reading_ask ask; /* of CARRY_OUT; its client is the first one */
	VEC(uint64_t) clients;  /* of CARRY_OUT: who gets the answer; vec_free() */
	bool is_tls_read;       /* of END: first take the files for TLS from the answers */
};

/* Adds a command. A SIGHUP is dropped if the last command that waits for the next reading is a
 * SIGHUP too. */
void reading_queue_add(struct reading_queue *queue, const struct reading_ask *ask);
/* Notes that a configuration has come into force whose files for TLS must be read. */
void reading_queue_add_tls(struct reading_queue *queue);
/*
 * Returns what to do next. Call it again until the result is READING_STEP_NONE. is_over: the loader
 * of the running reading has ended, or its time is over. The caller frees ret_step->clients.
 */
void reading_queue_step(struct reading_queue *queue, bool is_over, struct reading_step *ret_step);
/*
 * While a reload that is in force waits for its confirmation, another one without a confirmation of its
 * own is refused. This takes such a reload out of the queue, although its reading has not ended: else it
 * could come into force after the previous configuration has returned. Reloads behind a rollback stay,
 * since the rollback ends the wait. Returns false if there is none.
 */
bool reading_queue_take_lasting(struct reading_queue *queue, struct reading_ask *ret_ask);
/* Removes the oldest command that waits, which is then not carried out. Returns false if no command
 * is left; no reading runs then either. */
bool reading_queue_drop(struct reading_queue *queue, struct reading_ask *ret_ask);
void reading_queue_fini(struct reading_queue *queue);

#endif
