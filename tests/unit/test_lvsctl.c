/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program lvsctl beside a director of the test's own: which request a command line is, and what
 * comes of each answer. */
#include "daemon/shared/rundir_names.h"
#include "tests/unit/own_net.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[] = "/tmp/lvsctl.XXXXXX";
static char path[128];
static int listener = -1;

static void begin(void)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};

	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/%s", dir, RUNDIR_CONTROL);
	strcpy(sa.sun_path, path);
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(bind(listener, (struct sockaddr *)&sa, sizeof(sa)), 0);
	ck_assert_int_eq(listen(listener, 4), 0);
}

static void end(void)
{
	close(listener);
	unlink(path);
	rmdir(dir);
}

/* Starts lvsctl with the words of line; *ret_fd is what it prints on both streams. */
static pid_t start(const char *line, int *ret_fd)
{
	char *words[24] = {"lvsctl", "-R", dir}, copy[256], *rest = copy, *word;
	posix_spawn_file_actions_t actions;
	size_t n = 3;
	int ends[2];
	pid_t pid;

	strcpy(copy, line);
	while ((word = strsep(&rest, " ")))
		if (*word)
			words[n++] = word;
	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
	posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
	ck_assert_int_eq(posix_spawn(&pid, LVSCTL, &actions, NULL, words, NULL), 0);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	*ret_fd = ends[0];
	return pid;
}

/* The director's side of one request; "" as answer: it ends without one. */
static void serve(const char *answer, char *request, size_t size)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	ssize_t n = recv(fd, request, size - 1, 0);

	ck_assert_int_gt(n, 0);
	request[n - 1] = '\0'; /* the line's end */
	ck_assert_int_eq(send(fd, answer, strlen(answer), MSG_NOSIGNAL), (ssize_t)strlen(answer));
	close(fd);
}

static int finish(pid_t pid, int fd, char *said, size_t size)
{
	size_t len = 0;
	ssize_t n;
	int status;

	while ((n = read(fd, said + len, size - 1 - len)) > 0)
		len += (size_t)n;
	said[len] = '\0';
	close(fd);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

#define PLAIN "\"kernel\":false,\"accept_ignored\":false"

START_TEST(test_requests)
{
	static const struct {
		const char *line, *request, *answer, *said;
		int status;
	} cases[] = {
	    {"confirm", "{\"command\":\"confirm\"," PLAIN "}", "{\"ok\": true, \"result\": {}}\n",
	     "the last reload stays in force\n", 0},
	    {"reload", "{\"command\":\"reload\"," PLAIN "}",
	     "{\"ok\": true, \"result\": {\"changes\": \"\"}}\n", "nothing has changed\n", 0},
	    {"--confirm 60 --yes --accept-ignored reload",
	     "{\"command\":\"reload\",\"kernel\":false,\"accept_ignored\":true,\"yes\":true,"
	     "\"confirm\":60}",
	     "{\"ok\": true, \"result\": {\"changes\": \"vs=a added\\n\"}}\n", "vs=a added\n", 0},
	    {"rollback", "{\"command\":\"rollback\"," PLAIN "}",
	     "{\"ok\": false, \"error\": \"there is none\"}\n",
	     "lvsctl: rollback refused:\nthere is none\n", 1},
	    {"drain tcp:10.0.0.1:80 10.0.0.2:80",
	     "{\"command\":\"drain\"," PLAIN
	     ",\"service\":\"tcp:10.0.0.1:80\",\"real_server\":\"10.0.0.2:80\"}",
	     "{\"ok\": true, \"result\": {\"draining\": []}}\n", "nothing drains\n", 0},
	    {"plan /dev/null", "{\"command\":\"plan\"," PLAIN ",\"file\":\"/dev/null\"}",
	     "{\"ok\": true, \"result\": {\"changes\": [], \"kept\": 2, \"from\": \"a\", "
	     "\"operations\": []}}\n",
	     "# configuration: 0 changes from a, 2 objects stay\n# kernel: nothing to do\n", 0},
	    {"reconcile", "{\"command\":\"reconcile\"," PLAIN "}",
	     "{\"ok\": true, \"result\": {\"services\": 1, \"destinations\": 2, \"repairs\": 0, "
	     "\"foreign_removed\": 1}}\n",
	     "1 service with 2 destinations read: 0 repairs\n1 service that lvsd does not know "
	     "removed\n",
	     0},
	    {"--json confirm", "{\"command\":\"confirm\"," PLAIN "}",
	     "{\"ok\": true, \"result\": {\"a\": 1}}\n", "{\n  \"a\": 1\n}\n", 0},
	    {"confirm", "{\"command\":\"confirm\"," PLAIN "}", "nonsense\n",
	     "lvsctl: the daemon's answer is not JSON\n", 1},
	    {"confirm", "{\"command\":\"confirm\"," PLAIN "}", "",
	     "lvsctl: the daemon ended before it answered\n", 3},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char request[512], said[1024];
		int fd, status;
		pid_t pid = start(cases[i].line, &fd);

		serve(cases[i].answer, request, sizeof(request));
		status = finish(pid, fd, said, sizeof(said));
		ck_assert_str_eq(request, cases[i].request);
		ck_assert_str_eq(said, cases[i].said);
		ck_assert_int_eq(status, cases[i].status);
	}
}
END_TEST

/* Nothing is asked of the director for a command line that is wrong. */
START_TEST(test_usage)
{
	static const struct {
		const char *line, *said;
		int status;
	} cases[] = {
	    {"", "lvsctl: a command is missing; see lvsctl --help\n", 2},
	    {"relaod", "lvsctl: there is no command 'relaod'; did you mean 'reload'?\n", 2},
	    {"xyzzyxyzzy", "lvsctl: there is no command 'xyzzyxyzzy'; see lvsctl --help\n", 2},
	    {"reload now", "lvsctl: unexpected argument now; see lvsctl --help\n", 2},
	    {"plan", "lvsctl: a file is missing after plan; see lvsctl --help\n", 2},
	    {"plan /nosuch", "lvsctl: /nosuch: No such file or directory\n", 1},
	    {"drain tcp:10.0.0.1:80",
	     "lvsctl: a service and a real server, as status shows them, are missing after drain; "
	     "see "
	     "lvsctl --help\n",
	     2},
	    {"drain a b c", "lvsctl: unexpected argument c; see lvsctl --help\n", 2},
	    {"-k reload", "lvsctl: --kernel belongs to status, not to reload; see lvsctl --help\n",
	     2},
	    {"-y status", "lvsctl: --yes belongs to reload, not to status; see lvsctl --help\n", 2},
	    {"--json -n",
	     "lvsctl: leave out -n: lvsctl prints addresses and ports as numbers in any case; see "
	     "lvsctl --help\n",
	     2},
	    {"-x status", "lvsctl: there is no option -x; see lvsctl --help\n", 2},
	    {"--numeric status", "lvsctl: there is no option --numeric; see lvsctl --help\n", 2},
	    {"--json=2 status", "lvsctl: the option takes no value: --json=2; see lvsctl --help\n", 2},
	    {"status -c", "lvsctl: a value is missing after -c; see lvsctl --help\n", 2},
	    {"-c 60 status",
	     "lvsctl: --confirm belongs to reload, not to status; see lvsctl --help\n", 2},
	    {"--accept-ignored drain a b",
	     "lvsctl: --accept-ignored belongs to reload and plan, not to drain; see lvsctl "
	     "--help\n",
	     2},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char said[1024];
		int fd;
		pid_t pid = start(cases[i].line, &fd);

		ck_assert_int_eq(finish(pid, fd, said, sizeof(said)), cases[i].status);
		ck_assert_str_eq(said, cases[i].said);
	}
	ck_assert_int_eq(poll(&(struct pollfd){.fd = listener, .events = POLLIN}, 1, 0), 0);
}
END_TEST

/* The director asks for what the file has: it gets a descriptor with the second request, on the same
 * connection. */
START_TEST(test_plan_hands_the_file_over)
{
	static const char needs[] = "{\"ok\": false, \"error\": \"hand it over\", \"needs\": "
				    "{\"config_id\": null, \"lenient\": false}}\n";
	static const char answer[] = "{\"ok\": true, \"result\": {\"from\": \"a\"}}\n";
	char said[1024], request[512], wanted[512], file[] = "/tmp/lvsctl-plan.XXXXXX", line[64];
	_Alignas(struct cmsghdr) char space[CMSG_SPACE(sizeof(int))];
	struct iovec iov = {request, sizeof(request) - 1};
	struct msghdr head = {.msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = space,
			      .msg_controllen = sizeof(space)};
	int fd, connection, conf = mkstemp(file);
	ssize_t n;
	pid_t pid;

	ck_assert_int_eq(write(conf, "global_defs {\n}\n", 16), 16);
	snprintf(line, sizeof(line), "plan %s", file);
	snprintf(wanted, sizeof(wanted), "{\"command\":\"plan\"," PLAIN ",\"file\":\"%s\"}\n",
		 file);
	pid = start(line, &fd);
	connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	n = recv(connection, request, sizeof(request) - 1, 0);
	request[n > 0 ? n : 0] = '\0';
	ck_assert_str_eq(request, wanted);
	ck_assert_int_gt(send(connection, needs, strlen(needs), MSG_NOSIGNAL), 0);
	n = recvmsg(connection, &head, MSG_CMSG_CLOEXEC);
	request[n > 0 ? n : 0] = '\0';
	ck_assert_str_eq(request, wanted);
	ck_assert_ptr_nonnull(CMSG_FIRSTHDR(&head));
	ck_assert_int_eq(CMSG_FIRSTHDR(&head)->cmsg_type, SCM_RIGHTS);
	ck_assert_int_gt(send(connection, answer, strlen(answer), MSG_NOSIGNAL), 0);
	ck_assert_int_eq(finish(pid, fd, said, sizeof(said)), 0);
	ck_assert_str_eq(said, "# configuration: 0 changes from a, 0 objects stay\n"
			       "# kernel: nothing to do\n");
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&head)), sizeof(fd));
	ck_assert_int_ge(fcntl(fd, F_GET_SEALS), F_SEAL_WRITE);
	close(fd);
	close(connection);
	close(conf);
	unlink(file);
}
END_TEST

/* It needs no director. */
START_TEST(test_keygen_makes_a_key_once)
{
	char key[160], line[256], said[2048];
	struct stat st;
	int fd;
	pid_t pid;

	snprintf(key, sizeof(key), "%s/sync.key", dir);
	snprintf(line, sizeof(line), "sync keygen %s", key);
	pid = start(line, &fd);
	ck_assert_int_eq(finish(pid, fd, said, sizeof(said)), 0);
	ck_assert_msg(strstr(said, "sync.key: a new key, digest "), "%s", said);
	ck_assert_ptr_nonnull(strstr(said, "scp -p "));
	ck_assert_int_eq(stat(key, &st), 0);
	ck_assert_int_eq(st.st_mode, S_IFREG | 0600);
	ck_assert_int_eq(st.st_size, 32);
	pid = start(line, &fd);
	ck_assert_int_eq(finish(pid, fd, said, sizeof(said)), 1);
	ck_assert_msg(strstr(said, "sync.key exists, and a key that is in use must not change"), "%s", said);
	unlink(key);
	snprintf(line, sizeof(line), "--json sync keygen %s", key);
	pid = start(line, &fd);
	ck_assert_int_eq(finish(pid, fd, said, sizeof(said)), 0);
	ck_assert_msg(strstr(said, "\"digest\": \""), "%s", said);
	unlink(key);
}
END_TEST

START_TEST(test_no_daemon)
{
	char said[1024], wanted[256];
	int fd;
	pid_t pid;

	unlink(path);
	pid = start("status", &fd);
	ck_assert_int_eq(finish(pid, fd, said, sizeof(said)), 3);
	snprintf(wanted, sizeof(wanted),
		 "lvsctl: no lvsd runs with the run dir %s (No such file or directory)\n", dir);
	ck_assert_str_eq(said, wanted);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lvsctl");
	TCase *tests = tcase_create("all");
	SRunner *runner;
	int n_failed;

	if (access(LVSCTL, X_OK) < 0) {
		puts("lvsctl is not built");
		return EXIT_SKIP;
	}
	tcase_add_checked_fixture(tests, begin, end);
	tcase_add_test(tests, test_requests);
	tcase_add_test(tests, test_usage);
	tcase_add_test(tests, test_plan_hands_the_file_over);
	tcase_add_test(tests, test_keygen_makes_a_key_once);
	tcase_add_test(tests, test_no_daemon);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
