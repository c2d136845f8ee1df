/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose fault a failed probe is: the server's, or this director's own. A probe without an answer
 * says nothing about the server while the director itself has no path to it: no route, no source
 * address, or no carrier on the interface of the route. Such a probe has no verdict. Pure: facts
 * and times come in, a fault comes out; path_watch.c is the edge that reads the facts.
 *
 * These failures always count as the server's, or as those of the network behind the director:
 * - an answer of any kind (a refusal, a reset, a wrong status), whatever happened to the link
 *   later;
 * - EHOSTUNREACH: nobody answers ARP, a router reports it, or the director has an `unreachable`
 *   route, with which somebody has declared that the server cannot be reached;
 * - an error that arrives after connect() has returned, such as a router's ICMP message.
 */
#ifndef LVSD_HEALTHCHECK_PATH_H
#define LVSD_HEALTHCHECK_PATH_H

#include "base/mono.h"
#include "conf/conf.h"

/* How many seconds a server keeps its weight while a fault of the path leaves it without a verdict.
 * Then the server gets weight 0 until it answers. */
#define PATH_BOUND_S 60

/*
 * For how many seconds after the return of a carrier a probe without an answer has no verdict,
 * unless some machine has answered over the interface since then. A switch port may need twice a
 * forward delay of 15 s (STP).
 */
#define PATH_RETURN_S 30

/* For how many seconds the interface over which a server answered counts as the server's usual one,
 * before the kernel is asked again. */
#define PATH_USUAL_MAX_S 60

/* Why a real server cannot be reached from this machine. */
enum path_fault {
	PATH_FINE,
	PATH_NO_ROUTE,   /* no route to the server, or one that drops its packets (blackhole) */
	PATH_NO_SOURCE,  /* the address to probe from is not on this machine */
	PATH_NO_CARRIER, /* the interface is down, has no carrier, or is gone */
	PATH_RETURNING,  /* the carrier came back lately; nobody has answered over the link since */
	PATH_MOVED,      /* the route leads over another interface than the server's usual one */
	PATH_NO_INTERFACE, /* the interface of bind_if does not exist */
};
#define PATH_FAULTS (PATH_NO_INTERFACE + 1)

/* The way that the packets of a check take, as its configuration says. */
struct path_way {
	struct endpoint target;
	struct addr source;    /* bindto; AF_UNSPEC: the kernel's choice */
	const char *interface; /* bind_if; "": the kernel's choice */
	uint32_t mark;         /* fwmark; 0: none */
};

/* One interface, as it is now and as it was. */
struct path_link {
	unsigned index; /* 0: not known (any more) */
	char name[CONF_IFNAME_MAX];
	bool is_up;             /* the interface is up and has its carrier */
	bool was_down;          /* it was down while watched: lost_at and lost_wall_us are set */
	bool is_proven;         /* a machine has answered over it since it came up; true at first */
	struct mono lost_at;    /* when it went down last */
	struct mono back_at;    /* when it came up last; valid with was_down and is_up */
	int64_t lost_wall_us;   /* lost_at as wall time */
	uint32_t n_losses;      /* the kernel's own count of carrier losses */
};

/* What the kernel shows of the path to one server. */
struct path_facts {
	int error;              /* of the route lookup: 0, or an errno value */
	bool is_source_gone;    /* without the source address the lookup has no error */
	bool is_bind_if_gone;   /* there is no interface of the name in bind_if */
	struct path_link link;  /* the interface of the route; index 0 with an error */
	struct path_link usual; /* the usual interface, if it is another one than link; else index 0 */
	bool is_usual_gone;     /* the usual interface does not exist any more */
	struct mono usual_at;   /* when the usual interface was looked up */
};

/* A fault and the interface that it is about (index 0: none). */
struct path_verdict {
	enum path_fault fault;
	unsigned interface;
};

/*
 * Judges the path of a probe that began at started and failed without an answer. PATH_FINE: the
 * failure is the server's. Example: link.is_up is false: PATH_NO_CARRIER.
 */
struct path_verdict path_judge(const struct path_facts *facts, struct mono started);

/*
 * Decides which fault a probe had. reported: the fault that connect() of the probe reported
 * (PATH_FINE: none). now: what the kernel shows at present. The reported fault was true at that
 * time, whatever the routes are now; but a lost carrier explains the failure better. Example:
 * reported is PATH_NO_ROUTE, and now there is a route: PATH_NO_ROUTE.
 */
struct path_verdict path_blame(enum path_fault reported, struct path_verdict now);

/* Was the link down at some time after since? */
bool path_was_lost_since(const struct path_link *link, struct mono since);

/*
 * Is the usual interface of a server known without asking the kernel? Yes if it was looked up less
 * than PATH_USUAL_MAX_S ago, and since then the interface has not lost its carrier and no route has
 * changed.
 * usual: that interface as it is now; NULL when it is not known, or when it is gone.
 * Example: it lost its carrier after usual_at: false, as the route may lead elsewhere by now.
 */
bool path_is_usual_known(const struct path_link *usual, struct mono usual_at,
			 struct mono routes_changed, struct mono now);

/*
 * Should the caller ask the kernel over which interface a server has answered? is_ok: the probe
 * succeeded. A refusal may come from a gateway that knows nothing of the server, so it does not
 * make an interface the usual one. is_proving: some interface came up lately, and any answer over
 * it proves that it works.
 */
bool path_is_answer_news(bool is_ok, bool is_usual_known, bool is_proving);

/* What happened to the carrier of an interface. */
enum path_link_event {
	PATH_LINK_SAME,
	PATH_LINK_LOST,
	PATH_LINK_BACK, /* also after a loss too short to be seen, which the kernel has counted */
};

/* The state of a link that is seen for the first time. */
struct path_link path_link_new(unsigned index, const char *name, bool is_up, uint32_t n_losses,
			       struct mono now, int64_t wall_us);

/* Takes what the kernel shows of the link now. Returns the change. */
enum path_link_event path_link_update(struct path_link *link, bool is_up, uint32_t n_losses,
				      struct mono now, int64_t wall_us);

/* A probe that began at started got an answer over the link. */
void path_link_prove(struct path_link *link, struct mono started);

/*
 * The fault as part of a sentence for status and log. interface: its name; NULL when it is not
 * known. Of PATH_NO_INTERFACE: bind_if. Returns buffer. Examples: "no route to 10.0.0.5", "no carrier on eth1".
 */
#define PATH_TEXT_MAX 100
const char *path_describe(enum path_fault fault, const struct addr *target,
			  const struct addr *source, const char *interface,
			  char buffer[static PATH_TEXT_MAX]);

/* The fault as a word for JSON: "none", "no_route", "no_source", "no_carrier", "returning",
 * "moved", "no_interface". */
const char *path_fault_name(enum path_fault fault);

#endif
