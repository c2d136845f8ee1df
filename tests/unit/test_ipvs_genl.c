/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attributes to values and back, without a kernel: a request has the layout of an answer. */
#include "ipvs/genl_wire.h"
#include "tests/unit/test_ipvs_random.h"

#include "base/mem.h"

#include <check.h>
#include <errno.h>
#include <linux/ip_vs.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <stdlib.h>
#include <string.h>

static struct nl_msg *new_message(void)
{
	struct nl_msg *msg = nlmsg_alloc();

	ck_assert_ptr_nonnull(genlmsg_put(msg, 1, 1, 30, 0, NLM_F_MULTI, 1, IPVS_GENL_VERSION));
	return msg;
}

/* Reads back what the plan from nothing to state sends. */
static void read_back(const struct ipvs_state *state, struct ipvs_state *ret_state)
{
	const struct ipvs_state none = {0};
	struct ipvs_plan plan = {0};

	ipvs_plan(state, &none, NULL, 0, &plan);
	for (size_t i = 0; i < plan.ops.n; i++) {
		const struct ipvs_op *op = &plan.ops.items[i];
		struct nl_msg *msg = new_message();

		genl_encode_op(msg, op);
		if (op->kind == IPVS_OP_ADD_SERVICE)
			ck_assert_int_eq(genl_decode_service(nlmsg_hdr(msg), ret_state), 0);
		else
			ck_assert_int_eq(
			    genl_decode_dest(nlmsg_hdr(msg),
					     &ret_state->services[ret_state->n_services - 1]),
			    0);
		nlmsg_free(msg);
	}
	ipvs_plan_free(&plan);
}

START_TEST(tables_survive_the_wire)
{
	for (uint64_t seed = 0; seed < 500; seed++) {
		struct rng rng = {seed};
		struct ipvs_state state = {0}, copy = {0};

		random_state(&rng, 12, &state);
		read_back(&state, &copy);
		ck_assert_msg(state_is_equal(&state, &copy), "seed %lu", (unsigned long)seed);
		ipvs_state_clear(&state);
		ipvs_state_clear(&copy);
	}
}
END_TEST

static struct ipvs_op some_op(enum ipvs_op_kind kind)
{
	struct ipvs_op op = {.kind = kind};

	ck_assert_int_eq(svckey_parse("tcp:10.9.0.100:80", &op.service.key), 0);
	ck_assert_int_eq(endpoint_parse("10.9.0.21:80", &op.dest.ep), 0);
	strcpy(op.service.scheduler, "wlc");
	op.service.flags = IP_VS_SVC_F_PERSISTENT | IP_VS_SVC_F_HASHED;
	return op;
}

START_TEST(flags_of_the_kernel_are_masked)
{
	struct ipvs_op op = some_op(IPVS_OP_ADD_SERVICE);
	struct ipvs_state state = {0};
	struct nl_msg *msg = new_message();

	genl_encode_op(msg, &op);
	ck_assert_int_eq(genl_decode_service(nlmsg_hdr(msg), &state), 0);
	ck_assert_uint_eq(state.services[0].flags, IP_VS_SVC_F_PERSISTENT);
	nlmsg_free(msg);
	ipvs_state_clear(&state);
}
END_TEST

START_TEST(counters_are_read)
{
	const struct ipvs_op op = some_op(IPVS_OP_ADD_DEST);
	struct ipvs_state state = {0};
	struct ipvs_service *service = ipvs_state_add(&state, &op.service.key);
	struct nl_msg *msg = new_message();
	struct nlattr *dest = nla_nest_start(msg, IPVS_CMD_ATTR_DEST), *stats;

	nla_put(msg, IPVS_DEST_ATTR_ADDR, 16, op.dest.ep.addr.bytes);
	nla_put_u16(msg, IPVS_DEST_ATTR_PORT, htons(80));
	nla_put_u32(msg, IPVS_DEST_ATTR_FWD_METHOD, IP_VS_CONN_F_DROUTE | IP_VS_CONN_F_NOOUTPUT);
	nla_put_u32(msg, IPVS_DEST_ATTR_WEIGHT, 3);
	nla_put_u32(msg, IPVS_DEST_ATTR_ACTIVE_CONNS, 11);
	nla_put_u32(msg, IPVS_DEST_ATTR_INACT_CONNS, 12);
	nla_put_u32(msg, IPVS_DEST_ATTR_PERSIST_CONNS, 13);
	stats = nla_nest_start(msg, IPVS_DEST_ATTR_STATS64);
	for (int type = IPVS_STATS_ATTR_CONNS; type <= IPVS_STATS_ATTR_OUTBPS; type++)
		nla_put_u64(msg, type, (uint64_t)type << 40);
	nla_nest_end(msg, stats);
	nla_nest_end(msg, dest);
	ck_assert_int_eq(genl_decode_dest(nlmsg_hdr(msg), service), 0);
	/* No family attribute, as before Linux 3.18: the service's. */
	ck_assert_int_eq(endpoint_cmp(&service->dests[0].ep, &op.dest.ep), 0);
	ck_assert_int_eq(service->dests[0].method, IPVS_METHOD_DR);
	ck_assert_uint_eq(service->dests[0].counters.active, 11);
	ck_assert_uint_eq(service->dests[0].counters.inactive, 12);
	ck_assert_uint_eq(service->dests[0].counters.persistent, 13);
	ck_assert_uint_eq(service->dests[0].counters.conns, 1ULL << 40);
	ck_assert_uint_eq(service->dests[0].counters.in_packets, 2ULL << 40);
	ck_assert_uint_eq(service->dests[0].counters.out_packets, 3ULL << 40);
	ck_assert_uint_eq(service->dests[0].counters.in_bytes, 4ULL << 40);
	ck_assert_uint_eq(service->dests[0].counters.out_bytes, 5ULL << 40);
	nlmsg_free(msg);
	ipvs_state_clear(&state);
}
END_TEST

/* Each message cut at each length, in memory of exactly that length: refused, nothing appended. */
static void assert_cuts_refused(struct nl_msg *msg)
{
	for (size_t len = NLMSG_HDRLEN; len < nlmsg_hdr(msg)->nlmsg_len; len++) {
		struct ipvs_state state = {0};
		struct ipvs_service *service =
		    ipvs_state_add(&state, &(struct svckey){.family = AF_INET});
		struct nlmsghdr *cut = mem_calloc(len, 1);
		struct sync_daemon daemon;

		memcpy(cut, nlmsg_hdr(msg), len);
		cut->nlmsg_len = (uint32_t)len;
		ck_assert_int_eq(genl_decode_dest(cut, service), -EBADMSG);
		ck_assert_uint_eq(service->n_dests, 0);
		ck_assert_int_eq(genl_decode_daemon(cut, &daemon), -EBADMSG);
		free(cut);
		ipvs_state_clear(&state);
	}
}

START_TEST(cut_messages_are_refused)
{
	const struct ipvs_op op = some_op(IPVS_OP_ADD_DEST);
	const struct sync_daemon daemon = {.role = SYNC_ROLE_MASTER, .interface = "eth0"};
	struct nl_msg *msg = new_message();

	genl_encode_op(msg, &op);
	assert_cuts_refused(msg);
	nlmsg_free(msg);
	msg = new_message();
	genl_encode_daemon(msg, &daemon);
	assert_cuts_refused(msg);
	nlmsg_free(msg);
}
END_TEST

/* A service with one attribute replaced by data of the wrong size or value. */
static int decode_spoiled(int type, const void *data, int size)
{
	static const struct {
		int type, size;
	} parts[] = {{IPVS_SVC_ATTR_AF, 2},         {IPVS_SVC_ATTR_PROTOCOL, 2},
		     {IPVS_SVC_ATTR_ADDR, 16},      {IPVS_SVC_ATTR_PORT, 2},
		     {IPVS_SVC_ATTR_SCHED_NAME, 4}, {IPVS_SVC_ATTR_FLAGS, 8}};
	uint8_t value[16] = {AF_INET};
	struct nl_msg *msg = new_message();
	struct nlattr *start = nla_nest_start(msg, IPVS_CMD_ATTR_SERVICE);
	struct ipvs_state state = {0};
	int rc;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (parts[i].type == type)
			nla_put(msg, type, size, data);
		else if (parts[i].type == IPVS_SVC_ATTR_SCHED_NAME)
			nla_put(msg, parts[i].type, 4, "wlc");
		else
			nla_put(msg, parts[i].type, parts[i].size, value);
	}
	nla_nest_end(msg, start);
	rc = genl_decode_service(nlmsg_hdr(msg), &state);
	ck_assert_uint_eq(state.n_services, rc == 0);
	nlmsg_free(msg);
	ipvs_state_clear(&state);
	return rc;
}

START_TEST(each_attribute_is_checked)
{
	static const uint8_t zeros[32];
	const uint16_t ipx = AF_IPX;

	ck_assert_int_eq(decode_spoiled(0, NULL, 0), 0);
	ck_assert_int_eq(decode_spoiled(IPVS_SVC_ATTR_AF, &ipx, 2), -EBADMSG);
	ck_assert_int_eq(decode_spoiled(IPVS_SVC_ATTR_AF, zeros, 1), -EBADMSG);
	ck_assert_int_eq(decode_spoiled(IPVS_SVC_ATTR_ADDR, zeros, 4), -EBADMSG);
	ck_assert_int_eq(decode_spoiled(IPVS_SVC_ATTR_ADDR, zeros, 17), -EBADMSG);
	ck_assert_int_eq(decode_spoiled(IPVS_SVC_ATTR_PORT, zeros, 1), -EBADMSG);
	ck_assert_int_eq(decode_spoiled(IPVS_SVC_ATTR_FLAGS, zeros, 4), -EBADMSG);
	ck_assert_int_eq(decode_spoiled(IPVS_SVC_ATTR_SCHED_NAME, "wlc", 3), -EBADMSG);
	ck_assert_int_eq(decode_spoiled(IPVS_SVC_ATTR_SCHED_NAME, "0123456789abcdef", 17),
			 -EBADMSG);
	ck_assert_int_eq(decode_spoiled(IPVS_SVC_ATTR_SCHED_NAME, "0123456789abcde", 16), 0);
}
END_TEST

static void assert_daemon_survives(const struct sync_daemon *daemon)
{
	struct sync_daemon copy;
	struct nl_msg *msg = new_message();

	genl_encode_daemon(msg, daemon);
	ck_assert_int_eq(genl_decode_daemon(nlmsg_hdr(msg), &copy), 0);
	ck_assert_int_eq(copy.role, daemon->role);
	ck_assert_str_eq(copy.interface, daemon->interface);
	ck_assert_uint_eq(copy.syncid, daemon->syncid);
	ck_assert_uint_eq(copy.maxlen, daemon->maxlen);
	ck_assert_uint_eq(copy.port, daemon->port);
	ck_assert_uint_eq(copy.ttl, daemon->ttl);
	ck_assert_int_eq(addr_cmp(&copy.group, &daemon->group), 0);
	nlmsg_free(msg);
}

START_TEST(sync_daemons_survive_the_wire)
{
	struct sync_daemon daemon = {
	    .role = SYNC_ROLE_BACKUP, .interface = "a-name-of-15-ch", .syncid = 255};

	assert_daemon_survives(&daemon);
	daemon.maxlen = 9000;
	daemon.port = 8849;
	daemon.ttl = 64;
	ck_assert_int_eq(addr_parse("224.0.0.82", &daemon.group), 0);
	assert_daemon_survives(&daemon);
	ck_assert_int_eq(addr_parse("ff05::8848", &daemon.group), 0);
	assert_daemon_survives(&daemon);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("ipvs genl");
	TCase *tcase = tcase_create("wire");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, tables_survive_the_wire);
	tcase_add_test(tcase, flags_of_the_kernel_are_masked);
	tcase_add_test(tcase, counters_are_read);
	tcase_add_test(tcase, cut_messages_are_refused);
	tcase_add_test(tcase, each_attribute_is_checked);
	tcase_add_test(tcase, sync_daemons_survive_the_wire);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
