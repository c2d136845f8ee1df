/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks with through_vip: their marks, their services in the kernel, and their source ports. */
#include "conf/load.h"
#include "daemon/director/check/ports.h"
#include "healthcheck/check_key.h"
#include "healthcheck/talk/sockets.h"
#include "ipvs/want.h"

#include <check.h>
#include <errno.h>
#include <linux/ip_vs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct diags diags;

static struct conf *load(const char *text)
{
	struct conf *conf = conf_load_text("t", text, strlen(text), &diags);

	ck_assert_ptr_nonnull(conf);
	return conf;
}

static const struct conf_check *check_of(const struct conf *conf, size_t vs, size_t rs, size_t check)
{
	return &conf->virtual_servers[vs].real_servers[rs].checks[check];
}

#define TCP	"TCP_CHECK {\n}\n"
#define SERVER(address) "real_server " address " 80 {\n" TCP "}\n"
#define SERVICE(vip, servers)                                                                      \
	"virtual_server " vip " 80 {\nprotocol TCP\nlvs_method DR\nthrough_vip\n" servers "}\n"

/* --- marks --- */

START_TEST(a_mark_belongs_to_the_server)
{
	struct conf *two = load(SERVICE("192.0.2.1", SERVER("10.0.0.1") SERVER("10.0.0.2"))
				    SERVICE("192.0.2.2", SERVER("10.0.0.2")));
	struct conf *one = load(SERVICE("192.0.2.1", SERVER("10.0.0.2")));
	const struct conf_check *a = check_of(two, 0, 0, 0), *b = check_of(two, 0, 1, 0);

	ck_assert(a->is_through_vip && b->is_through_vip);
	ck_assert_uint_ne(a->fwmark, b->fwmark);
	ck_assert_uint_ge(a->fwmark, two->global.through_vip_marks);
	ck_assert_uint_lt(a->fwmark - two->global.through_vip_marks, CONF_THROUGH_MARKS);
	/* the same server in another service, and without the other server */
	ck_assert_uint_eq(check_of(two, 1, 0, 0)->fwmark, b->fwmark);
	ck_assert_uint_eq(check_of(one, 0, 0, 0)->fwmark, b->fwmark);
	/* two probes of one address are two probes */
	ck_assert(!endpoint_cmp(&a->target, &b->target));
	ck_assert_int_ne(check_meaning_cmp(a, b), 0);
	/* which come at different times */
	ck_assert_uint_ne(check_pace_hash(&two->virtual_servers[0].key, NULL, a),
			  check_pace_hash(&two->virtual_servers[0].key, NULL, b));
	conf_free(two);
	conf_free(one);
}
END_TEST

/* A default of the service, and kinds that do not have the keyword. */
START_TEST(a_default_leaves_other_kinds_alone)
{
	struct conf *conf =
	    load(SERVICE("192.0.2.1", "real_server 10.0.0.1 80 {\nPING_CHECK {\n}\nAGENT_CHECK {\nagent_port "
				      "9\n}\nKEEP_CHECK {\n}\n" TCP "}\n"));
	const struct conf_real_server *rs = &conf->virtual_servers[0].real_servers[0];

	ck_assert_uint_eq(rs->n_checks, 4);
	for (size_t i = 0; i < 3; i++) {
		ck_assert(!rs->checks[i].is_through_vip && !rs->checks[i].fwmark);
		ck_assert_int_eq(addr_cmp(&rs->checks[i].target.addr, &rs->ep.addr), 0);
	}
	ck_assert(rs->checks[3].is_through_vip);
	conf_free(conf);
}
END_TEST

#define N_SERVERS 12000

static int number_cmp(const void *left, const void *right)
{
	const uint32_t *a = left, *b = right;

	return *a < *b ? -1 : *a > *b;
}

/* So many that some hashes meet: with 12,000 of 8,388,608 about nine pairs do. */
START_TEST(no_two_servers_have_one_mark)
{
	char *text = NULL;
	size_t size, n_moved = 0;
	FILE *out = open_memstream(&text, &size);
	uint32_t *marks = mem_calloc(N_SERVERS, sizeof(*marks));
	struct conf *conf;

	fprintf(out, "virtual_server 192.0.2.1 80 {\nprotocol TCP\nlvs_method DR\nthrough_vip\n");
	for (unsigned i = 0; i < N_SERVERS; i++)
		fprintf(out, "real_server 10.1.%u.%u 80 {\n" TCP "}\n", i / 250, i % 250 + 1);
	fprintf(out, "}\n");
	fclose(out);
	conf = load(text);
	for (size_t i = 0; i < N_SERVERS; i++)
		marks[i] = check_of(conf, 0, i, 0)->fwmark;
	qsort(marks, N_SERVERS, sizeof(*marks), number_cmp);
	for (size_t i = 1; i < N_SERVERS; i++) {
		ck_assert_uint_ne(marks[i - 1], marks[i]);
		n_moved += marks[i - 1] + 1 == marks[i];
	}
	ck_assert_uint_gt(n_moved, 0);
	conf_free(conf);
	free(marks);
	free(text);
}
END_TEST

/* --- services --- */

START_TEST(each_mark_has_a_service_of_one_server)
{
	struct conf *conf =
	    load(SERVICE("192.0.2.1", SERVER("10.0.0.1") "real_server 10.0.0.2 80 {\nlvs_method TUN type "
						      "gue port 6080\n" TCP TCP "}\n")
		     SERVICE("192.0.2.2", SERVER("10.0.0.1"))
			 SERVICE("fd00::1", SERVER("fd00::11")));
	const struct svckey keys[] = {conf_through_key(check_of(conf, 0, 0, 0)),
				      conf_through_key(check_of(conf, 0, 1, 1)),
				      conf_through_key(check_of(conf, 2, 0, 0))};
	struct ipvs_state want = {0};
	const struct ipvs_service *service;

	ipvs_want_passages(conf, &want);
	ipvs_state_sort(&want);
	ck_assert_uint_eq(want.n_services, 3);
	for (size_t i = 0; i < 3; i++) {
		service = ipvs_state_find(&want, &keys[i]);
		ck_assert_ptr_nonnull(service);
		ck_assert_str_eq(service->scheduler, "rr");
		ck_assert_uint_eq(service->flags, IP_VS_SVC_F_ONEPACKET);
		ck_assert_uint_eq(service->timeout, 0);
		ck_assert_uint_eq(service->n_dests, 1);
		ck_assert_uint_eq(service->dests[0].weight, 1);
		ck_assert_uint_eq(service->dests[0].ep.port, 0);
	}
	ck_assert_int_eq(ipvs_state_find(&want, &keys[0])->dests[0].method, IPVS_METHOD_DR);
	service = ipvs_state_find(&want, &keys[1]);
	ck_assert_int_eq(service->dests[0].method, IPVS_METHOD_TUN);
	ck_assert_uint_eq(service->dests[0].tun_type, CONF_TUNNEL_GUE);
	ck_assert_uint_eq(service->dests[0].tun_port, 6080);
	ck_assert_uint_eq(keys[2].family, AF_INET6);
	ipvs_state_clear(&want);
	conf_free(conf);
}
END_TEST

/* A server that is down, or in maintenance, is still asked. */
START_TEST(the_wanted_table_has_them_whatever_the_health)
{
	struct conf *conf = load(SERVICE("192.0.2.1", SERVER("10.0.0.1")));
	const struct ipvs_view_rs absent[1] = {{false, 0}}, sorry = {false, 0};
	const struct svckey key = conf_through_key(check_of(conf, 0, 0, 0));
	struct ipvs_state want = {0};

	ipvs_want(conf, absent, &sorry, &want);
	ck_assert_uint_eq(want.n_services, 2);
	ck_assert_uint_eq(ipvs_state_find(&want, &key)->n_dests, 1);
	ck_assert_uint_eq(ipvs_state_find(&want, &conf->virtual_servers[0].key)->n_dests, 0);
	ipvs_state_clear(&want);
	conf_free(conf);
}
END_TEST

/* --- ports --- */

static const struct endpoint vip = {{AF_INET, {192, 0, 2, 1}}, 80}, other = {{AF_INET, {192, 0, 2, 1}}, 81};
static const struct mono begin = {NS_PER_S};

static struct mono later(int64_t seconds)
{
	return mono_add_ms(begin, seconds * 1000);
}

START_TEST(a_check_keeps_its_port)
{
	struct check_ports ports = {0};
	uint16_t first = check_ports_take(&ports, 7, &vip, 5, begin);

	ck_assert_uint_eq(first, CHECK_PORT_FIRST + 5);
	ck_assert_uint_eq(check_ports_take(&ports, 3, &vip, 5, begin), first + 1);
	ck_assert_uint_eq(check_ports_take(&ports, 9, &other, 5, begin), first); /* other packets */
	ck_assert_uint_eq(check_ports_take(&ports, 7, &vip, 5, later(1000)), first);
	ck_assert_uint_eq(check_ports_take(&ports, 3, &vip, 5, later(1000)), first + 1);
	check_ports_free(&ports);
}
END_TEST

/* IPVS would send the packets of another check to the server of the first one. */
START_TEST(a_port_rests_before_another_check_has_it)
{
	struct check_ports ports = {0};
	uint16_t first = check_ports_take(&ports, 7, &vip, 5, begin);

	check_ports_drop(&ports, 7, begin);
	check_ports_drop(&ports, 4711, begin); /* has none */
	ck_assert_uint_eq(check_ports_take(&ports, 8, &vip, 5, later(60)), first + 1);
	ck_assert_uint_eq(check_ports_take(&ports, 9, &vip, 5, later(CHECK_PORT_REST_S - 1)), first + 2);
	ck_assert_uint_eq(check_ports_take(&ports, 10, &vip, 5, later(CHECK_PORT_REST_S)), first);
	ck_assert_uint_eq(check_ports_take(&ports, 8, &vip, 5, later(CHECK_PORT_REST_S)), first + 1);
	ck_assert_uint_eq(ports.items.n, 3); /* what has rested is forgotten */
	check_ports_free(&ports);
}
END_TEST

/* A director that was started k seconds after another one does not know which ports rest. */
START_TEST(a_successor_gives_no_port_that_may_rest)
{
	for (int64_t after = 1; after <= CHECK_PORT_REST_S; after++) {
		struct check_ports old = {.begin = check_ports_begin(later(7))};
		struct check_ports fresh = {.begin = check_ports_begin(later(7 + after))};
		bool is_used[CHECK_PORTS] = {false};

		for (check_id id = 1; id <= CHECK_PORT_BAND; id++)
			is_used[check_ports_take(&old, id, &vip, id * 77, later(7)) - CHECK_PORT_FIRST] = true;
		for (check_id id = 1; id <= CHECK_PORT_BAND; id++) {
			uint64_t hash = after % 2 ? 67 : id * 1009;
			uint16_t port = check_ports_take(&fresh, id, &vip, hash, later(7 + after));

			ck_assert_msg(!is_used[port - CHECK_PORT_FIRST], "%u again after %lld s", port,
				      (long long)after);
		}
		check_ports_free(&old);
		check_ports_free(&fresh);
	}
}
END_TEST

START_TEST(ports_end)
{
	struct check_ports ports = {0};
	bool is_seen[CHECK_PORTS] = {false};

	for (check_id id = CHECK_PORTS; id; id--) {
		uint16_t port = check_ports_take(&ports, id, &vip, id * 77, begin);

		ck_assert_uint_ge(port, CHECK_PORT_FIRST);
		ck_assert(!is_seen[port - CHECK_PORT_FIRST]);
		is_seen[port - CHECK_PORT_FIRST] = true;
	}
	ck_assert_uint_eq(check_ports_take(&ports, CHECK_PORTS + 1, &vip, 1, begin), 0);
	ck_assert_uint_ne(check_ports_take(&ports, CHECK_PORTS + 1, &other, 1, begin), 0);
	check_ports_drop(&ports, 5, begin);
	ck_assert_uint_eq(check_ports_take(&ports, CHECK_PORTS + 2, &vip, 1, later(1)), 0);
	ck_assert_uint_ne(check_ports_take(&ports, CHECK_PORTS + 2, &vip, 1, later(CHECK_PORT_REST_S)), 0);
	check_ports_free(&ports);
}
END_TEST

/* --- across the processes --- */

START_TEST(the_check_process_knows_it)
{
	struct conf *conf = load(SERVICE("192.0.2.1", SERVER("10.0.0.1")));
	const struct conf_check *check = check_of(conf, 0, 0, 0);
	struct arena *arena = arena_new();
	struct conf_check crossed, odd = *check;
	struct check_tls tls;
	char frame[4096];
	check_id id;
	size_t len = check_spec_encode(7, check, NULL, frame, sizeof(frame));

	ck_assert_int_eq(check_spec_decode(frame, len, arena, &id, &crossed, &tls), 0);
	ck_assert(crossed.is_through_vip && crossed.fwmark == check->fwmark);
	ck_assert_uint_eq(check_sockets_needed(&crossed), 1);
	odd.fwmark = 0; /* its packets would go anywhere */
	len = check_spec_encode(7, &odd, NULL, frame, sizeof(frame));
	ck_assert_int_eq(check_spec_decode(frame, len, arena, &id, &crossed, &tls), -EBADMSG);
	arena_free(arena);
	conf_free(conf);
}
END_TEST

START_TEST(a_refusal_has_a_sentence)
{
	static const int errors[] = {EAGAIN, EADDRNOTAVAIL, EADDRINUSE, EROFS, EACCES, EPERM};
	const struct conf_check through = {.is_through_vip = true}, marked = {.fwmark = 7};

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		ck_assert_ptr_nonnull(check_socket_refusal(&through, errors[i]));
		ck_assert_ptr_null(check_socket_refusal(&marked, errors[i]));
	}
	ck_assert_ptr_null(check_socket_refusal(&through, EMFILE));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("through_vip");
	TCase *tcase = tcase_create("through_vip");
	SRunner *runner;
	int n_failed;

	tcase_add_test(tcase, a_mark_belongs_to_the_server);
	tcase_add_test(tcase, a_default_leaves_other_kinds_alone);
	tcase_add_test(tcase, no_two_servers_have_one_mark);
	tcase_add_test(tcase, each_mark_has_a_service_of_one_server);
	tcase_add_test(tcase, the_wanted_table_has_them_whatever_the_health);
	tcase_add_test(tcase, a_check_keeps_its_port);
	tcase_add_test(tcase, a_port_rests_before_another_check_has_it);
	tcase_add_test(tcase, a_successor_gives_no_port_that_may_rest);
	tcase_add_test(tcase, ports_end);
	tcase_add_test(tcase, the_check_process_knows_it);
	tcase_add_test(tcase, a_refusal_has_a_sentence);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
