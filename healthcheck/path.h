/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose fault a failed probe is: the server's, or this director's own. A probe that got no answer
 * says nothing about the server while the director itself has no way to it: no route, no source
 * address, no carrier on the interface of the route. Such a probe has no verdict. Pure: facts and
 * times come in, a fault comes out; path_watch.c is the edge that knows the facts.
 *
 * What counts as the server's fault all the same, or as that of the network behind the director:
 * - an answer of any kind (a refusal, a reset, a wrong status), whatever the link does since;
 * - EHOSTUNREACH (nobody answers ARP, or a router says so), also by an `unreachable` route of the
 *   director: somebody has said there that the server cannot be reached;
 * - an error that arrives after connect() has returned, such as a router's ICMP message.
 */
#ifndef LVSD_HEALTHCHECK_PATH_H
#define LVSD_HEALTHCHECK_PATH_H

#include "base/mono.h"
#include "conf/conf.h"

/* How long a server without a verdict keeps its weight; then it has weight 0 until it answers. */
#define PATH_BOUND_S 60

/*
 * How long after the carrier's return silence has no verdict, unless somebody has answered over the
 * interface since: a switch port may need twice a forward delay of 15 s before it forwards (STP).
 */
#define PATH_RETURN_S 30

/* How long the interface by which a server answered is taken for the usual one without a question. */
#define PATH_USUAL_MAX_S 60

enum path_fault {
	PATH_FINE,
	PATH_NO_ROUTE,   /* the routing table has no way to the server, or only a dead end */
	PATH_NO_SOURCE,  /* the address to probe from is not on this machine */
	PATH_NO_CARRIER, /* the interface is down, has no carrier, or is gone */
	PATH_RETURNING,  /* its carrier was away during the probe, or nobody has answered since */
	PATH_MOVED,	 /* the route leaves by another interface than the one it answered over */
};
#define PATH_FAULTS (PATH_MOVED + 1)

/* One interface as it is and was. */
struct path_link {
	unsigned index; /* 0: not known (any more) */
	char name[CONF_IFNAME_MAX];
	bool is_up;             /* it is up and has its carrier */
	bool was_down;          /* at least once since it is watched: lost_at and lost_wall_us hold */
	bool is_proven;         /* somebody has answered over it since it came up; true at first */
	struct mono lost_at;    /* when it went down last */
	struct mono back_at;    /* when it came up last; only with was_down and is_up */
	int64_t lost_wall_us;   /* lost_at as wall time */
	uint32_t n_losses;      /* the kernel's own count of carrier losses */
};

/* What the kernel says of the way to one server. */
struct path_facts {
	int error;              /* of the route lookup: 0, or an errno value */
	bool is_source_gone;    /* the error is gone when no source address is asked for */
	struct path_link link;  /* of the route; index 0 with an error */
	struct path_link usual; /* by which it answered last, when that is another one; else index 0 */
	bool is_usual_gone;     /* that interface does not exist any more */
	struct mono usual_at;   /* when it was seen to be the usual one */
};

/* A fault and the interface that it is about (index 0: none). */
struct path_verdict {
	enum path_fault fault;
	unsigned interface;
};

/*
 * The verdict on the path of a probe that began at started and failed without an answer. PATH_FINE:
 * the failure is the server's. Example: link.is_up is false -> PATH_NO_CARRIER.
 */
struct path_verdict path_judge(const struct path_facts *facts, struct mono started);

/*
 * The verdict of a probe whose connect() reported said (PATH_FINE: nothing), with what the kernel
 * shows now. said was true then, whatever the routes are by now; a lost carrier explains it better.
 * Example: PATH_NO_ROUTE, and there is a route again -> PATH_NO_ROUTE.
 */
struct path_verdict path_blame(enum path_fault said, struct path_verdict now);

/* Whether the link was down at some time since then. */
bool path_was_lost_since(const struct path_link *link, struct mono since);

/*
 * Whether the interface by which a server answered is known without another question of the kernel:
 * it was looked up less than PATH_USUAL_MAX_S ago, and since then the interface has had its carrier
 * and no route has changed. usual: the interface as it is now; NULL when none is known, or when it is gone.
 * Example: it lost its carrier after usual_at -> false, as the route may lead elsewhere by now.
 */
bool path_is_usual_known(const struct path_link *usual, struct mono usual_at,
			 struct mono routes_changed, struct mono now);

/*
 * Whether it is worth a question by which interface a server answered. is_ok: the answer made its
 * probe succeed; a refusal may come from a gateway that knows nothing of the server, so it does not
 * make an interface the usual one. is_proving: some interface came up lately, and any answer over
 * it proves it.
 */
bool path_is_answer_news(bool is_ok, bool is_usual_known, bool is_proving);

enum path_link_event {
	PATH_LINK_SAME,
	PATH_LINK_LOST,
	PATH_LINK_BACK, /* also when a loss was too short to be seen: the kernel counts them */
};

/* A link that is seen for the first time. */
struct path_link path_link_new(unsigned index, const char *name, bool is_up, uint32_t n_losses,
			       struct mono now, int64_t wall_us);

/* The kernel shows the link anew. */
enum path_link_event path_link_update(struct path_link *link, bool is_up, uint32_t n_losses,
				      struct mono now, int64_t wall_us);

/* A probe that began at started was answered over the link. */
void path_link_prove(struct path_link *link, struct mono started);

/*
 * The words for status and log, without an end: "no route to 10.0.0.5", "no carrier on eth1".
 * interface: its name, or NULL when it is not known. Returns buffer.
 */
#define PATH_TEXT_MAX 100
const char *path_describe(enum path_fault fault, const struct addr *target,
			  const struct addr *source, const char *interface,
			  char buffer[static PATH_TEXT_MAX]);

/* "none", "no_route", "no_source", "no_carrier", "returning", "moved": for JSON. */
const char *path_fault_name(enum path_fault fault);

#endif
