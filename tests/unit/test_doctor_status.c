/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What lvsctl doctor takes from the status of lvsd, which a process of the test gives. */
#include "daemon/lvsctl/doctor_status.h"
#include "daemon/shared/rundir_names.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char run_dir[] = "/tmp/test_doctor_status.XXXXXX";
static struct sockaddr_un sa;

static void setup(void)
{
	strcpy(run_dir + sizeof(run_dir) - 7, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(run_dir));
	sa = (struct sockaddr_un){.sun_family = AF_UNIX};
	snprintf(sa.sun_path, sizeof(sa.sun_path), "%s/%s", run_dir, RUNDIR_CONTROL);
}

static void teardown(void)
{
	unlink(sa.sun_path);
	rmdir(run_dir);
}

/* Asks a server that answers with the services. */
static void ask(const char *services, struct doctor_facts *facts)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), status;
	pid_t pid;

	ck_assert_int_eq(bind(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	ck_assert_int_eq(listen(fd, 1), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		char request[256];
		int peer = accept(fd, NULL, NULL);

		if (peer < 0 || read(peer, request, sizeof(request)) <= 0)
			_exit(1);
		dprintf(peer, "{\"ok\":true,\"result\":{\"virtual_servers\":%s}}\n", services);
		_exit(0);
	}
	close(fd);
	doctor_status_ask(run_dir, facts);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	unlink(sa.sun_path);
}

static void passage_is(const struct doctor_passage *passage, const char *server, const char *vip, bool is_up)
{
	char text[ADDR_TEXT_MAX];

	ck_assert_str_eq(addr_format(&passage->server, text), server);
	ck_assert_str_eq(addr_format(&passage->vip, text), vip);
	ck_assert(passage->is_up == is_up);
}

#define CHECK(state, through) "{\"state\":\"" state "\",\"through_vip\":" through "}"
#define VIA(address)	      "{\"address\":\"" address "\",\"mark\":16777216}"
#define SERVER(key, checks)   "{\"key\":\"" key "\",\"checks\":[" checks "]}"

/* Sorted by server and address; of several checks one that is down counts; what has no verdict, or no way through a
 * virtual address, is none. */
START_TEST(checks_through_virtual_addresses)
{
	struct doctor_facts facts = {0};

	ask("[{\"real_servers\":["
	    SERVER("10.0.0.2:80", CHECK("up", VIA("192.0.2.1:80")) "," CHECK("up", "null")) ","
	    SERVER("10.0.0.1:80", CHECK("up", VIA("192.0.2.1:80")) "," CHECK("down", VIA("192.0.2.1:443"))) ","
	    SERVER("10.0.0.3:80", CHECK("unknown", VIA("192.0.2.1:80"))) "]},"
	    "{\"real_servers\":["
	    SERVER("10.0.0.2:443", CHECK("up", VIA("192.0.2.1:443")) "," CHECK("up", VIA("192.0.2.2:443"))) ","
	    SERVER("[fd00::1]:80", CHECK("down", VIA("[fd00::100]:80"))) ","
	    SERVER("nonsense", CHECK("up", VIA("192.0.2.1:80"))) ","
	    SERVER("10.0.0.4:80", CHECK("up", VIA("nonsense"))) "]}]",
	    &facts);
	ck_assert_uint_eq(facts.passages.n, 4);
	passage_is(&facts.passages.items[0], "10.0.0.1", "192.0.2.1", false);
	passage_is(&facts.passages.items[1], "10.0.0.2", "192.0.2.1", true);
	passage_is(&facts.passages.items[2], "10.0.0.2", "192.0.2.2", true);
	passage_is(&facts.passages.items[3], "fd00::1", "fd00::100", false);
	vec_free(&facts.passages);
}
END_TEST

START_TEST(without_such_checks_there_is_none)
{
	struct doctor_facts facts = {0};

	ask("[]", &facts);
	ck_assert_uint_eq(facts.passages.n, 0);
	ask("[{\"real_servers\":[" SERVER("10.0.0.2:80", CHECK("up", "null")) "]}]", &facts);
	ck_assert_uint_eq(facts.passages.n, 0);
	doctor_status_ask(run_dir, &facts); /* nobody answers */
	ck_assert_uint_eq(facts.passages.n, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("doctor status");
	TCase *tcase = tcase_create("doctor status");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, checks_through_virtual_addresses);
	tcase_add_test(tcase, without_such_checks_there_is_none);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
