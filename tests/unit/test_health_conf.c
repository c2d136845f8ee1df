/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/test_health_conf.h"
#include "base/mono.h"

static struct endpoint endpoint_of(uint8_t net, size_t n, uint16_t port)
{
	return (struct endpoint){
	    {AF_INET, {10, net, (uint8_t)(n >> 8), (uint8_t)n}},
	    port,
	};
}

static void fill_checks(struct arena *arena, struct conf_real_server *rs, size_t n)
{
	rs->n_checks = n;
	rs->checks = arena_calloc(arena, n, sizeof(*rs->checks));
	for (size_t i = 0; i < n; i++)
		rs->checks[i] = (struct conf_check){
		    .type = CONF_CHECK_TCP,
		    .ordinal = (unsigned)i + 1,
		    .target = {rs->ep.addr, (uint16_t)(1001 + i)},
		    .connect_timeout_us = US_PER_S,
		    .delay_loop_us = 10 * US_PER_S,
		    .warmup_us = US_PER_S / 2,
		    .delay_before_retry_us = US_PER_S,
		    .retry = 1,
		    .bind_if = "",
		    .sni = "",
		};
}

struct conf *test_conf_new(size_t n_vs, size_t n_rs, size_t n_checks)
{
	struct arena *arena = arena_new();
	struct conf *conf = arena_alloc(arena, sizeof(*conf));

	conf->arena = arena;
	conf->global.state_dump_file = conf->global.stats_dump_file = conf->global.json_dump_file = "";
	conf->n_virtual_servers = n_vs;
	conf->virtual_servers = arena_calloc(arena, n_vs, sizeof(*conf->virtual_servers));
	for (size_t i = 0; i < n_vs; i++) {
		struct conf_virtual_server *vs = &conf->virtual_servers[i];

		vs->key = (struct svckey){.family = AF_INET,
					   .protocol = IPPROTO_TCP,
					   .ep = endpoint_of(0, i, 80)};
		vs->quorum = 1;
		vs->n_real_servers = n_rs;
		vs->real_servers = arena_calloc(arena, n_rs, sizeof(*vs->real_servers));
		for (size_t j = 0; j < n_rs; j++) {
			vs->real_servers[j].ep = endpoint_of(1, i * n_rs + j, 80);
			vs->real_servers[j].id = vs->real_servers[j].ep;
			vs->real_servers[j].weight = 1;
			fill_checks(arena, &vs->real_servers[j], n_checks);
		}
	}
	return conf;
}

void test_conf_free(struct conf *conf)
{
	arena_free(conf->arena);
}

void test_conf_set_http(struct conf *conf, struct conf_check *check, const char *path)
{
	struct conf_range *range = arena_calloc(conf->arena, 1, sizeof(*range));

	*range = (struct conf_range){200, 299};
	check->type = CONF_CHECK_HTTP;
	check->n_urls = 1;
	check->urls = arena_calloc(conf->arena, 1, sizeof(*check->urls));
	*check->urls = (struct conf_url){.path = arena_strdup(conf->arena, path),
					 .host = "",
					 .digest = "",
					 .statuses = range,
					 .n_statuses = 1};
}
