/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Routers on a virtual network and a virtual clock: what sim_vrrp plays its scenarios with. */
#ifndef LVSD_TESTS_SIM_VRRP_NET_H
#define LVSD_TESTS_SIM_VRRP_NET_H

#include "vrrp/router.h"

#include <setjmp.h>

#define ROUTERS_MAX 5
#define PACKETS_MAX 4096
#define BYTES_MAX   20

#define TRACKS_MAX 3

struct router {
	struct vrrp_fsm_conf conf; /* what the scenario decides; file is made of it */
	uint8_t base;              /* priority of the file; conf has the one in force */
	struct conf_track tracks[TRACKS_MAX];
	enum vrrp_source_state sources[TRACKS_MAX];
	size_t n_tracks;
	bool has_carrier;
	struct conf_vrrp file;
	struct vrrp_router *router; /* with one instance, of id 0; NULL before its first start */
	const struct vrrp_fsm *fsm; /* of that */
	bool is_alive, has_vips;
	bool leaves; /* its process ends when it has handed over */
	bool is_machine_paused; /* packets are lost; of a stopped process they wait */
	struct mono paused_until;
	int64_t jitter_ns; /* how late its next timer is */
	bool is_director_hung;
	struct mono answer_at; /* of the director, which was asked to say hello; MONO_NEVER */
	/* For claim 8: the lower master that was heard first since the return. */
	bool has_returned;
	struct mono returned_at;
	struct mono lower_since; /* MONO_NEVER: there is nothing to claim */
	unsigned lower_from;
	uint8_t lower_priority;
	unsigned sent;
	struct mono announced_at, yielded_at; /* yielded_at: MASTER -> BACKUP for a better one */
	bool has_given_way;  /* since its last return */
	struct mono frame_at; /* another machine's next frame that it wants; MONO_NEVER: none */
};

struct packet {
	struct mono at;
	uint64_t order;
	unsigned from, to;
	uint8_t bytes[BYTES_MAX];
	size_t len;
	bool is_forged;
};

struct sim {
	uint64_t random;
	struct mono now;
	struct router routers[ROUTERS_MAX];
	unsigned n;
	struct packet packets[PACKETS_MAX];
	uint64_t n_forged;
	size_t n_packets;
	uint64_t next_order;
	unsigned loss_percent, duplicate_percent;
	int64_t delay_max_ns, jitter_max_ns, interval_max_ns;
	bool is_cut[ROUTERS_MAX][ROUTERS_MAX];
	bool is_forged_expected; /* the packet that is being delivered */
	bool is_in_order;
	bool is_mixed; /* intervals differ: a fresh backup does not know how long the master's is */
	uint8_t version;
	const char *password; /* NULL: none */
	bool is_tracing;
	jmp_buf failed;
	char failure[256];
	double seconds; /* of all scenarios */
	uint64_t n_events, n_spared;
};

extern struct sim sim;

/* Chance, from the seed. below: from 0 to n - 1. */
uint64_t below(uint64_t n);
bool percent(unsigned n);

/* Ends the scenario with a failure unless is_true. */
void claim(bool is_true, const char *what);
void trace(unsigned i, const char *what);
struct addr address_of(unsigned i);
/* Forgets the routers of the last scenario. */
void clear_routers(void);

/* What happens to router i. */
void start(unsigned i, bool is_replacement);
void stop(unsigned i);
/* It hands over, and then its process ends. */
void leave(unsigned i);
/* Its configuration has changed. */
void reload(unsigned i);
void forge(unsigned from);
void crash(unsigned i);
void pause_router(unsigned i, bool is_machine, int64_t ns);
void set_link(unsigned i, bool is_up);
/* The source of its tracker k says so. */
void set_source(unsigned i, size_t k, enum vrrp_source_state state);
/* Makes conf.priority of base and what the sources say. */
void add_weights(struct router *router);
/* One of its trackers has it in FAULT. */
bool is_tracked_down(const struct router *router);
void set_forwarding(unsigned i, bool is_forwarding);

/* Time passes: packets arrive, timers fire. */
void run_until(struct mono end);
void run_for(int64_t ns);

#endif
