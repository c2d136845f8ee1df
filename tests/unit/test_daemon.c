/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/clock.h"
#include "base/mem.h"
#include "daemon/control/control.h"
#include "daemon/control/clients.h"
#include "daemon/shared/habits.h"
#include "daemon/shared/options.h"
#include "daemon/shared/rundir.h"
#include "daemon/shared/rundir_file.h"
#include "daemon/shared/rundir_names.h"
#include "daemon/supervisor/rundir_watch.h"

#include <check.h>
#include <errno.h>
#include <getopt.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static char scratch[] = "/tmp/lvsd-test-XXXXXX";

static int parse(struct options *options, int argc, const char *const *argv)
{
	char *copy[8] = {0};
	int code;

	for (int i = 0; i < argc; i++)
		copy[i] = mem_strdup(argv[i]);
	optind = 0;
	opterr = 0;
	code = options_parse(argc, copy, options);
	if (code == 0 && strcmp(options->config, OPTIONS_CONFIG))
		options->config = "given";
	for (int i = 0; i < argc; i++)
		free(copy[i]);
	return code;
}

START_TEST(options_have_defaults)
{
	struct options options;

	ck_assert_int_eq(parse(&options, 1, (const char *[]){"lvsd"}), 0);
	ck_assert_int_eq(options.action, OPTIONS_RUN);
	ck_assert_str_eq(options.config, "/etc/lvsd.conf");
	ck_assert_str_eq(options.run_dir, "/run/lvsd");
	ck_assert(!options.is_foreground);
}
END_TEST

START_TEST(options_are_read_and_others_refused)
{
	struct options options;

	ck_assert_int_eq(parse(&options, 5, (const char *[]){"lvsd", "-n", "-l", "-f", "x"}), 0);
	ck_assert_str_eq(options.config, "given");
	ck_assert(options.is_foreground && options.is_log_console);
	ck_assert_int_eq(parse(&options, 2, (const char *[]){"lvsd", "--check"}), 0);
	ck_assert_int_eq(options.action, OPTIONS_CHECK);
	ck_assert_int_eq(
	    parse(&options, 3, (const char *[]){"lvsd", "-t", "--strict-keepalived"}), 0);
	ck_assert(options.action == OPTIONS_CHECK && options.is_strict_keepalived);
	ck_assert_int_eq(
	    parse(&options, 3, (const char *[]){"lvsd", "--list-keywords", "--json"}), 0);
	ck_assert(options.action == OPTIONS_LIST_KEYWORDS && options.is_json);
	ck_assert_int_eq(parse(&options, 2, (const char *[]){"lvsd", "--help-keyword=quorum"}), 0);
	ck_assert_int_eq(options.action, OPTIONS_HELP_KEYWORD);
	ck_assert_int_eq(parse(&options, 2, (const char *[]){"lvsd", "--help-keyword"}), -EINVAL);
	ck_assert_int_eq(parse(&options, 2, (const char *[]){"lvsd", "--chekc"}), -EINVAL);
	ck_assert_int_eq(parse(&options, 2, (const char *[]){"lvsd", "start"}), -EINVAL);
	ck_assert_int_eq(parse(&options, 2, (const char *[]){"lvsd", "-f"}), -EINVAL);
	ck_assert_int_eq(parse(&options, 5, (const char *[]){"lvsd", "-f", "a", "-f", "b"}), -EINVAL);
	ck_assert_int_eq(parse(&options, 3, (const char *[]){"lvsd", "-t", "vr.conf"}), -EINVAL);
}
END_TEST

/* keepalived 2.2.7: what `keepalived --help` lists and lvsd has not, or has otherwise. */
START_TEST(options_of_keepalived_have_a_hint)
{
	static const char letters[] = "PCBDSGuXVIRdprcbTaxAsmMe";
	struct options options;

	for (const char *letter = letters; *letter; letter++) {
		char text[] = {'-', *letter, '\0'};

		ck_assert_msg(habits_option(*letter, NULL), "-%c has no hint", *letter);
		ck_assert_int_eq(parse(&options, 2, (const char *[]){"lvsd", text}), -EINVAL);
	}
	ck_assert_str_eq(habits_option(0, "use-file=x"), "write --config FILE");
	ck_assert_ptr_eq(habits_option(0, "pid=/run/x.pid"), habits_option('p', NULL));
	ck_assert_ptr_null(habits_option(0, "pi"));
	ck_assert_ptr_null(habits_option('f', NULL));
	ck_assert_ptr_null(habits_option(0, NULL));
	/* Its -R has no value: the next option is none. */
	ck_assert_int_eq(parse(&options, 3, (const char *[]){"lvsd", "-R", "-n"}), -EINVAL);
	ck_assert_int_eq(parse(&options, 3, (const char *[]){"lvsd", "-R", "n"}), 0);
}
END_TEST

START_TEST(words_of_init_scripts_have_a_hint)
{
	ck_assert_str_eq(habits_command("restart"), "write `systemctl restart lvsd`");
	ck_assert_str_eq(habits_command("check"), "write `lvsd --check`");
	ck_assert_ptr_null(habits_command("drain"));
}
END_TEST

static void make_state(const char *path)
{
	char *state = rundir_file(path, RUNDIR_STATE);

	mkdir(state, 0755);
	free(state);
}

static void remove_state(const char *path)
{
	char *state = rundir_file(path, RUNDIR_STATE);

	ck_assert_int_eq(rmdir(state), 0);
	free(state);
}

START_TEST(second_daemon_on_a_run_dir_is_refused)
{
	char *path = mem_printf("%s/run", scratch);
	struct rundir first, second;
	struct err err;
	struct stat st;

	ck_assert_int_eq(rundir_open(path, geteuid(), &first, &err), 0);
	ck_assert_int_eq(rundir_open(path, geteuid(), &second, &err), -EEXIST);
	ck_assert_msg(strstr(err.text, "another lvsd") && strstr(err.text, path), "%s", err.text);
	ck_assert_msg(strstr(err.text, "wait until it has ended") != NULL, "%s", err.text);
	rundir_close(&first);
	ck_assert_int_eq(stat(path, &st), -1);
	ck_assert_int_eq(rundir_open(path, geteuid(), &first, &err), 0);
	rundir_close(&first);
	free(path);
}
END_TEST

/* It got no place in a directory that another one has meanwhile: nothing there is its own. */
START_TEST(run_dir_that_another_has_taken_stays)
{
	char *path = mem_printf("%s/run", scratch);
	struct rundir first, second;
	struct err err;

	ck_assert_int_eq(rundir_open(path, geteuid(), &first, &err), 0);
	rundir_remove(path, RUNDIR_PID);
	rundir_remove(path, RUNDIR_CONTROL);
	ck_assert_int_eq(rundir_open(path, geteuid(), &second, &err), 0);
	ck_assert_int_eq(rundir_renew(&first, &err), -EEXIST);
	/* The numbers of its own files are free, and may be those of the other's next ones. */
	ck_assert_uint_eq(first.pid.inode, 0);
	ck_assert_uint_eq(first.socket.inode, 0);
	rundir_close(&first);
	ck_assert(rundir_is_whole(&second));
	rundir_close(&second);
	remove_state(path);
	rmdir(path);
	free(path);
}
END_TEST

/* Each file of the run dir but the sockets, as the header names them. */
START_TEST(every_file_of_the_run_dir_is_judged)
{
	FILE *header = fopen(RUNDIR_HEADER, "r");
	char line[256], name[64];
	int n = 0;

	ck_assert_ptr_nonnull(header);
	make_state(scratch);
	while (fgets(line, sizeof(line), header)) {
		char *file;
		struct err err;

		bool is_in_state = sscanf(line, "#define RUNDIR_%*s RUNDIR_STATE \"/%63[^\"]\"",
					  name) == 1;

		if ((!is_in_state && sscanf(line, "#define RUNDIR_%*s \"%63[^\"]\"", name) != 1) ||
		    name[0] == '/' || !strcmp(name, RUNDIR_CONTROL) ||
		    !strcmp(name, RUNDIR_STATE))
			continue;
		file = mem_printf("%s/%s%s", scratch, is_in_state ? RUNDIR_STATE "/" : "", name);
		fclose(fopen(file, "w"));
		ck_assert_int_eq(chmod(file, 0666), 0);
		ck_assert_msg(rundir_judge(scratch, &err) < 0, "%s may be anybody's", name);
		unlink(file);
		free(file);
		n++;
	}
	fclose(header);
	remove_state(scratch);
	ck_assert_int_ge(n, 10);
}
END_TEST

START_TEST(run_dir_that_is_a_file_is_one_sentence)
{
	char *path = mem_printf("%s/file", scratch);
	FILE *file = fopen(path, "w");
	struct rundir dir;
	struct err err;

	fclose(file);
	ck_assert_int_lt(rundir_open(path, geteuid(), &dir, &err), 0);
	ck_assert_msg(strstr(err.text, "is not a directory"), "%s", err.text);
	unlink(path);
	free(path);
}
END_TEST

START_TEST(files_are_replaced_whole)
{
	struct err err;
	char *text;
	size_t len;

	ck_assert_int_eq(rundir_fetch(scratch, "thing", &text, &len), -ENOENT);
	ck_assert_int_eq(rundir_store(scratch, "thing", "one", 3, &err), 0);
	ck_assert_int_eq(rundir_store(scratch, "thing", "three", 5, &err), 0);
	ck_assert_int_eq(rundir_fetch(scratch, "thing", &text, &len), 0);
	ck_assert_str_eq(text, "three");
	ck_assert_uint_eq(len, 5);
	free(text);
	ck_assert_int_lt(rundir_store("/nowhere", "thing", "x", 1, &err), 0);
	ck_assert_msg(strstr(err.text, "/nowhere/thing cannot be written"), "%s", err.text);
}
END_TEST

/* ---- a run dir that others can change, or that is removed ---- */

static void expect_refused(const char *path, const char *words)
{
	struct rundir dir;
	struct err err;

	ck_assert_int_lt(rundir_open(path, geteuid(), &dir, &err), 0);
	ck_assert_msg(strstr(err.text, words) && strstr(err.text, path), "%s", err.text);
}

static void put_file(const char *path, const char *name, mode_t mode)
{
	struct err err;
	char *file = rundir_file(path, name);

	make_state(path);
	ck_assert_int_eq(rundir_store(path, name, "{}", 2, &err), 0);
	ck_assert_int_eq(chmod(file, mode), 0);
	free(file);
}

START_TEST(run_dir_of_others_is_refused)
{
	char *above = mem_printf("%s/above", scratch), *path = mem_printf("%s/run", above);
	char *file = rundir_file(path, RUNDIR_OWNED), *text;
	struct rundir dir;
	struct err err;
	size_t len;

	mkdir(above, 0755);
	mkdir(path, 0755);
	chmod(path, 0777);
	expect_refused(path, "mode 0777) can be written by everybody");
	expect_refused(path, "`chmod go-w ");
	chmod(path, 01777);
	expect_refused(path, "can be written by everybody"); /* sticky: new names are possible */
	chmod(path, 0755);
	put_file(path, RUNDIR_OWNED, 0606);
	expect_refused(path, "/owned.json (owner");
	ck_assert_int_eq(rundir_fetch(path, RUNDIR_OWNED, &text, &len), -EPERM);
	unlink(file);
	ck_assert_int_eq(symlink("/etc/passwd", file), 0);
	expect_refused(path, "/owned.json is not a regular file");
	unlink(file);
	chmod(above, 0777);
	expect_refused(path, "who can replace");
	chmod(above, 01777);
	ck_assert_int_eq(rundir_open(path, geteuid(), &dir, &err), 0);
	rundir_close(&dir);
	if (geteuid() == 0) {
		ck_assert_int_eq(chown(path, 65534, 65534), 0);
		expect_refused(path, "(owner uid 65534, mode 0755) belongs to another user");
		expect_refused(path, "`chown root ");
	}
	remove_state(path);
	rmdir(path);
	rmdir(above);
	free(file);
	free(path);
	free(above);
}
END_TEST

static void remove_run_dir(const char *path)
{
	rundir_remove(path, RUNDIR_CONTROL);
	rundir_remove(path, RUNDIR_PID);
	remove_state(path);
	ck_assert_int_eq(rmdir(path), 0);
}

START_TEST(what_is_anothers_stays_at_the_end)
{
	char *path = mem_printf("%s/twice", scratch);
	struct rundir first, second;
	struct err err;

	ck_assert_int_eq(rundir_open(path, geteuid(), &first, &err), 0);
	remove_run_dir(path);
	ck_assert_int_eq(rundir_open(path, geteuid(), &second, &err), 0);
	ck_assert(!rundir_is_whole(&first) && rundir_is_whole(&second));
	ck_assert_int_eq(rundir_renew(&first, &err), -EEXIST);
	ck_assert(rundir_is_whole(&second));
	rundir_close(&first);
	ck_assert(rundir_is_whole(&second));
	rundir_close(&second);
	ck_assert_int_eq(access(path, F_OK), -1);
	free(path);
}
END_TEST

static void on_renewed(void *arg)
{
	loop_stop(arg);
}

START_TEST(removed_run_dir_is_made_anew)
{
	char *path = mem_printf("%s/gone", scratch), *moved = mem_printf("%s/moved", scratch);
	struct loop *loop = loop_new();
	struct rundir dir, other;
	struct rundir_watch *watch;
	struct err err;

	ck_assert_int_eq(rundir_open(path, geteuid(), &dir, &err), 0);
	watch = rundir_watch_new(loop, &dir, on_renewed, loop);
	remove_run_dir(path);
	loop_run(loop);
	ck_assert(rundir_is_whole(&dir));
	rundir_remove(path, RUNDIR_CONTROL);
	loop_run(loop);
	ck_assert(rundir_is_whole(&dir));
	ck_assert_int_eq(rename(path, moved), 0);
	loop_run(loop);
	ck_assert(rundir_is_whole(&dir));
	/* What has been moved away is not our place any more, and nobody's. */
	remove_run_dir(moved);
	/* Another daemon is faster: its place is left to it until it ends. */
	remove_run_dir(path);
	ck_assert_int_eq(rundir_open(path, geteuid(), &other, &err), 0);
	ck_assert_int_eq(rundir_renew(&dir, &err), -EEXIST);
	ck_assert_msg(strstr(err.text, "another lvsd"), "%s", err.text);
	rundir_close(&other);
	loop_run(loop);
	ck_assert(rundir_is_whole(&dir));
	rundir_watch_free(watch);
	rundir_close(&dir);
	ck_assert_int_eq(access(path, F_OK), -1);
	loop_free(loop);
	free(moved);
	free(path);
}
END_TEST

/* ---- the control socket, with a client in a thread ---- */

struct dialogue {
	struct loop *loop;
	const char *path, *request;
	const char *refusal; /* for control_refuse(); NULL: it is not called */
	int passed; /* a descriptor that goes with the request, which the client closes; 0: none */
	int done[2]; /* a pipe that the client closes */
	char answer[256 * 1024];
};

static json_t *answer_echo(json_t *request, void *arg)
{
	(void)request;
	(void)arg;
	return control_ok(json_string("hello"));
}

static json_t *answer_long(json_t *request, void *arg)
{
	json_t *array = json_array();

	(void)request;
	(void)arg;
	for (int i = 0; i < 20000; i++)
		json_array_append_new(array, json_integer(i));
	return control_ok(array);
}

static struct {
	struct control *control;
	uint64_t number;
	struct loop_timer *timer;
} deferred;

static void answer_now(void *arg)
{
	(void)arg;
	control_answer(deferred.control, deferred.number + 1, control_ok(json_string("to nobody")));
	control_answer(deferred.control, deferred.number, control_ok(json_string("at last")));
}

static json_t *answer_later(json_t *request, void *arg)
{
	(void)request;
	(void)arg;
	deferred.number = control_defer(deferred.control);
	loop_timer_set(deferred.timer, clock_mono());
	return NULL;
}

/* What the descriptor has that came with the request. */
static json_t *answer_passed(json_t *request, void *arg)
{
	struct control *const *control = arg;
	int fd = control_passed(*control);
	char text[16] = "";

	(void)request;
	if (fd < 0)
		return control_refused("nothing came with it");
	ck_assert_int_gt(pread(fd, text, sizeof(text) - 1, 0), 0);
	return control_ok(json_string(text));
}

static const struct control_command commands[] = {
    {"echo", answer_echo, "says hello", false, false},
    {"long", answer_long, "says much", true, false},
    {"later", answer_later, "takes a while", false, false},
    {"passed", answer_passed, "says what came with it", false, false},
    {NULL, NULL, NULL, false, false}};

/* Returns whether all of it was sent. */
static bool request_send(int fd, const struct dialogue *dialogue)
{
	struct iovec iov = {(void *)dialogue->request, strlen(dialogue->request)};
	_Alignas(struct cmsghdr) char space[CMSG_SPACE(2 * sizeof(int))] = {0};
	struct msghdr head = {.msg_iov = &iov, .msg_iovlen = 1};
	/* The first one counts; the control socket has room for one. */
	int passed[2] = {dialogue->passed, dialogue->done[1]};

	if (dialogue->passed) {
		struct cmsghdr *part = (struct cmsghdr *)space;

		*part = (struct cmsghdr){.cmsg_level = SOL_SOCKET,
					 .cmsg_type = SCM_RIGHTS,
					 .cmsg_len = CMSG_LEN(sizeof(passed))};
		memcpy(CMSG_DATA(part), passed, sizeof(passed));
		head.msg_control = space;
		head.msg_controllen = sizeof(space);
	}
	return sendmsg(fd, &head, 0) == (ssize_t)iov.iov_len;
}

static void *talk(void *arg)
{
	struct dialogue *dialogue = arg;
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	size_t len = 0;
	ssize_t n;

	snprintf(sa.sun_path, sizeof(sa.sun_path), "%s/control.sock", dialogue->path);
	if (connect(fd, (struct sockaddr *)&sa, sizeof(sa)) == 0 &&
	    request_send(fd, dialogue)) {
		shutdown(fd, SHUT_WR);
		while ((n = read(fd, dialogue->answer + len, sizeof(dialogue->answer) - 1 - len)) > 0)
			len += (size_t)n;
	}
	close(fd);
	close(dialogue->done[1]);
	return NULL;
}

static void on_done(int fd, unsigned events, void *arg)
{
	(void)fd;
	(void)events;
	loop_stop(arg);
}

/* What the daemon answers to request over a real socket. */
static void converse_with(struct dialogue *dialogue, const char *request, const char *refusal,
			  int passed)
{
	char *path = mem_printf("%s/ctl", scratch);
	struct loop_io *done;
	struct rundir dir;
	struct err err;
	struct control *control;
	pthread_t thread;

	*dialogue = (struct dialogue){.loop = loop_new(),
				      .path = path,
				      .request = request,
				      .refusal = refusal,
				      .passed = passed};
	ck_assert_int_eq(rundir_open(path, geteuid(), &dir, &err), 0);
	control = control_new(dialogue->loop, dup(dir.listen_fd), CONTROL_IDLE_MS, commands, &control);
	deferred.control = control;
	deferred.timer = loop_timer_new(dialogue->loop, answer_now, NULL);
	if (dialogue->refusal)
		control_refuse(control, dialogue->refusal);
	ck_assert_int_eq(pipe(dialogue->done), 0);
	done = loop_io_new(dialogue->loop, dialogue->done[0], LOOP_READ, on_done, dialogue->loop);
	pthread_create(&thread, NULL, talk, dialogue);
	loop_run(dialogue->loop);
	pthread_join(thread, NULL);
	loop_io_free(done);
	close(dialogue->done[0]);
	control_free(control);
	rundir_close(&dir);
	loop_timer_free(deferred.timer);
	loop_free(dialogue->loop);
	free(path);
}

static void converse(struct dialogue *dialogue, const char *request)
{
	converse_with(dialogue, request, NULL, 0);
}

static struct dialogue dialogue;

START_TEST(requests_are_answered_line_by_line)
{
	converse(&dialogue, "{\"command\": \"echo\"}\n{\"command\": \"help\"}\n"
			    "{\"command\": \"nope\"}\nrubbish\n{}\n");
	ck_assert_str_eq(dialogue.answer,
			 "{\"ok\":true,\"result\":\"hello\"}\n"
			 "{\"ok\":true,\"result\":{\"commands\":["
			 "{\"name\":\"echo\",\"help\":\"says hello\"},"
			 "{\"name\":\"long\",\"help\":\"says much\"},"
			 "{\"name\":\"later\",\"help\":\"takes a while\"},"
			 "{\"name\":\"passed\",\"help\":\"says what came with it\"}]}}\n"
			 "{\"ok\":false,\"error\":\"there is no command 'nope'\"}\n"
			 "{\"ok\":false,\"error\":\"a request is one JSON object on one line\"}\n"
			 "{\"ok\":false,\"error\":\"a request needs a \\\"command\\\"\"}\n");
}
END_TEST

/* The requests behind it wait. */
START_TEST(an_answer_may_come_later)
{
	converse(&dialogue, "{\"command\": \"later\"}\n{\"command\": \"echo\"}\n");
	ck_assert_str_eq(dialogue.answer, "{\"ok\":true,\"result\":\"at last\"}\n"
					  "{\"ok\":true,\"result\":\"hello\"}\n");
}
END_TEST

START_TEST(long_answers_arrive_whole)
{
	converse(&dialogue, "{\"command\": \"long\"}\n{\"command\": \"echo\"}\n");
	ck_assert(strstr(dialogue.answer, "19999]}\n{\"ok\":true,\"result\":\"hello\"}\n") != NULL);
}
END_TEST

START_TEST(commands_that_need_a_start_are_refused_while_lvsd_stops)
{
	converse_with(&dialogue, "{\"command\": \"long\"}\n{\"command\": \"echo\"}\n",
		      "lvsd is stopping: later", 0);
	ck_assert_str_eq(dialogue.answer,
			 "{\"ok\":false,\"error\":\"lvsd is stopping: later\"}\n"
			 "{\"ok\":true,\"result\":\"hello\"}\n");
}
END_TEST

/* A descriptor belongs to the request that it came with, and is closed with it. */
START_TEST(a_descriptor_comes_with_a_request)
{
	int fd = dup(0);
	FILE *file;

	close(fd); /* the lowest that is free */
	file = tmpfile();
	fputs("in the file", file);
	fflush(file);
	converse_with(&dialogue,
		      "{\"command\": \"passed\"}\n{\"command\": \"passed\"}\n", NULL,
		      fileno(file));
	ck_assert_str_eq(dialogue.answer,
			 "{\"ok\":true,\"result\":\"in the file\"}\n"
			 "{\"ok\":false,\"error\":\"nothing came with it\"}\n");
	fclose(file);
	ck_assert_int_eq(dup(0), fd); /* none is left open */
	close(fd);
}
END_TEST

START_TEST(endless_request_is_refused)
{
	char *request = mem_calloc(CONTROL_REQUEST_MAX + 2, 1);

	memset(request, 'x', CONTROL_REQUEST_MAX + 1);
	converse(&dialogue, request);
	ck_assert(strstr(dialogue.answer, "longer than 65536 bytes") != NULL);
	free(request);
}
END_TEST

/* The check process has the director's uid where lvsd runs without root: it may not give orders. */
START_TEST(own_user_is_refused_where_it_is_not_root)
{
	bool is_root = geteuid() == 0;

	if (is_root) {
		ck_assert_int_eq(chown(scratch, 65534, 65534), 0);
		ck_assert_int_eq(seteuid(65534), 0);
	}
	converse(&dialogue, "{\"command\": \"echo\"}\n");
	/* A process that changed its user cannot be traced, and LeakSanitizer traces at the end. */
	if (is_root) {
		ck_assert_int_eq(seteuid(0), 0);
		ck_assert_int_eq(prctl(PR_SET_DUMPABLE, 1), 0);
	}
	ck_assert_str_eq(dialogue.answer,
			 "{\"ok\":false,\"error\":\"only root and the group lvsd-admin may use "
			 "the control socket\"}\n");
}
END_TEST

START_TEST(the_quietest_client_gives_its_place)
{
	const struct control_seat seats[] = {
	    {{5 * NS_PER_S}, true}, {{9 * NS_PER_S}, false}, {{7 * NS_PER_S}, false}};

	ck_assert_int_eq(control_seat_to_take(seats, 3), 2);
	ck_assert_int_eq(control_seat_to_take(seats, 1), -1);
	ck_assert_int_eq(control_seat_to_take(seats, 0), -1);
	ck_assert_int_eq(control_seat_ends(&seats[0], 60000).ns, 65 * NS_PER_S);
}
END_TEST

static int connect_to(const char *path)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(sa.sun_path, sizeof(sa.sun_path), "%s/control.sock", path);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	return fd;
}

static void stop_loop(int fd, unsigned events, void *arg)
{
	(void)fd;
	(void)events;
	loop_stop(arg);
}

/* Turns until fd can be read: an answer, or the end. Returns what read() does. */
static ssize_t wait_for(struct loop *loop, int fd, char *text, size_t size)
{
	struct loop_io *io = loop_io_new(loop, fd, LOOP_READ, stop_loop, loop);

	loop_run(loop);
	loop_io_free(io);
	return read(fd, text, size);
}

START_TEST(idle_clients_are_closed_and_keep_nobody_out)
{
	char *path = mem_printf("%s/idle", scratch), text[64];
	struct loop *loop = loop_new();
	int idle[CONTROL_CLIENTS_MAX], fd;
	struct control *control;
	struct rundir dir;
	struct err err;

	ck_assert_int_eq(rundir_open(path, geteuid(), &dir, &err), 0);
	control = control_new(loop, dup(dir.listen_fd), 300, commands, NULL);
	for (int i = 0; i < CONTROL_CLIENTS_MAX; i++)
		idle[i] = connect_to(path);
	fd = connect_to(path);
	ck_assert_int_gt(write(fd, "{\"command\":\"echo\"}\n", 19), 0);
	ck_assert_int_gt(wait_for(loop, fd, text, sizeof(text)), 0);
	ck_assert(!strncmp(text, "{\"ok\":true", 10));
	/* The first of the others was closed for it, at once; the rest and this one after a while. */
	ck_assert_int_eq(recv(idle[0], text, 1, MSG_DONTWAIT), 0);
	ck_assert_int_eq(recv(idle[1], text, 1, MSG_DONTWAIT), -1);
	ck_assert_int_eq(wait_for(loop, idle[CONTROL_CLIENTS_MAX - 1], text, 1), 0);
	ck_assert_int_eq(wait_for(loop, fd, text, 1), 0);
	for (int i = 0; i < CONTROL_CLIENTS_MAX; i++)
		close(idle[i]);
	close(fd);
	control_free(control);
	rundir_close(&dir);
	loop_free(loop);
	free(path);
}
END_TEST

/* All descriptors that the process may have are taken: a pause instead of a busy loop, then service. */
START_TEST(without_a_descriptor_accepting_pauses)
{
	char *path = mem_printf("%s/full", scratch), text[64];
	struct rlimit before, few;
	struct loop *loop = loop_new();
	struct control *control;
	struct loop_timer *timer = loop_timer_new(loop, on_renewed, loop);
	struct rundir dir;
	struct err err;
	clock_t begin;
	int fd;

	ck_assert_int_eq(rundir_open(path, geteuid(), &dir, &err), 0);
	control = control_new(loop, dup(dir.listen_fd), CONTROL_IDLE_MS, commands, NULL);
	fd = connect_to(path);
	ck_assert_int_gt(write(fd, "{\"command\":\"echo\"}\n", 19), 0);
	getrlimit(RLIMIT_NOFILE, &before);
	few = (struct rlimit){(rlim_t)fd + 1, before.rlim_max};
	setrlimit(RLIMIT_NOFILE, &few);
	loop_timer_set(timer, mono_add_ms(clock_mono(), 300));
	begin = clock();
	loop_run(loop);
	ck_assert_int_lt(clock() - begin, CLOCKS_PER_SEC / 10);
	setrlimit(RLIMIT_NOFILE, &before);
	ck_assert_int_gt(wait_for(loop, fd, text, sizeof(text)), 0);
	close(fd);
	loop_timer_free(timer);
	control_free(control);
	rundir_close(&dir);
	loop_free(loop);
	free(path);
}
END_TEST

static void remove_scratch(void)
{
	char *file = mem_printf("%s/thing", scratch);

	unlink(file);
	rmdir(scratch);
	free(file);
}

int main(void)
{
	Suite *suite = suite_create("daemon");
	TCase *tcase = tcase_create("daemon");
	SRunner *runner = srunner_create(suite);
	int failed;

	if (!mkdtemp(scratch))
		return 99;
	tcase_add_test(tcase, options_have_defaults);
	tcase_add_test(tcase, options_are_read_and_others_refused);
	tcase_add_test(tcase, options_of_keepalived_have_a_hint);
	tcase_add_test(tcase, words_of_init_scripts_have_a_hint);
	tcase_add_test(tcase, second_daemon_on_a_run_dir_is_refused);
	tcase_add_test(tcase, run_dir_that_another_has_taken_stays);
	tcase_add_test(tcase, every_file_of_the_run_dir_is_judged);
	tcase_add_test(tcase, run_dir_that_is_a_file_is_one_sentence);
	tcase_add_test(tcase, files_are_replaced_whole);
	tcase_add_test(tcase, run_dir_of_others_is_refused);
	tcase_add_test(tcase, what_is_anothers_stays_at_the_end);
	tcase_add_test(tcase, removed_run_dir_is_made_anew);
	tcase_add_test(tcase, the_quietest_client_gives_its_place);
	if (geteuid() == 0) {
		tcase_add_test(tcase, requests_are_answered_line_by_line);
		tcase_add_test(tcase, an_answer_may_come_later);
	tcase_add_test(tcase, long_answers_arrive_whole);
		tcase_add_test(tcase, commands_that_need_a_start_are_refused_while_lvsd_stops);
	tcase_add_test(tcase, a_descriptor_comes_with_a_request);
	tcase_add_test(tcase, endless_request_is_refused);
		tcase_add_test(tcase, idle_clients_are_closed_and_keep_nobody_out);
		tcase_add_test(tcase, without_a_descriptor_accepting_pauses);
	}
	/* Last: the scratch folder gets another owner. */
	tcase_add_test(tcase, own_user_is_refused_where_it_is_not_root);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	remove_scratch();
	return failed ? 1 : 0;
}
