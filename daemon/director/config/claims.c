/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/config/claims.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/socket/abstract_list.h"
#include "base/socket/listener.h"
#include "daemon/shared/orphan_user.h"
#include "vrrp/orphan/orphan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* Room for "lvsd/vrrp/" with an interface, a family and a VRID. */
#define NAME_MAX_LEN (CONF_IFNAME_MAX + 24)
#define BACKLOG	     4

struct claim {
	char name[NAME_MAX_LEN];
	char held[ABSTRACT_NAME_MAX + 1]; /* the same, or with more behind it (abstract_take()) */
	struct listener *listener;
};

struct claims {
	struct loop *loop;
	char *door; /* at which the orphan of this lvsd is found */
	pid_t predecessor; /* that orphan; 0 or less: there is none, or it has no number here */
	struct claim *items[CLAIMS_MAX];
	size_t n;
};

struct claims *claims_new(struct loop *loop, const char *door, pid_t predecessor)
{
	struct claims *claims = mem_calloc(1, sizeof(*claims));

	claims->loop = loop;
	claims->door = mem_strdup(door);
	claims->predecessor = predecessor;
	return claims;
}

static void claim_free(struct claim *claim)
{
	listener_free(claim->listener);
	free(claim);
}

static void drop_from(struct claims *claims, size_t n)
{
	while (claims->n > n) {
		claim_free(claims->items[--claims->n]);
	}
}

void claims_free(struct claims *claims)
{
	if (!claims)
		return;
	drop_from(claims, 0);
	free(claims->door);
	free(claims);
}

static void claim_name(const struct conf_vrrp *vrrp, char name[static NAME_MAX_LEN])
{
	snprintf(name, NAME_MAX_LEN, "lvsd/vrrp/%s/%d/%u", vrrp->interface,
		 vrrp->family == AF_INET ? 4 : 6, vrrp->vrid);
}

static bool has(const struct claims *claims, const char *name)
{
	for (size_t i = 0; i < claims->n; i++)
		if (!strcmp(claims->items[i]->name, name))
			return true;
	return false;
}

bool claims_is_director(uid_t holder, uid_t own)
{
	return holder == 0 || holder == own;
}

/* The process that holds a name. */
struct holder {
	uid_t uid;
	pid_t pid; /* 0: in another PID namespace, or it cannot be asked */
};

/* Returns 0; -ECONNREFUSED: it holds the name no more; -EAGAIN: the kernel does not say who holds it. */
static int holder_ask(const struct abstract_name *name, struct holder *ret_holder)
{
	struct ucred peer;
	int fd = abstract_connect(name->text, 0, &peer);

	if (fd >= 0) {
		close(fd);
		*ret_holder = (struct holder){peer.uid, peer.pid};
		return 0;
	}
	if (fd == -ECONNREFUSED)
		return fd;
	/* Its callers have taken every place. The user is known from the list. */
	*ret_holder = (struct holder){name->uid, 0};
	return name->uid == ABSTRACT_NOBODY ? -EAGAIN : 0;
}

static void say_unknown(const struct abstract_name *name)
{
	log_error("vrrp: it cannot be seen whether another lvsd or a stranger listens at the socket \"@%s\"; if it is "
		  "an lvsd (`ss -xlp` names it), stop one of the two: both would hold the same addresses",
		  name->text);
}

static bool is_claimed(const struct claims *claims, const struct abstract_name *name)
{
	for (size_t i = 0; i < claims->n; i++)
		if (!strcmp(claims->items[i]->held, name->text))
			return true;
	return false;
}

/* Whether another lvsd holds the name of a claim. */
static bool is_held(const struct claims *claims, const struct abstract_list *list, const char *name,
		    struct holder *ret_holder)
{
	for (size_t i = 0; i < list->names.n; i++) {
		const struct abstract_name *one = &list->names.items[i];
		int code = abstract_name_is(one, name) && !is_claimed(claims, one) ? holder_ask(one, ret_holder)
									       : -ECONNREFUSED;

		if (code == -EAGAIN)
			say_unknown(one);
		if (code == 0 && claims_is_director(ret_holder->uid, geteuid()))
			return true;
	}
	return false;
}

static int claim_refuse(const struct conf_vrrp *vrrp, pid_t holder, struct err *err)
{
	char who[64] = "`ss -xlp` names its process, if it is not in another container";

	if (holder)
		snprintf(who, sizeof(who), "its director is process %d", (int)holder);
	return err_set(err, -EBUSY,
		       "vrrp_instance %s: another lvsd (%s) runs in this network namespace and has "
		       "virtual_router_id %u on %s, too: both would hold the same addresses; stop "
		       "that lvsd first, or use another virtual_router_id",
		       vrrp->name, who, vrrp->vrid, vrrp->interface);
}

/* At most a quarter of the descriptors, since the director's work needs the others. */
static size_t claims_max(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur / 4 > CLAIMS_MAX)
		return CLAIMS_MAX;
	return (size_t)limit.rlim_cur / 4;
}

/* An older version marks its instances without naming its door: its process is known by its number. */
static bool is_predecessor(const struct claims *claims, const struct holder *holder)
{
	return holder->pid > 0 && holder->pid == claims->predecessor;
}

/* Whether the vrrp process of an lvsd that died serves the instance, and this lvsd does not take over from that one.
 * *ret_is_older: its mark is that of an older version. */
static bool is_orphaned(const struct claims *claims, const struct abstract_list *list, const struct conf_vrrp *vrrp,
			struct holder *ret_holder, bool *ret_is_older)
{
	char any[VRRP_ORPHAN_MARK_MAX], own[VRRP_ORPHAN_MARK_MAX];

	vrrp_orphan_mark(vrrp->interface, vrrp->family, vrrp->vrid, NULL, any);
	vrrp_orphan_mark(vrrp->interface, vrrp->family, vrrp->vrid, claims->door, own);
	for (size_t i = 0; i < list->names.n; i++) {
		const struct abstract_name *one = &list->names.items[i];
		int code = abstract_name_is(one, any) && !abstract_name_is(one, own) ? holder_ask(one, ret_holder)
										     : -ECONNREFUSED;

		if (code == -EAGAIN)
			say_unknown(one);
		*ret_is_older = !strcmp(one->text, any);
		if (code == 0 && orphan_is_of_lvsd(ret_holder->uid) &&
		    !(*ret_is_older && is_predecessor(claims, ret_holder)))
			return true;
	}
	return false;
}

static int orphan_refuse(const struct conf_vrrp *vrrp, pid_t orphan, bool is_older, struct err *err)
{
	char who[64] = "in another container";

	if (orphan)
		snprintf(who, sizeof(who), "process %d", (int)orphan);
	if (is_older)
		return err_set(err, -EBUSY,
			       "vrrp_instance %s: the vrrp process (%s) of an lvsd of an older version that died "
			       "serves virtual_router_id %u on %s, and this lvsd does not take over from it, as its "
			       "run dir is another one or its process has no number here: end that process by "
			       "SIGTERM; or wait: it hands over within %d s",
			       vrrp->name, who, vrrp->vrid, vrrp->interface, VRRP_ORPHAN_MS / 1000);
	return err_set(err, -EBUSY,
		       "vrrp_instance %s: the vrrp process (%s) of an lvsd that died serves virtual_router_id "
		       "%u on %s, and it waits for an lvsd with the run dir of that one: start lvsd with that run dir; "
		       "or end that process by SIGTERM; or wait: it hands over within %d s",
		       vrrp->name, who, vrrp->vrid, vrrp->interface, VRRP_ORPHAN_MS / 1000);
}

static void say_untaken(const struct conf_vrrp *vrrp, const char *name, int code)
{
	log_warning("vrrp=%s: lvsd cannot find out whether another lvsd runs the same virtual router here: the socket "
		    "\"@%s\": %s",
		    vrrp->name, name, err_errno(code));
}

static int claim_take(struct claims *claims, const struct abstract_list *list, const struct conf_vrrp *vrrp,
		      struct err *err)
{
	struct holder holder;
	struct claim *claim;
	char name[NAME_MAX_LEN];
	bool is_older;
	int fd;

	claim_name(vrrp, name);
	if (has(claims, name))
		return 0;
	if (is_held(claims, list, name, &holder))
		return claim_refuse(vrrp, holder.pid, err);
	if (is_orphaned(claims, list, vrrp, &holder, &is_older))
		return orphan_refuse(vrrp, holder.pid, is_older, err);
	if (claims->n >= claims_max())
		return 0;
	claim = mem_calloc(1, sizeof(*claim));
	memcpy(claim->name, name, sizeof(claim->name));
	fd = abstract_take(name, BACKLOG, claim->held);
	if (fd < 0) {
		say_untaken(vrrp, claim->held, fd);
		free(claim);
		return 0;
	}
	claim->listener = listener_new(claims->loop, fd, NULL, NULL);
	listener_accept(claim->listener, true);
	claims->items[claims->n++] = claim;
	return 0;
}

/* Beside a stranger who holds the name, two directors that start at the same time may both have got a longer one. */
static int longer_check(const struct claims *claims, const struct conf *conf, size_t before, struct err *err)
{
	struct abstract_list list = {0};
	struct holder holder;
	bool is_longer = false;
	int code = 0;

	for (size_t i = before; i < claims->n; i++)
		is_longer |= strcmp(claims->items[i]->name, claims->items[i]->held) != 0;
	if (is_longer && abstract_list_read(&list, "lvsd/") == 0)
		for (size_t i = 0; i < conf->n_vrrps && code == 0; i++) {
			char name[NAME_MAX_LEN];

			claim_name(&conf->vrrps[i], name);
			if (is_held(claims, &list, name, &holder))
				code = claim_refuse(&conf->vrrps[i], holder.pid, err);
		}
	abstract_list_free(&list);
	return code;
}

int claims_take(struct claims *claims, const struct conf *conf, struct err *err)
{
	struct abstract_list list = {0};
	size_t before = claims->n;
	int code = conf->n_vrrps ? abstract_list_read(&list, "lvsd/") : 0;

	if (code < 0)
		log_error("vrrp: the sockets of other lvsds in this network namespace cannot be seen: %s; if another "
			  "one runs the same virtual router, both hold the same addresses",
			  err_errno(code));
	code = 0;
	for (size_t i = 0; i < conf->n_vrrps && code == 0; i++)
		code = claim_take(claims, &list, &conf->vrrps[i], err);
	if (code == 0)
		code = longer_check(claims, conf, before, err);
	if (code < 0)
		drop_from(claims, before);
	abstract_list_free(&list);
	return code < 0 ? -EBUSY : 0;
}

static bool is_wanted(const struct claim *claim, const struct conf *conf)
{
	char name[NAME_MAX_LEN];

	for (size_t i = 0; i < conf->n_vrrps; i++) {
		claim_name(&conf->vrrps[i], name);
		if (!strcmp(name, claim->name))
			return true;
	}
	return false;
}

void claims_keep(struct claims *claims, const struct conf *conf)
{
	size_t n = 0;

	for (size_t i = 0; i < claims->n; i++) {
		if (is_wanted(claims->items[i], conf))
			claims->items[n++] = claims->items[i];
		else
			claim_free(claims->items[i]);
	}
	claims->n = n;
}
