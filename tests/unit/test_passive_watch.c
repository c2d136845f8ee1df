/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Readings of the kernel's counters, with a kernel and a clock of the test's own: how often, of whom, and
 * over reloads. */
#include "base/virtual/world.h"
#include "conf/load.h"
#include "daemon/director/check/passive_watch.h"
#include "ipvs/genl.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct {
	struct conf *conf;
	struct diags diags;
	struct passive_watch watch;
	struct ipvs_genl *genl;
	uint64_t conns; /* that each server has had */
	size_t n_reads, n_suspects;
} rig;

/* The only function of ipvs/genl.c that is called: each service has the server 10.0.0.1:80. */
int ipvs_genl_dump_dests(struct ipvs_genl *genl, const struct svckey *key, struct ipvs_state *ret_state,
			 struct err *err)
{
	struct ipvs_state state = {0};
	struct ipvs_service *service = ipvs_state_add(&state, key);
	struct endpoint ep = {.port = 80};
	struct ipvs_dest *dest;

	(void)genl;
	(void)err;
	ck_assert_int_eq(addr_parse("10.0.0.1", &ep.addr), 0);
	dest = ipvs_service_add(service, &ep);
	dest->counters.conns = rig.conns;
	rig.n_reads++;
	*ret_state = state;
	return 0;
}

static void on_suspect(size_t vs, size_t rs, void *arg)
{
	(void)vs, (void)rs, (void)arg;
	rig.n_suspects++;
}

#define SERVICE(vip, more)                                                                         \
	"virtual_server " vip " 80 {\nprotocol TCP\nlvs_method DR\nreal_server 10.0.0.1 80 {\n"       \
	"passive\n" more "TCP_CHECK {\n}\n}\n}\n"

static void configure(const char *text)
{
	struct conf *old = rig.conf;

	rig.conf = conf_load_text("t", text, strlen(text), &rig.diags);
	ck_assert_ptr_nonnull(rig.conf);
	passive_watch_configure(&rig.watch, rig.conf);
	conf_free(old);
}

static void pass_ms(int64_t ms)
{
	world_run_until(mono_add_ms(world_now(), ms));
}

static void setup(void)
{
	memset(&rig, 0, sizeof(rig));
	world_begin((struct mono){100 * NS_PER_S});
	rig.genl = (struct ipvs_genl *)&rig;
	rig.watch = (struct passive_watch){.loop = loop_new(), .genl = &rig.genl, .on_suspect = on_suspect};
}

static void teardown(void)
{
	struct loop *loop = rig.watch.loop;

	passive_watch_close(&rig.watch);
	loop_free(loop);
	conf_free(rig.conf);
	diags_free(&rig.diags);
}

START_TEST(a_reading_a_second)
{
	configure(SERVICE("192.0.2.1", "") SERVICE("192.0.2.2", ""));
	pass_ms(10500);
	ck_assert_uint_eq(rig.n_reads, 20);
	/* Nobody is watched any more, and then again. */
	configure("virtual_server 192.0.2.1 80 {\nprotocol TCP\n}\n");
	pass_ms(5000);
	ck_assert_uint_eq(rig.n_reads, 20);
	configure(SERVICE("192.0.2.1", ""));
	pass_ms(1500);
	ck_assert_uint_eq(rig.n_reads, 21);
}
END_TEST

/* Reloads five times a second, which change the order of the services, do not put readings off, and what
 * was seen before counts: 3 connections in a second with no packet are suspicious. */
START_TEST(reloads_starve_no_reading)
{
	configure(SERVICE("192.0.2.1", "") SERVICE("192.0.2.2", ""));
	for (int i = 0; i < 50; i++) {
		rig.conns += i % 5 == 0 ? 3 : 0;
		configure(i % 2 ? SERVICE("192.0.2.1", "") SERVICE("192.0.2.2", "weight 2\n")
				: SERVICE("192.0.2.3", "") SERVICE("192.0.2.2", "") SERVICE("192.0.2.1", ""));
		pass_ms(200);
	}
	ck_assert_uint_ge(rig.n_reads, 20);
	/* Of the two that stay, each second but the first. */
	ck_assert_uint_ge(rig.n_suspects, 16);
}
END_TEST

/* What is known of a server is of no use to another one. */
START_TEST(another_service_begins_anew)
{
	configure(SERVICE("192.0.2.1", ""));
	pass_ms(1500);
	rig.conns = 100;
	configure(SERVICE("192.0.2.9", ""));
	pass_ms(1000);
	ck_assert_uint_eq(rig.n_reads, 2);
	ck_assert_uint_eq(rig.n_suspects, 0);
	rig.conns = 200;
	pass_ms(1000);
	ck_assert_uint_eq(rig.n_suspects, 1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("passive watch");
	TCase *tcase = tcase_create("passive watch");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, a_reading_a_second);
	tcase_add_test(tcase, reloads_starve_no_reading);
	tcase_add_test(tcase, another_service_begins_anew);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
