/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was seen of a machine, for doctor/examine.h to judge. Everything may be missing: a fact that
 * could not be had says so and is never taken for a good one. The facts own their memory.
 */
#ifndef LVSD_DOCTOR_FACTS_H
#define LVSD_DOCTOR_FACTS_H

#include "base/addr.h"
#include "base/vec.h"
#include "conf/conf.h"

#define DOCTOR_MAC_LEN 6

/* More hardware addresses than this behind one address are not told apart. */
#define DOCTOR_MACS_MAX 4

enum doctor_module_state {
	DOCTOR_MODULE_LOADED, /* or built in */
	DOCTOR_MODULE_LOADABLE,
	DOCTOR_MODULE_ABSENT,
	DOCTOR_MODULE_UNKNOWN, /* this kernel's list of modules is not there */
};

struct doctor_module {
	char *name;       /* "ip_vs_wlc" */
	const char *loss; /* "services with that scheduler cannot be made" */
	enum doctor_module_state state;
};

struct doctor_sysctl {
	char *name; /* below /proc/sys, with dots: "net.ipv4.ip_forward" */
	long value;
	bool is_there;
};

struct doctor_interface {
	unsigned index;
	char name[CONF_IFNAME_MAX];
	unsigned mtu;
	bool is_up;       /* by `ip link set up` */
	bool has_carrier; /* and packets can leave; never without is_up */
	bool has_arp;
	uint8_t mac[DOCTOR_MAC_LEN];
	long rp_filter, send_redirects; /* its own sysctls of IPv4; 0 when they cannot be read */
};

struct doctor_address {
	unsigned interface; /* index */
	struct addr addr;
	uint8_t prefix_len;
};

/* An address that lvsd may have left on this machine: no instance of the configuration in force has it, or no
 * lvsd runs. */
struct doctor_left {
	char interface[CONF_IFNAME_MAX];
	struct addr addr;
	uint8_t prefix_len;
};

/* Who answers for an address on a link. */
struct doctor_answer {
	struct addr addr;
	char interface[CONF_IFNAME_MAX]; /* asked on */
	bool is_asked;                   /* false: it could not be; then nothing is known */
	bool is_vip;                     /* else a real server */
	size_t n_macs;
	uint8_t macs[DOCTOR_MACS_MAX][DOCTOR_MAC_LEN];
};

/* How the kernel routes to an address. */
struct doctor_route {
	struct addr addr;
	bool is_there;
	bool is_local; /* it is this machine's own */
	bool has_gateway;
	unsigned interface; /* index */
};

/* What an instance's interface carried of its VRID while we listened. */
struct doctor_hearing {
	const char *instance; /* of conf */
	bool is_heard;        /* false: we could not listen */
	unsigned n_own, n_others;
	struct addr other; /* the last other sender */
	uint8_t other_priority;
};

/* An advertisement, the last one of its sender for a VRID on an interface. */
struct doctor_advert {
	unsigned interface; /* index */
	struct addr source;
	bool is_own; /* sent by this machine */
	uint8_t version, vrid, priority;
	uint32_t interval_ms;
	VEC(struct addr) addrs; /* as they stand in it */
};

/* More senders than this are not told apart. */
#define DOCTOR_ADVERTS_MAX 256

enum doctor_daemon {
	DOCTOR_DAEMON_UNKNOWN,
	DOCTOR_DAEMON_RUNS, /* lvsd, with the run dir that is examined */
	DOCTOR_DAEMON_ABSENT,
};

struct doctor_file {
	char *path;
	const char *what; /* "the configuration file" */
	unsigned mode;    /* permission bits */
	unsigned uid;
	bool is_there;
	bool holds_keys;
};

/* One program's view of the packet filter; text is NULL when it could not be run. */
struct doctor_ruleset {
	const char *program; /* "iptables-legacy-save" */
	uint16_t family;
	char *text;
};

/* Another director, as the running lvsd sees it (doc/control.md, sync.peers). */
struct doctor_sync_peer {
	char address[ADDR_TEXT_MAX];
	char state[16];   /* "heard", "silent", "left", "no heartbeat" */
	long heartbeat_s; /* since its last heartbeat */
	long entries_s;   /* since its kernel told of connections; -1: never */
	bool is_deaf, is_untold;
};

/* What the running lvsd says of connection sync. */
struct doctor_sync {
	bool is_known;                 /* false: none runs, or it does not say */
	char fault[256];               /* of its interface; "": none */
	char vrrp_peer[ADDR_TEXT_MAX]; /* a master that is heard in VRRP; "": none */
	VEC(struct doctor_sync_peer) peers;
};

struct doctor_facts {
	bool is_root;
	enum doctor_daemon daemon; /* not of doctor_gather() */
	bool has_ipvs;
	bool is_clock_known, is_clock_synchronized;
	double seconds_listened;
	VEC(struct doctor_module) modules;
	VEC(struct doctor_sysctl) sysctls;
	VEC(struct doctor_interface) interfaces;
	VEC(struct doctor_address) addresses;
	VEC(struct doctor_left) left; /* not of doctor_gather() */
	VEC(struct doctor_answer) answers;
	VEC(struct doctor_route) routes;
	VEC(struct doctor_hearing) hearings;
	VEC(struct doctor_advert) adverts;
	VEC(struct doctor_file) files;
	VEC(struct doctor_ruleset) rulesets;
	struct doctor_sync sync; /* not of doctor_gather() */
	char *nft; /* what `nft -j -n list ruleset` printed; NULL when it could not be run */
	bool has_nft_rules; /* somebody made some, be it by iptables; not of doctor_gather() */
};

void doctor_facts_fini(struct doctor_facts *facts);

/* NULL when there is none. */
const struct doctor_sysctl *doctor_sysctl_find(const struct doctor_facts *facts, const char *name);
const struct doctor_interface *doctor_interface_by_name(const struct doctor_facts *facts,
							const char *name);
const struct doctor_interface *doctor_interface_by_index(const struct doctor_facts *facts,
							 unsigned index);

#endif
