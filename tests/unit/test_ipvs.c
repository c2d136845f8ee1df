/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables, what is wanted, what is owned, and when to reconcile. */
#include "base/arena.h"
#include "ipvs/owned.h"
#include "ipvs/recon.h"
#include "ipvs/state.h"
#include "ipvs/timeouts.h"
#include "ipvs/want.h"

#include <check.h>
#include <linux/ip_vs.h>
#include <stdlib.h>
#include <string.h>

static struct svckey key_of(const char *text)
{
	struct svckey key;

	ck_assert_int_eq(svckey_parse(text, &key), 0);
	return key;
}

static struct endpoint endpoint_of(const char *text)
{
	struct endpoint ep;

	ck_assert_int_eq(endpoint_parse(text, &ep), 0);
	return ep;
}

START_TEST(tables_are_sorted_without_doubles_and_searched)
{
	static const char *const texts[] = {"fwm4:7",
					    "tcp:10.9.0.100:80",
					    "udp:[fd09::100]:53",
					    "tcp:10.9.0.100:80",
					    "tcp:10.9.0.9:80",
					    "fwm4:7"};
	struct ipvs_state state = {0};
	struct svckey key;
	struct endpoint ep = endpoint_of("10.9.0.21:80");

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct ipvs_service *service;

		key = key_of(texts[i]);
		service = ipvs_state_add(&state, &key);
		for (uint16_t port = 9; port > 0; port--) {
			ep.port = port / 2;
			ipvs_service_add(service, &ep)->weight = port;
		}
	}
	ipvs_state_sort(&state);
	ck_assert_uint_eq(state.n_services, 4);
	for (size_t i = 0; i + 1 < state.n_services; i++)
		ck_assert_int_lt(svckey_cmp(&state.services[i].key, &state.services[i + 1].key), 0);
	ck_assert_ptr_eq(ipvs_state_find(&state, &key), &state.services[3]);
	ck_assert_uint_eq(state.services[3].n_dests, 5);
	ep.port = 3;
	ck_assert_ptr_eq(ipvs_service_find(&state.services[3], &ep), &state.services[3].dests[3]);
	ep.port = 5;
	ck_assert_ptr_null(ipvs_service_find(&state.services[3], &ep));
	key = key_of("fwm6:7");
	ck_assert_ptr_null(ipvs_state_find(&state, &key));
	ipvs_state_clear(&state);
	ck_assert_uint_eq(state.n_services, 0);
	ck_assert_ptr_null(ipvs_state_find(&state, &key));
	ipvs_state_sort(&state);
}
END_TEST

START_TEST(methods_have_names)
{
	ck_assert_str_eq(ipvs_method_name(IPVS_METHOD_NAT), "NAT");
	ck_assert_str_eq(ipvs_method_name(IPVS_METHOD_DR), "DR");
	ck_assert_str_eq(ipvs_method_name(IPVS_METHOD_TUN), "TUN");
	ck_assert_str_eq(ipvs_method_name(IPVS_METHOD_LOCAL), "LOCAL");
	ck_assert_str_eq(ipvs_method_name(7), "?");
}
END_TEST

START_TEST(want_names_every_field)
{
	struct conf_real_server web[] = {
	    {.ep = endpoint_of("10.9.0.22:80"), .weight = 1, .method = CONF_METHOD_DR},
	    {.ep = endpoint_of("10.9.0.21:80"),
	     .weight = 1,
	     .method = CONF_METHOD_NAT,
	     .upper_threshold = 9,
	     .lower_threshold = 8},
	    {.ep = endpoint_of("10.9.0.23:80"), .weight = 1, .method = CONF_METHOD_DR},
	};
	struct conf_real_server dns[] = {
	    {.ep = endpoint_of("[fd09::21]:53"),
	     .weight = 1,
	     .method = CONF_METHOD_TUN,
	     .tunnel = {CONF_TUNNEL_GUE, CONF_TUNNEL_REMCSUM, 6080}},
	};
	struct conf_virtual_server servers[] = {
	    {.key = key_of("udp:[fd09::100]:53"),
	     .scheduler = "mh",
	     .scheduler_flags = {true, false, true},
	     .is_one_packet = true,
	     .persistence_timeout = 300,
	     .granularity_ipv4 = CONF_EACH_IPV4,
	     .granularity_ipv6 = 64,
	     .persistence_engine = "sip",
	     .real_servers = dns,
	     .n_real_servers = 1},
	    {.key = key_of("tcp:10.9.0.100:80"),
	     .scheduler = "wlc",
	     .granularity_ipv4 = htonl(0xffffff00),
	     .granularity_ipv6 = CONF_EACH_IPV6,
	     .persistence_engine = "",
	     .real_servers = web,
	     .n_real_servers = 3},
	};
	const struct conf conf = {.virtual_servers = servers, .n_virtual_servers = 2};
	const struct ipvs_view_rs view[] = {{true, 9}, {true, 5}, {true, 0}, {false, 1}};
	const struct ipvs_view_rs sorry[] = {{false, 0}, {false, 0}};
	struct ipvs_state want = {0};
	struct ipvs_service *http, *names;

	ipvs_want(&conf, view, sorry, &want);
	ck_assert_uint_eq(want.n_services, 2);
	http = &want.services[0];
	names = &want.services[1];
	ck_assert_str_eq(http->scheduler, "wlc");
	ck_assert_uint_eq(http->flags, 0);
	ck_assert_uint_eq(http->timeout, 0);
	ck_assert_uint_eq(http->netmask, htonl(0xffffff00));
	ck_assert_str_eq(http->pe, "");
	ck_assert_uint_eq(http->n_dests, 2);
	ck_assert_int_eq(http->dests[0].method, IPVS_METHOD_NAT);
	ck_assert_uint_eq(http->dests[0].weight, 0);
	ck_assert_uint_eq(http->dests[0].upper_threshold, 9);
	ck_assert_uint_eq(http->dests[0].lower_threshold, 8);
	ck_assert_int_eq(http->dests[1].method, IPVS_METHOD_DR);
	ck_assert_uint_eq(http->dests[1].weight, 5);
	ck_assert_uint_eq(names->flags, IP_VS_SVC_F_PERSISTENT | IP_VS_SVC_F_ONEPACKET |
					    IP_VS_SVC_F_SCHED1 | IP_VS_SVC_F_SCHED3);
	ck_assert_str_eq(names->pe, "sip");
	ck_assert_uint_eq(names->timeout, 300);
	ck_assert_uint_eq(names->netmask, 64);
	ck_assert_uint_eq(names->n_dests, 1);
	ck_assert_int_eq(names->dests[0].method, IPVS_METHOD_TUN);
	ck_assert_uint_eq(names->dests[0].weight, 9);
	ck_assert_uint_eq(names->dests[0].tun_type, IP_VS_CONN_F_TUNNEL_TYPE_GUE);
	ck_assert_uint_eq(names->dests[0].tun_port, 6080);
	ck_assert_uint_eq(names->dests[0].tun_flags, IP_VS_TUNNEL_ENCAP_FLAG_REMCSUM);
	ipvs_state_clear(&want);
}
END_TEST

START_TEST(each_member_of_a_group_is_a_service)
{
	struct conf_real_server web[] = {
	    {.ep = endpoint_of("10.9.0.21:80"), .method = CONF_METHOD_DR, .has_port_of_member = true},
	    {.ep = endpoint_of("10.9.0.22:8080"), .method = CONF_METHOD_NAT},
	};
	struct conf_member members[] = {{.key = key_of("tcp:10.9.0.101:443")},
					{.key = key_of("tcp:10.9.0.100:80")},
					{.key = key_of("fwm4:7")}};
	struct conf_virtual_server server = {
	    .key = key_of("tcp:group:web"),
	    .members = members,
	    .n_members = 3,
	    .scheduler = "wlc",
	    .persistence_engine = "",
	    .real_servers = web,
	    .n_real_servers = 2,
	    .has_sorry_server = true,
	    .sorry_server = {.ep = endpoint_of("10.9.0.29:0"), .has_port_of_member = true}};
	const struct conf conf = {.virtual_servers = &server, .n_virtual_servers = 1};
	const struct ipvs_view_rs view[] = {{true, 3}, {true, 5}}, sorry[] = {{true, 1}};
	struct ipvs_state want = {0};
	static const uint16_t ports[] = {80, 443, 0};

	ipvs_want(&conf, view, sorry, &want);
	ck_assert_uint_eq(want.n_services, 3);
	for (size_t i = 0; i < 3; i++) {
		const struct ipvs_service *service = &want.services[i];

		ck_assert_uint_eq(service->n_dests, 3);
		ck_assert_uint_eq(service->dests[0].ep.port, ports[i]);
		ck_assert_uint_eq(service->dests[0].weight, 3);
		ck_assert_uint_eq(service->dests[1].ep.port, 8080);
		ck_assert_uint_eq(service->dests[2].ep.port, ports[i]);
	}
	ipvs_state_clear(&want);
}
END_TEST

/* In the member of port 80 the sorry server is a real server, in the other one it is not. */
START_TEST(a_sorry_server_may_be_a_real_server)
{
	struct conf_real_server web[] = {{.ep = endpoint_of("10.9.0.21:80"),
					  .method = CONF_METHOD_NAT,
					  .upper_threshold = 9}};
	struct conf_member members[] = {{.key = key_of("tcp:10.9.0.100:80")},
					{.key = key_of("tcp:10.9.0.100:443")}};
	struct conf_virtual_server server = {.key = key_of("tcp:group:web"),
					     .members = members,
					     .n_members = 2,
					     .scheduler = "wlc",
					     .persistence_engine = "",
					     .real_servers = web,
					     .n_real_servers = 1,
					     .has_sorry_server = true,
					     .sorry_server = {.ep = endpoint_of("10.9.0.21:0"),
							      .method = CONF_METHOD_DR,
							      .has_port_of_member = true}};
	const struct conf conf = {.virtual_servers = &server, .n_virtual_servers = 1};
	static const struct {
		struct ipvs_view_rs view, sorry;
		uint32_t weight;
	} cases[] = {{{true, 0}, {true, 1}, 1},
		     {{false, 0}, {true, 1}, 1},
		     {{true, 4}, {true, 0}, 4},
		     {{false, 0}, {true, 0}, 0}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ipvs_state want = {0};
		const struct ipvs_dest *dest;

		ipvs_want(&conf, &cases[i].view, &cases[i].sorry, &want);
		ck_assert_uint_eq(want.services[0].n_dests, 1);
		dest = want.services[0].dests;
		ck_assert_uint_eq(dest->weight, cases[i].weight);
		/* Present or not, the settings are those of the real server. */
		ck_assert(dest->method == IPVS_METHOD_NAT && dest->upper_threshold == 9);
		ck_assert_uint_eq(want.services[1].n_dests, 1 + cases[i].view.is_present);
		ipvs_state_clear(&want);
	}
	ck_assert(conf_server_is_sorry(&server, web));
	members[0].key.ep.port = 81;
	ck_assert(!conf_server_is_sorry(&server, web));
}
END_TEST

START_TEST(owned_keys_are_claimed_and_trimmed)
{
	struct ipvs_owned owned = {0};
	struct ipvs_state want = {0}, have = {0};
	struct svckey a = key_of("tcp:10.9.0.1:80"), b = key_of("tcp:10.9.0.2:80"),
		      c = key_of("fwm4:1");

	ipvs_state_add(&want, &b);
	ipvs_state_add(&want, &c);
	ck_assert(ipvs_owned_claim(&owned, &want));
	ck_assert(!ipvs_owned_claim(&owned, &want));
	*vec_push(&owned.keys) = a;
	ipvs_owned_sort(&owned);
	ck_assert_uint_eq(owned.keys.n, 3);
	ck_assert_int_eq(svckey_cmp(&owned.keys.items[0], &a), 0);
	ipvs_state_clear(&want);
	ipvs_state_add(&want, &b);
	ipvs_state_add(&have, &a);
	ck_assert(ipvs_owned_trim(&owned, &want, &have));
	ck_assert(!ipvs_owned_trim(&owned, &want, &have));
	ck_assert_uint_eq(owned.keys.n, 2);
	ck_assert_int_eq(svckey_cmp(&owned.keys.items[0], &a), 0);
	ck_assert_int_eq(svckey_cmp(&owned.keys.items[1], &b), 0);
	ipvs_owned_free(&owned);
	ipvs_owned_sort(&owned);
	ipvs_state_clear(&want);
	ipvs_state_clear(&have);
}
END_TEST

static void assert_timeouts(struct ipvs_timeouts got, uint32_t tcp, uint32_t tcp_fin, uint32_t udp)
{
	ck_assert_uint_eq(got.tcp, tcp);
	ck_assert_uint_eq(got.tcp_fin, tcp_fin);
	ck_assert_uint_eq(got.udp, udp);
}

START_TEST(former_timeouts_come_back)
{
	struct ipvs_timeouts have = {900, 120, 300}, former = {0};
	const struct ipvs_timeouts none = {0};

	assert_timeouts(ipvs_timeouts_step(&none, &have, &former), 0, 0, 0);
	ck_assert(ipvs_timeouts_are_zero(&former));
	assert_timeouts(
	    ipvs_timeouts_step(&(struct ipvs_timeouts){60, 0, 300}, &have, &former), 60, 0, 0);
	assert_timeouts(former, 900, 0, 300);
	/* Changed by somebody else: set again, and the former value is still the first one. */
	have = (struct ipvs_timeouts){77, 120, 300};
	assert_timeouts(
	    ipvs_timeouts_step(&(struct ipvs_timeouts){60, 5, 0}, &have, &former), 60, 5, 0);
	assert_timeouts(former, 900, 120, 0);
	have = (struct ipvs_timeouts){60, 5, 300};
	assert_timeouts(ipvs_timeouts_step(&none, &have, &former), 900, 120, 0);
	ck_assert(ipvs_timeouts_are_zero(&former));
}
END_TEST

static const struct mono start = {1000 * NS_PER_S};
static const int64_t gap_ns = 4 * NS_PER_S;

START_TEST(a_settled_table_is_read_again_in_time)
{
	struct ipvs_recon recon;
	struct ipvs_recon_next next;
	struct mono due = mono_add_ns(start, gap_ns);

	ipvs_recon_init(&recon, start, gap_ns);
	ck_assert(ipvs_recon_step(&recon, IPVS_RECON_TICK, start).is_run_due);
	next = ipvs_recon_step(&recon, IPVS_RECON_RUN_OK, start);
	ck_assert(!next.is_run_due);
	ck_assert_int_eq(next.wake.ns, due.ns);
	ck_assert(!ipvs_recon_step(&recon, IPVS_RECON_TICK, mono_add_ns(due, -1)).is_run_due);
	ck_assert(ipvs_recon_step(&recon, IPVS_RECON_TICK, due).is_run_due);
	ipvs_recon_step(&recon, IPVS_RECON_RUN_OK, due);
	ck_assert(ipvs_recon_step(&recon, IPVS_RECON_DRIFTED, due).is_run_due);
}
END_TEST

START_TEST(stale_pictures_are_retried_at_once_but_not_for_ever)
{
	struct ipvs_recon recon;

	ipvs_recon_init(&recon, start, gap_ns);
	for (int i = 0; i < IPVS_RECON_STALE_MAX; i++)
		ck_assert(ipvs_recon_step(&recon, IPVS_RECON_RUN_STALE, start).is_run_due);
	ck_assert(!ipvs_recon_step(&recon, IPVS_RECON_RUN_STALE, start).is_run_due);
	ck_assert_int_eq(recon.state, IPVS_RECON_BACKOFF);
}
END_TEST

START_TEST(failures_wait_longer_and_longer)
{
	static const int64_t waits_ms[] = {100, 200, 400, 800, 1600, 3200, 5000, 5000};
	struct ipvs_recon recon;
	struct ipvs_recon_next next;
	struct mono now = start;

	ipvs_recon_init(&recon, now, gap_ns);
	for (size_t i = 0; i < sizeof(waits_ms) / sizeof(waits_ms[0]); i++) {
		next = ipvs_recon_step(&recon, IPVS_RECON_RUN_FAILED, now);
		ck_assert(!next.is_run_due);
		ck_assert_int_eq(mono_sub(next.wake, now), waits_ms[i] * NS_PER_MS);
		ck_assert(!ipvs_recon_step(&recon, IPVS_RECON_DRIFTED, now).is_run_due);
		now = next.wake;
		ck_assert(ipvs_recon_step(&recon, IPVS_RECON_TICK, now).is_run_due);
	}
	ipvs_recon_step(&recon, IPVS_RECON_RUN_OK, now);
	next = ipvs_recon_step(&recon, IPVS_RECON_RUN_FAILED, now);
	ck_assert_int_eq(mono_sub(next.wake, now), 100 * NS_PER_MS);
}
END_TEST

/* One service with an unknown scheduler must not delay a verdict on another by seconds. */
START_TEST(a_change_does_not_wait_for_an_unrelated_failure)
{
	struct ipvs_recon recon;
	struct ipvs_recon_next next;

	ipvs_recon_init(&recon, start, gap_ns);
	for (int i = 0; i < 10; i++)
		ipvs_recon_step(&recon, IPVS_RECON_RUN_FAILED, start);
	ck_assert(ipvs_recon_step(&recon, IPVS_RECON_WANT_CHANGED, start).is_run_due);
	next = ipvs_recon_step(&recon, IPVS_RECON_RUN_FAILED, start);
	ck_assert_int_eq(mono_sub(next.wake, start), IPVS_RECON_BACKOFF_MAX_NS);
}
END_TEST

/* Every event in every state: a run is due now or a finite time is named, and runs in a row end. */
START_TEST(recon_is_total)
{
	for (enum ipvs_recon_state state = 0; state <= IPVS_RECON_BACKOFF; state++)
		for (enum ipvs_recon_event event = 0; event <= IPVS_RECON_RUN_FAILED; event++) {
			struct ipvs_recon recon = {.state = state, .due = start, .gap_ns = gap_ns};
			struct ipvs_recon_next next = ipvs_recon_step(&recon, event, start);

			ck_assert(!mono_is_never(next.wake));
			ck_assert(next.is_run_due == mono_reached(start, next.wake));
			ck_assert_int_le(mono_sub(next.wake, start), 5 * NS_PER_S);
			ck_assert_str_ne(ipvs_recon_state_name(recon.state), "?");
		}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("ipvs");
	TCase *tcase = tcase_create("ipvs");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, tables_are_sorted_without_doubles_and_searched);
	tcase_add_test(tcase, methods_have_names);
	tcase_add_test(tcase, want_names_every_field);
	tcase_add_test(tcase, each_member_of_a_group_is_a_service);
	tcase_add_test(tcase, a_sorry_server_may_be_a_real_server);
	tcase_add_test(tcase, owned_keys_are_claimed_and_trimmed);
	tcase_add_test(tcase, former_timeouts_come_back);
	tcase_add_test(tcase, a_settled_table_is_read_again_in_time);
	tcase_add_test(tcase, stale_pictures_are_retried_at_once_but_not_for_ever);
	tcase_add_test(tcase, failures_wait_longer_and_longer);
	tcase_add_test(tcase, a_change_does_not_wait_for_an_unrelated_failure);
	tcase_add_test(tcase, recon_is_total);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
