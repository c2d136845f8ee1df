/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The facts that were gathered about a machine, which doctor/examine.h judges. Each fact can be
 * unknown; an unknown fact is marked as such, and is never taken for a good sign. The facts own
 * their memory. */
#ifndef LVSD_DOCTOR_FACTS_H
#define LVSD_DOCTOR_FACTS_H

#include "base/addr.h"
#include "base/vec.h"
#include "conf/conf.h"

#define DOCTOR_MAC_LEN 6

/* The most hardware addresses that are kept of those that answer for one address. */
#define DOCTOR_MACS_MAX 4

/* Whether the kernel has a module. */
enum doctor_module_state {
	DOCTOR_MODULE_LOADED, /* loaded, or built into the kernel */
	DOCTOR_MODULE_LOADABLE,
	DOCTOR_MODULE_ABSENT,
	DOCTOR_MODULE_UNKNOWN, /* the list of this kernel's modules does not exist */
};

/* A module that the configuration needs. */
struct doctor_module {
	char *name;       /* "ip_vs_wlc" */
	const char *loss; /* what does not work without it: "services with that scheduler cannot
			     be made" */
	enum doctor_module_state state;
};

/* A sysctl; value is valid if it is there. */
struct doctor_sysctl {
	char *name; /* its name below /proc/sys, with dots: "net.ipv4.ip_forward" */
	long value;
	bool is_there;
};

/* An interface of this machine. */
struct doctor_interface {
	unsigned index;
	char name[CONF_IFNAME_MAX];
	unsigned mtu;
	bool is_up;       /* as set by `ip link set up` */
	bool has_carrier; /* it can send packets; never without is_up */
	bool has_arp;     /* without IFF_NOARP, and with a hardware address of Ethernet */
	uint8_t mac[DOCTOR_MAC_LEN]; /* zero: it has none of Ethernet */
	/* the interface's own IPv4 sysctls; 0 if they cannot be read */
	long rp_filter, send_redirects, arp_ignore;
};

/* An address of this machine. */
struct doctor_address {
	unsigned interface; /* its index */
	struct addr addr;
	uint8_t prefix_len;
};

/* An address that lvsd may have left on this machine: no instance of the configuration in force has
 * it, or lvsd does not run. */
struct doctor_left {
	char interface[CONF_IFNAME_MAX];
	struct addr addr;
	uint8_t prefix_len;
};

/* Which machine answers for an address on a link. */
struct doctor_answer {
	struct addr addr;
	char interface[CONF_IFNAME_MAX]; /* the interface on which it was asked */
	bool is_asked;                   /* false: it could not be asked, so nothing is known */
	bool is_vip;                     /* true: a virtual address; false: a real server */
	size_t n_macs;
	uint8_t macs[DOCTOR_MACS_MAX][DOCTOR_MAC_LEN];
};

/* The kernel's route to an address. */
struct doctor_route {
	struct addr addr;
	bool is_there;
	bool is_local; /* the address is this machine's own */
	bool has_gateway;
	unsigned interface; /* its index */
};

/* What was received on an instance's interface for its VRID while doctor listened. */
struct doctor_hearing {
	const char *instance; /* its name in conf */
	bool is_heard;        /* false: doctor could not listen */
	unsigned n_own, n_others; /* advertisements of this machine, and of others */
	struct addr other; /* the last sender other than this machine */
	uint8_t other_priority;
};

/* The last advertisement of a sender for a VRID on an interface. */
struct doctor_advert {
	unsigned interface; /* its index */
	struct addr source;
	bool is_own; /* this machine sent it */
	uint8_t version, vrid, priority;
	uint32_t interval_ms;
	VEC(struct addr) addrs; /* in the order of the advertisement */
};

/* The most senders whose advertisements are kept. */
#define DOCTOR_ADVERTS_MAX 256

/* Whether lvsd runs. */
enum doctor_daemon {
	DOCTOR_DAEMON_UNKNOWN,
	DOCTOR_DAEMON_RUNS, /* lvsd runs with the run dir that is examined */
	DOCTOR_DAEMON_ABSENT,
	DOCTOR_DAEMON_ORPHAN, /* it died, and its vrrp process serves on: doctor_facts.orphan */
};

/* A file whose owner and permissions matter. */
struct doctor_file {
	char *path;
	const char *what; /* its name in a sentence: "the configuration file" */
	unsigned mode;    /* its permission bits */
	unsigned uid;
	bool is_there;
	bool holds_keys; /* passwords or a private key */
};

/* The packet filter as one program prints it. text is NULL if the program could not be run. */
struct doctor_ruleset {
	const char *program; /* "iptables-legacy-save" */
	uint16_t family;
	char *text;
};

/* Another director, as the running lvsd reports it (doc/control.md, sync.peers). */
struct doctor_sync_peer {
	char address[ADDR_TEXT_MAX];
	char state[16];   /* "heard", "silent", "left", "no heartbeat" */
	long heartbeat_s; /* seconds since its last heartbeat */
	long entries_s;   /* seconds since its kernel announced connections; -1: never */
	bool is_deaf, lacks_entries; /* deaf and untold in doc/control.md */
	/* Mode relay; state is "down", "joining", "ready" or "degraded". */
	bool has_left, has_other_key, has_other_syncid; /* has_other_*: frames were rejected for that */
};

/* What the running lvsd reports about connection sync. */
struct doctor_sync {
	bool is_known; /* false: no lvsd runs, or its version does not report sync */
	bool is_relay; /* its mode is relay */
	char fault[256];               /* of its interface; "": nothing is wrong */
	char vrrp_peer[ADDR_TEXT_MAX]; /* the address of a master whose advertisements lvsd
					  receives; "": there is none */
	VEC(struct doctor_sync_peer) peers;
};

/* An address, route or rule that the kernel refuses, as the running lvsd reports it. */
struct doctor_refusal {
	char instance[CONF_NAME_MAX]; /* "": a static item */
	char kind[16], item[256], reason[256]; /* "route", the item as the file has it, the
						  kernel's refusal as a sentence */
};

/* An instance that an operator has released or holds (lvsctl vrrp), as the running lvsd reports it. */
struct doctor_order {
	char instance[CONF_NAME_MAX];
	bool is_release; /* else a hold */
	char since[32];  /* "2026-11-29T12:00:00.000Z" */
};

/* An instance that is in FAULT, as the running lvsd reports it. */
struct doctor_fault {
	char instance[CONF_NAME_MAX];
	char since[32], cause[256];
};

/* Why an instance cannot use what another router sends, as the running lvsd reports it. */
struct doctor_mismatch {
	char instance[CONF_NAME_MAX];
	char peer[ADDR_TEXT_MAX], text[160]; /* of the mismatch; "": lvsd has noted none */
	char ignored[256]; /* how many advertisements lvsd has ignored since it began, by reason: "auth_data 120";
			      "": none */
};

/* An instance that advertises late, as the running lvsd reports it. */
struct doctor_late {
	char instance[CONF_NAME_MAX];
	uint64_t n;    /* advertisements that left more than half an interval late */
	double most_s; /* how late the latest one was, in seconds */
};

/* A tracker of an instance that does harm now, or has no verdict yet, as the running lvsd reports it. */
struct doctor_tracker {
	char instance[CONF_NAME_MAX], kind[16], name[CONF_NAME_MAX];
	char state[96]; /* "is down", "says 3", "has no verdict yet" */
	char text[160]; /* why: "exit status 1"; "": not known */
	char since[32]; /* when the state began; "": not known */
	bool is_known;  /* it has a verdict */
	bool is_fault;  /* the instance is in FAULT because of it */
	int taken;      /* from the priority now; 0: nothing is */
	int withheld;   /* what the tracker would add to the priority if it were good */
};

/* What a check with through_vip says of a real server, as the running lvsd reports it. */
struct doctor_passage {
	struct addr server, vip;
	bool is_up; /* the server accepts packets to vip */
};

/* All facts. Begins as {0}. */
struct doctor_facts {
	bool is_root;
	enum doctor_daemon daemon; /* doctor_gather() does not set it */
	char *orphan; /* what that process does, as part of a sentence; NULL: there is none */
	bool has_ipvs;             /* /proc/net/ip_vs exists */
	bool is_clock_known, is_clock_synchronized;
	double seconds_listened; /* for advertisements; 0: not at all */
	VEC(struct doctor_module) modules;
	VEC(struct doctor_sysctl) sysctls;
	VEC(struct doctor_interface) interfaces;
	VEC(struct doctor_address) addresses;
	VEC(struct doctor_left) left; /* doctor_gather() does not set it */
	VEC(struct doctor_answer) answers;
	VEC(struct doctor_route) routes;
	VEC(struct doctor_hearing) hearings;
	VEC(struct doctor_advert) adverts;
	VEC(struct doctor_file) files;
	const char *run_dir;
	long room_kib; /* in the file system of run_dir; -1: not known */
	VEC(struct doctor_ruleset) rulesets;
	struct doctor_sync sync; /* doctor_gather() does not set it */
	VEC(struct doctor_order) orders; /* doctor_gather() does not set them */
	VEC(struct doctor_fault) faults; /* likewise */
	VEC(struct doctor_mismatch) mismatches; /* likewise */
	VEC(struct doctor_late) late;    /* likewise */
	VEC(struct doctor_tracker) trackers; /* likewise */
	VEC(struct doctor_passage) passages; /* by doctor_passage_cmp(); likewise */
	VEC(struct doctor_refusal) refusals; /* doctor_gather() does not set them */
	char vrrp_gone[32]; /* since when lvsd has no vrrp process; "": it has one, or nothing says so */
	char filter_fault[256]; /* why no_accept has no effect; "": it has, or nothing says so */
	size_t n_refused; /* those of refusals, and others that lvsd has only counted */
	char *nft; /* the output of `nft -j -n list ruleset`; NULL if it could not be run */
	bool has_nft_rules; /* somebody has made rules in nftables, perhaps with iptables;
			       doctor_gather() does not set it */
};

/* Orders passages by server and virtual address, for qsort() and bsearch(). */
int doctor_passage_cmp(const void *a, const void *b);

/* Frees what the facts own. */
void doctor_facts_fini(struct doctor_facts *facts);

/* Returns NULL if there is no such fact. */
const struct doctor_sysctl *doctor_sysctl_find(const struct doctor_facts *facts, const char *name);
const struct doctor_interface *doctor_interface_by_name(const struct doctor_facts *facts,
							const char *name);
const struct doctor_interface *doctor_interface_by_index(const struct doctor_facts *facts,
							 unsigned index);

#endif
