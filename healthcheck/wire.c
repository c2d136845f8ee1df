/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/wire.h"
#include "base/pack.h"
#include "conf/kind.h"
#include "conf/kinds/urls.h"
#include "conf/model/member_pack.h"

#include <errno.h>
#include <string.h>

#define DIGEST_LEN 32
/* The id and the ordinal, with which a SPEC begins. */
#define NAME_SIZE 12
#define HEX_DIGITS "0123456789abcdefABCDEF"

/* Is type a kind that the check process runs? False for a number that is no kind. */
static bool is_crossing(unsigned type)
{
	return type < CONF_CHECK_KINDS && conf_kinds[type].facts.runner == CONF_RUNNER_CHECK;
}

static void put_tls(struct pack_writer *writer, const struct check_tls *tls)
{
	member_pack_text(writer, tls ? tls->ca : "");
	member_pack_text(writer, tls ? tls->certificate : "");
	member_pack_text(writer, tls ? tls->key : "");
	member_pack_text(writer, tls ? tls->password : "");
}

size_t check_spec_encode(check_id id, const struct conf_check *conf, const struct check_tls *tls,
			 void *buffer, size_t size)
{
	const struct conf_kind *kind = &conf_kinds[conf->type];
	struct pack_writer writer = {.at = buffer, .left = size};

	pack_put_u64(&writer, id);
	pack_put_u32(&writer, conf->ordinal);
	pack_put_u8(&writer, conf->type);
	for (size_t i = 0; kind->rules->tables[i]; i++)
		member_pack(&writer, kind->rules->tables[i], kind->block, conf);
	if (conf_check_is_tls(conf))
		put_tls(&writer, tls);
	return writer.is_full ? 0 : size - writer.left;
}

static bool is_control(uint8_t byte)
{
	return byte < 0x20 || byte == 0x7f;
}

/* Decodes a text that is used by libcrypto alone: it may have line ends, but no NUL inside. */
static const char *take_lines(struct pack_reader *reader, struct arena *arena)
{
	size_t len = pack_take_u16(reader);
	const uint8_t *bytes = pack_take(reader, len);

	if (!bytes)
		return "";
	pack_require(reader, !memchr(bytes, '\0', len));
	return reader->is_bad ? "" : arena_strndup(arena, (const char *)bytes, len);
}

static void require_digest(struct pack_reader *reader, const char *digest)
{
	pack_require(reader, !*digest || (strlen(digest) == DIGEST_LEN &&
					  strspn(digest, "0123456789abcdef") == DIGEST_LEN));
}

static void require_regex(struct pack_reader *reader, const struct conf_url *url)
{
	uint32_t bits;

	pack_require(reader, !url->n_regex_stack || url->n_regex_stack == 2);
	pack_require(reader, url->regex_max_offset <= (uint64_t)UINT32_MAX + 1 &&
				 url->regex_min_offset <= UINT32_MAX);
	for (size_t i = 0; i < url->n_regex_options; i++)
		pack_require(reader, urls_regex_option(url->regex_options[i].text, &bits));
}

/* Pairs of hex digits; with digits of X: a pattern, which may be CONF_ANY_BYTES too. */
static void require_hex(struct pack_reader *reader, const char *text, const char *digits)
{
	size_t len = strspn(text, digits);

	pack_require(reader, len == strlen(text) && len % 2 == 0);
}

static void require_request(struct pack_reader *reader, const struct conf_url *url)
{
	for (const char *at = url->method; *at; at++)
		pack_require(reader, 'A' <= *at && *at <= 'Z');
	require_hex(reader, url->body_hex, "0123456789abcdefABCDEF");
	for (size_t i = 0; i < url->n_headers; i++)
		pack_require(reader, urls_is_header(url->headers[i].text));
}

static void require_url(struct pack_reader *reader, const struct conf_url *url)
{
	require_request(reader, url);
	require_regex(reader, url);
	require_digest(reader, url->digest);
	pack_require(reader, url->n_statuses > 0 && *url->path);
	for (size_t i = 0; i < url->n_statuses; i++) {
		struct conf_range range = url->statuses[i];

		pack_require(reader,
			     100 <= range.first && range.first <= range.last && range.last <= 599);
	}
}

static void require_urls(struct pack_reader *reader, const struct conf_check *conf)
{
	pack_require(reader, conf_check_kind(conf)->has_urls == (conf->n_urls > 0));
	for (size_t i = 0; i < conf->n_urls && !reader->is_bad; i++) {
		conf->urls[i].place.file = "";
		require_url(reader, &conf->urls[i]);
	}
}

/* The name of a server that TLS may ask for, or nothing. */
static void require_sni(struct pack_reader *reader, const char *sni)
{
	static const char name_bytes[] = "abcdefghijklmnopqrstuvwxyz"
					 "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";

	pack_require(reader, strlen(sni) == strspn(sni, name_bytes));
}

static void take_tls(struct pack_reader *reader, struct arena *arena,
		     const struct conf_check *conf, struct check_tls *ret_tls)
{
	require_sni(reader, conf->sni);
	/* With another text libcurl would open a file. */
	pack_require(reader, !*conf->tls_pin || ssl_is_pin(conf->tls_pin));
	ret_tls->ca = take_lines(reader, arena);
	ret_tls->certificate = take_lines(reader, arena);
	ret_tls->key = take_lines(reader, arena);
	ret_tls->password = take_lines(reader, arena);
}

static void require_datagram(struct pack_reader *reader, const struct conf_check *conf)
{
	require_hex(reader, conf->payload, HEX_DIGITS);
	if (strcmp(conf->reply, CONF_ANY_BYTES))
		require_hex(reader, conf->reply, HEX_DIGITS "Xx");
}

/* Expressions and escapes are judged where they are used, as a dialogue can fail there. */
static void require_steps(struct pack_reader *reader, const struct conf_check *conf)
{
	for (size_t i = 0; i < conf->n_steps && !reader->is_bad; i++) {
		struct conf_step *step = &conf->steps[i];

		step->place.file = "";
		pack_require(reader, step->verb < CONF_STEP_VERBS);
		if (step->verb == CONF_STEP_START_TLS)
			require_sni(reader, step->text);
		else
			pack_require(reader, step->text[0] != '\0');
		if (step->verb == CONF_STEP_SEND_HEX || step->verb == CONF_STEP_EXPECT_HEX)
			require_hex(reader, step->text,
				    step->verb == CONF_STEP_SEND_HEX ? HEX_DIGITS : HEX_DIGITS "Xx");
	}
}

static void require_sound(struct pack_reader *reader, const struct conf_check *conf)
{
	uint16_t family = conf->target.addr.family, source = conf->bind.addr.family;

	pack_require(reader, conf->http_version <= CONF_HTTP_2);
	pack_require(reader, family != AF_UNSPEC);
	pack_require(reader, source == AF_UNSPEC || source == family);
	pack_require(reader, !conf->is_through_vip || conf->fwmark);
	pack_require(reader, 0 < conf->connect_timeout_us &&
				 conf->connect_timeout_us <= (uint64_t)SCHEMA_TIMER_MAX_US);
}

int check_spec_decode(const void *body, size_t len, struct arena *arena, check_id *ret_id,
		      struct conf_check *ret_conf, struct check_tls *ret_tls)
{
	struct pack_reader reader = {.at = body, .left = len};
	struct conf_check conf = {
	    .place.file = "", .bind_if = "", .sni = "", .payload = "", .reply = "", .dns_name = "",
	    .helo_name = "", .agent_send = "", .tls_name = "", .tls_pin = ""};
	struct check_tls tls = {"", "", "", ""};
	const struct conf_kind *kind;
	check_id id = pack_take_u64(&reader);

	conf.ordinal = pack_take_u32(&reader);
	conf.type = pack_take_u8(&reader);
	if (!is_crossing(conf.type))
		return -EBADMSG;
	kind = &conf_kinds[conf.type];
	for (size_t i = 0; kind->rules->tables[i]; i++)
		member_unpack(&reader, arena, kind->rules->tables[i], kind->block, &conf);
	if (reader.is_bad) /* the check may have urls that were only half read */
		return -EBADMSG;
	require_sound(&reader, &conf);
	require_urls(&reader, &conf);
	require_datagram(&reader, &conf);
	require_steps(&reader, &conf);
	if (reader.is_bad)
		return -EBADMSG;
	if (conf_check_is_tls(&conf))
		take_tls(&reader, arena, &conf, &tls);
	if (reader.is_bad || reader.left || !id)
		return -EBADMSG;
	*ret_id = id;
	*ret_conf = conf;
	*ret_tls = tls;
	return 0;
}

const void *check_spec_meaning(const void *body, size_t len, size_t *ret_len)
{
	size_t skipped = len < NAME_SIZE ? len : NAME_SIZE;

	*ret_len = len - skipped;
	return (const char *)body + skipped;
}

static void put_mono(struct pack_writer *writer, struct mono at)
{
	pack_put_u64(writer, (uint64_t)at.ns);
}

/* A time of CLOCK_MONOTONIC, which is never negative. */
static struct mono take_mono(struct pack_reader *reader)
{
	struct mono at = {(int64_t)pack_take_u64(reader)};

	pack_require(reader, at.ns >= 0);
	return at;
}

void check_word_put(struct pack_writer *writer, const struct health_word *word)
{
	pack_put_u64(writer, word->id);
	put_mono(writer, word->due);
	put_mono(writer, word->not_before);
	pack_put_u64(writer, word->interval_us);
	pack_put_u64(writer, word->hash);
	pack_put_u8(writer, word->rest);
	pack_put_u32(writer, word->seq);
}

void check_word_take(struct pack_reader *reader, struct health_word *ret_word)
{
	struct health_word word = {.id = pack_take_u64(reader)};

	word.due = take_mono(reader);
	word.not_before = take_mono(reader);
	word.interval_us = pack_take_u64(reader);
	word.hash = pack_take_u64(reader);
	word.rest = pack_take_u8(reader);
	word.seq = pack_take_u32(reader);
	pack_require(reader, word.id && word.rest <= PROBE_NONE);
	*ret_word = word;
}

void check_lateness_put(struct pack_writer *writer, const struct lateness_sums *sums)
{
	pack_put_u64(writer, sums->n);
	pack_put_u64(writer, sums->p50_us);
	pack_put_u64(writer, sums->p99_us);
	pack_put_u64(writer, sums->most_us);
}

void check_lateness_take(struct pack_reader *reader, struct lateness_sums *ret_sums)
{
	struct lateness_sums sums;

	sums.n = pack_take_u64(reader);
	sums.p50_us = pack_take_u64(reader);
	sums.p99_us = pack_take_u64(reader);
	sums.most_us = pack_take_u64(reader);
	pack_require(reader, sums.p50_us <= sums.p99_us && sums.p99_us <= sums.most_us &&
				 sums.most_us <= INT64_MAX && sums.n <= INT64_MAX);
	*ret_sums = sums;
}

void check_count_put(struct pack_writer *writer, const struct health_count *count)
{
	pack_put_u64(writer, count->id);
	pack_put_u32(writer, count->seq);
	pack_put_u32(writer, count->n);
	pack_put_u32(writer, count->last_us);
	pack_put_u64(writer, count->sum_us);
	put_mono(writer, count->started);
}

void check_count_take(struct pack_reader *reader, struct health_count *ret_count)
{
	struct health_count count = {.id = pack_take_u64(reader)};

	count.seq = pack_take_u32(reader);
	count.n = pack_take_u32(reader);
	count.last_us = pack_take_u32(reader);
	count.sum_us = pack_take_u64(reader);
	count.started = take_mono(reader);
	pack_require(reader, count.id && (count.n ? count.sum_us >= count.last_us : !count.sum_us));
	*ret_count = count;
}

void check_told_put(struct pack_writer *writer, const struct health_told *told)
{
	const struct probe_result *result = &told->result;

	check_count_put(writer, &told->before);
	pack_put_u8(writer, result->outcome);
	pack_put_u32(writer, result->latency_us);
	put_mono(writer, result->started);
	pack_put_u8(writer, result->is_answered);
	pack_put_u8(writer, result->is_ended);
	pack_put_u8(writer, result->fault);
	member_pack_text(writer, result->reason);
}

void check_told_take(struct pack_reader *reader, struct health_told *ret_told)
{
	struct probe_result result = {0};
	struct health_count before;
	size_t reason_len;
	uint8_t answered, ended;

	check_count_take(reader, &before);
	result.outcome = pack_take_u8(reader);
	result.latency_us = pack_take_u32(reader);
	result.started = take_mono(reader);
	answered = pack_take_u8(reader);
	result.is_answered = answered != 0;
	ended = pack_take_u8(reader);
	result.is_ended = ended != 0;
	result.fault = pack_take_u8(reader);
	reason_len = pack_take_u16(reader);
	pack_require(reader, answered <= 1 && result.fault < PATH_FAULTS &&
				 (result.fault == PATH_FINE || result.outcome == PROBE_NONE));
	pack_require(reader, ended <= 1 && (!ended || result.outcome == PROBE_NONE));
	pack_require(reader, result.outcome <= PROBE_NONE && reason_len < sizeof(result.reason));
	if (reader->is_bad)
		return;
	pack_take_into(reader, result.reason, reason_len);
	for (size_t i = 0; i < reason_len; i++)
		if (is_control((uint8_t)result.reason[i]) || (uint8_t)result.reason[i] >= 0x80)
			result.reason[i] = '?';
	*ret_told = (struct health_told){before, result};
}
