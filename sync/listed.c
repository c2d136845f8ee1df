/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/listed.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* linux/ip_vs.h: IP_VS_CONN_F_INACTIVE */
#define FLAG_INACTIVE	 0x0100
#define OPTION_PE_DATA	 2 /* IPVS_OPT_PE_DATA */
#define OPTION_PE_NAME	 3 /* IPVS_OPT_PE_NAME */
#define WORD_MAX	 256
#define TIMEOUT_MAX_S	 2678400u /* a timer that has ended may be shown as a huge number */

/* States that a kernel announces, by their numbers in it (include/net/ip_vs.h). A template has no protocol here. */
static const struct listed_state {
	uint8_t protocol;
	const char *name;
	uint16_t number;
	bool is_active;
} states[] = {
    {IPPROTO_TCP, "ESTABLISHED", 1, true}, {IPPROTO_TCP, "FIN_WAIT", 4, false},
    {IPPROTO_TCP, "TIME_WAIT", 5, false},  {IPPROTO_TCP, "CLOSE", 6, false},
    {IPPROTO_TCP, "CLOSE_WAIT", 7, false}, {IPPROTO_UDP, "UDP", 0, false},
    {IPPROTO_SCTP, "ESTABLISHED", 8, true},
};

static const struct {
	const char *name;
	uint8_t number;
} protocols[] = {
    {"TCP", IPPROTO_TCP}, {"UDP", IPPROTO_UDP}, {"SCTP", IPPROTO_SCTP}, {"IP", IPPROTO_IP}};

struct line {
	uint8_t protocol;
	struct endpoint client, virtual_server, dest;
	char state[32];
	uint32_t left_s;
	char engine[32], data[WORD_MAX]; /* "": none */
};

/* Copies the next word. Returns false if there is none, or it is too long. */
static bool word_take(const char **at, char *ret_word, size_t size)
{
	size_t len;

	*at += strspn(*at, " ");
	len = strcspn(*at, " \n");
	if (!len || len >= size)
		return false;
	memcpy(ret_word, *at, len);
	ret_word[len] = '\0';
	*at += len;
	return true;
}

static bool hex_read(const char *word, size_t n_digits, uint32_t *ret_value)
{
	if (strlen(word) != n_digits || strspn(word, "0123456789ABCDEFabcdef") != n_digits)
		return false;
	*ret_value = (uint32_t)strtoul(word, NULL, 16);
	return true;
}

/* "0A090001", or all 32 digits of an IPv6 address with colons, also in brackets. */
static bool address_read(char *word, struct addr *ret_addr)
{
	uint32_t value;
	size_t len = strlen(word);

	if (hex_read(word, 8, &value)) {
		*ret_addr = (struct addr){.family = AF_INET,
					  .bytes = {(uint8_t)(value >> 24), (uint8_t)(value >> 16),
						    (uint8_t)(value >> 8), (uint8_t)value}};
		return true;
	}
	if (len > 2 && word[0] == '[' && word[len - 1] == ']') {
		word[len - 1] = '\0';
		word++;
	}
	return addr_parse(word, ret_addr) == 0 && ret_addr->family == AF_INET6;
}

static bool endpoint_take(const char **at, struct endpoint *ret_ep)
{
	char address[48], port[8];
	uint32_t value;

	if (!word_take(at, address, sizeof(address)) || !word_take(at, port, sizeof(port)) ||
	    !address_read(address, &ret_ep->addr) || !hex_read(port, 4, &value))
		return false;
	ret_ep->port = (uint16_t)value;
	return true;
}

static bool protocol_read(const char *word, uint8_t *ret_protocol)
{
	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++) {
		if (strcmp(word, protocols[i].name))
			continue;
		*ret_protocol = protocols[i].number;
		return true;
	}
	return false;
}

static bool line_read(const char *at, struct line *ret_line)
{
	char word[16], *end;
	struct line line = {0};
	unsigned long long left_s;

	if (!word_take(&at, word, sizeof(word)) || !protocol_read(word, &line.protocol) ||
	    !endpoint_take(&at, &line.client) || !endpoint_take(&at, &line.virtual_server) ||
	    !endpoint_take(&at, &line.dest) || !word_take(&at, line.state, sizeof(line.state)) ||
	    !word_take(&at, word, sizeof(word)) || !isdigit((unsigned char)word[0]))
		return false;
	left_s = strtoull(word, &end, 10);
	if (*end || left_s > TIMEOUT_MAX_S)
		return false;
	line.left_s = (uint32_t)left_s;
	if (word_take(&at, line.engine, sizeof(line.engine)))
		word_take(&at, line.data, sizeof(line.data));
	*ret_line = line;
	return line.client.addr.family == line.virtual_server.addr.family;
}

static const struct listed_state *state_of(const struct line *line)
{
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (states[i].protocol == line->protocol && !strcmp(states[i].name, line->state))
			return &states[i];
	return NULL;
}

/* --- the entry --- */

struct bytes {
	uint8_t *at;
};

static void bytes_put(struct bytes *bytes, const void *from, size_t len)
{
	memcpy(bytes->at, from, len);
	bytes->at += len;
}

static void bytes_number(struct bytes *bytes, uint32_t value, size_t size)
{
	for (size_t i = size; i > 0; i--)
		*bytes->at++ = (uint8_t)(value >> (8 * (i - 1)));
}

static void bytes_option(struct bytes *bytes, uint8_t type, const char *text)
{
	size_t len = strlen(text);

	if (!len)
		return;
	bytes_number(bytes, type, 1);
	bytes_number(bytes, (uint32_t)len, 1);
	bytes_put(bytes, text, len);
}

static size_t entry_write(const struct line *line, uint32_t flags, uint16_t state, uint32_t fwmark,
			  uint32_t timeout_s, uint8_t *raw)
{
	size_t address = addr_len(&line->client.addr), len;
	struct bytes bytes = {raw};

	bytes_number(&bytes, address == 16, 1);
	bytes_number(&bytes, line->protocol, 1);
	bytes_number(&bytes, 0, 2); /* the size, below */
	bytes_number(&bytes, flags, 4);
	bytes_number(&bytes, state, 2);
	bytes_number(&bytes, line->client.port, 2);
	bytes_number(&bytes, line->virtual_server.port, 2);
	bytes_number(&bytes, line->dest.port, 2);
	bytes_number(&bytes, fwmark, 4);
	bytes_number(&bytes, timeout_s ? timeout_s : 1, 4);
	bytes_put(&bytes, line->client.addr.bytes, address);
	bytes_put(&bytes, line->virtual_server.addr.bytes, address);
	bytes_put(&bytes, line->dest.addr.bytes, address);
	if (line->engine[0]) {
		bytes_option(&bytes, OPTION_PE_DATA, line->data);
		bytes_option(&bytes, OPTION_PE_NAME, line->engine);
	}
	len = (size_t)(bytes.at - raw);
	bytes.at = raw + 2;
	bytes_number(&bytes, (uint32_t)len, 2);
	return len;
}

/* A template of a service with a mark has the mark in the place of the virtual address. */
static size_t template_write(const struct line *line, const struct sync_routes *routes, const struct sync_marks *marks,
			     uint8_t *raw)
{
	const uint8_t *bytes = line->virtual_server.addr.bytes;
	uint32_t mark = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
	const struct sync_route *route =
	    line->protocol == IPPROTO_IP
		? sync_route_of_mark(routes, line->virtual_server.addr.family, mark, &line->dest)
		: sync_route_of(routes, marks, line->protocol, &line->virtual_server, &line->dest);

	if (!route || !route->persistence_s)
		return 0;
	return entry_write(line, SYNC_ENTRY_TEMPLATE | FLAG_INACTIVE | route->method, 0, route->service.fwmark,
			   route->persistence_s, raw);
}

size_t sync_listed_entry(const char *text, const struct sync_routes *routes, const struct sync_marks *marks,
			 uint8_t raw[static SYNC_LISTED_MAX])
{
	const struct listed_state *state;
	const struct sync_route *route;
	struct line line;

	/* The kernel's entries have one family. */
	if (!line_read(text, &line) || line.dest.addr.family != line.client.addr.family)
		return 0;
	if (!line.client.port || line.protocol == IPPROTO_IP)
		return template_write(&line, routes, marks, raw);
	state = state_of(&line);
	route = state ? sync_route_of(routes, marks, line.protocol, &line.virtual_server, &line.dest) : NULL;
	if (!route || route->has_deltas)
		return 0;
	return entry_write(&line, route->method | (state->is_active ? 0 : FLAG_INACTIVE), state->number,
			   route->service.fwmark, line.left_s, raw);
}
