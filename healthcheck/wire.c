/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/wire.h"
#include "base/pack.h"

#include <errno.h>
#include <string.h>

/* Bytes that the shortest URL and a status range take: a count beyond them is a lie. */
#define URL_BYTES_MIN (3 * 2 + 2)
#define STATUS_BYTES  (2 * 2)
#define DIGEST_LEN    32

/* A day; what is longer cannot be meant. */
#define TIMEOUT_MAX_US (86400 * US_PER_S)

static void put_text(struct pack_writer *writer, const char *text)
{
	size_t len = strlen(text);

	pack_put_u16(writer, len);
	pack_put(writer, text, len);
}

static void put_endpoint(struct pack_writer *writer, const struct endpoint *ep)
{
	pack_put_u16(writer, ep->addr.family);
	pack_put(writer, ep->addr.bytes, sizeof(ep->addr.bytes));
	pack_put_u16(writer, ep->port);
}

static void put_url(struct pack_writer *writer, const struct conf_url *url)
{
	put_text(writer, url->path);
	put_text(writer, url->host);
	put_text(writer, url->digest);
	pack_put_u16(writer, url->n_statuses);
	for (size_t i = 0; i < url->n_statuses; i++) {
		pack_put_u16(writer, url->statuses[i].first);
		pack_put_u16(writer, url->statuses[i].last);
	}
}

static void put_tls(struct pack_writer *writer, const char *sni, const struct check_tls *tls)
{
	put_text(writer, sni);
	put_text(writer, tls ? tls->ca : "");
	put_text(writer, tls ? tls->certificate : "");
	put_text(writer, tls ? tls->key : "");
	put_text(writer, tls ? tls->password : "");
}

size_t check_spec_encode(check_id id, const struct conf_check *conf, const struct check_tls *tls,
			 void *buffer, size_t size)
{
	struct pack_writer writer = {.at = buffer, .left = size};

	pack_put_u64(&writer, id);
	pack_put_u8(&writer, conf->type);
	pack_put_u32(&writer, conf->ordinal);
	put_endpoint(&writer, &conf->target);
	put_endpoint(&writer, &conf->bind);
	pack_put_u64(&writer, conf->connect_timeout_us);
	pack_put_u64(&writer, conf->delay_loop_us);
	pack_put_u64(&writer, conf->delay_before_retry_us);
	pack_put_u32(&writer, conf->retry);
	pack_put_u8(&writer, conf->http_version);
	pack_put_u16(&writer, conf->n_urls);
	for (size_t i = 0; i < conf->n_urls; i++)
		put_url(&writer, &conf->urls[i]);
	if (conf->type == CONF_CHECK_SSL)
		put_tls(&writer, conf->sni, tls);
	return writer.is_full ? 0 : size - writer.left;
}

static bool is_control(uint8_t byte)
{
	return byte < 0x20 || byte == 0x7f;
}

static const char *take_text(struct pack_reader *reader, struct arena *arena)
{
	size_t len = pack_take_u16(reader);
	const uint8_t *bytes = pack_take(reader, len);

	if (!bytes)
		return "";
	for (size_t i = 0; i < len; i++)
		pack_require(reader, !is_control(bytes[i]));
	return reader->is_bad ? "" : arena_strndup(arena, (const char *)bytes, len);
}

/* A text that goes nowhere but to libcrypto: lines are allowed, an early end is not. */
static const char *take_lines(struct pack_reader *reader, struct arena *arena)
{
	size_t len = pack_take_u16(reader);
	const uint8_t *bytes = pack_take(reader, len);

	if (!bytes)
		return "";
	pack_require(reader, !memchr(bytes, '\0', len));
	return reader->is_bad ? "" : arena_strndup(arena, (const char *)bytes, len);
}

static struct endpoint take_endpoint(struct pack_reader *reader)
{
	struct endpoint ep = {.addr.family = pack_take_u16(reader)};
	size_t len = addr_len(&ep.addr);

	pack_take_into(reader, ep.addr.bytes, sizeof(ep.addr.bytes));
	ep.port = pack_take_u16(reader);
	pack_require(reader, len || ep.addr.family == AF_UNSPEC);
	/* Values are compared with memcmp: the unused bytes must be what they are said to be. */
	for (size_t i = len; i < sizeof(ep.addr.bytes); i++)
		pack_require(reader, ep.addr.bytes[i] == 0);
	return ep;
}

/* A count of items that take at least bytes each. */
static size_t take_count(struct pack_reader *reader, size_t bytes)
{
	size_t n = pack_take_u16(reader);

	pack_require(reader, n <= reader->left / bytes);
	return reader->is_bad ? 0 : n;
}

static void require_digest(struct pack_reader *reader, const char *digest)
{
	pack_require(reader, !*digest || (strlen(digest) == DIGEST_LEN &&
					  strspn(digest, "0123456789abcdef") == DIGEST_LEN));
}

static void take_url(struct pack_reader *reader, struct arena *arena, struct conf_url *url)
{
	url->path = take_text(reader, arena);
	url->host = take_text(reader, arena);
	url->digest = take_text(reader, arena);
	url->place.file = "";
	require_digest(reader, url->digest);
	url->n_statuses = take_count(reader, STATUS_BYTES);
	pack_require(reader, url->n_statuses > 0 && *url->path);
	url->statuses = arena_calloc(arena, url->n_statuses, sizeof(*url->statuses));
	for (size_t i = 0; i < url->n_statuses; i++) {
		struct conf_status_range range = {pack_take_u16(reader), pack_take_u16(reader)};

		pack_require(reader,
			     100 <= range.first && range.first <= range.last && range.last <= 599);
		url->statuses[i] = range;
	}
}

static void take_tls(struct pack_reader *reader, struct arena *arena, const char **ret_sni,
		     struct check_tls *ret_tls)
{
	static const char name_bytes[] = "abcdefghijklmnopqrstuvwxyz"
					 "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";

	*ret_sni = take_text(reader, arena);
	pack_require(reader, strlen(*ret_sni) == strspn(*ret_sni, name_bytes));
	ret_tls->ca = take_lines(reader, arena);
	ret_tls->certificate = take_lines(reader, arena);
	ret_tls->key = take_lines(reader, arena);
	ret_tls->password = take_lines(reader, arena);
}

static void require_sound(struct pack_reader *reader, const struct conf_check *conf)
{
	uint16_t family = conf->target.addr.family, source = conf->bind.addr.family;

	pack_require(reader, conf->type <= CONF_CHECK_SSL);
	pack_require(reader, conf->http_version <= CONF_HTTP_1_1);
	pack_require(reader, family != AF_UNSPEC);
	pack_require(reader, source == AF_UNSPEC || source == family);
	pack_require(reader, 0 < conf->connect_timeout_us &&
				 conf->connect_timeout_us <= (uint64_t)TIMEOUT_MAX_US);
	pack_require(reader, (conf->type != CONF_CHECK_TCP) == (conf->n_urls > 0));
}

int check_spec_decode(const void *body, size_t len, struct arena *arena, check_id *ret_id,
		      struct conf_check *ret_conf, struct check_tls *ret_tls)
{
	struct pack_reader reader = {.at = body, .left = len};
	struct conf_check conf = {.place.file = "", .sni = ""};
	struct check_tls tls = {"", "", "", ""};
	check_id id = pack_take_u64(&reader);

	conf.type = pack_take_u8(&reader);
	conf.ordinal = pack_take_u32(&reader);
	conf.target = take_endpoint(&reader);
	conf.bind = take_endpoint(&reader);
	conf.connect_timeout_us = pack_take_u64(&reader);
	conf.delay_loop_us = pack_take_u64(&reader);
	conf.delay_before_retry_us = pack_take_u64(&reader);
	conf.retry = pack_take_u32(&reader);
	conf.http_version = pack_take_u8(&reader);
	conf.n_urls = take_count(&reader, URL_BYTES_MIN);
	require_sound(&reader, &conf);
	if (conf.n_urls)
		conf.urls = arena_calloc(arena, conf.n_urls, sizeof(*conf.urls));
	for (size_t i = 0; i < conf.n_urls; i++)
		take_url(&reader, arena, &conf.urls[i]);
	if (conf.type == CONF_CHECK_SSL)
		take_tls(&reader, arena, &conf.sni, &tls);
	if (reader.is_bad || reader.left || !id)
		return -EBADMSG;
	*ret_id = id;
	*ret_conf = conf;
	*ret_tls = tls;
	return 0;
}

size_t check_outcome_encode(check_id id, const struct probe_result *result, void *buffer,
			    size_t size)
{
	struct pack_writer writer = {.at = buffer, .left = size};

	pack_put_u64(&writer, id);
	pack_put_u8(&writer, result->outcome);
	pack_put_u32(&writer, result->latency_us);
	pack_put_u8(&writer, result->is_answered);
	pack_put_u8(&writer, result->fault);
	put_text(&writer, result->reason);
	return writer.is_full ? 0 : size - writer.left;
}

int check_outcome_decode(const void *body, size_t len, check_id *ret_id,
			 struct probe_result *ret_result)
{
	struct pack_reader reader = {.at = body, .left = len};
	struct probe_result result = {0};
	check_id id = pack_take_u64(&reader);
	size_t reason_len;
	uint8_t answered;

	result.outcome = pack_take_u8(&reader);
	result.latency_us = pack_take_u32(&reader);
	answered = pack_take_u8(&reader);
	result.is_answered = answered != 0;
	result.fault = pack_take_u8(&reader);
	pack_require(&reader, answered <= 1 && result.fault < PATH_FAULTS &&
				  (result.fault == PATH_FINE || result.outcome == PROBE_NONE));
	reason_len = pack_take_u16(&reader);
	pack_require(&reader, result.outcome <= PROBE_NONE && reason_len < sizeof(result.reason));
	if (reader.is_bad || reader.left != reason_len || !id)
		return -EBADMSG;
	pack_take_into(&reader, result.reason, reason_len);
	for (size_t i = 0; i < reason_len; i++)
		if (is_control((uint8_t)result.reason[i]) || (uint8_t)result.reason[i] >= 0x80)
			result.reason[i] = '?';
	*ret_id = id;
	*ret_result = result;
	return 0;
}
