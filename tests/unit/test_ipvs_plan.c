/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plan: its order, its words, and its properties over many random tables. */
#include "ipvs/plan.h"
#include "tests/unit/test_ipvs_random.h"

#include <check.h>
#include <errno.h>
#include <linux/ip_vs.h>
#include <stdlib.h>
#include <string.h>

#define N_RANDOM 20000

static struct svckey key_of(const char *text)
{
	struct svckey key;

	ck_assert_int_eq(svckey_parse(text, &key), 0);
	return key;
}

static struct ipvs_service *add_service(struct ipvs_state *state, const char *text)
{
	struct svckey key = key_of(text);
	struct ipvs_service *service = ipvs_state_add(state, &key);

	strcpy(service->scheduler, "wlc");
	service->netmask = key.family == AF_INET6 ? 128 : 0xffffffff;
	return service;
}

static struct ipvs_dest *add_dest(struct ipvs_service *service, const char *text, uint32_t weight)
{
	struct endpoint ep;
	struct ipvs_dest *dest;

	ck_assert_int_eq(endpoint_parse(text, &ep), 0);
	dest = ipvs_service_add(service, &ep);
	dest->weight = weight;
	dest->method = IPVS_METHOD_DR;
	return dest;
}

/* The whole plan as text, one operation a line; free() it. */
static char *plan_text(const struct ipvs_plan *plan)
{
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	for (size_t i = 0; i < plan->ops.n; i++) {
		ipvs_op_print(&plan->ops.items[i], out);
		fputc('\n', out);
	}
	fclose(out);
	return text;
}

static void assert_plan(struct ipvs_state *want, struct ipvs_state *have,
			const struct ipvs_owned *owned, const char *expected)
{
	struct ipvs_plan plan = {0};
	char *text;

	ipvs_state_sort(want);
	ipvs_state_sort(have);
	ipvs_plan(want, have, owned ? owned->keys.items : NULL, owned ? owned->keys.n : 0, &plan);
	text = plan_text(&plan);
	ck_assert_str_eq(text, expected);
	free(text);
	ipvs_plan_free(&plan);
	ipvs_state_clear(want);
	ipvs_state_clear(have);
}

START_TEST(a_new_service_comes_with_its_destinations)
{
	struct ipvs_state want = {0}, have = {0};
	struct ipvs_service *service = add_service(&want, "tcp:10.9.0.100:80");

	add_dest(service, "10.9.0.22:80", 3);
	add_dest(service, "10.9.0.21:80", 1);
	service = add_service(&want, "fwm6:7");
	service->flags = IP_VS_SVC_F_PERSISTENT | IP_VS_SVC_F_SCHED1;
	service->timeout = 300;
	service->netmask = 64;
	add_dest(service, "[fd09::21]:0", 0)->method = IPVS_METHOD_TUN;
	assert_plan(
	    &want, &have, NULL,
	    "add service vs=tcp:10.9.0.100:80 scheduler=wlc\n"
	    "add dest vs=tcp:10.9.0.100:80 rs=10.9.0.21:80 weight=1 method=DR\n"
	    "add dest vs=tcp:10.9.0.100:80 rs=10.9.0.22:80 weight=3 method=DR\n"
	    "add service vs=fwm6:7 scheduler=wlc +persistent timeout=300 netmask=/64 +flag-1\n"
	    "add dest vs=fwm6:7 rs=[fd09::21]:0 weight=0 method=TUN\n");
}
END_TEST

START_TEST(additions_and_raises_precede_what_takes_away)
{
	struct ipvs_state want = {0}, have = {0};
	struct ipvs_owned owned = {0};
	struct ipvs_service *service = add_service(&have, "tcp:10.9.0.100:80");

	add_dest(service, "10.9.0.21:80", 1);
	add_dest(service, "10.9.0.22:80", 5);
	add_dest(service, "10.9.0.23:80", 1);
	add_dest(service, "10.9.0.25:80", 7);
	add_dest(add_service(&have, "tcp:10.9.0.50:25"), "10.9.0.21:25", 1);
	*vec_push(&owned.keys) = key_of("tcp:10.9.0.50:25");
	service = add_service(&want, "tcp:10.9.0.100:80");
	add_dest(service, "10.9.0.22:80", 0);
	add_dest(service, "10.9.0.23:80", 4);
	add_dest(service, "10.9.0.24:80", 1);
	add_dest(service, "10.9.0.25:80", 6);
	strcpy(service->scheduler, "rr");
	add_service(&want, "udp:[fd09::100]:53");
	assert_plan(&want, &have, &owned,
		    "add service vs=udp:[fd09::100]:53 scheduler=wlc\n"
		    "edit service vs=tcp:10.9.0.100:80 scheduler=wlc->rr\n"
		    "edit dest vs=tcp:10.9.0.100:80 rs=10.9.0.23:80 weight=1->4\n"
		    "add dest vs=tcp:10.9.0.100:80 rs=10.9.0.24:80 weight=1 method=DR\n"
		    "edit dest vs=tcp:10.9.0.100:80 rs=10.9.0.22:80 weight=5->0\n"
		    "edit dest vs=tcp:10.9.0.100:80 rs=10.9.0.25:80 weight=7->6\n"
		    "delete dest vs=tcp:10.9.0.100:80 rs=10.9.0.21:80\n"
		    "delete service vs=tcp:10.9.0.50:25\n");
	ipvs_owned_free(&owned);
}
END_TEST

START_TEST(each_setting_is_edited_in_place)
{
	struct ipvs_state want = {0}, have = {0};
	struct ipvs_service *service = add_service(&have, "udp:10.9.0.100:53");
	struct ipvs_dest *dest = add_dest(service, "10.9.0.21:53", 1);

	service->flags = IP_VS_SVC_F_PERSISTENT;
	service->timeout = 300;
	strcpy(service->pe, "sip");
	service = add_service(&want, "udp:10.9.0.100:53");
	service->flags = IP_VS_SVC_F_ONEPACKET | IP_VS_SVC_F_SCHED2 | IP_VS_SVC_F_SCHED3;
	service->netmask = htonl(0xffffff00);
	strcpy(service->scheduler, "sh");
	dest = add_dest(service, "10.9.0.21:53", 1);
	dest->method = IPVS_METHOD_TUN;
	dest->upper_threshold = 20;
	dest->lower_threshold = 10;
	dest->tun_type = IP_VS_CONN_F_TUNNEL_TYPE_GUE;
	dest->tun_port = 6080;
	dest->tun_flags = IP_VS_TUNNEL_ENCAP_FLAG_CSUM;
	assert_plan(&want, &have, NULL,
		    "edit service vs=udp:10.9.0.100:53 scheduler=wlc->sh -persistent "
		    "timeout=300->0 netmask=255.255.255.255->255.255.255.0 pe=sip->- +ops +sh-port "
		    "+flag-3\n"
		    "edit dest vs=udp:10.9.0.100:53 rs=10.9.0.21:53 method=DR->TUN upper=0->20 "
		    "lower=0->10 tun_type=0->1 tun_port=0->6080 tun_flags=0->1\n");
}
END_TEST

START_TEST(services_of_others_stay)
{
	struct ipvs_state want = {0}, have = {0};
	struct ipvs_owned owned = {0};

	add_dest(add_service(&have, "tcp:10.9.0.100:80"), "10.9.0.21:80", 1);
	add_service(&have, "tcp:10.9.0.101:80");
	add_service(&have, "fwm4:7");
	*vec_push(&owned.keys) = key_of("tcp:10.9.0.1:1");
	*vec_push(&owned.keys) = key_of("tcp:10.9.0.101:80");
	*vec_push(&owned.keys) = key_of("fwm4:9");
	assert_plan(&want, &have, &owned, "delete service vs=tcp:10.9.0.101:80\n");
	ipvs_owned_free(&owned);
}
END_TEST

/* A wanted service that is there is ours from now on: so are all of its destinations. */
START_TEST(a_wanted_service_is_adopted)
{
	struct ipvs_state want = {0}, have = {0};

	add_dest(add_service(&have, "tcp:10.9.0.100:80"), "10.9.0.66:80", 1)->counters.active = 9;
	add_service(&want, "tcp:10.9.0.100:80");
	assert_plan(&want, &have, NULL, "delete dest vs=tcp:10.9.0.100:80 rs=10.9.0.66:80\n");
}
END_TEST

static void assert_step(const struct ipvs_op *op, struct ipvs_state *now,
			const struct ipvs_state *have, const struct ipvs_state *end, uint64_t seed)
{
	ck_assert_msg(ipvs_op_apply(op, now) == 0, "seed %lu", (unsigned long)seed);
	ck_assert_msg(!state_find_emptied(have, end, now), "seed %lu", (unsigned long)seed);
}

static void assert_properties(uint64_t seed)
{
	struct rng rng = {seed};
	struct ipvs_state want = {0}, have = {0}, now = {0}, end = {0};
	struct ipvs_owned owned = {0};
	struct ipvs_plan plan = {0}, again = {0};

	random_state(&rng, 12, &want);
	random_state(&rng, 12, &have);
	random_owned(&rng, &have, &owned);
	state_copy(&have, &now);
	expected_state(&want, &have, &owned, &end);
	ipvs_plan(&want, &have, owned.keys.items, owned.keys.n, &plan);
	for (size_t i = 0; i < plan.ops.n; i++)
		assert_step(&plan.ops.items[i], &now, &have, &end, seed);
	ck_assert_msg(state_is_equal(&now, &end), "seed %lu", (unsigned long)seed);
	ipvs_plan(&want, &now, owned.keys.items, owned.keys.n, &again);
	ck_assert_msg(again.ops.n == 0, "seed %lu", (unsigned long)seed);
	ipvs_plan_free(&plan);
	ipvs_plan_free(&again);
	ipvs_owned_free(&owned);
	ipvs_state_clear(&want);
	ipvs_state_clear(&have);
	ipvs_state_clear(&now);
	ipvs_state_clear(&end);
}

START_TEST(plans_reach_their_end_and_empty_no_pool)
{
	for (uint64_t seed = 0; seed < N_RANDOM; seed++)
		assert_properties(seed);
}
END_TEST

static void assert_explained(const struct ipvs_op *op, int code, const char *expected)
{
	struct err err;

	ck_assert_int_eq(ipvs_op_explain(op, code, &err), code);
	ck_assert_str_eq(err.text, expected);
}

START_TEST(refusals_are_explained)
{
	struct ipvs_op op = {.kind = IPVS_OP_ADD_SERVICE,
			     .service.key = key_of("tcp:10.9.0.100:80")};

	op.service.netmask = 0xffffffff;
	strcpy(op.service.scheduler, "wrrr");
	ck_assert(!ipvs_op_is_stale(&op, -ENOENT));
	assert_explained(
	    &op, -ENOENT,
	    "add service vs=tcp:10.9.0.100:80 scheduler=wrrr: this kernel has no scheduler "
	    "\"wrrr\": load its module with `modprobe ip_vs_wrrr`, or choose another "
	    "scheduler");
	strcpy(op.service.pe, "sap");
	assert_explained(
	    &op, -ENOENT,
	    "add service vs=tcp:10.9.0.100:80 scheduler=wrrr pe=sap: this kernel lacks the "
	    "scheduler \"wrrr\" (module ip_vs_wrrr) or the persistence engine \"sap\" "
	    "(module ip_vs_pe_sap)");
	ck_assert(ipvs_op_is_stale(&op, -EEXIST));
	op.kind = IPVS_OP_DEL_DEST;
	ck_assert_int_eq(endpoint_parse("10.9.0.21:80", &op.dest.ep), 0);
	ck_assert(ipvs_op_is_stale(&op, -ENOENT));
	assert_explained(
	    &op, -ENOENT,
	    "delete dest vs=tcp:10.9.0.100:80 rs=10.9.0.21:80: the destination is gone: "
	    "somebody else changed the table");
	assert_explained(&op, -ESRCH,
			 "delete dest vs=tcp:10.9.0.100:80 rs=10.9.0.21:80: the service is gone: "
			 "somebody else changed the table");
	assert_explained(
	    &op, -EPERM,
	    "delete dest vs=tcp:10.9.0.100:80 rs=10.9.0.21:80: not permitted to change IPVS: "
	    "CAP_NET_ADMIN is needed");
	op.kind = IPVS_OP_ADD_DEST;
	assert_explained(
	    &op, -ERANGE,
	    "add dest vs=tcp:10.9.0.100:80 rs=10.9.0.21:80 weight=0 method=NAT: the kernel takes "
	    "weights up to 2147483647, and no lower threshold above the upper one");
	assert_explained(&op, -ENOMEM,
			 "add dest vs=tcp:10.9.0.100:80 rs=10.9.0.21:80 weight=0 method=NAT: the "
			 "kernel has no free memory for it");
	assert_explained(&op, -EIO,
			 "add dest vs=tcp:10.9.0.100:80 rs=10.9.0.21:80 weight=0 method=NAT: the "
			 "kernel refused it: Input/output error");
	ck_assert_int_eq(endpoint_parse("[fd09::21]:80", &op.dest.ep), 0);
	assert_explained(
	    &op, -EINVAL,
	    "add dest vs=tcp:10.9.0.100:80 rs=[fd09::21]:80 weight=0 method=NAT: the kernel "
	    "takes a real server of the other address family only with TUN, and only while no "
	    "sync daemon runs");
}
END_TEST

START_TEST(one_cause_gives_one_refusal)
{
	struct ipvs_state want = {0}, have = {0};
	struct ipvs_plan plan = {0};
	struct ipvs_service *service = add_service(&want, "tcp:10.9.0.100:80");
	/* The second service is refused; of the third a destination is lost to somebody else. */
	int results[] = {0, 0, -ENOENT, -ESRCH, -ESRCH, 0, -ESRCH};
	static const int settled[] = {0, 0, -ENOENT, -ECANCELED, -ECANCELED, 0, -ESRCH};

	add_dest(service, "10.9.0.21:80", 1);
	service = add_service(&want, "tcp:10.9.0.101:80");
	add_dest(service, "10.9.0.21:80", 1);
	add_dest(service, "10.9.0.22:80", 1);
	add_dest(add_service(&want, "tcp:10.9.0.102:80"), "10.9.0.21:80", 1);
	ipvs_plan(&want, &have, NULL, 0, &plan);
	ck_assert_uint_eq(plan.ops.n, 7);
	ipvs_plan_results_cancel(&plan, results);
	for (size_t i = 0; i < plan.ops.n; i++)
		ck_assert_int_eq(results[i], settled[i]);
	assert_explained(&plan.ops.items[3], -ECANCELED,
			 "add dest vs=tcp:10.9.0.101:80 rs=10.9.0.21:80 weight=1 method=DR: its "
			 "service could not be created");
	ck_assert(!ipvs_op_is_stale(&plan.ops.items[3], -ECANCELED));
	ipvs_plan_free(&plan);
	ipvs_state_clear(&want);
}
END_TEST

START_TEST(costs_are_said)
{
	struct ipvs_op op = {.kind = IPVS_OP_EDIT_DEST, .dest.weight = 5};

	ck_assert_ptr_null(ipvs_op_cost(&op));
	op.dest.tun_type = op.dest.upper_threshold = 1;
	ck_assert_ptr_null(ipvs_op_cost(&op));
	op.dest.method = IPVS_METHOD_DR;
	ck_assert_str_eq(ipvs_op_cost(&op), "existing connections keep the old method");
	op.before.method = IPVS_METHOD_TUN;
	ck_assert_str_eq(ipvs_op_cost(&op),
			 "existing connections keep the old method, in another tunnel");
	op.dest.method = IPVS_METHOD_TUN;
	ck_assert_str_eq(ipvs_op_cost(&op), "existing connections use the new tunnel at once");
	op.before.tun_type = 1;
	ck_assert_ptr_null(ipvs_op_cost(&op));
	op.kind = IPVS_OP_DEL_DEST;
	ck_assert_str_eq(ipvs_op_cost(&op), "its connections end");
	op.kind = IPVS_OP_EDIT_SERVICE;
	ck_assert_ptr_null(ipvs_op_cost(&op));
}
END_TEST

/* The model refuses as the kernel does, and then changes nothing. */
START_TEST(the_model_refuses_like_the_kernel)
{
	struct ipvs_state state = {0}, copy = {0};
	struct ipvs_op op = {.kind = IPVS_OP_ADD_SERVICE,
			     .service.key = key_of("tcp:10.9.0.100:80")};

	add_dest(add_service(&state, "tcp:10.9.0.100:80"), "10.9.0.21:80", 1);
	state_copy(&state, &copy);
	ck_assert_int_eq(ipvs_op_apply(&op, &state), -EEXIST);
	op.dest = state.services[0].dests[0];
	op.kind = IPVS_OP_ADD_DEST;
	ck_assert_int_eq(ipvs_op_apply(&op, &state), -EEXIST);
	op.dest.ep.port = 81;
	op.kind = IPVS_OP_EDIT_DEST;
	ck_assert_int_eq(ipvs_op_apply(&op, &state), -ENOENT);
	op.kind = IPVS_OP_DEL_DEST;
	ck_assert_int_eq(ipvs_op_apply(&op, &state), -ENOENT);
	op.service.key.ep.port = 81;
	for (enum ipvs_op_kind kind = IPVS_OP_EDIT_SERVICE; kind <= IPVS_OP_DEL_DEST; kind++) {
		op.kind = kind;
		ck_assert_int_eq(ipvs_op_apply(&op, &state), -ESRCH);
	}
	ck_assert(state_is_equal(&state, &copy));
	ipvs_state_clear(&state);
	ipvs_state_clear(&copy);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("ipvs plan");
	TCase *tcase = tcase_create("plan");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, a_new_service_comes_with_its_destinations);
	tcase_add_test(tcase, additions_and_raises_precede_what_takes_away);
	tcase_add_test(tcase, each_setting_is_edited_in_place);
	tcase_add_test(tcase, services_of_others_stay);
	tcase_add_test(tcase, a_wanted_service_is_adopted);
	tcase_add_test(tcase, plans_reach_their_end_and_empty_no_pool);
	tcase_add_test(tcase, refusals_are_explained);
	tcase_add_test(tcase, one_cause_gives_one_refusal);
	tcase_add_test(tcase, costs_are_said);
	tcase_add_test(tcase, the_model_refuses_like_the_kernel);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
