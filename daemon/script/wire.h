/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames between the director and the script process (base/chan.h carries them). Encoding and
 * checked decoding, pure.
 *
 * After its start the script process says HELLO; the director answers RESET with the same nonce,
 * and whatever came before that was meant for a predecessor and is ignored. A RESET with another
 * nonce (0, from a director that was replaced) makes it say HELLO again. After a RESET each RUN
 * is answered by exactly one DONE, also one that is dropped, superseded or refused. Runs that a
 * process had when it ended are never answered: the next HELLO says that they are lost.
 */
#ifndef LVSD_DAEMON_SCRIPT_WIRE_H
#define LVSD_DAEMON_SCRIPT_WIRE_H

#include "base/err.h"
#include "base/greeted.h"
#include "daemon/script/line.h"
#include "daemon/script/user.h"

#include <stdbool.h>
#include <stdint.h>

enum script_frame {
	SCRIPT_FRAME_HELLO = GREETED_HELLO, /* worker -> director (base/greeted.h) */
	SCRIPT_FRAME_RESET = GREETED_RESET, /* director -> worker */
	SCRIPT_FRAME_RUN,       /* director -> worker: one run */
	SCRIPT_FRAME_DROP, /* director -> worker: array of u64 objects whose queue is forgotten */
	SCRIPT_FRAME_DONE, /* worker -> director: what came of one run */
	SCRIPT_FRAME_SLOW, /* worker -> director: u64 id, a notification runs for SCRIPT_SLOW_US */
	/*
	 * director -> worker, without a body: lvsd ends. Checks are ended, and are not answered any
	 * more; a notification gets SCRIPT_STOP_SHARE_US at most if it starts now or if another of
	 * its object waits for it.
	 */
	SCRIPT_FRAME_STOPPING,
};

/* So long may a notification run before it is worth a line of the log. */
#define SCRIPT_SLOW_US (10LL * 1000000)

/* Words of a command line, and their bytes with a NUL each. */
#define SCRIPT_ARGS_MAX      128
#define SCRIPT_ARG_BYTES_MAX 8192
/* A day; what is longer cannot be meant. */
#define SCRIPT_TIMEOUT_MAX_US (86400LL * 1000000)

/* How long a notification may take while lvsd ends. */
#define SCRIPT_STOP_SHARE_US 1000000LL

/* Room for any encoded run, and for any encoded DONE. */
#define SCRIPT_RUN_BODY_MAX  (56 + SCRIPT_GROUPS_MAX * 4 + SCRIPT_ARG_BYTES_MAX)
#define SCRIPT_DONE_BODY_MAX (32 + SCRIPT_LINE_MAX)

struct script_run {
	uint64_t id;          /* the director's, not 0; DONE names it */
	uint64_t object;      /* runs of one object are in order and never two at a time */
	/*
	 * Scripts that tell of the same state of the object have one number, and follow one another.
	 * 0: this run stands alone.
	 */
	uint64_t event;
	bool is_check;        /* a check, not a notification: nothing of it may outlive lvsd */
	bool is_supersedable; /* only the newest event that is queued for the object matters */
	struct script_user user;
	int64_t timeout_us;      /* from the start of the script, not from RUN */
	const char *const *argv; /* NULL-terminated; argv[0] is an absolute path */
	size_t n_args;
};

enum script_how {
	SCRIPT_HOW_EXITED,      /* value: exit status */
	SCRIPT_HOW_SIGNALED,    /* value: signal number */
	SCRIPT_HOW_TIMED_OUT,   /* said at the deadline; the object's next waits until it is gone */
	SCRIPT_HOW_NOT_STARTED, /* value: errno (ENOBUFS: queue full, ECANCELED: DROP); line: why */
	SCRIPT_HOW_SUPERSEDED,  /* a newer event of the object took the place of its own */
};

struct script_done {
	uint64_t id;
	enum script_how how;
	int value;
	int64_t duration_us;        /* 0 when it was not started */
	char line[SCRIPT_LINE_MAX]; /* last line of its output that is not empty; printable ASCII */
};

/* Returns the length, or 0 when run breaks a bound named above or does not fit into size. */
size_t script_run_encode(const struct script_run *run, void *buffer, size_t size);

/*
 * Why a run was not sent: code is -E2BIG if script_run_encode() returned 0, else what chan_send()
 * returned. Sets err, and returns code.
 */
int script_run_not_sent(int code, struct err *err);

/* Decodes into one block, the caller's to free(). Returns 0 or -EBADMSG, never reads beyond len. */
int script_run_decode(const void *body, size_t len, struct script_run **ret_run);

/* Returns the length, or 0 when it does not fit into size. */
size_t script_done_encode(const struct script_done *done, void *buffer, size_t size);
/* Returns 0 or -EBADMSG, never reads beyond len. */
int script_done_decode(const void *body, size_t len, struct script_done *ret_done);

/* Room for what script_done_describe() writes. */
#define SCRIPT_DONE_TEXT_MAX (SCRIPT_LINE_MAX + 96)

/*
 * What came of a run, for a log line or a check's reason: "exit status 2: no route to 10.0.0.1".
 * Returns text.
 */
const char *script_done_describe(const struct script_done *done,
				 char text[static SCRIPT_DONE_TEXT_MAX]);

#endif
