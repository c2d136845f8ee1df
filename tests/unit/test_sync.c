/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/model/member.h"
#include "conf/schema/lookup.h"
#include "sync/calls.h"
#include "sync/rejoin.h"
#include "sync/want.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct conf_sync_daemon wanted = {.is_on = true, .interface = "eth0", .syncid = 51};

/* A role as the kernel shows it when it was started without options. */
static struct sync_daemon running(enum sync_role role)
{
	struct sync_daemon daemon = {.role = role,
				     .interface = "eth0",
				     .syncid = 51,
				     .maxlen = 1472,
				     .port = 8848,
				     .ttl = 1};

	ck_assert_int_eq(addr_parse("224.0.0.81", &daemon.group), 0);
	return daemon;
}

static void assert_op(const struct sync_op *op, enum sync_op_kind kind, enum sync_role role)
{
	ck_assert_int_eq(op->kind, kind);
	ck_assert_int_eq(op->daemon.role, role);
}

START_TEST(both_roles_start_backup_first)
{
	struct sync_op ops[SYNC_OPS_MAX];

	ck_assert_uint_eq(sync_want(&wanted, NULL, 0, false, ops), 2);
	assert_op(&ops[0], SYNC_OP_START, SYNC_ROLE_BACKUP);
	assert_op(&ops[1], SYNC_OP_START, SYNC_ROLE_MASTER);
	ck_assert_str_eq(ops[1].daemon.interface, "eth0");
	ck_assert_uint_eq(ops[1].daemon.syncid, 51);
	ck_assert_uint_eq(ops[1].daemon.maxlen, 0);
}
END_TEST

START_TEST(what_runs_as_wanted_stays)
{
	struct sync_daemon have[] = {running(SYNC_ROLE_MASTER), running(SYNC_ROLE_BACKUP)};
	struct conf_sync_daemon conf = wanted;
	struct sync_op ops[SYNC_OPS_MAX];

	ck_assert_uint_eq(sync_want(&conf, have, 2, false, ops), 0);
	have[1].maxlen = 8972; /* the backup role on an interface with an MTU of 9000 */
	ck_assert_uint_eq(sync_want(&conf, have, 2, false, ops), 0);
	conf.maxlen = 500;
	have[0].maxlen = 500;
	have[1].maxlen = 1024;
	ck_assert_uint_eq(sync_want(&conf, have, 2, false, ops), 0);
	conf.maxlen = 65535;
	have[0].maxlen = have[1].maxlen = 65507;
	ck_assert_uint_eq(sync_want(&conf, have, 2, false, ops), 0);
	ck_assert_uint_eq(sync_want(&conf, have, 1, false, ops), 1);
	assert_op(&ops[0], SYNC_OP_START, SYNC_ROLE_BACKUP);
}
END_TEST

/* Another value than conf has. */
static void change(const struct schema_field *field, struct conf_sync_daemon *conf)
{
	static const struct addr other = {AF_INET, {224, 0, 0, 99}};

	if (field->storage == FIELD_ADDR)
		member_addr_set(field, conf, &other);
	else
		member_number_set(field, conf, member_number(field, conf) + 7);
}

/* Whatever lvs_sync_daemon says, the kernel's roles get it, and a role that has another value is
 * started anew. */
START_TEST(each_value_of_the_file_reaches_the_kernel)
{
	size_t n = 0;

	for (size_t i = 0; i < schema_n_tables; i++) {
		for (size_t k = 0; k < schema_tables[i]->n; k++) {
			const struct schema_keyword *row = &schema_tables[i]->rows[k];
			const struct schema_field *field = member_field(row, CONF_OBJECT_SYNC_DAEMON);
			struct sync_daemon have[] = {running(SYNC_ROLE_MASTER),
						     running(SYNC_ROLE_BACKUP)};
			struct conf_sync_daemon conf = wanted;
			struct sync_op ops[SYNC_OPS_MAX];

			/* The name of an instance is a default of the syncid. */
			if (!field || field->is_spelling || row->id == KW_SYNC_INST)
				continue;
			n++;
			change(field, &conf);
			ck_assert_msg(sync_want(&conf, have, 2, true, ops) == 4, "%s", row->name);
			for (size_t at = 0; at < 4; at++)
				if (ops[at].kind == SYNC_OP_START)
					have[ops[at].daemon.role == SYNC_ROLE_BACKUP] = ops[at].daemon;
			ck_assert_msg(sync_want(&conf, have, 2, true, ops) == 0, "%s", row->name);
			ck_assert_msg(sync_want(&wanted, have, 2, true, ops) == 4, "%s", row->name);
		}
	}
	ck_assert_uint_eq(n, 5);
}
END_TEST

START_TEST(each_difference_restarts_a_role)
{
	struct sync_op ops[SYNC_OPS_MAX];
	struct sync_daemon have[6];

	for (size_t i = 0; i < 6; i++)
		have[i] = running(SYNC_ROLE_MASTER);
	strcpy(have[0].interface, "eth1");
	have[1].syncid = 0;
	have[2].maxlen = 9000;
	have[3].port = 9000;
	have[4].ttl = 3;
	ck_assert_int_eq(addr_parse("ff05::8848", &have[5].group), 0);
	for (size_t i = 0; i < 6; i++) {
		struct sync_daemon both[] = {have[i], running(SYNC_ROLE_BACKUP)};

		ck_assert_uint_eq(sync_want(&wanted, both, 2, false, ops), 2);
		assert_op(&ops[0], SYNC_OP_STOP, SYNC_ROLE_MASTER);
		assert_op(&ops[1], SYNC_OP_START, SYNC_ROLE_MASTER);
		ck_assert_uint_eq(ops[1].daemon.syncid, 51);
	}
}
END_TEST

START_TEST(roles_of_others_stay_without_lvs_sync_daemon)
{
	struct sync_daemon have[] = {running(SYNC_ROLE_MASTER), running(SYNC_ROLE_BACKUP)};
	struct conf_sync_daemon conf = {.interface = "", .instance = ""};
	struct sync_op ops[SYNC_OPS_MAX];

	ck_assert_uint_eq(sync_want(&conf, have, 2, false, ops), 0);
	ck_assert_uint_eq(sync_want(&conf, have, 2, true, ops), 2);
	assert_op(&ops[0], SYNC_OP_STOP, SYNC_ROLE_BACKUP);
	assert_op(&ops[1], SYNC_OP_STOP, SYNC_ROLE_MASTER);
	ck_assert_uint_eq(sync_want(&conf, have, 0, true, ops), 0);
}
END_TEST

START_TEST(a_full_change_has_four_operations)
{
	struct sync_daemon have[] = {running(SYNC_ROLE_BACKUP), running(SYNC_ROLE_MASTER)};
	struct conf_sync_daemon conf = wanted;
	struct sync_op ops[SYNC_OPS_MAX];

	conf.syncid = 52;
	ck_assert_uint_eq(sync_want(&conf, have, 2, true, ops), SYNC_OPS_MAX);
	assert_op(&ops[0], SYNC_OP_STOP, SYNC_ROLE_BACKUP);
	assert_op(&ops[1], SYNC_OP_START, SYNC_ROLE_BACKUP);
	assert_op(&ops[2], SYNC_OP_STOP, SYNC_ROLE_MASTER);
	assert_op(&ops[3], SYNC_OP_START, SYNC_ROLE_MASTER);
}
END_TEST

START_TEST(a_hello_is_an_empty_datagram_of_the_kernel)
{
	static const uint8_t header[] = {0, 51, 0, 8, 0, 1, 0, 0};
	uint8_t hello[SYNC_HELLO_SIZE];

	sync_hello_encode(51, hello);
	ck_assert_mem_eq(hello, header, sizeof(header));
	ck_assert(sync_hello_is(hello, sizeof(hello), 51));
	ck_assert(sync_hello_is(hello, sizeof(hello), 0));
	ck_assert(!sync_hello_is(hello, sizeof(hello), 52));
	ck_assert(!sync_hello_is(hello, sizeof(hello) - 1, 51));
	ck_assert(!sync_hello_is(NULL, 0, 51));
	for (size_t i = 0; i < sizeof(hello); i++) {
		hello[i] ^= 4;
		ck_assert(!sync_hello_is(hello, sizeof(hello), 51));
		hello[i] ^= 4;
	}
}
END_TEST

static struct mono at_ms(int64_t ms)
{
	return mono_add_ms((struct mono){77 * NS_PER_S}, ms);
}

static const char *value_of(const struct sync_rejoin *rejoin, struct mono now, const char *name)
{
	struct sync_rejoin_sysctl sysctls[SYNC_REJOIN_N_SYSCTLS];

	sync_rejoin_sysctls(rejoin, now, sysctls);
	for (size_t i = 0; i < SYNC_REJOIN_N_SYSCTLS; i++)
		if (!strcmp(sysctls[i].name, name))
			return sysctls[i].value;
	return NULL;
}

START_TEST(the_refresh_period_stays_below_the_time_since_the_hello)
{
	struct sync_rejoin rejoin = {0};
	struct mono next;

	ck_assert_str_eq(value_of(&rejoin, at_ms(0), "sync_refresh_period"), "10");
	ck_assert(mono_is_never(sync_rejoin_step(&rejoin, at_ms(0))));
	sync_rejoin_begin(&rejoin, at_ms(0));
	for (int64_t ms = 0; ms < 10250; ms += 50) {
		int64_t period = atoi(value_of(&rejoin, at_ms(ms), "sync_refresh_period"));

		ck_assert_int_le(period * 1000, ms > 200 ? ms - 200 : 0);
		ck_assert_int_ge(period * 1000, ms - 1250);
		ck_assert_str_eq(value_of(&rejoin, at_ms(ms), "sync_threshold"),
				 period ? "0 0" : "0 1");
		next = sync_rejoin_step(&rejoin, at_ms(ms));
		ck_assert_int_eq(mono_sub(next, at_ms(1250 + period * 1000)), 0);
	}
	ck_assert_str_eq(value_of(&rejoin, at_ms(10250), "sync_refresh_period"), "10");
	ck_assert_str_eq(value_of(&rejoin, at_ms(10250), "sync_threshold"), "0 0");
	ck_assert(mono_is_never(sync_rejoin_step(&rejoin, at_ms(10250))));
	ck_assert(!rejoin.is_on);
}
END_TEST

START_TEST(a_hello_counts_but_not_all_the_time)
{
	struct sync_calls calls = {0};

	ck_assert(sync_calls_take(&calls, at_ms(0)));
	ck_assert(!sync_calls_take(&calls, at_ms(400)));
	ck_assert(!sync_calls_take(&calls, at_ms(800)));
	ck_assert(sync_calls_take(&calls, at_ms(5000)));
	ck_assert(sync_calls_take(&calls, at_ms(8000)));
	for (int64_t ms = 8000; ms < 30000; ms += 500)
		ck_assert(!sync_calls_take(&calls, at_ms(ms)));
	ck_assert(sync_calls_take(&calls, at_ms(30000)));
}
END_TEST

/* What the other one may have heard of a hello is its last datagram, 0.8 s after the first. */
START_TEST(a_hello_is_said_when_it_will_be_taken)
{
	struct sync_calls said = {0};

	ck_assert_int_eq(sync_calls_next(&said, at_ms(0)).ns, at_ms(0).ns);
	sync_calls_take(&said, at_ms(0));
	/* The same hello, said again. */
	ck_assert_int_eq(sync_calls_next(&said, at_ms(900)).ns, at_ms(900).ns);
	ck_assert_int_eq(sync_calls_next(&said, at_ms(1500)).ns, at_ms(3000).ns);
	ck_assert_int_eq(sync_calls_next(&said, at_ms(5000)).ns, at_ms(5000).ns);
	sync_calls_take(&said, at_ms(5000));
	sync_calls_take(&said, at_ms(9000));
	/* The fourth in half a minute. */
	ck_assert_int_eq(sync_calls_next(&said, at_ms(14000)).ns, at_ms(31000).ns);
	ck_assert_int_eq(sync_calls_next(&said, at_ms(31000)).ns, at_ms(31000).ns);
	ck_assert(sync_calls_take(&said, at_ms(31000)));
}
END_TEST

static struct addr addr_of(const char *text)
{
	struct addr addr;

	ck_assert_int_eq(addr_parse(text, &addr), 0);
	return addr;
}

START_TEST(a_forger_does_not_use_up_the_share_of_a_known_director)
{
	const struct addr peer = addr_of("10.0.0.2"), forger = addr_of("10.0.0.66");
	struct sync_callers callers = {0};
	unsigned n = 0;

	for (int64_t ms = 0; ms < 9000; ms += 100)
		n += sync_callers_take(&callers, &forger, false, at_ms(ms));
	ck_assert_uint_eq(n, 3);
	ck_assert(sync_callers_take(&callers, &peer, true, at_ms(9000)));
	ck_assert(!sync_callers_take(&callers, &peer, true, at_ms(9400)));
	/* Strangers have one share, whatever addresses they forge. */
	for (uint8_t i = 0; i < 200; i++) {
		struct addr other = forger;

		other.bytes[3] = i;
		ck_assert(!sync_callers_take(&callers, &other, false, at_ms(12000)));
	}
	ck_assert(sync_callers_take(&callers, &peer, true, at_ms(12000)));
}
END_TEST

START_TEST(known_directors_are_bounded_too)
{
	struct sync_callers callers = {0};
	struct addr addr = addr_of("10.0.0.1");
	unsigned n = 0;

	for (uint8_t i = 0; i < 200; i++) {
		addr.bytes[3] = i;
		for (int64_t ms = 0; ms < 12000; ms += 3000)
			n += sync_callers_take(&callers, &addr, true, at_ms(ms));
	}
	ck_assert_uint_le(n, (SYNC_PEERS_MAX + 1) * 3);
	ck_assert_uint_eq(callers.n, SYNC_PEERS_MAX);
	/* Counts that are over make room. */
	ck_assert(sync_callers_take(&callers, &addr, true, at_ms(31000)));
	ck_assert_uint_eq(callers.n, SYNC_PEERS_MAX);
}
END_TEST

/* A director that is heard keeps a share of its own, however many others came and went before it. */
START_TEST(a_count_that_is_over_makes_room_for_another_director)
{
	const struct addr forger = addr_of("10.0.0.66");
	struct sync_callers callers = {0};
	struct addr addr = addr_of("10.0.0.1");

	for (uint8_t i = 0; i < SYNC_PEERS_MAX; i++) {
		addr.bytes[3] = i;
		ck_assert(sync_callers_take(&callers, &addr, true, at_ms(i == 0 ? 0 : 5000)));
	}
	for (int64_t ms = 20000; ms < 29000; ms += 3000) /* strangers use up their share */
		ck_assert(sync_callers_take(&callers, &forger, false, at_ms(ms)));
	addr.bytes[3] = 99;
	ck_assert(!sync_callers_take(&callers, &addr, true, at_ms(29999))); /* none is over yet */
	ck_assert(sync_callers_take(&callers, &addr, true, at_ms(30000)));
	ck_assert_uint_eq(callers.n, SYNC_PEERS_MAX);
	ck_assert(!addr_cmp(&callers.known[0].addr, &addr)); /* the count that was over */
}
END_TEST

START_TEST(a_hello_that_is_answered_is_not_repeated)
{
	struct sync_greeting greeting = {0};

	ck_assert_int_eq(sync_greeting_heartbeat(&greeting, true, at_ms(0)), SYNC_GREETING_NONE);
	sync_greeting_said(&greeting, false, at_ms(1000));
	/* It does not hear us: no answer. */
	ck_assert_int_eq(sync_greeting_heartbeat(&greeting, false, at_ms(1100)), SYNC_GREETING_NONE);
	ck_assert(greeting.is_waiting);
	ck_assert_int_eq(sync_greeting_heartbeat(&greeting, true, at_ms(1200)), SYNC_GREETING_NONE);
	ck_assert_int_eq(sync_greeting_heartbeat(&greeting, true, at_ms(9000)), SYNC_GREETING_NONE);
}
END_TEST

START_TEST(a_hello_that_was_lost_is_repeated_when_somebody_is_heard)
{
	struct sync_greeting greeting = {0};

	sync_greeting_said(&greeting, false, at_ms(1000));
	ck_assert_int_eq(sync_greeting_heartbeat(&greeting, false, at_ms(9000)), SYNC_GREETING_REPEAT);
	sync_greeting_said(&greeting, true, at_ms(9000));
	ck_assert_int_eq(sync_greeting_heartbeat(&greeting, true, at_ms(9100)), SYNC_GREETING_HEARD_LATE);
	ck_assert_int_eq(sync_greeting_heartbeat(&greeting, true, at_ms(9200)), SYNC_GREETING_NONE);
}
END_TEST

/* Written one by one in this order, a kernel is never at "0 0" without a refresh period. */
static void replay(const struct sync_rejoin *rejoin, struct mono now, char threshold[static 4],
		   char refresh[static 4])
{
	struct sync_rejoin_sysctl sysctls[SYNC_REJOIN_N_SYSCTLS];

	sync_rejoin_sysctls(rejoin, now, sysctls);
	for (size_t i = 0; i < SYNC_REJOIN_N_SYSCTLS; i++) {
		if (!strcmp(sysctls[i].name, "sync_threshold"))
			strcpy(threshold, sysctls[i].value);
		if (!strcmp(sysctls[i].name, "sync_refresh_period"))
			strcpy(refresh, sysctls[i].value);
		ck_assert(strcmp(threshold, "0 0") || strcmp(refresh, "0"));
	}
}

START_TEST(no_step_silences_the_kernel)
{
	struct sync_rejoin rejoin = {0};
	char threshold[4] = "0 0", refresh[4] = "10";

	sync_rejoin_begin(&rejoin, at_ms(0));
	for (int64_t ms = 0; ms < 12000; ms += 250)
		replay(&rejoin, at_ms(ms), threshold, refresh);
	sync_rejoin_begin(&rejoin, at_ms(12000));
	replay(&rejoin, at_ms(12000), threshold, refresh);
	rejoin.is_on = false; /* the end in the middle */
	replay(&rejoin, at_ms(12000), threshold, refresh);
	ck_assert_str_eq(threshold, "0 0");
	ck_assert_str_eq(refresh, "10");
}
END_TEST

START_TEST(the_hello_goes_where_the_kernel_listens)
{
	struct sync_daemon daemon = sync_wanted_daemon(&wanted, SYNC_ROLE_BACKUP);
	struct sync_daemon kernel = running(SYNC_ROLE_BACKUP);

	ck_assert_int_eq(addr_cmp(&daemon.group, &kernel.group), 0);
	ck_assert_uint_eq(daemon.port, kernel.port);
	ck_assert_uint_eq(daemon.ttl, kernel.ttl);
	ck_assert_uint_eq(daemon.syncid, kernel.syncid);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sync");
	TCase *tcase = tcase_create("sync");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, both_roles_start_backup_first);
	tcase_add_test(tcase, what_runs_as_wanted_stays);
	tcase_add_test(tcase, each_value_of_the_file_reaches_the_kernel);
	tcase_add_test(tcase, each_difference_restarts_a_role);
	tcase_add_test(tcase, roles_of_others_stay_without_lvs_sync_daemon);
	tcase_add_test(tcase, a_full_change_has_four_operations);
	tcase_add_test(tcase, a_hello_is_an_empty_datagram_of_the_kernel);
	tcase_add_test(tcase, the_refresh_period_stays_below_the_time_since_the_hello);
	tcase_add_test(tcase, a_hello_counts_but_not_all_the_time);
	tcase_add_test(tcase, a_forger_does_not_use_up_the_share_of_a_known_director);
	tcase_add_test(tcase, known_directors_are_bounded_too);
	tcase_add_test(tcase, a_count_that_is_over_makes_room_for_another_director);
	tcase_add_test(tcase, a_hello_that_is_answered_is_not_repeated);
	tcase_add_test(tcase, a_hello_that_was_lost_is_repeated_when_somebody_is_heard);
	tcase_add_test(tcase, a_hello_is_said_when_it_will_be_taken);
	tcase_add_test(tcase, no_step_silences_the_kernel);
	tcase_add_test(tcase, the_hello_goes_where_the_kernel_listens);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
