/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The loader and the director, side by side: what crosses, what is vouched for, what may be looked
 * at. */
#include "base/mem.h"
#include "conf/load.h"
#include "daemon/loader/machine.h"
#include "daemon/loader/process.h"
#include "daemon/loader/transcript.h"
#include "daemon/script/users.h"
#include "daemon/loader/vouch.h"
#include "daemon/shared/rundir_names.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[64];
static struct vouched *vouched;

static void set_up(void)
{
	strcpy(dir, "/tmp/lvsd-loader-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	chmod(dir, 0755);
	vouched = vouched_new();
	ck_assert_ptr_nonnull(vouched);
}

static void tear_down(void)
{
	char *command = mem_printf("rm -rf %s", dir);

	ck_assert_int_eq(system(command), 0);
	free(command);
	vouched_free(vouched);
}

static char *write_file(const char *name, mode_t mode, const char *text)
{
	char *path = mem_printf("%s/%s", dir, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	fchmod(fd, mode);
	close(fd);
	return path;
}

/* ---- what crosses ---- */

struct side {
	struct conf *conf;
	char *text, *said;
};

static char *diags_text_of(const struct diags *diags)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	diags_print(diags, out);
	fclose(out);
	return text;
}

static struct side load_by(const char *path, const struct conf_responder *responder)
{
	const struct conf_load_how how = {.responder = responder, .trust = CONF_TRUST_DEMAND};
	struct diags diags = {0};
	struct side side = {0};
	size_t len;

	side.conf = conf_load(path, &how, &diags, &side.text, &len);
	machine_judge_by(side.conf, responder, &diags);
	side.said = diags_text_of(&diags);
	diags_free(&diags);
	return side;
}

static void side_fini(struct side *side)
{
	conf_free(side->conf);
	free(side->text);
	free(side->said);
}

/* Starts a loader; returns the director's end. */
static int start_loader(enum load_kind kind, const char *config, const char *path, pid_t *ret_pid)
{
	struct loader_args args = {.kind = kind,
				   .config = config,
				   .path = path,
				   .how = {.trust = CONF_TRUST_DEMAND},
				   .vouched = vouched};
	int ends[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	fflush(NULL);
	*ret_pid = fork();
	if (*ret_pid == 0) {
		close(ends[0]);
		args.fd = ends[1];
		_exit(loader_run(&args));
	}
	close(ends[1]);
	return ends[0];
}

/* The director's side of a load of path, compared with what this process finds itself. */
static uint64_t compare(const char *path)
{
	const struct conf_responder here = {machine_answer_here, ""};
	struct side own = load_by(path, &here), crossed;
	struct transcript *transcript;
	struct conf_responder responder;
	uint64_t number = 0;
	struct err err;
	pid_t pid;

	transcript = transcript_new(start_loader(LOAD_CONFIG, path, NULL, &pid));
	responder = (struct conf_responder){transcript_answer, transcript};
	crossed = load_by(path, &responder);
	ck_assert_int_eq(transcript_finish(transcript, &number, &err), 0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	ck_assert_str_eq(crossed.said, own.said);
	ck_assert_int_eq(!crossed.conf, !own.conf);
	if (own.conf) {
		ck_assert_str_eq(crossed.conf->digest, own.conf->digest);
		ck_assert_str_eq(crossed.text, own.text);
	}
	side_fini(&own);
	side_fini(&crossed);
	transcript_free(transcript);
	return number;
}

#define SERVICE                                                                                    \
	"virtual_server 10.0.0.1 80 {\n protocol TCP\n real_server 10.0.0.2 80 {\n"                \
	"  MISC_CHECK {\n   misc_path \"/bin/true a b\"\n  }\n  notify_up /no/such\n }\n}\n"

START_TEST(the_director_reads_what_the_loader_reads)
{
	char *one = write_file("one.inc", 0644, SERVICE), *two, *path, *text;

	setenv("LVSD_TEST_NAME", "lab", 1);
	two = write_file("two.inc", 0666, "! others may write here\n");
	text = mem_printf("global_defs {\n router_id ${LVSD_TEST_NAME}\n}\ninclude %s/o*.inc\n"
			  "include %s/none*\nstatic_nonsense x\n",
			  dir, dir);
	path = write_file("a.conf", 0644, text);
	ck_assert_uint_eq(compare(path), 0); /* with an error */
	free(text);
	free(path);
	text = mem_printf("include %s\nssl_nothing\n", two);
	path = write_file("a.conf", 0644, text);
	ck_assert_uint_eq(compare(path), 0); /* not to be trusted */
	free(text);
	free(path);
	text = mem_printf("include %s\nSSL {\n ca /no/such/file\n}\n", one);
	path = write_file("a.conf", 0644, text);
	ck_assert_uint_ne(compare(path), 0);
	ck_assert_uint_eq(compare("/no/such/file.conf"), 0);
	free(text);
	free(path);
	free(one);
	free(two);
}
END_TEST

/* ---- commands ---- */

static struct vouched_reader *reader;
static bool is_to_be_safe; /* what the last knows() said of enable_script_security */

static uint64_t vouch_text(const char *text)
{
	struct vouched_list *list = vouched_list_new();
	struct diags diags = {0};
	struct conf *conf = conf_load_text("test", text, strlen(text), &diags);
	uint64_t number;

	ck_assert_ptr_nonnull(conf);
	vouch_for(conf, list);
	number = vouched_publish(vouched, list);
	vouched_list_free(list);
	conf_free(conf);
	diags_free(&diags);
	return number;
}

static bool knows(bool is_check, uid_t uid, const char *const *argv)
{
	struct script_run run = {.is_check = is_check, .user = {.uid = uid}, .argv = argv};

	while (argv[run.n_args])
		run.n_args++;
	is_to_be_safe = false;
	if (!vouched_reader_knows(reader, &run))
		return false;
	is_to_be_safe = run.is_secure;
	return true;
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

START_TEST(a_command_is_known_with_its_words_its_user_and_its_use)
{
	reader = vouched_reader_new(vouched);
	ck_assert(!knows(true, 0, WORDS("/bin/true", "a", "b"))); /* nobody has vouched yet */
	vouch_text("global_defs {\n script_user root\n}\n" SERVICE
		   "vrrp_instance V {\n interface eth0\n virtual_router_id 1\n priority 100\n"
		   " virtual_ipaddress {\n  10.0.0.9/24\n }\n"
		   " notify \"/bin/tell me\"\n notify_master sh\n}\n");
	ck_assert(knows(true, 0, WORDS("/bin/true", "a", "b")));
	ck_assert(!knows(false, 0, WORDS("/bin/true", "a", "b")));
	ck_assert(!knows(true, 1, WORDS("/bin/true", "a", "b")));
	ck_assert(!knows(true, 0, WORDS("/bin/true", "a", "b", "c")));
	ck_assert(!knows(true, 0, WORDS("/bin/true", "a b")));
	ck_assert(!knows(true, 0, WORDS("/bin/sh", "-c", "evil")));
	ck_assert(knows(false, 0, WORDS("/no/such")));
	ck_assert(knows(false, 0, WORDS("/bin/tell", "me", "INSTANCE", "V", "MASTER", "150")));
	ck_assert(!knows(false, 0, WORDS("/bin/tell", "me")));
	ck_assert(
	    !knows(false, 0, WORDS("/bin/tell", "me", "INSTANCE", "$(evil)", "MASTER", "150")));
	ck_assert(!knows(false, 0, WORDS("/bin/tell", "me", "INSTANCE", "V", "evil", "150")));
	ck_assert(!knows(false, 0, WORDS("/bin/tell", "me", "INSTANCE", "V", "MASTER", "evil")));
	/* The script process looks for it. */
	ck_assert(knows(false, 0, WORDS("sh")));
	ck_assert(!knows(false, 0, WORDS("/usr/bin/sh")));
	vouched_reader_free(reader);
}
END_TEST

/* A director in the hands of a stranger cannot leave out what enable_script_security demands. */
START_TEST(script_security_holds_whatever_the_director_says)
{
	reader = vouched_reader_new(vouched);
	vouch_text("global_defs {\n script_user root\n enable_script_security\n}\n" SERVICE);
	ck_assert(knows(true, 0, WORDS("/bin/true", "a", "b")));
	ck_assert(is_to_be_safe);
	vouch_text("global_defs {\n script_user root\n}\n" SERVICE);
	ck_assert(knows(true, 0, WORDS("/bin/true", "a", "b")));
	ck_assert(!is_to_be_safe);
	/* Without a user of its own no script of such a file runs as root. */
	vouch_text("global_defs {\n enable_script_security\n}\n"
		   "virtual_server 10.0.0.1 80 {\n quorum_up /bin/rootless\n}\n");
	ck_assert(!knows(false, 0, WORDS("/bin/rootless")));
	vouched_reader_free(reader);
}
END_TEST

START_TEST(scripts_of_a_group_are_known_with_its_name)
{
	reader = vouched_reader_new(vouched);
	vouch_text("global_defs {\n script_user root\n}\n"
		   "vrrp_sync_group G {\n group {\n  V\n }\n notify \"/bin/tell me\"\n"
		   " notify_fault /bin/fault\n}\n"
		   "vrrp_instance V {\n interface eth0\n virtual_router_id 1\n"
		   " virtual_ipaddress {\n  10.0.0.9/24\n }\n}\n");
	ck_assert(knows(false, 0, WORDS("/bin/fault")));
	ck_assert(knows(false, 0, WORDS("/bin/tell", "me", "GROUP", "G", "MASTER", "0")));
	ck_assert(!knows(false, 0, WORDS("/bin/tell", "me", "INSTANCE", "G", "MASTER", "0")));
	ck_assert(!knows(false, 0, WORDS("/bin/tell", "me", "GROUP", "V", "MASTER", "0")));
	ck_assert(!knows(false, 0, WORDS("/bin/tell", "me", "$(evil)", "G", "MASTER", "0")));
	vouched_reader_free(reader);
}
END_TEST

/* `<PATH` is no command: a shell opens it. */
START_TEST(tracking_scripts_are_known_as_checks)
{
	reader = vouched_reader_new(vouched);
	vouch_text("global_defs {\n script_user root\n}\n"
		   "vrrp_script one {\n script \"/bin/check one\"\n}\n"
		   "vrrp_script two {\n script \"</dev/tcp/10.0.0.1/80\"\n}\n"
		   "vrrp_instance V {\n interface eth0\n virtual_router_id 1\n priority 100\n"
		   " virtual_ipaddress {\n  10.0.0.9/24\n }\n track_script {\n  one\n  two\n }\n}\n");
	ck_assert(knows(true, 0, WORDS("/bin/check", "one")));
	ck_assert(!knows(false, 0, WORDS("/bin/check", "one")));
	ck_assert(knows(true, 0,
			WORDS("bash", "-c", ": <\"$1\"", "bash", "/dev/tcp/10.0.0.1/80")));
	ck_assert(!knows(true, 0, WORDS("bash", "-c", ": <\"$1\"", "bash", "/etc/shadow")));
	ck_assert(!knows(true, 0, WORDS("bash", "-c", "evil", "bash", "/dev/tcp/10.0.0.1/80")));
	vouched_reader_free(reader);
}
END_TEST

/* ---- every keyword ---- */

#define SCRIPT(number) "\"/bin/every " #number "\"\n"
#define STATES(n)                                                                                  \
	"notify_master " SCRIPT(n##1) "notify_backup " SCRIPT(n##2) "notify_fault " SCRIPT(n##3)   \
	"notify_stop " SCRIPT(n##4)

static const char every_keyword[] =
    "global_defs {\n script_user root\n"
    "notify_fifo /run/a\n notify_fifo_script " SCRIPT(71) "vrrp_notify_fifo /run/v\n"
    "vrrp_notify_fifo_script " SCRIPT(72) "lvs_notify_fifo /run/l\nlvs_notify_fifo_script " SCRIPT(73) "}\n"
    "vrrp_script one {\n script " SCRIPT(50) "}\n"
    "vrrp_sync_group G {\n group {\n V\n }\n" STATES(1) "notify " SCRIPT(15) "}\n"
    "vrrp_instance V {\n interface eth0\n virtual_router_id 1\n priority 100\n"
    " virtual_ipaddress {\n  10.0.0.9/24\n }\n track_script {\n one\n }\n" STATES(2) "notify " SCRIPT(25)
    "notify_deleted " SCRIPT(26) "notify_master_rx_lower_pri " SCRIPT(27) "}\n"
    "virtual_server 10.0.0.1 80 {\n protocol TCP\n quorum_up " SCRIPT(31) "quorum_down " SCRIPT(32)
    " real_server 10.0.0.2 80 {\n notify_up " SCRIPT(33) "notify_down " SCRIPT(34)
    "  MISC_CHECK {\n misc_path " SCRIPT(60) "}\n }\n}\n";
/* The numbers of its scripts; those of `notify` get further words. */
static const int notifications[] = {11, 12, 13, 14, 21, 22, 23, 24, 26, 27, 31, 32, 33, 34};
static const int checks[] = {50, 60};
static bool knows_every(bool is_check, int number)
{
	char word[16];

	snprintf(word, sizeof(word), "%d", number);
	return knows(is_check, 0, WORDS("/bin/every", word));
}

/* With the words that each gets; that no keyword is forgotten is shown by test_script_uses. */
START_TEST(every_keyword_with_a_script_is_vouched_for)
{
	const size_t n_notifications = sizeof(notifications) / sizeof(notifications[0]);
	static const char *const fifos[] = {"/run/a", "/run/v", "/run/l"};
	const size_t n_checks = sizeof(checks) / sizeof(checks[0]);

	reader = vouched_reader_new(vouched);
	vouch_text(every_keyword);
	for (size_t i = 0; i < n_notifications; i++)
		ck_assert_msg(knows_every(false, notifications[i]), "%d", notifications[i]);
	for (size_t i = 0; i < n_checks; i++)
		ck_assert_msg(knows_every(true, checks[i]), "%d", checks[i]);
	ck_assert(knows(false, 0, WORDS("/bin/every", "15", "GROUP", "G", "MASTER", "0")));
	ck_assert(knows(false, 0, WORDS("/bin/every", "25", "INSTANCE", "V", "MASTER", "100")));
	for (size_t i = 0; i < sizeof(fifos) / sizeof(fifos[0]); i++) {
		struct script_run run = {.is_lasting = true, .n_args = 3};
		struct script_fifo fifo = {.path = fifos[i]};
		char word[8];

		snprintf(word, sizeof(word), "%zu", 71 + i);
		run.argv = WORDS("/bin/every", word, fifos[i]);
		ck_assert(vouched_reader_knows(reader, &run));
		run.is_lasting = false; /* it would be ended like a notification */
		ck_assert(!vouched_reader_knows(reader, &run));
		ck_assert(vouched_reader_knows_fifo(reader, &fifo));
		fifo.uid = 1;
		ck_assert(!vouched_reader_knows_fifo(reader, &fifo));
	}
	vouched_reader_free(reader);
}
END_TEST

static const char *numbered(int i)
{
	static char text[400];

	snprintf(
	    text, sizeof(text),
	    "global_defs {\n script_user root\n}\nvirtual_server 10.0.0.1 80 {\n protocol TCP\n"
	    " quorum_up \"/bin/n %d\"\n}\n",
	    i);
	return text;
}

static bool knows_number(int i)
{
	char word[16];

	snprintf(word, sizeof(word), "%d", i);
	return knows(false, 0, WORDS("/bin/n", word));
}

/* However often a file is read that does not come into force. */
START_TEST(what_is_in_force_and_the_one_before_stay_known)
{
	uint64_t first = vouch_text(numbered(0)), second;

	reader = vouched_reader_new(vouched);
	vouched_pin(vouched, first);
	second = vouch_text(numbered(1));
	ck_assert_uint_ne(second, first);
	vouched_pin(vouched, second);
	ck_assert_uint_eq(vouch_text(numbered(1)), second); /* an equal one is the same */
	for (int i = 2; i < 40; i++) {
		vouch_text(numbered(i));
		ck_assert(knows_number(0) && knows_number(1) && knows_number(i));
	}
	ck_assert(!knows_number(2) && !knows_number(20));
	vouched_pin(vouched, 0); /* a rollback: the first is in force, the second the one before */
	vouched_pin(vouched, vouch_text(numbered(40)));
	for (int i = 41; i < 60; i++)
		vouch_text(numbered(i));
	ck_assert(knows_number(0) && knows_number(40) && !knows_number(1));
	vouched_reader_free(reader);
}
END_TEST

/* ---- files again ---- */

/* What a director is told that asks for a file for TLS once more. */
static int tls_again(const char *list, const char *what, const char *path, char **ret_text)
{
	struct transcript *transcript;
	struct conf_responder responder;
	struct err err;
	pid_t pid;
	int code;

	transcript = transcript_new(start_loader(LOAD_TLS, "/etc/lvsd.conf", list, &pid));
	responder = (struct conf_responder){transcript_answer, transcript};
	code = machine_tls_text(&responder, what, path, ret_text, &err);
	if (code < 0)
		*ret_text = mem_strdup(err.text);
	transcript_free(transcript);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	return code;
}

START_TEST(files_are_read_again_if_a_configuration_names_them)
{
	char *ca = write_file("ca.pem", 0600, "of the authority"), *key = write_file("key.pem", 0600, "k");
	char *conf = mem_printf("SSL {\n ca %s\n}\n", ca), *list, *text;

	vouch_text(conf);
	list = mem_printf("ca\n%s\nkey\n%s", ca, key);
	ck_assert_int_eq(tls_again(list, "ca", ca, &text), 0);
	ck_assert_str_eq(text, "of the authority");
	free(text);
	ck_assert_int_eq(tls_again(list, "key", key, &text), -EPERM);
	ck_assert_ptr_nonnull(strstr(text, "is in no configuration that lvsd has read"));
	free(text);
	ck_assert_int_eq(unlink(ca), 0);
	ck_assert_int_lt(tls_again(list, "ca", ca, &text), 0);
	ck_assert_ptr_nonnull(strstr(text, "cannot be opened: No such file"));
	free(text);
	ck_assert_int_lt(tls_again("ca", "ca", ca, &text), 0);
	free(text);
	free(list);
	free(conf);
	free(key);
	free(ca);
}
END_TEST

static void write_init_files(uint64_t number)
{
	char *digits = mem_printf("%llu", (unsigned long long)number);
	struct transcript *transcript;
	uint64_t unused;
	struct err err;
	pid_t pid;

	transcript = transcript_new(start_loader(LOAD_INIT, "/etc/lvsd.conf", digits, &pid));
	ck_assert_int_eq(transcript_finish(transcript, &unused, &err), 0);
	transcript_free(transcript);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	free(digits);
}

static int number_in(const char *path)
{
	FILE *file = fopen(path, "r");
	int number;

	if (!file)
		return 0;
	ck_assert_int_eq(fscanf(file, "%d", &number), 1);
	fclose(file);
	return number;
}

START_TEST(init_files_of_a_configuration_are_written)
{
	char *made = mem_printf("%s/made", dir), *old = write_file("old", 0644, "7\n");
	char *other = write_file("other", 0644, "8\n"), *conf;
	uint64_t number;

	conf = mem_printf("track_file made {\n file %s\n init_file -12\n}\n"
			  "track_file old {\n file %s\n init_file 3\n}\n"
			  "track_file other {\n file %s\n init_file 4 overwrite\n}\n"
			  "track_file gone {\n file %s/no/such\n init_file 4\n}\n"
			  "vrrp_instance V {\n interface eth0\n virtual_router_id 1\n"
			  " virtual_ipaddress {\n  10.0.0.9/24\n }\n"
			  " track_file {\n  made\n  old\n  other\n  gone\n }\n}\n",
			  made, old, other, dir);
	number = vouch_text(conf);
	vouch_text("global_defs {\n router_id other\n}\n");
	write_init_files(number);
	ck_assert_int_eq(number_in(made), -12);
	ck_assert_int_eq(number_in(old), 7);
	ck_assert_int_eq(number_in(other), 4);
	unlink(made);
	write_init_files(0); /* of no configuration */
	ck_assert_int_eq(access(made, F_OK), -1);
	free(conf);
	free(made);
	free(old);
	free(other);
}
END_TEST

/* ---- a loader that ends too early ---- */

/* Whatever the director asks afterwards gets the same sentence, which is said once. */
START_TEST(the_end_of_a_loader_is_said_once)
{
	static const char text[] = "include a.conf\ninclude b.conf\ninclude c/*.conf\n"
				   "global_defs {\n router_id ${_ENV X}\n}\n";
	const struct conf_answer answer = {.text = (char *)text, .len = sizeof(text) - 1};
	struct conf_responder responder;
	struct transcript *transcript;
	struct side side;
	const char *said;
	int ends[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	ck_assert_int_eq(transcript_put(ends[1], CONF_QUERY_FILE, "/x.conf", &answer), 0);
	close(ends[1]);
	transcript = transcript_new(ends[0]);
	responder = (struct conf_responder){transcript_answer, transcript};
	side = load_by("/x.conf", &responder);
	ck_assert_ptr_null(side.conf);
	said = strstr(side.said, "has ended before it was done");
	ck_assert_msg(said && !strstr(said + 1, "has ended"), "%s", side.said);
	ck_assert_msg(!strstr(side.said, "warning"), "%s", side.said);
	side_fini(&side);
	transcript_free(transcript);
}
END_TEST

/* The name service does not answer: the message names the user that the loader was asked for. */
START_TEST(a_script_without_an_answer_is_named_once)
{
	static const char text[] = "vrrp_instance V {\n interface eth0\n virtual_router_id 1\n"
				   " notify_master /bin/true\n notify_backup /bin/false\n}\n";
	const struct conf_answer answer = {.text = (char *)text, .len = sizeof(text) - 1};
	struct diags diags = {0};
	struct conf_responder responder;
	struct transcript *transcript;
	struct conf *conf = conf_load_text("/x.conf", text, sizeof(text) - 1, &diags);
	uint64_t number;
	struct err err;
	char *said;
	int ends[2];

	ck_assert_ptr_nonnull(conf);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	ck_assert_int_eq(transcript_put(ends[1], CONF_QUERY_FILE, "/x.conf", &answer), 0);
	close(ends[1]);
	transcript = transcript_new(ends[0]);
	responder = (struct conf_responder){transcript_answer, transcript};
	ck_assert_int_eq(transcript_finish(transcript, &number, &err), -EIO);
	ck_assert(machine_unanswered_report(conf, &responder, err.text, &diags));
	said = diags_text_of(&diags);
	ck_assert_msg(strstr(said, "/x.conf:4:") && !strstr(said, "/x.conf:5:"), "%s", said);
	ck_assert_uint_eq(diags.n_errors, 1);
	free(said);
	transcript_free(transcript);
	conf_free(conf);
	diags_free(&diags);
}
END_TEST

/* ---- what may be looked at ---- */

/* A director in the hands of a stranger names another file. */
START_TEST(a_loader_looks_at_the_file_of_lvsd_alone)
{
	char *config = write_file("own.conf", 0600, "global_defs {\n router_id own\n}\n");
	char *other = write_file("other.conf", 0600, "global_defs {\n router_id other\n}\n");
	struct transcript *transcript;
	struct conf_answer answer;
	uint64_t number = 9;
	struct err err;
	pid_t pid;

	transcript = transcript_new(start_loader(LOAD_PLAN, config, other, &pid));
	transcript_answer(transcript, CONF_QUERY_FILE, config, &answer);
	ck_assert_int_eq(answer.code, 0);
	conf_answer_fini(&answer);
	transcript_answer(transcript, CONF_QUERY_FILE, other, &answer);
	ck_assert_int_eq(answer.code, -EIO);
	conf_answer_fini(&answer);
	ck_assert_int_eq(transcript_finish(transcript, &number, &err), 0);
	ck_assert_uint_eq(number, 0); /* nothing is vouched for */
	transcript_free(transcript);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	free(config);
	free(other);
}
END_TEST

/* The director waits for no name service: the loader has asked it. */
START_TEST(users_of_scripts_come_from_the_loader)
{
	char *file = write_file("users.conf", 0600,
				"vrrp_instance V {\n interface eth0\n virtual_router_id 1\n"
				" notify_master \"/bin/true\" nobody nogroup\n"
				" notify_backup \"/bin/true\" lvsd-no-such\n"
				" notify_fault /bin/true\n}\n");
	struct script_users users = {0};
	struct script_user expected, user;
	struct transcript *transcript;
	struct conf_responder responder;
	struct side side;
	struct err err;
	pid_t pid;

	ck_assert_int_eq(script_user_resolve("nobody", "nogroup", &expected, &err), 0);
	transcript = transcript_new(start_loader(LOAD_CONFIG, file, NULL, &pid));
	responder = (struct conf_responder){transcript_answer, transcript};
	side = load_by(file, &responder);
	transcript_prune(transcript);
	script_users_learn(&users, side.conf, &responder);
	ck_assert_uint_eq(users.entries.n, 3); /* the third is SCRIPT_USER_DEFAULT */
	ck_assert(script_users_find(&users, side.conf->vrrps[0].notify_master, false, &user, &err));
	ck_assert_uint_eq(user.uid, expected.uid);
	ck_assert_uint_eq(user.gid, expected.gid);
	ck_assert(!script_users_find(&users, side.conf->vrrps[0].notify_backup, true, &user, &err));
	ck_assert_str_eq(err.text, "there is no user 'lvsd-no-such' on this machine");
	ck_assert_uint_eq(users.entries.n, 3);
	transcript_free(transcript);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	script_users_fini(&users);
	side_fini(&side);
	free(file);
}
END_TEST

START_TEST(a_user_crosses_with_its_groups)
{
	struct script_user user, expected;
	struct err err;
	char *text;

	ck_assert_int_eq(script_user_resolve("root", ":", &expected, &err), 0);
	ck_assert_int_eq(script_user_answer("root\n:", &text, &err), 0);
	free(text);
	ck_assert_int_eq(script_user_ask(&(struct conf_responder){machine_answer_here, ""}, "root",
					 ":", &user, &err),
			 0);
	ck_assert_uint_eq(user.uid, 0);
	ck_assert_uint_eq(user.n_groups, expected.n_groups);
	ck_assert_int_eq(script_user_answer("lvsd-no-such", &text, &err), -ENOENT);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("loader");
	TCase *tcase = tcase_create("loader");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, the_director_reads_what_the_loader_reads);
	tcase_add_test(tcase, a_command_is_known_with_its_words_its_user_and_its_use);
	tcase_add_test(tcase, what_is_in_force_and_the_one_before_stay_known);
	tcase_add_test(tcase, script_security_holds_whatever_the_director_says);
	tcase_add_test(tcase, scripts_of_a_group_are_known_with_its_name);
	tcase_add_test(tcase, tracking_scripts_are_known_as_checks);
	tcase_add_test(tcase, every_keyword_with_a_script_is_vouched_for);
	tcase_add_test(tcase, files_are_read_again_if_a_configuration_names_them);
	tcase_add_test(tcase, init_files_of_a_configuration_are_written);
	tcase_add_test(tcase, the_end_of_a_loader_is_said_once);
	tcase_add_test(tcase, a_script_without_an_answer_is_named_once);
	tcase_add_test(tcase, a_loader_looks_at_the_file_of_lvsd_alone);
	tcase_add_test(tcase, users_of_scripts_come_from_the_loader);
	tcase_add_test(tcase, a_user_crosses_with_its_groups);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
