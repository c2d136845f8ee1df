/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The frames between the director and the script process: encoding and checked decoding. Pure.
 * base/greeted.h carries them.
 *
 * After a RESET each RUN is answered by exactly one DONE, even if the run is dropped, superseded or
 * refused. The runs of a process that has ended are never answered; the next HELLO means that they
 * are lost.
 */
#ifndef LVSD_DAEMON_SCRIPT_WIRE_H
#define LVSD_DAEMON_SCRIPT_WIRE_H

#include "base/err.h"
#include "base/greeted.h"
#include "daemon/script/line.h"
#include "daemon/script/user.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

enum script_frame {
	SCRIPT_FRAME_HELLO = GREETED_HELLO, /* worker -> director (base/greeted.h) */
	SCRIPT_FRAME_RESET = GREETED_RESET, /* director -> worker */
	SCRIPT_FRAME_RUN,       /* director -> worker: start a script */
	SCRIPT_FRAME_DROP, /* director -> worker: array of u64, the objects whose queued runs are
			      dropped */
	SCRIPT_FRAME_DONE, /* worker -> director: the result of a run */
	SCRIPT_FRAME_SLOW, /* worker -> director: u64 id of a notification that has been running
			      for SCRIPT_SLOW_US */
	/*
	 * director -> worker, no body: lvsd stops. Checks are ended and not answered any more. A
	 * notification gets at most SCRIPT_STOP_SHARE_US if it starts now, or if another one of its
	 * object waits for it.
	 */
	SCRIPT_FRAME_STOPPING,
	/* director -> worker: array of u64, the objects whose queued runs are dropped and whose
	 * running script is ended */
	SCRIPT_FRAME_END,
	SCRIPT_FRAME_FIFO, /* director -> worker: open a FIFO, or close it (struct script_fifo) */
	/* worker -> director: struct script_fifo_answer; with the descriptor if it is open */
	SCRIPT_FRAME_FIFO_ANSWER,
};

/* How many FIFOs may be open: for all events, for VRRP, for IPVS. */
#define SCRIPT_FIFOS 3

/* After this time of running a notification is reported in the log. */
#define SCRIPT_SLOW_US (10LL * 1000000)

/* The most words of a command line, and the most bytes of them, with a NUL each. */
#define SCRIPT_ARGS_MAX      128
#define SCRIPT_ARG_BYTES_MAX 8192
/* The longest LVSD_CAUSE, with its NUL. */
#define SCRIPT_CAUSE_MAX 256
/* A day; no check takes longer than that on purpose. */
#define SCRIPT_TIMEOUT_MAX_US (86400LL * 1000000)

/* How long a notification may go on running when a newer event of its object waits for it. */
#define SCRIPT_OBSOLETE_US 3000000LL

/* How long a notification may run while lvsd stops. */
#define SCRIPT_STOP_SHARE_US 1000000LL

/* Room for the text of a result: a line of output, or the reason of a refusal. */
#define SCRIPT_DONE_LINE_MAX ERR_TEXT_MAX

/* Room for any encoded run, and for any encoded DONE. */
#define SCRIPT_RUN_BODY_MAX  (58 + SCRIPT_CAUSE_MAX + SCRIPT_GROUPS_MAX * 4 + SCRIPT_ARG_BYTES_MAX)
#define SCRIPT_DONE_BODY_MAX (32 + SCRIPT_DONE_LINE_MAX)

struct script_run {
	uint64_t id;          /* chosen by the director, not 0; the DONE of this run has it, too */
	uint64_t object;      /* runs of the same object keep their order and run one at a time */
	/* The scripts that report the same state of the object have the same number and follow one
	 * another. 0: this run has no others. */
	uint64_t event;
	bool is_check;        /* a check, not a notification: it is ended when lvsd ends */
	bool is_supersedable; /* it is not run if a newer event of the object is queued */
	bool is_secure;       /* enable_script_security: it is run only if it is safe (path.h) */
	bool is_lasting; /* a reader of a FIFO: it has no deadline, and runs until END or the end of
			    lvsd */
	bool is_first_line; /* the DONE has the first line of its output, not the last one */
	struct script_user user;
	int64_t timeout_us;      /* counted from the start of the script, not from RUN */
	char cause[SCRIPT_CAUSE_MAX]; /* LVSD_CAUSE of a notification, printable ASCII; "": none */
	/* Ends with NULL. argv[0] is as in the configuration: a path, or a name that the script
	 * process looks for (path.h). */
	const char *const *argv;
	size_t n_args;
};

enum script_how {
	SCRIPT_HOW_EXITED,      /* value: the exit status */
	SCRIPT_HOW_SIGNALED,    /* value: the signal number */
	SCRIPT_HOW_TIMED_OUT,   /* sent at the deadline; the object's next run starts only when
				   this script has ended */
	SCRIPT_HOW_NOT_STARTED, /* value: errno (ENOBUFS: the queue is full, ECANCELED: DROP);
				   line: the reason */
	SCRIPT_HOW_SUPERSEDED,  /* a newer event of the object replaced the event of this run */
	SCRIPT_HOW_REFUSED,     /* its program was not found or may not be run; value: errno; line:
				   the reason */
	SCRIPT_HOW_OBSOLETE,    /* ended, as it did not end within SCRIPT_OBSOLETE_US after a newer
				   event of the object */
};

struct script_done {
	uint64_t id;
	enum script_how how;
	int value;
	int64_t duration_us; /* 0 if the script was not started */
	/* The last non-empty line of its output (is_first_line: the first), or a reason; printable
	 * ASCII. */
	char line[SCRIPT_DONE_LINE_MAX];
};

/* Returns the length, or 0 if run breaks one of the bounds above or does not fit into size. */
size_t script_run_encode(const struct script_run *run, void *buffer, size_t size);

/* Explains why a run was not sent: code is -E2BIG if script_run_encode() returned 0, otherwise the
 * result of chan_send(). Sets err and returns code. */
int script_run_not_sent(int code, struct err *err);

/* Decodes into one block, for free(). Returns 0 or -EBADMSG; never reads beyond len. */
int script_run_decode(const void *body, size_t len, struct script_run **ret_run);

/* Returns the length, or 0 if it does not fit into size. */
size_t script_done_encode(const struct script_done *done, void *buffer, size_t size);
/* Returns 0 or -EBADMSG; never reads beyond len. */
int script_done_decode(const void *body, size_t len, struct script_done *ret_done);

struct script_fifo {
	uint8_t slot; /* less than SCRIPT_FIFOS */
	uid_t uid;    /* its owner */
	gid_t gid;
	const char *path; /* absolute; "": close the FIFO of this slot */
};

#define SCRIPT_FIFO_BODY_MAX (16 + PATH_MAX)

/* Returns the length, or 0 if the path is too long or does not fit into size. */
size_t script_fifo_encode(const struct script_fifo *fifo, void *buffer, size_t size);
/* The path is written into path. Returns 0 or -EBADMSG; never reads beyond len. */
int script_fifo_decode(const void *body, size_t len, char path[static PATH_MAX],
		       struct script_fifo *ret_fifo);

/* The answer of the script process to a request for a FIFO. */
struct script_fifo_answer {
	uint8_t slot;
	int code; /* 0: it is open; else -errno, and a sentence in err */
	struct err err;
};

#define SCRIPT_FIFO_ANSWER_MAX (16 + sizeof(struct err))

/* Returns the length; 0 when size is too small. */
size_t script_fifo_answer_encode(const struct script_fifo_answer *answer, void *buffer, size_t size);
/* Returns 0 or -EBADMSG; never reads beyond len. */
int script_fifo_answer_decode(const void *body, size_t len, struct script_fifo_answer *ret_answer);

/* Room for the text of script_done_describe(), with its NUL. */
#define SCRIPT_DONE_TEXT_MAX (SCRIPT_DONE_LINE_MAX + 96)

/* Describes the result of a run for a log line or a check's reason. Example: "exit status 2: no
 * route to 10.0.0.1". Returns text. */
const char *script_done_describe(const struct script_done *done,
				 char text[static SCRIPT_DONE_TEXT_MAX]);

#endif
