/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two directors in one network namespace that are to run the same virtual router. */
#include "base/socket/abstract.h"
#include "daemon/director/config/claims.h"
#include "vrrp/orphan/marks.h"
#include "vrrp/wire.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct conf_vrrp instances[CLAIMS_MAX + 2];
static struct conf conf = {.vrrps = instances};

/* So many instances with VRIDs from first on. No other process has the interface's name. */
static const struct conf *conf_of(unsigned first, size_t n)
{
	static char names[CLAIMS_MAX + 2][16], interface[CONF_IFNAME_MAX];

	memset(instances, 0, sizeof(instances));
	snprintf(interface, sizeof(interface), "t%d", (int)getppid() % 100000);
	for (size_t i = 0; i < n; i++) {
		snprintf(names[i], sizeof(names[i]), "VI_%u", first + (unsigned)i);
		instances[i].name = names[i];
		instances[i].interface = interface;
		instances[i].family = AF_INET;
		instances[i].vrid = (uint8_t)(first + i);
	}
	conf.n_vrrps = n;
	return &conf;
}

static void stop(void *arg)
{
	loop_stop(arg);
}

/* What is ready is handled. */
static void loop_turn(struct loop *loop)
{
	struct loop_timer *timer = loop_timer_new(loop, stop, loop);

	loop_timer_set(timer, (struct mono){0});
	loop_run(loop);
	loop_timer_free(timer);
}

START_TEST(the_second_one_is_refused)
{
	struct loop *loop = loop_new();
	struct claims *a = claims_new(loop, "lvsd/door/a", 0), *b = claims_new(loop, "lvsd/door/a", 0);
	struct err err;

	ck_assert_int_eq(claims_take(a, conf_of(51, 2), &err), 0);
	ck_assert_int_eq(claims_take(a, conf_of(51, 2), &err), 0); /* a reload */
	for (int i = 0; i < 20; i++) {
		ck_assert_int_eq(claims_take(b, conf_of(50, 2), &err), -EBUSY);
		loop_turn(loop);
	}
	ck_assert_ptr_nonnull(strstr(err.text, "vrrp_instance VI_51: another lvsd (its director is process "));
	ck_assert_ptr_nonnull(strstr(err.text, "has virtual_router_id 51 on t"));
	/* What was refused has claimed nothing. */
	ck_assert_int_eq(claims_take(a, conf_of(50, 1), &err), 0);
	/* Another address family is another router. */
	conf_of(51, 1);
	instances[0].family = AF_INET6;
	ck_assert_int_eq(claims_take(b, &conf, &err), 0);
	claims_free(a);
	claims_free(b);
	loop_free(loop);
}
END_TEST

START_TEST(what_a_reload_drops_is_free)
{
	struct loop *loop = loop_new();
	struct claims *a = claims_new(loop, "lvsd/door/a", 0), *b = claims_new(loop, "lvsd/door/a", 0);
	struct err err;

	ck_assert_int_eq(claims_take(a, conf_of(1, 3), &err), 0);
	claims_keep(a, conf_of(2, 1));
	ck_assert_int_eq(claims_take(b, conf_of(1, 1), &err), 0);
	ck_assert_int_eq(claims_take(b, conf_of(3, 1), &err), 0);
	ck_assert_int_eq(claims_take(b, conf_of(2, 1), &err), -EBUSY);
	claims_free(a);
	ck_assert_int_eq(claims_take(b, conf_of(2, 1), &err), 0);
	claims_free(b);
	loop_free(loop);
}
END_TEST

/* Its marks are known however often they are asked for, and end with it. */
START_TEST(what_an_orphan_serves_is_left_to_its_successor)
{
	struct loop *loop = loop_new();
	struct claims *other = claims_new(loop, "lvsd/door/a", 0), *successor = claims_new(loop, "lvsd/door/b", 0);
	struct vrrp_marks *marks = vrrp_marks_new(loop, "lvsd/door/b");
	const struct conf *served = conf_of(51, 2);
	struct vrrp_report report = {.family = AF_INET, .vrid = 52};
	struct err err;

	strcpy(report.interface, served->vrrps[1].interface);
	vrrp_marks_add(marks, &report);
	for (int i = 0; i < 100; i++) {
		ck_assert_int_eq(claims_take(other, served, &err), -EBUSY);
		loop_turn(loop);
	}
	ck_assert_ptr_nonnull(strstr(err.text, "vrrp_instance VI_52: the vrrp process (process "));
	ck_assert_int_eq(claims_take(other, conf_of(51, 1), &err), 0);
	claims_free(other);
	ck_assert_int_eq(claims_take(successor, conf_of(51, 2), &err), 0);
	claims_free(successor);
	vrrp_marks_free(marks);
	other = claims_new(loop, "lvsd/door/a", 0);
	ck_assert_int_eq(claims_take(other, served, &err), 0);
	claims_free(other);
	loop_free(loop);
}
END_TEST

START_TEST(however_often_somebody_asks_the_name_is_known)
{
	struct loop *loop = loop_new();
	struct claims *a = claims_new(loop, "lvsd/door/a", 0);
	struct err err;

	ck_assert_int_eq(claims_take(a, conf_of(7, 1), &err), 0);
	for (int i = 0; i < 20; i++) {
		pid_t pid = fork();
		int status;

		if (pid == 0) {
			struct claims *b = claims_new(loop_new(), "lvsd/door/a", 0);

			_exit(claims_take(b, &conf, &err) == -EBUSY ? 0 : 1);
		}
		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		ck_assert_int_eq(status, 0);
		loop_turn(loop);
	}
	claims_free(a);
	loop_free(loop);
}
END_TEST

START_TEST(a_stranger_is_no_director)
{
	ck_assert(claims_is_director(0, 0));
	ck_assert(claims_is_director(0, 1000));
	ck_assert(claims_is_director(1000, 1000));
	ck_assert(!claims_is_director(1000, 0));
	ck_assert(!claims_is_director(1001, 1000));
}
END_TEST

/* What a process of user finds that asks for the name: 0, or -EBUSY. */
static int taken_by(uid_t user)
{
	struct err err;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		if (setuid(user) < 0)
			_exit(1);
		_exit(-claims_take(claims_new(loop_new(), "lvsd/door/a", 0), &conf, &err));
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	return -WEXITSTATUS(status);
}

/* Connects to a name until there is no place: what any user can do. */
static void fill(const char *name)
{
	struct ucred holder;

	while (abstract_connect(name, 0, &holder) >= 0)
		;
}

static const char *name_of(const char *kind, unsigned vrid, const char *rest)
{
	static char name[ABSTRACT_NAME_MAX + 1];

	snprintf(name, sizeof(name), "lvsd/%s/%s/4/%u%s", kind, instances[0].interface, vrid, rest);
	return name;
}

START_TEST(a_claim_whose_socket_is_full_is_known)
{
	struct loop *loop = loop_new();
	struct claims *a = claims_new(loop, "lvsd/door/a", 0), *b = claims_new(loop, "lvsd/door/a", 0);
	struct err err;

	ck_assert_int_eq(claims_take(a, conf_of(8, 1), &err), 0);
	fill(name_of("vrrp", 8, ""));
	ck_assert_int_eq(claims_take(b, conf_of(8, 1), &err), -EBUSY);
	ck_assert_ptr_nonnull(strstr(err.text, "another lvsd (`ss -xlp` names its process"));
	claims_free(a);
	claims_free(b);
	loop_free(loop);
}
END_TEST

START_TEST(a_mark_whose_socket_is_full_is_known)
{
	struct loop *loop = loop_new();
	struct claims *other = claims_new(loop, "lvsd/door/a", 0);
	struct vrrp_marks *marks = vrrp_marks_new(loop, "lvsd/door/b");
	struct vrrp_report report = {.family = AF_INET, .vrid = 8};
	struct err err;

	strcpy(report.interface, conf_of(8, 1)->vrrps[0].interface);
	vrrp_marks_add(marks, &report);
	fill(name_of("orphan", 8, "/b"));
	ck_assert_int_eq(claims_take(other, &conf, &err), -EBUSY);
	vrrp_marks_free(marks);
	ck_assert_int_eq(claims_take(other, &conf, &err), 0);
	claims_free(other);
	loop_free(loop);
}
END_TEST

/* The mark names no door. Its process is the one from which this lvsd takes over, or another one. */
START_TEST(an_orphan_of_an_older_version_is_known_by_its_process)
{
	struct loop *loop = loop_new();
	struct claims *successor = claims_new(loop, "lvsd/door/a", getpid()),
		      *other = claims_new(loop, "lvsd/door/a", getppid()), *none = claims_new(loop, "lvsd/door/a", -1);
	struct err err;
	int fd;

	conf_of(8, 1);
	fd = abstract_listen(name_of("orphan", 8, ""), 64);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(claims_take(other, &conf, &err), -EBUSY);
	ck_assert_ptr_nonnull(strstr(err.text, "of an lvsd of an older version that died serves virtual_router_id 8"));
	ck_assert_ptr_nonnull(strstr(err.text, "end that process by SIGTERM; or wait"));
	ck_assert_int_eq(claims_take(none, &conf, &err), -EBUSY);
	ck_assert_int_eq(claims_take(successor, &conf, &err), 0);
	claims_free(successor);
	/* One of this version has a door, whichever process it is. */
	close(fd);
	fd = abstract_listen(name_of("orphan", 8, "/b"), 64);
	successor = claims_new(loop, "lvsd/door/a", getpid());
	ck_assert_int_eq(claims_take(successor, &conf, &err), -EBUSY);
	ck_assert_ptr_null(strstr(err.text, "older version"));
	close(fd);
	claims_free(successor);
	claims_free(other);
	claims_free(none);
	loop_free(loop);
}
END_TEST

/* Another orphan, in a container: its process has no number here. Nobody mistakes it for his own. */
START_TEST(an_orphan_is_known_by_its_run_dir)
{
	struct loop *loop = loop_new();
	struct claims *own = claims_new(loop, "lvsd/door/12ab", 0);
	struct vrrp_marks *marks = vrrp_marks_new(loop, "lvsd/door/12abc");
	struct vrrp_report report = {.family = AF_INET, .vrid = 8};
	struct err err;

	strcpy(report.interface, conf_of(8, 1)->vrrps[0].interface);
	vrrp_marks_add(marks, &report);
	ck_assert_int_eq(claims_take(own, &conf, &err), -EBUSY);
	vrrp_marks_free(marks);
	claims_free(own);
	loop_free(loop);
}
END_TEST

/* A process of user 65534 has taken the names of a claim and of a mark, and lets nobody in. */
START_TEST(who_takes_a_name_hides_nobody)
{
	struct loop *loop = loop_new();
	struct claims *a = claims_new(loop, "lvsd/door/a", 0), *b = claims_new(loop, "lvsd/door/a", 0);
	struct vrrp_marks *marks = vrrp_marks_new(loop, "lvsd/door/b");
	struct vrrp_report report = {.family = AF_INET, .vrid = 10};
	struct err err;

	conf_of(9, 1);
	strcpy(report.interface, instances[0].interface);
	if (geteuid() == 0) {
		ck_assert_int_eq(seteuid(65534), 0);
		ck_assert_int_ge(abstract_listen(name_of("vrrp", 9, ""), 0), 0);
		fill(name_of("vrrp", 9, ""));
		ck_assert_int_ge(abstract_listen(name_of("orphan", 10, "/b"), 0), 0);
		ck_assert_int_eq(seteuid(0), 0);
		ck_assert_int_eq(claims_take(a, &conf, &err), 0);
		ck_assert_int_eq(claims_take(b, &conf, &err), -EBUSY);
		vrrp_marks_add(marks, &report);
		ck_assert_int_eq(claims_take(b, conf_of(10, 1), &err), -EBUSY);
		ck_assert_ptr_nonnull(strstr(err.text, "of an lvsd that died serves virtual_router_id 10"));
	}
	vrrp_marks_free(marks);
	claims_free(a);
	claims_free(b);
	loop_free(loop);
}
END_TEST

/* More than are claimed. */
START_TEST(every_instance_of_an_orphan_is_marked)
{
	struct loop *loop = loop_new();
	struct claims *other = claims_new(loop, "lvsd/door/a", 0);
	struct vrrp_marks *marks = vrrp_marks_new(loop, "lvsd/door/b");
	struct vrrp_report report = {.family = AF_INET};
	struct err err;

	strcpy(report.interface, conf_of(250, 1)->vrrps[0].interface);
	for (report.vrid = 1; report.vrid <= 250; report.vrid++)
		vrrp_marks_add(marks, &report);
	vrrp_marks_settle(marks);
	ck_assert_int_eq(claims_take(other, &conf, &err), -EBUSY);
	vrrp_marks_free(marks);
	claims_free(other);
	loop_free(loop);
}
END_TEST

/* The name is held by user 65534. */
START_TEST(who_holds_a_name_is_asked_of_the_kernel)
{
	struct loop *loop = loop_new();
	struct claims *claims = claims_new(loop, "lvsd/door/a", 0);
	struct err err;

	conf_of(9, 1);
	if (geteuid() == 0) { /* only root can be other users */
		ck_assert_int_eq(seteuid(65534), 0);
		ck_assert_int_eq(claims_take(claims, &conf, &err), 0);
		ck_assert_int_eq(seteuid(0), 0);
		ck_assert_int_eq(taken_by(0), 0);
		ck_assert_int_eq(taken_by(65533), 0);
		ck_assert_int_eq(taken_by(65534), -EBUSY);
	}
	claims_free(claims);
	loop_free(loop);
}
END_TEST

START_TEST(claims_are_bounded)
{
	struct loop *loop = loop_new();
	struct claims *a = claims_new(loop, "lvsd/door/a", 0), *b = claims_new(loop, "lvsd/door/a", 0);
	struct err err;

	ck_assert_int_eq(claims_take(a, conf_of(1, CLAIMS_MAX + 2), &err), 0);
	ck_assert_int_eq(claims_take(b, conf_of(1 + CLAIMS_MAX, 1), &err), 0);
	claims_free(a);
	claims_free(b);
	loop_free(loop);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("claims");
	TCase *tcase = tcase_create("claims");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, what_an_orphan_serves_is_left_to_its_successor);
	tcase_add_test(tcase, the_second_one_is_refused);
	tcase_add_test(tcase, what_a_reload_drops_is_free);
	tcase_add_test(tcase, however_often_somebody_asks_the_name_is_known);
	tcase_add_test(tcase, a_stranger_is_no_director);
	tcase_add_test(tcase, who_holds_a_name_is_asked_of_the_kernel);
	tcase_add_test(tcase, claims_are_bounded);
	tcase_add_test(tcase, a_claim_whose_socket_is_full_is_known);
	tcase_add_test(tcase, a_mark_whose_socket_is_full_is_known);
	tcase_add_test(tcase, an_orphan_of_an_older_version_is_known_by_its_process);
	tcase_add_test(tcase, an_orphan_is_known_by_its_run_dir);
	tcase_add_test(tcase, who_takes_a_name_hides_nobody);
	tcase_add_test(tcase, every_instance_of_an_orphan_is_marked);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
