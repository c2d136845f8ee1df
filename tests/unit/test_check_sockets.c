/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sockets that the director opens for the check process: for which checks, and of what kind. */
#include "base/clock.h"
#include "base/greeted.h"
#include "base/vec.h"
#include "daemon/director/check/sockets.h"
#include "healthcheck/talk/sockets.h"
#include "tests/unit/own_net.h"
#include "tests/unit/test_health_conf.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

struct passed {
	check_id id;
	int error, type, protocol;
	uint32_t mark;
	bool has_fd;
};

static struct {
	struct loop *loop;
	struct conf *conf;
	struct conf_check *checks;
	struct health *health;
	struct check_opener through;
	const struct health_check *asked; /* the last one for through_vip */
	struct greeted *worker; /* the director's side */
	struct chan *peer;
	VEC(struct passed) passed;
	struct check_ids ids;
	size_t n_awaited;
} rig;

static void on_peer_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	struct passed *passed = vec_push(&rig.passed);
	socklen_t size = sizeof(int);
	int fd = chan_take_fd(rig.peer);

	(void)arg;
	*passed = (struct passed){.has_fd = fd >= 0};
	ck_assert_uint_eq(type, CHECK_FRAME_SOCKET);
	ck_assert_int_eq(check_socket_decode(body, len, &passed->id, &passed->error), 0);
	if (fd >= 0) {
		getsockopt(fd, SOL_SOCKET, SO_MARK, &passed->mark, &size);
		getsockopt(fd, SOL_SOCKET, SO_TYPE, &passed->type, &size);
		getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &passed->protocol, &size);
		close(fd);
	}
	if (rig.passed.n >= rig.n_awaited)
		loop_stop(rig.loop);
}

static void on_director_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	(void)type, (void)body, (void)len, (void)arg;
}

/* Refuses the second socket. */
static int open_through(const struct health_check *check, void *arg)
{
	(void)arg;
	if (rig.asked)
		return -EADDRNOTAVAIL;
	rig.asked = check;
	return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static void setup(void)
{
	const struct greeted_ops ops = {.on_frame = on_director_frame};
	struct check_ids dropped = {0};
	int fds[2];

	memset(&rig, 0, sizeof(rig));
	rig.loop = loop_new();
	ck_assert_int_eq(chan_pair(fds), 0);
	rig.worker = greeted_new_director(rig.loop, fds[0], false, &ops);
	rig.peer = chan_new(rig.loop, fds[1], on_peer_frame, NULL, NULL);
	rig.conf = test_conf_new(1, 1, 4);
	rig.checks = rig.conf->virtual_servers[0].real_servers[0].checks;
	rig.checks[1].fwmark = 4294967295;
	rig.checks[2].type = CONF_CHECK_UDP;
	rig.checks[2].fwmark = 7;
	rig.checks[2].payload = rig.checks[2].reply = "";
	test_conf_set_http(rig.conf, &rig.checks[3], "/");
	rig.checks[3].fwmark = 8;
	rig.through = (struct check_opener){open_through, NULL};
	rig.health = health_new();
	health_configure(rig.health, rig.conf, clock_mono(), 1, &rig.ids, &dropped);
	ck_assert_uint_eq(rig.ids.n, 4);
}

static void teardown(void)
{
	greeted_free(rig.worker);
	chan_free(rig.peer);
	health_free(rig.health);
	test_conf_free(rig.conf);
	loop_free(rig.loop);
	vec_free(&rig.passed);
	vec_free(&rig.ids);
}

static void want(const check_id *ids, size_t n_ids, size_t n_sockets)
{
	for (size_t i = 0; i < n_ids; i++)
		check_sockets_answer(rig.worker, rig.health, &rig.through, &ids[i], sizeof(*ids));
	rig.n_awaited = rig.passed.n + n_sockets;
	loop_run(rig.loop);
	ck_assert_uint_eq(rig.passed.n, rig.n_awaited);
}

START_TEST(only_checks_with_a_mark_get_marked_sockets)
{
	const struct passed *passed;

	want(rig.ids.items, 4, 3); /* the first has no mark, and gets none */
	passed = rig.passed.items;
	ck_assert_uint_eq(passed[0].id, rig.ids.items[1]);
	ck_assert_uint_eq(passed[0].mark, 4294967295);
	ck_assert_int_eq(passed[0].type, SOCK_STREAM);
	ck_assert_uint_eq(passed[1].mark, 7);
	ck_assert_int_eq(passed[1].type, SOCK_DGRAM);
	ck_assert_uint_eq(passed[2].mark, 8);
	ck_assert_int_eq(passed[2].type, SOCK_STREAM);
	for (size_t i = 0; i < 3; i++)
		ck_assert(passed[i].has_fd && !passed[i].error);
}
END_TEST

START_TEST(an_id_of_nobody_gets_nothing)
{
	const check_id ids[] = {0, 4711, rig.ids.items[2], UINT64_MAX};

	want(ids, 4, 1);
	ck_assert_uint_eq(rig.passed.items[0].id, rig.ids.items[2]);
	check_sockets_answer(rig.worker, rig.health, &rig.through, ids, 3); /* no whole id */
	check_sockets_answer(rig.worker, rig.health, &rig.through, ids, sizeof(ids)); /* a frame has one */
	want(&ids[2], 1, 1);
	ck_assert_uint_eq(rig.passed.n, 2);
}
END_TEST

START_TEST(each_request_has_a_socket)
{
	struct conf_url *urls = arena_calloc(rig.conf->arena, 2, sizeof(*urls));

	urls[0] = urls[1] = rig.checks[3].urls[0];
	rig.checks[3].urls = urls;
	rig.checks[3].n_urls = 2;
	want(&rig.ids.items[3], 1, 2);
	ck_assert(rig.passed.items[0].has_fd && rig.passed.items[1].has_fd);
}
END_TEST

START_TEST(without_descriptors_the_reason_comes)
{
	struct rlimit limit, before;

	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	before = limit;
	limit.rlim_cur = 3;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	want(&rig.ids.items[3], 1, 1);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
	ck_assert_int_eq(rig.passed.items[0].error, EMFILE);
	ck_assert(!rig.passed.items[0].has_fd);
}
END_TEST

START_TEST(through_vip_has_sockets_of_its_own)
{
	rig.checks[1].is_through_vip = true;
	want(&rig.ids.items[1], 1, 1);
	ck_assert_ptr_eq(rig.asked, health_check_find(rig.health, rig.ids.items[1]));
	ck_assert(rig.passed.items[0].has_fd);
	ck_assert_uint_eq(rig.passed.items[0].mark, 0); /* as the opener has made it */
	want(&rig.ids.items[1], 1, 1);
	ck_assert(!rig.passed.items[1].has_fd);
	ck_assert_int_eq(rig.passed.items[1].error, EADDRNOTAVAIL);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("sockets of checks");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, only_checks_with_a_mark_get_marked_sockets);
	tcase_add_test(tcase, an_id_of_nobody_gets_nothing);
	tcase_add_test(tcase, each_request_has_a_socket);
	tcase_add_test(tcase, without_descriptors_the_reason_comes);
	tcase_add_test(tcase, through_vip_has_sockets_of_its_own);
	return own_net_tests("sockets of checks", tcase);
}
