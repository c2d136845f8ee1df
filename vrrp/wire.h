/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames between the director and the vrrp process (base/chan.h carries them); encoding and
 * checked decoding, pure.
 *
 * The channel is greeted (base/greeted.h). After each RESET the director sends a whole configuration:
 * PREEMPTION, BEGIN, STATICS, a LEFT or LEFT_OWNED for each address left over, a LEFT_ITEM for each route and rule
 * that may be, a SOURCE for each source of trackers, an INSTANCE for each instance, and COMMIT. For a
 * reload the director sends the same without these. Instances with the same key (VRID,
 * family, interface) keep their state; instances that are no longer listed are released. When a COMMIT
 * has been carried out, with all its addresses, the vrrp process answers CARRIED.
 *
 * When the director is replaced the vrrp process goes on with the configuration that it has, until
 * the new director's COMMIT. After each RESET it sends the STATE of every instance, REFUSALS and UNKNOWNS. The director
 * takes its frames also without a HELLO before them (greeted_ops.is_lasting).
 */
#ifndef LVSD_VRRP_WIRE_H
#define LVSD_VRRP_WIRE_H

#include "base/arena.h"
#include "base/mono.h"
#include "conf/conf.h"
#include "vrrp/pkt.h"
#include "vrrp/pace/lateness.h"
#include "vrrp/track.h"

/* The state of an instance. INIT: it has not started, or has ended. */
enum vrrp_state_name {
	VRRP_INIT,
	VRRP_BACKUP,
	VRRP_MASTER,
	VRRP_FAULT,
};

enum vrrp_frame {
	VRRP_FRAME_BEGIN = 3, /* director -> vrrp: nothing */
	VRRP_FRAME_INSTANCE,  /* director -> vrrp: one instance */
	/* director -> vrrp: u64, a serial number that only grows, also over a replaced director */
	VRRP_FRAME_COMMIT,
	VRRP_FRAME_STATE, /* vrrp -> director: one report */
	VRRP_FRAME_HOLD,  /* director -> vrrp: u32, holds in progress end in so many ms */
	/* director -> vrrp: an address to remove: a predecessor may have left it, and no instance
	 * of this configuration has it */
	VRRP_FRAME_LEFT,
	VRRP_FRAME_CARRIED,  /* vrrp -> director: u64, the serial of the COMMIT that is carried out
			      */
	VRRP_FRAME_RELEASED, /* vrrp -> director: it ends, and has removed all its addresses */
	/*
	 * Both ways: the state of one source. The director sends it with a configuration (between
	 * BEGIN and COMMIT, where it counts with COMMIT) or alone (it counts at once). A source
	 * that is not named keeps its state. The vrrp process sends the sources that it watches
	 * itself.
	 */
	VRRP_FRAME_SOURCE,
	/*
	 * director -> vrrp: u8. 1: no instance may preempt, whatever its configuration says, until
	 * 0 comes. It counts at once, for instances of later configurations too, and is sent before
	 * each BEGIN. A process to which it was not sent lets its instances preempt.
	 */
	VRRP_FRAME_PREEMPTION,
	/* director -> vrrp: all static addresses, routes and rules. Between BEGIN and COMMIT they
	 * come into force with COMMIT; before there are instances, they come alone and are in force
	 * at once. */
	VRRP_FRAME_STATICS,
	/* vrrp -> director: all addresses, routes and rules that the kernel refuses now
	 * (vrrp/holding/refusal.h). It replaces the one before. */
	VRRP_FRAME_REFUSALS,
	/* director -> vrrp: how the process is scheduled (vrrp/machine/schedule.h). It counts at once,
	 * and is sent before each BEGIN. */
	VRRP_FRAME_SCHEDULE,
	/* director -> vrrp: the key of a route or rule (vrrp/holding/item_key.h) that a predecessor may
	 * have left. A new process removes it, unless it wants it. */
	VRRP_FRAME_LEFT_ITEM,
	/* director -> vrrp: u64: send a STATE of every instance, as after RESET, and then TOLD. The
	 * counters of a report are else as old as the last change that was worth a report. */
	VRRP_FRAME_TELL,
	VRRP_FRAME_TOLD, /* vrrp -> director: the u64 of TELL */
	/* vrrp -> director: the virtual routers that no instance has (vrrp/unknown/unknown.h), after the
	 * REFUSALS of RESET and TELL. It replaces the one before. */
	VRRP_FRAME_UNKNOWNS,
	/* vrrp -> director: nothing, with a pidfd of the process if the kernel has those. The first frame
	 * after RESET. */
	VRRP_FRAME_PROCESS,
	/* director -> vrrp: nothing, with the writing end of an orphan's pipe (vrrp/orphan/relief.h): to be used before
	 * the first configuration is acted on */
	VRRP_FRAME_RELIEF,
	/* director -> vrrp: an address of an owner that lvsd has added, with the body of LEFT. A new process removes it
	 * in the end, unlike those that were there before. */
	VRRP_FRAME_LEFT_OWNED,
};

/* What an operator has ordered (lvsctl vrrp). */
enum vrrp_order_kind {
	VRRP_ORDER_NONE,
	/* a MASTER hands over; the instance then has priority 1 and does not preempt */
	VRRP_ORDER_RELEASE,
	VRRP_ORDER_HOLD, /* it does not preempt */
	VRRP_ORDER_TAKE, /* a BACKUP becomes MASTER; the order ends with that */
	VRRP_ORDER_RESUME, /* ends the order in force, in every state; it ends with that too */
	VRRP_ORDERS,
};

/* What has become of an order. */
enum vrrp_order_result {
	VRRP_ORDER_DONE,
	VRRP_ORDER_PENDING,  /* the handover is not over */
	VRRP_ORDER_ALONE,    /* RELEASE: no other router took over; it is MASTER, and has dropped the
				order */
	VRRP_ORDER_BETTER,   /* TAKE: the master would take the addresses back at once */
	VRRP_ORDER_LEARNING, /* TAKE: the router has returned, and does not know the others yet, or
				their connections */
	VRRP_ORDER_FAULT,    /* TAKE: it does not take part */
	VRRP_ORDER_GROUP,    /* TAKE: another instance of its sync group cannot */
	VRRP_ORDER_RESULTS,
};

struct vrrp_order {
	enum vrrp_order_kind kind;
	/* A later order has a greater number; 0: none was given. An order that is sent again is not
	 * carried out again. */
	uint64_t number;
};

/* The most peers that a frame can carry; the configuration file may not name more either. */
#define VRRP_PEERS_MAX 1024

/* From what process a new vrrp process has last_state, when not from one of the same lvsd. */
enum vrrp_inheritance {
	VRRP_INHERITED_NOT,
	VRRP_INHERITED_WHOLE, /* an orphan, which served until now: a change of the addresses is as at a reload */
	VRRP_INHERITED_HUNG, /* an orphan that hung, nobody knows since when, and was killed */
	VRRP_INHERITANCES,
};

/* An instance as it is sent to the vrrp process, without its scripts, which the script process
 * runs.
 * last_state: the last state that the director heard of (VRRP_INIT: none), so that a new vrrp
 * process goes on where its predecessor stopped. */
struct vrrp_instance_frame {
	struct conf_vrrp conf; /* its texts and lists are in the arena given to decode */
	enum vrrp_state_name last_state;
	uint32_t hold_ms; /* vrrp_fsm_conf.hold_ns: 0 without connection sync, at most 1 h */
	uint32_t gate_ms; /* vrrp_fsm_conf.gate_ns: startup_gate, at most an hour */
	/* From the last report: a new process stays in FAULT until then. {0}: the instance is not
	 * barred. */
	struct mono barred_until;
	struct vrrp_order order;
	enum vrrp_inheritance inheritance;
};

/* encode writes the body of a frame and returns its length; 0 when size is too small or the
 * configuration too large. decode checks every value: 0, or -EBADMSG. */
size_t vrrp_instance_encode(const struct vrrp_instance_frame *frame, void *buffer, size_t size);
int vrrp_instance_decode(const void *body, size_t len, struct arena *arena,
			 struct vrrp_instance_frame *ret_frame);

/* The body of STATICS. The groups do not cross: the instances have them among their trackers. */
size_t vrrp_statics_encode(const struct conf_statics *statics, void *buffer, size_t size);
int vrrp_statics_decode(const void *body, size_t len, struct arena *arena,
			struct conf_statics *ret_statics);

/* The body of SOURCE: one source. */
size_t vrrp_source_encode(const struct vrrp_source *source, void *buffer, size_t size);
int vrrp_source_decode(const void *body, size_t len, struct vrrp_source *ret_source);

/* The body of LEFT_ITEM: a key, shorter than VRRP_ITEM_KEY_MAX. Its text is memory of arena. */
size_t vrrp_left_item_encode(const char *key, void *buffer, size_t size);
int vrrp_left_item_decode(const void *body, size_t len, struct arena *arena, const char **ret_key);

/* The body of LEFT: addr, prefix_len, peer and interface of vip; peer_len is prefix_len. */
size_t vrrp_left_encode(const struct conf_vip *vip, void *buffer, size_t size);
int vrrp_left_decode(const void *body, size_t len, struct arena *arena, struct conf_vip *ret_vip);

#define VRRP_FAULT_TEXT_MAX 200

/* In what another router differs from this one, or stands against it. */
enum vrrp_mismatch_kind {
	VRRP_MISMATCH_NONE,
	VRRP_MISMATCH_VERSION,
	VRRP_MISMATCH_INTERVAL,
	VRRP_MISMATCH_AUTH,
	VRRP_MISMATCH_ADDRESSES,
	VRRP_MISMATCH_PRIORITY, /* it is equal */
	VRRP_MISMATCH_MASTER,   /* both are MASTER */
	VRRP_MISMATCH_VRID,     /* it has one of our addresses under another VRID */
	/* A machine that sends no advertisements has one of our addresses, which is `peer`. */
	VRRP_MISMATCH_IN_USE,
	VRRP_MISMATCHES,
};

#define VRRP_MISMATCH_TEXT_MAX 160

/* What the log said of another router last. */
struct vrrp_mismatch {
	enum vrrp_mismatch_kind kind;
	struct addr peer;
	struct mono at;   /* when it was logged */
	const char *text; /* "version 2, here 3"; NULL: kind is NONE */
};

/* The kind as a word: "version", "interval", "authentication", "addresses", "priority", "master",
 * "vrid", "in_use"; "?" out of range. */
const char *vrrp_mismatch_name(enum vrrp_mismatch_kind kind);

/* What the vrrp process reports about an instance: at each change of its state or configuration,
 * and when it logs ignored packets, so within a minute of each. */
struct vrrp_report {
	const char *name;
	char interface[CONF_IFNAME_MAX];
	uint8_t vrid;
	uint16_t family;
	enum vrrp_state_name state;
	/* when it came into this state; only the director sets it, and it does not cross; 0: not known */
	int64_t since_wall_us;
	uint8_t priority, effective_priority;
	bool is_joining; /* the instance follows its sync group, but does not count in it yet */
	struct addr master; /* the present master, this router included; AF_UNSPEC: none is heard */
	uint32_t master_interval_us;     /* BACKUP: between the master's advertisements */
	bool wants_hello;                /* send a hello, and answer with VRRP_FRAME_HOLD */
	struct mono held_until;          /* BACKUP: until then it leaves a lower master alone */
	struct mono proof_until; /* BACKUP: until then it waits for proof that it can receive; {0}: it does not */
	struct mono tracks_held_until; /* a change of its trackers counts then; {0}: none waits */
	const char *fault;               /* FAULT: why, as a sentence; else NULL */
	struct mono barred_until; /* FAULT: the guard gave up until then; {0}: it did not */
	enum vrrp_checksum heard_checksum;
	struct vrrp_lateness lateness;   /* of advertisements; as old as the report */
	uint64_t adverts_sent;           /* to all peers together counts as one */
	uint64_t adverts_received, transitions_to_master, transitions_from_master;
	uint64_t zeros_sent, zeros_received; /* advertisements with priority 0, which count above too */
	struct vrrp_mismatch mismatch; /* NONE when its cause is gone */
	/* The number of the last order, and what has become of it. */
	uint64_t order_number;
	enum vrrp_order_result order_result;
	uint8_t master_priority; /* BACKUP: the master's; 0: none is heard, or it has resigned */
	uint64_t lower_heard; /* advertisements of lower priority that came while it was MASTER */
	const char *cause; /* why it is in this state, as the log says; NULL: not known */
	bool follows_group; /* the cause is another member of its sync group, which has its own cause */
	/* Advertisements that were not accepted, by reason (vrrp_reason_name()). */
	uint64_t rejections[VRRP_REASONS];
};

/* Encode a report: the length, or 0 when size is too small; and decode one: 0 or -EBADMSG. The texts that
 * the report points to are shorter than CONF_NAME_MAX, VRRP_FAULT_TEXT_MAX and VRRP_MISMATCH_TEXT_MAX.
 * Decoded ones are memory of arena. */
size_t vrrp_report_encode(const struct vrrp_report *report, void *buffer, size_t size);
int vrrp_report_decode(const void *body, size_t len, struct arena *arena,
		       struct vrrp_report *ret_report);

/* The name of a state: "INIT", "BACKUP", "MASTER" or "FAULT". */
const char *vrrp_state_text(enum vrrp_state_name state);

#endif
