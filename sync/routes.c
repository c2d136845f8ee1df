/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/routes.h"
#include "base/pack.h"
#include "base/vec.h"
#include "sync/wire.h"

#include <assert.h>
#include <errno.h>

#define METHOD_MAX 3 /* IP_VS_CONN_F_DROUTE */
/* In the byte of the method. */
#define HAS_DELTAS 0x80
#define IS_ABSENT  0x40

void sync_route_encode(const struct sync_route *route, uint8_t body[static SYNC_ROUTE_SIZE])
{
	struct pack_writer writer = {.at = body, .left = SYNC_ROUTE_SIZE};

	pack_put_u8(&writer, route->service.family == AF_INET6 ? 6 : 4);
	pack_put_u8(&writer, route->service.protocol);
	pack_put_u32(&writer, route->service.fwmark);
	sync_endpoint_put(&writer, &route->service.ep);
	sync_endpoint_put(&writer, &route->dest);
	pack_put_u8(&writer, route->method | (route->has_deltas ? HAS_DELTAS : 0) | (route->is_absent ? IS_ABSENT : 0));
	pack_put_u32(&writer, route->persistence_s);
	pack_put_u16(&writer, 0);
	assert(!writer.is_full && !writer.left);
}

static struct sync_route route_take(struct pack_reader *reader)
{
	uint8_t family = pack_take_u8(reader), method;
	struct sync_route route = {.service = {.family = family == 6 ? AF_INET6 : AF_INET,
					       .protocol = pack_take_u8(reader)}};

	route.service.fwmark = pack_take_u32(reader);
	route.service.ep = sync_endpoint_take(reader);
	route.dest = sync_endpoint_take(reader);
	method = pack_take_u8(reader);
	route.method = method & ~(HAS_DELTAS | IS_ABSENT);
	route.has_deltas = method & HAS_DELTAS;
	route.is_absent = method & IS_ABSENT;
	route.persistence_s = pack_take_u32(reader);
	pack_require(reader, pack_take_u16(reader) == 0 && (family == 4 || family == 6) &&
				 route.method <= METHOD_MAX && route.dest.addr.family != AF_UNSPEC);
	return route;
}

int sync_routes_decode(struct sync_routes *routes, const void *body, size_t len)
{
	struct pack_reader reader = {.at = body, .left = len};
	size_t before = routes->n;

	if (len % SYNC_ROUTE_SIZE)
		return -EBADMSG;
	while (reader.left && !reader.is_bad) {
		struct sync_route route = route_take(&reader);

		if (routes->n < SYNC_ROUTES_MAX)
			*vec_push(routes) = route;
	}
	if (!reader.is_bad)
		return 0;
	routes->n = before;
	return -EBADMSG;
}

static int route_cmp(const void *a, const void *b)
{
	const struct sync_route *x = a, *y = b;
	int order = svckey_cmp(&x->service, &y->service);

	if (!order)
		order = endpoint_cmp(&x->dest, &y->dest);
	return order ? order : x->is_absent - y->is_absent;
}

void sync_routes_sort(struct sync_routes *routes)
{
	if (routes->n)
		qsort(routes->items, routes->n, sizeof(*routes->items), route_cmp);
}

bool sync_routes_grow(const struct sync_routes *before, const struct sync_routes *now)
{
	size_t i = 0;

	for (size_t j = 0; j < now->n; j++) {
		if (now->items[j].is_absent)
			continue;
		while (i < before->n && route_cmp(&before->items[i], &now->items[j]) < 0)
			i++;
		if (i == before->n || route_cmp(&before->items[i], &now->items[j]))
			return true;
	}
	return false;
}

void sync_routes_free(struct sync_routes *routes)
{
	vec_free(routes);
}

/* The index of the first route whose service is not smaller. */
static size_t lower_bound(const struct sync_routes *routes, const struct svckey *service)
{
	size_t low = 0, high = routes->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (svckey_cmp(&routes->items[middle].service, service) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* A service with a mark or for all ports does not use the ports of its destinations if it is persistent; their
 * templates have none (ip_vs_sched_persist()). */
static bool goes_to(const struct sync_route *route, const struct endpoint *dest)
{
	return !addr_cmp(&route->dest.addr, &dest->addr) &&
	       (!route->dest.port || !dest->port || route->dest.port == dest->port ||
		(route->persistence_s && !route->service.ep.port));
}

static const struct sync_route *find_route(const struct sync_routes *routes, const struct svckey *service,
					   const struct endpoint *dest)
{
	for (size_t i = lower_bound(routes, service);
	     i < routes->n && !svckey_cmp(&routes->items[i].service, service); i++)
		if (goes_to(&routes->items[i], dest))
			return &routes->items[i];
	return NULL;
}

static bool has_service(const struct sync_routes *routes, const struct svckey *service)
{
	size_t i = lower_bound(routes, service);

	return i < routes->n && !svckey_cmp(&routes->items[i].service, service);
}

const struct sync_route *sync_route_of_mark(const struct sync_routes *routes, uint16_t family, uint32_t fwmark,
					    const struct endpoint *dest)
{
	return find_route(routes, &(struct svckey){.family = family, .fwmark = fwmark}, dest);
}

/* Services with a mark come behind those with an address. */
static const struct sync_route *find_marked(const struct sync_routes *routes, uint16_t family,
					    const struct endpoint *dest)
{
	const struct svckey first = {.family = AF_INET, .fwmark = 1};
	const struct sync_route *found = NULL;

	for (size_t i = lower_bound(routes, &first); i < routes->n; i++) {
		const struct sync_route *route = &routes->items[i];

		if (route->service.family != family || !goes_to(route, dest))
			continue;
		if (found && found->method != route->method)
			return NULL;
		if (!found)
			found = route;
	}
	return found;
}

/* The service itself, or the one for all ports of its address. */
static const struct sync_route *find_by_address(const struct sync_routes *routes, uint16_t protocol,
						const struct endpoint *virtual_server,
						const struct endpoint *dest)
{
	struct svckey service = {.family = virtual_server->addr.family, .protocol = protocol, .ep = *virtual_server};
	const struct sync_route *route = find_route(routes, &service, dest);

	service.ep.port = 0;
	return route ? route : find_route(routes, &service, dest);
}

static struct svckey ftp_service(const struct sync_entry *entry)
{
	return (struct svckey){.family = entry->virtual_server.addr.family,
			       .protocol = IPPROTO_TCP,
			       .ep = {entry->virtual_server.addr, SYNC_FTP_PORT}};
}

/* A packet may have a mark for other purposes, such as a routing rule: then no service has that mark, and the kernel
 * took the service by its address. */
bool sync_routes_have(const struct sync_routes *routes, const struct sync_entry *entry)
{
	const struct endpoint *virtual_server = &entry->virtual_server;
	uint16_t family = virtual_server->addr.family;
	const struct svckey ftp = ftp_service(entry);

	return (entry->fwmark && sync_route_of_mark(routes, family, entry->fwmark, &entry->dest)) ||
	       find_by_address(routes, entry->protocol, virtual_server, &entry->dest) ||
	       (entry->protocol == IPPROTO_TCP && has_service(routes, &ftp));
}

bool sync_routes_serve(const struct sync_routes *routes, const struct sync_entry *entry)
{
	const struct svckey ftp = ftp_service(entry),
			    mark = {.family = ftp.family, .fwmark = entry->fwmark};
	struct svckey service = {.family = ftp.family, .protocol = entry->protocol, .ep = entry->virtual_server};

	if ((entry->fwmark && has_service(routes, &mark)) || has_service(routes, &service) ||
	    (entry->protocol == IPPROTO_TCP && has_service(routes, &ftp)))
		return true;
	service.ep.port = 0;
	return has_service(routes, &service);
}

const struct sync_route *sync_route_of(const struct sync_routes *routes, const struct sync_marks *marks,
				       uint16_t protocol, const struct endpoint *virtual_server,
				       const struct endpoint *dest)
{
	const struct svckey service = {
	    .family = virtual_server->addr.family, .protocol = protocol, .ep = *virtual_server};
	const struct sync_route *route = find_by_address(routes, protocol, virtual_server, dest);
	uint32_t fwmark = sync_mark_of(marks, &service);

	if (!route && fwmark)
		route = sync_route_of_mark(routes, service.family, fwmark, dest);
	return route ? route : find_marked(routes, service.family, dest);
}
