/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/check/through.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "healthcheck/talk/sockets.h"

#include <errno.h>
#include <ifaddrs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void through_open(struct through *through, const char *run_dir)
{
	accept_locals_open(&through->locals, run_dir);
	through->ports.begin = check_ports_begin(clock_mono());
}

void through_close(struct through *through)
{
	accept_locals_close(&through->locals);
	check_ports_free(&through->ports);
	for (size_t i = 0; i < through->faults.n; i++)
		free(through->faults.items[i].text);
	vec_free(&through->faults);
	vec_free(&through->ways);
}

static const struct conf_real_server *real_server_of(const struct through *through,
						const struct health_check *check)
{
	return health_check_server(through->health, check)->conf;
}

/* The interface by which packets of the server come in: that of the route to it. Returns NULL if there is no
 * such interface. */
static const struct path_link *link_to(const struct through *through,
				       const struct conf_real_server *rs)
{
	const struct path_way way = {.target = {.addr = rs->ep.addr, .port = 1}, .interface = ""};
	unsigned interface;

	if (!*through->watch)
		return NULL;
	interface = path_watch_interface(*through->watch, &way);
	return interface ? path_watch_link(*through->watch, interface) : NULL;
}

/* Logs a fault of an interface once while it lasts. text: NULL when there is none any more. */
static void note_fault(struct through *through, const char *interface, const char *text)
{
	struct through_fault *fault = NULL;

	for (size_t i = 0; !fault && i < through->faults.n; i++)
		if (!strcmp(through->faults.items[i].interface, interface))
			fault = &through->faults.items[i];
	if (!fault && !text)
		return;
	if (fault && text && !strcmp(fault->text, text))
		return;
	if (!fault) {
		fault = vec_push(&through->faults);
		*fault = (struct through_fault){.text = NULL};
		snprintf(fault->interface, sizeof(fault->interface), "%s", interface);
	}
	free(fault->text);
	if (text) {
		fault->text = mem_strdup(text);
		log_error("through_vip: %s; checks by that way have no verdict", text);
	} else {
		log_notice("through_vip: accept_local of %s can be set again", interface);
		*fault = through->faults.items[--through->faults.n];
	}
}

static int set_local(struct through *through, const struct path_link *link, bool *ret_was_lost)
{
	char interface[CONF_IFNAME_MAX];
	struct err err;
	int code;

	snprintf(interface, sizeof(interface), "%s", link->name);
	code = accept_local_take(&through->locals, interface, ret_was_lost, &err);
	note_fault(through, interface, code < 0 ? err.text : NULL);
	return code;
}

static int way_cmp(const void *left, const void *right)
{
	const struct through_way *a = left, *b = right;

	return addr_cmp(&a->server, &b->server);
}

/* Sets the sysctl where answers of the present servers come in, and puts it back elsewhere. */
static void settle_locals(struct through *through)
{
	size_t n;
	const struct health_vs *services = health_services(through->health, &n);

	accept_locals_unneed(&through->locals);
	through->ways.n = 0;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < services[i].n_real_servers; k++) {
			const struct conf_real_server *rs = services[i].real_servers[k].conf;
			const struct path_link *link;
			bool was_lost;

			if (!conf_server_through(rs, AF_INET))
				continue;
			link = link_to(through, rs);
			*vec_push(&through->ways) = (struct through_way){rs->ep.addr, link ? link->index : 0};
			if (link)
				set_local(through, link, &was_lost);
		}
	if (through->ways.n)
		qsort(through->ways.items, through->ways.n, sizeof(*through->ways.items), way_cmp);
	accept_locals_sweep(&through->locals);
}

/* Does the way to the server lead over another interface than when the sysctls were settled? */
static bool has_moved(const struct through *through, const struct conf_real_server *rs,
		      const struct path_link *link)
{
	const struct through_way wanted = {.server = rs->ep.addr};
	const struct through_way *way =
	    through->ways.n ? bsearch(&wanted, through->ways.items, through->ways.n,
				      sizeof(*through->ways.items), way_cmp)
			    : NULL;

	return way && way->interface != link->index;
}

/* Sees to accept_local for answers from the server. Without a route the probe fails by itself. */
static int take_local(struct through *through, const struct conf_real_server *rs,
		      bool *ret_was_lost)
{
	const struct path_link *link = link_to(through, rs);

	*ret_was_lost = false;
	if (!link)
		return 0;
	if (has_moved(through, rs, link)) {
		settle_locals(through);
		link = link_to(through, rs);
	}
	return link ? set_local(through, link, ret_was_lost) : 0;
}

/* --- ports --- */

static bool has_port(const struct health_check *check)
{
	return check->conf->is_through_vip && check_socket_of(check->conf).type == SOCK_STREAM;
}

/* Says which server by the mark. */
static uint64_t port_hash(const struct conf_check *check)
{
	return hash_mix(check->fwmark, (uint64_t)check->type << 32 | check->ordinal);
}

/* A check that wants a port. */
struct port_want {
	uint64_t hash;
	const struct health_check *check;
};

static int want_cmp(const void *left, const void *right)
{
	const struct port_want *a = left, *b = right;
	uint64_t one = a->hash, other = b->hash;

	if (one == other) {
		one = a->check->id;
		other = b->check->id;
	}
	return (one > other) - (one < other);
}

/*
 * Gives all checks their ports at once, in an order that the configuration alone decides. So a director that
 * replaces another finds the same ones, also where two checks would like the same port.
 */
static void take_ports(struct through *through)
{
	VEC(struct port_want) wants = {0};
	size_t n;
	const struct health_vs *services = health_services(through->health, &n);

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < services[i].n_real_servers; k++) {
			const struct health_rs *rs = &services[i].real_servers[k];

			for (size_t c = 0; c < rs->n_checks; c++)
				if (has_port(&rs->checks[c]))
					*vec_push(&wants) = (struct port_want){
					    port_hash(rs->checks[c].conf), &rs->checks[c]};
		}
	if (wants.n)
		qsort(wants.items, wants.n, sizeof(*wants.items), want_cmp);
	for (size_t i = 0; i < wants.n; i++)
		check_ports_take(&through->ports, wants.items[i].check->id,
				 &wants.items[i].check->conf->target, wants.items[i].hash, clock_mono());
	vec_free(&wants);
}

void through_configure(struct through *through, const struct check_ids *dropped)
{
	for (size_t i = 0; i < dropped->n; i++)
		check_ports_drop(&through->ports, dropped->items[i], clock_mono());
	take_ports(through);
	if (through->is_stopped)
		return;
	settle_locals(through);
}

void through_store(const struct through *through)
{
	accept_locals_store(&through->locals);
}

void through_stop(struct through *through)
{
	through->is_stopped = true;
	accept_locals_unneed(&through->locals);
	accept_locals_sweep(&through->locals);
}

/* --- sockets --- */

/* Without the service the packets would go to whoever has the virtual address. */
static bool is_in_kernel(const struct through *through, const struct conf_check *check,
			 const struct conf_real_server *rs)
{
	const struct svckey key = conf_through_key(check);
	const struct endpoint ep = {.addr = rs->ep.addr};
	const struct ipvs_service *service =
	    *through->is_table_known ? ipvs_state_find(through->table, &key) : NULL;

	return service && service->n_dests == 1 && ipvs_service_find(service, &ep);
}

/* The address from which this machine sends packets to `to`. Returns 0 or -errno. */
static int source_towards(const struct addr *to, struct addr *ret_source)
{
	const struct endpoint ep = {.addr = *to, .port = 1};
	struct sockaddr_storage sa;
	socklen_t len = endpoint_to_sockaddr(&ep, 0, &sa);
	int fd = socket(to->family, SOCK_DGRAM | SOCK_CLOEXEC, 0), code = 0;
	struct endpoint own;

	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&sa, len) < 0)
		code = -errno;
	len = sizeof(sa);
	if (code == 0 && getsockname(fd, (struct sockaddr *)&sa, &len) < 0)
		code = -errno;
	close(fd);
	if (code == 0 && endpoint_from_sockaddr((struct sockaddr *)&sa, &own) < 0)
		code = -EADDRNOTAVAIL;
	if (code == 0)
		*ret_source = own.addr;
	return code;
}

/* The server would answer to itself if the probe came from the virtual address. */
static int find_source(const struct conf_check *check, const struct conf_real_server *rs,
		       struct addr *ret_source)
{
	int code = 0;

	*ret_source = check->bind.addr;
	if (check->bind.addr.family == AF_UNSPEC)
		code = source_towards(&rs->ep.addr, ret_source);
	if (code == 0 && !addr_cmp(ret_source, &check->target.addr))
		code = -EADDRNOTAVAIL;
	return code;
}

static int bind_to(int fd, const struct addr *source, uint16_t port)
{
	const struct endpoint ep = {.addr = *source, .port = port};
	struct sockaddr_storage sa;
	socklen_t len = endpoint_to_sockaddr(&ep, 0, &sa);

	return bind(fd, (struct sockaddr *)&sa, len) < 0 ? -errno : 0;
}

/* As for bind_port, the connection is ended by a reset, so that the port can be used again at once. */
static int prepare_tcp(int fd)
{
	struct linger reset = {.l_onoff = 1, .l_linger = 0};
	int on = 1;

	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)) < 0)
		return -errno;
	return 0;
}

/* A port that another program uses is left alone. */
static int bind_tcp(struct through *through, int fd, const struct health_check *check,
		    const struct addr *source)
{
	int code = prepare_tcp(fd);

	while (code == 0) {
		uint16_t port = check_ports_take(&through->ports, check->id, &check->conf->target,
						 port_hash(check->conf), clock_mono());

		if (!port)
			return -EADDRINUSE;
		code = bind_to(fd, source, port);
		if (code != -EADDRINUSE)
			return code;
		check_ports_drop(&through->ports, check->id, clock_mono());
		code = 0;
	}
	return code;
}

static int socket_bind(struct through *through, int fd, const struct health_check *check,
		       const struct addr *source)
{
	if (setsockopt(fd, SOL_SOCKET, SO_MARK, &check->conf->fwmark,
		       sizeof(check->conf->fwmark)) < 0)
		return -errno;
	if (check_socket_of(check->conf).type == SOCK_STREAM)
		return bind_tcp(through, fd, check, source);
	return bind_to(fd, source, 0);
}

int through_socket(struct through *through, const struct health_check *check)
{
	const struct conf_real_server *rs = real_server_of(through, check);
	const struct check_socket kind = check_socket_of(check->conf);
	struct addr source;
	bool was_lost;
	int fd, code = 0;

	if (through->is_stopped)
		return -ESHUTDOWN;
	if (!is_in_kernel(through, check->conf, rs))
		return -EAGAIN;
	if (check->conf->target.addr.family == AF_INET)
		code = take_local(through, rs, &was_lost);
	if (code == 0)
		code = find_source(check->conf, rs, &source);
	if (code < 0)
		return code;
	fd = socket(kind.family, kind.type | SOCK_NONBLOCK | SOCK_CLOEXEC, kind.protocol);
	if (fd < 0)
		return -errno;
	code = socket_bind(through, fd, check, &source);
	if (code == 0)
		return fd;
	close(fd);
	return code;
}

/* --- outcomes --- */

static long read_rp_filter(const char *interface)
{
	char dir[64], value[HOST_SYSCTL_MAX];

	snprintf(dir, sizeof(dir), "/proc/sys/net/ipv4/conf/%s", interface);
	return host_sysctl_read(dir, "rp_filter", value, NULL) < 0 ? 0 : strtol(value, NULL, 10);
}

/* Is addr on the interface? *ret_is_here: it is on this machine. */
static bool is_on(const struct addr *addr, const char *interface, bool *ret_is_here)
{
	struct ifaddrs *list, *at;
	bool is_on = false;

	*ret_is_here = false;
	if (getifaddrs(&list) < 0)
		return false;
	for (at = list; at; at = at->ifa_next) {
		struct endpoint ep;

		if (!at->ifa_addr || at->ifa_addr->sa_family != addr->family ||
		    endpoint_from_sockaddr(at->ifa_addr, &ep) < 0 ||
		    addr_cmp(&ep.addr, addr))
			continue;
		*ret_is_here = true;
		is_on |= !strcmp(at->ifa_name, interface);
	}
	freeifaddrs(list);
	return is_on;
}

/*
 * Does the kernel drop answers from vip on the interface, since packets to vip would leave by another one?
 * The greater of the values for all interfaces and for this one counts; 1 is strict.
 */
static bool is_filtered(const struct through *through, const struct addr *vip,
			const struct path_link *link)
{
	const struct path_way way = {.target = {.addr = *vip, .port = 1}, .interface = ""};
	long all = read_rp_filter("all"), own = read_rp_filter(link->name);
	unsigned index = link->index;
	bool is_here, is_same;

	if ((all > own ? all : own) != 1)
		return false;
	is_same = is_on(vip, link->name, &is_here);
	return is_here ? !is_same : path_watch_interface(*through->watch, &way) != index;
}

/* Has this machine dropped the answer? Then the reason says so. Only IPv4 has such rules. */
static bool has_dropped(struct through *through, const struct health_check *check,
			const struct conf_real_server *rs, struct probe_result *result)
{
	const struct path_link *link = link_to(through, rs);
	char interface[CONF_IFNAME_MAX];
	bool was_lost;

	if (check->conf->target.addr.family != AF_INET || !link)
		return false;
	snprintf(interface, sizeof(interface), "%s", link->name);
	if (is_filtered(through, &check->conf->target.addr, link)) {
		snprintf(result->reason, sizeof(result->reason),
			 "no verdict: rp_filter of %s is 1, which drops answers from an address that is "
			 "elsewhere: set it to 2",
			 interface);
		return true;
	}
	if (take_local(through, rs, &was_lost) == 0 && !was_lost)
		return false;
	snprintf(result->reason, sizeof(result->reason),
		 "no verdict: somebody else has changed accept_local of %s", interface);
	return true;
}

/* Adds the way to the reason: "no connection within 1.000 s (10.9.0.100:80 through 10.9.0.21): is that address on
 * its lo?" An outcome that the check process has only counted has the reason of the last one, with the way. */
static void explain(const struct conf_check *check, const struct conf_real_server *rs,
		    struct probe_result *result)
{
	char target[ENDPOINT_TEXT_MAX], server[ADDR_TEXT_MAX], way[PROBE_REASON_MAX];
	size_t len = strlen(result->reason);
	int way_len = snprintf(way, sizeof(way), " (%s through %s): is that address on its lo?",
			       endpoint_format(&check->target, target),
			       addr_format(&rs->ep.addr, server));
	size_t room = sizeof(result->reason) - 1 - (size_t)way_len;

	if (len >= (size_t)way_len && !strcmp(result->reason + len - (size_t)way_len, way))
		return;
	if (len > room)
		len = room; /* the reason is cut, not the way */
	memcpy(result->reason + len, way, (size_t)way_len + 1);
}

void through_judge(struct through *through, uint64_t id, struct probe_result *result)
{
	const struct health_check *check = health_check_find(through->health, id);
	const struct conf_real_server *rs;

	if (!check || !check->conf->is_through_vip || result->outcome != PROBE_FAIL ||
	    result->is_answered)
		return;
	if (through->is_stopped) {
		result->outcome = PROBE_NONE;
		snprintf(result->reason, sizeof(result->reason), "no verdict: lvsd stops");
		return;
	}
	rs = real_server_of(through, check);
	if (has_dropped(through, check, rs, result))
		result->outcome = PROBE_NONE;
	else
		explain(check->conf, rs, result);
}
