/* SPDX-License-Identifier: GPL-2.0-or-later */
/* FIFOs, as the script process opens them, and as the director writes to them. */
#include "base/clock.h"
#include "base/mem.h"
#include "daemon/director/fifos.h"
#include "daemon/script/fifos.h"
#include "tests/unit/logged.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[64], path[96];

static void dir_make(void)
{
	strcpy(dir, "/tmp/lvsd-fifos-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/fifo", dir);
}

static void dir_remove(void)
{
	unlink(path);
	rmdir(dir);
}

static struct script_fifo order(void)
{
	return (struct script_fifo){.uid = geteuid(), .gid = getegid(), .path = path};
}

/* --- the script process --- */

START_TEST(fifo_is_made_for_its_user_alone_and_kept)
{
	struct script_fifos fifos = {0};
	struct script_fifo fifo = order();
	struct stat found;
	struct err err;
	int fd = script_fifos_open(&fifos, &fifo, &err);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(lstat(path, &found), 0);
	ck_assert(S_ISFIFO(found.st_mode));
	ck_assert_int_eq(found.st_mode & 07777, 0600);
	ck_assert_uint_eq(found.st_uid, geteuid());
	ck_assert_int_eq(script_fifos_open(&fifos, &fifo, &err), fd);
	/* Somebody removes it: the next configuration makes it anew. */
	unlink(path);
	ck_assert_int_ge(script_fifos_open(&fifos, &fifo, &err), 0);
	ck_assert_int_eq(lstat(path, &found), 0);
	script_fifos_fini(&fifos);
	ck_assert_int_eq(lstat(path, &found), 0); /* it stays at the end */
}
END_TEST

START_TEST(fifo_of_another_user_is_given_to_him)
{
	struct script_fifos fifos = {0};
	struct script_fifo fifo = order();
	struct stat found;
	struct err err;

	if (geteuid() != 0)
		return; /* only root may */
	fifo.uid = 65534;
	fifo.gid = 65534;
	ck_assert_int_ge(script_fifos_open(&fifos, &fifo, &err), 0);
	ck_assert_int_eq(lstat(path, &found), 0);
	ck_assert_uint_eq(found.st_uid, 65534);
	ck_assert_uint_eq(found.st_gid, 65534);
	script_fifos_fini(&fifos);
	ck_assert_int_ge(script_fifos_open(&fifos, &fifo, &err), 0); /* it is his already */
	script_fifos_close(&fifos, 0);
	fifo.uid = 1;
	ck_assert_int_eq(script_fifos_open(&fifos, &fifo, &err), -EPERM);
	ck_assert_ptr_nonnull(strstr(err.text, "belongs to uid 65534, not to uid 1"));
}
END_TEST

static void refused(int code, const char *part)
{
	struct script_fifos fifos = {0};
	struct script_fifo fifo = order();
	struct err err;

	ck_assert_int_eq(script_fifos_open(&fifos, &fifo, &err), code);
	ck_assert_msg(strstr(err.text, part), "%s", err.text);
	script_fifos_fini(&fifos);
}

START_TEST(what_is_no_fifo_is_refused_and_not_touched)
{
	struct stat found;
	char target[112];

	close(open(path, O_WRONLY | O_CREAT, 0640));
	refused(-EEXIST, "is there already and is no FIFO");
	ck_assert_int_eq(lstat(path, &found), 0);
	ck_assert_int_eq(found.st_mode & 07777, 0640);
	unlink(path);
	snprintf(target, sizeof(target), "%s/target", dir);
	ck_assert_int_eq(mkfifo(target, 0600), 0);
	ck_assert_int_eq(symlink(target, path), 0);
	refused(-ELOOP, "is a symbolic link");
	unlink(target);
	unlink(path);
	rmdir(dir);
	refused(-ENOENT, "cannot be made: No such file or directory");
}
END_TEST

/* --- the director --- */

/* It, and a script process that answers by this test's own hand. */
static struct rig {
	struct loop *loop;
	struct scripts scripts;
	struct fifos fifos;
	struct chan *peer;
	size_t n_asked, n_runs, n_ended;
	int fd; /* the reader's */
	char run[256];
	uint64_t run_id;
	const char *refusal;
} rig;

static void answer(uint8_t slot)
{
	struct script_fifo_answer told = {.slot = slot, .code = rig.refusal ? -EEXIST : 0};
	char body[SCRIPT_FIFO_ANSWER_MAX];
	size_t len;

	if (rig.refusal)
		strcpy(told.err.text, rig.refusal);
	len = script_fifo_answer_encode(&told, body, sizeof(body));
	chan_send_fd(rig.peer, SCRIPT_FRAME_FIFO_ANSWER, body, len, rig.refusal ? -1 : rig.fd);
}

static void take_run(const void *body, size_t len)
{
	struct script_run *run;

	ck_assert_int_eq(script_run_decode(body, len, &run), 0);
	ck_assert(run->is_lasting);
	snprintf(rig.run, sizeof(rig.run), "%s %s", run->argv[0], run->argv[run->n_args - 1]);
	rig.run_id = run->id;
	rig.n_runs++;
	free(run);
}

static void on_peer_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	struct script_fifo asked;
	char asked_path[PATH_MAX];

	(void)arg;
	if (type == SCRIPT_FRAME_FIFO) {
		ck_assert_int_eq(script_fifo_decode(body, len, asked_path, &asked), 0);
		rig.n_asked++;
		if (*asked_path)
			answer(asked.slot);
	} else if (type == SCRIPT_FRAME_RUN) {
		take_run(body, len);
	} else if (type == SCRIPT_FRAME_END) {
		rig.n_ended++;
	}
}

static void on_check_done(check_id check, const struct script_done *done, void *arg)
{
	(void)check, (void)done, (void)arg;
}

static void on_reader_done(uint64_t reader, const struct script_done *done, void *arg)
{
	(void)arg;
	fifos_reader_done(&rig.fifos, reader, done);
}

static void on_fifo(const struct script_fifo_answer *told, int fd, void *arg)
{
	(void)arg;
	fifos_take(&rig.fifos, told, fd);
}

static void on_greeted(void *arg)
{
	(void)arg;
	fifos_greeted(&rig.fifos);
}

static void rig_open(void)
{
	const struct scripts_sink sink = {on_check_done, on_check_done, on_reader_done,
					  on_fifo,	 on_greeted,	NULL};
	int fds[2];

	dir_make();
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	rig = (struct rig){.loop = loop_new(), .fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)};
	ck_assert_int_eq(chan_pair(fds), 0);
	rig.fifos = (struct fifos){.scripts = &rig.scripts, .loop = rig.loop};
	fifos_open(&rig.fifos);
	scripts_open(&rig.scripts, rig.loop, fds[0], false, &sink);
	rig.peer = chan_new(rig.loop, fds[1], on_peer_frame, NULL, NULL);
	logged_begin();
}

static void rig_close(void)
{
	bool open_before[3];

	logged_end();
	scripts_close(&rig.scripts);
	/* A FIFO that was never open has no descriptor that could be closed. */
	for (int fd = 0; fd <= 2; fd++)
		open_before[fd] = fcntl(fd, F_GETFD) >= 0;
	fifos_close(&rig.fifos);
	for (int fd = 0; fd <= 2; fd++)
		ck_assert_int_eq(fcntl(fd, F_GETFD) >= 0, open_before[fd]);
	chan_free(rig.peer);
	loop_free(rig.loop);
	close(rig.fd);
	dir_remove();
}

static bool (*is_reached)(void);
static bool is_late;

static void on_settle(void *arg)
{
	(void)arg;
	if (is_reached())
		loop_stop(rig.loop);
}

static void on_late(void *arg)
{
	(void)arg;
	is_late = true;
	loop_stop(rig.loop);
}

static void await(bool (*reached)(void))
{
	struct loop_timer *timer = loop_timer_new(rig.loop, on_late, NULL);

	is_reached = reached;
	is_late = false;
	loop_timer_set(timer, mono_add_ms(clock_mono(), 30000));
	loop_on_settle(rig.loop, on_settle, NULL);
	if (!reached())
		loop_run(rig.loop);
	loop_on_settle(rig.loop, NULL, NULL);
	loop_timer_free(timer);
	ck_assert(!is_late);
}

static void hello(void)
{
	uint64_t nonce = 7;

	chan_send(rig.peer, SCRIPT_FRAME_HELLO, &nonce, sizeof(nonce));
}

static bool is_open(void)
{
	return rig.fifos.each[FIFO_ALL].fd >= 0;
}

static bool is_running(void)
{
	return rig.n_runs == 1;
}

static bool is_refused(void)
{
	return rig.fifos.each[FIFO_ALL].refusal[0];
}

static const char *const path_words[] = {path, NULL};
static const char *const reader_words[] = {"/bin/read", "it", NULL};
static struct conf_script fifo_conf = {.argv = path_words, .argc = 1, .user = "root", .group = ""};
static struct conf_script reader_conf = {.argv = reader_words, .argc = 2, .user = "root", .group = ""};

static const char *written(void)
{
	static char text[4096];
	ssize_t len = read(rig.fd, text, sizeof(text) - 1);

	text[len > 0 ? len : 0] = '\0';
	return text;
}

/* What Debian's keepalived 2.2.7 writes, byte for byte. */
START_TEST(lines_are_those_of_keepalived)
{
	struct conf conf = {.global.notify_fifo = &fifo_conf};
	struct conf_virtual_server tcp = {.key = {.family = AF_INET, .protocol = IPPROTO_TCP}};
	struct conf_virtual_server mark = {.key = {.family = AF_INET, .fwmark = 5}};
	struct conf_virtual_server group = {.key = {.protocol = IPPROTO_TCP, .group = "gr"}};
	struct conf_virtual_server udp = {.key = {.family = AF_INET6, .protocol = IPPROTO_UDP}};
	struct conf_real_server server = {0}, six = {0};

	ck_assert_int_eq(addr_parse("10.1.1.9", &tcp.key.ep.addr), 0);
	tcp.key.ep.port = 80;
	ck_assert_int_eq(addr_parse("fd00::9", &udp.key.ep.addr), 0);
	udp.key.ep.port = 53;
	ck_assert_int_eq(addr_parse("10.1.1.2", &server.ep.addr), 0);
	ck_assert_int_eq(addr_parse("fd00::2", &six.ep.addr), 0);
	server.ep.port = 80;
	six.ep.port = 53;
	rig_open();
	fifos_configure(&rig.fifos, &conf);
	fifos_write_role(&rig.fifos, true, "G1", "BACKUP", 0); /* waits */
	hello();
	await(is_open);
	fifos_write_role(&rig.fifos, false, "V 1", "MASTER", 100);
	fifos_write_service(&rig.fifos, &tcp, true);
	fifos_write_service(&rig.fifos, &mark, false);
	fifos_write_server(&rig.fifos, &tcp, &server, false);
	fifos_write_server(&rig.fifos, &group, &server, true);
	fifos_write_server(&rig.fifos, &udp, &six, true);
	server.ep.port = 0;
	fifos_write_server(&rig.fifos, &mark, &server, true);
	ck_assert_str_eq(written(), "GROUP \"G1\" BACKUP 0\n"
				    "INSTANCE \"V 1\" MASTER 100\n"
				    "VS [10.1.1.9]:tcp:80 UP\n"
				    "VS FWM 5 DOWN\n"
				    "RS [10.1.1.2]:tcp:80 [10.1.1.9]:tcp:80 DOWN\n"
				    "RS [10.1.1.2]:tcp:80 [gr]:0 UP\n"
				    "RS [fd00::2]:udp:53 [fd00::9]:udp:53 UP\n"
				    "RS [10.1.1.2]:none:0 FWM 5 UP\n");
	rig_close();
}
END_TEST

START_TEST(fifo_without_a_reader_loses_lines_and_waits_for_nobody)
{
	struct conf conf = {.global.notify_fifo = &fifo_conf};
	uint64_t n_lost;

	rig_open();
	fifos_configure(&rig.fifos, &conf);
	hello();
	await(is_open);
	for (int i = 0; i < 10000; i++)
		fifos_write_role(&rig.fifos, false, "VI_1", "MASTER", 100);
	n_lost = rig.fifos.each[FIFO_ALL].n_lost;
	ck_assert_uint_gt(n_lost, 0);
	ck_assert_uint_eq(rig.fifos.each[FIFO_ALL].n_waiting, 0);
	ck_assert_uint_eq(logged_count(logged_take(), "nobody reads the FIFO"), 1);
	/* A reader comes: whole lines are there, and new ones find room. */
	ck_assert_int_eq(strncmp(written(), "INSTANCE \"VI_1\" MASTER 100\n", 27), 0);
	fifos_write_role(&rig.fifos, false, "VI_1", "FAULT", 100);
	ck_assert_uint_eq(rig.fifos.each[FIFO_ALL].n_lost, n_lost);
	rig_close();
}
END_TEST

START_TEST(lines_that_wait_for_the_script_process_are_bounded)
{
	struct conf conf = {.global.notify_fifo = &fifo_conf};

	rig_open();
	fifos_configure(&rig.fifos, &conf);
	for (int i = 0; i < 10000; i++)
		fifos_write_role(&rig.fifos, false, "VI_1", "MASTER", 100);
	ck_assert_uint_le(rig.fifos.each[FIFO_ALL].n_waiting, FIFOS_WAITING_MAX);
	ck_assert_uint_gt(rig.fifos.each[FIFO_ALL].n_lost, 0);
	rig_close();
}
END_TEST

START_TEST(refusal_is_said_once_and_a_reload_asks_again)
{
	struct fifo_rows rows;
	struct conf conf = {.global.notify_fifo = &fifo_conf};

	rig_open();
	rig.refusal = "it is no FIFO";
	fifos_configure(&rig.fifos, &conf);
	hello();
	await(is_refused);
	ck_assert_uint_eq(logged_count(logged_take(), "no event is written to it: it is no FIFO"), 1);
	fifos_write_role(&rig.fifos, false, "VI_1", "MASTER", 100);
	ck_assert_uint_eq(rig.fifos.each[FIFO_ALL].n_lost, 1);
	fifos_list(&rig.fifos, &rows);
	ck_assert_uint_eq(rows.n, 1);
	ck_assert_str_eq(rows.items[0].keyword, "notify_fifo");
	ck_assert_str_eq(rows.items[0].refusal, "it is no FIFO");
	ck_assert(!rows.items[0].is_open);
	ck_assert_uint_eq(rows.items[0].n_lost, 1);
	rig.refusal = NULL;
	fifos_configure(&rig.fifos, &conf);
	await(is_open);
	fifos_write_role(&rig.fifos, false, "VI_1", "BACKUP", 100);
	ck_assert_str_eq(written(), "INSTANCE \"VI_1\" BACKUP 100\n");
	rig_close();
}
END_TEST

START_TEST(reader_is_started_with_the_path_and_again_after_a_pause)
{
	struct conf conf = {.global.notify_fifo = &fifo_conf,
			    .global.notify_fifo_script = &reader_conf}, none = {0};
	struct script_done done = {.how = SCRIPT_HOW_EXITED, .value = 3};
	char wanted[128];

	rig_open();
	fifos_configure(&rig.fifos, &conf);
	hello();
	await(is_running);
	snprintf(wanted, sizeof(wanted), "/bin/read %s", path);
	ck_assert_str_eq(rig.run, wanted);
	ck_assert(!scripts_are_notifying(&rig.scripts)); /* the end does not wait for it */
	fifos_reader_done(&rig.fifos, rig.fifos.each[FIFO_ALL].reader, &done);
	ck_assert(logged_has("notify_fifo_script /bin/read has ended: exit status 3: it is started "
			     "again in 1 s"));
	ck_assert_int_eq(rig.fifos.each[FIFO_ALL].pause_ms, 2 * FIFOS_PAUSE_MS);
	rig.n_runs = 0;
	await(is_running);
	fifos_configure(&rig.fifos, &none);
	ck_assert_uint_eq(rig.fifos.each[FIFO_ALL].reader, 0);
	rig_close();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("fifos");
	TCase *opened = tcase_create("opened"), *told = tcase_create("told");
	SRunner *runner;
	int failed;

	suite_add_tcase(suite, opened);
	tcase_add_checked_fixture(opened, dir_make, dir_remove);
	tcase_add_test(opened, fifo_is_made_for_its_user_alone_and_kept);
	tcase_add_test(opened, fifo_of_another_user_is_given_to_him);
	tcase_add_test(opened, what_is_no_fifo_is_refused_and_not_touched);
	suite_add_tcase(suite, told);
	tcase_set_timeout(told, 60);
	tcase_add_test(told, lines_are_those_of_keepalived);
	tcase_add_test(told, fifo_without_a_reader_loses_lines_and_waits_for_nobody);
	tcase_add_test(told, lines_that_wait_for_the_script_process_are_bounded);
	tcase_add_test(told, refusal_is_said_once_and_a_reload_asks_again);
	tcase_add_test(told, reader_is_started_with_the_path_and_again_after_a_pause);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
