/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Notifications and scripts of checks, as the script process hears of them. */
#include "daemon/director/check_script.h"
#include "daemon/director/notify.h"
#include "tests/unit/test_health_conf.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The parts, and a script process that only notes what it is told to run. */
struct rig {
	struct loop *loop;
	struct scripts scripts;
	struct notify notify;
	struct fifos fifos;
	struct mails mails; /* has no configuration, and so sends nothing */
	struct chan *peer;
	VEC(struct script_run *) runs;
	size_t n_wanted, n_resets, n_resets_wanted;
	uint64_t done_tracker;
	check_id done_check; /* of the last on_check_done() */
	bool is_done_lost;
	int done_value;
	size_t n_dropped; /* objects in DROP frames */
	uint64_t dropped; /* the last one */
};

static void on_peer_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	struct rig *rig = arg;

	if (type == SCRIPT_FRAME_RESET)
		rig->n_resets++;
	else if (type == SCRIPT_FRAME_RUN)
		ck_assert_int_eq(script_run_decode(body, len, vec_push(&rig->runs)), 0);
	else if (type == SCRIPT_FRAME_DROP)
		for (size_t at = 0; at < len; at += sizeof(rig->dropped), rig->n_dropped++)
			memcpy(&rig->dropped, (const char *)body + at, sizeof(rig->dropped));
}

static void on_check_done(check_id check, const struct script_done *done, void *arg)
{
	struct rig *rig = arg;

	rig->done_check = check;
	rig->is_done_lost = !done;
	rig->done_value = done ? done->value : -1;
	rig->n_wanted = 0;
}

static void on_tracker_done(uint64_t tracker, const struct script_done *done, void *arg)
{
	struct rig *rig = arg;

	rig->done_tracker = tracker;
	rig->is_done_lost = !done;
	rig->n_wanted = 0;
}

static void on_reader_done(uint64_t reader, const struct script_done *done, void *arg)
{
	fifos_reader_done(&((struct rig *)arg)->fifos, reader, done);
}

static void on_fifo(const struct script_fifo_answer *answer, int fd, void *arg)
{
	fifos_take(&((struct rig *)arg)->fifos, answer, fd);
}

static void on_greeted(void *arg)
{
	fifos_greeted(&((struct rig *)arg)->fifos);
	notify_flush(&((struct rig *)arg)->notify);
}

static void on_settle(void *arg)
{
	struct rig *rig = arg;

	if (rig->runs.n >= rig->n_wanted && rig->n_resets >= rig->n_resets_wanted)
		loop_stop(rig->loop);
}

static void hello(struct rig *rig, uint64_t nonce)
{
	rig->n_resets_wanted = rig->n_resets + 1;
	chan_send(rig->peer, SCRIPT_FRAME_HELLO, &nonce, sizeof(nonce));
	loop_run(rig->loop);
}

static void await_runs(struct rig *rig, size_t n)
{
	rig->n_wanted = n;
	loop_run(rig->loop);
	ck_assert_uint_eq(rig->runs.n, n);
}

static void rig_open(struct rig *rig)
{
	const struct scripts_sink sink = {on_check_done, on_tracker_done, on_reader_done,
					   on_fifo,	  on_greeted,	   rig};
	int fds[2];

	*rig = (struct rig){.loop = loop_new()};
	ck_assert_int_eq(chan_pair(fds), 0);
	rig->notify.scripts = &rig->scripts;
	rig->notify.fifos = &rig->fifos;
	rig->notify.mails = &rig->mails;
	rig->fifos = (struct fifos){.scripts = &rig->scripts, .loop = rig->loop};
	fifos_open(&rig->fifos);
	scripts_open(&rig->scripts, rig->loop, fds[0], false, &sink);
	rig->peer = chan_new(rig->loop, fds[1], on_peer_frame, NULL, rig);
	loop_on_settle(rig->loop, on_settle, rig);
}

static void rig_close(struct rig *rig)
{
	for (size_t i = 0; i < rig->runs.n; i++)
		free(rig->runs.items[i]);
	vec_free(&rig->runs);
	notify_close(&rig->notify);
	scripts_close(&rig->scripts);
	fifos_close(&rig->fifos);
	chan_free(rig->peer);
	loop_free(rig->loop);
}

/* The words of run n, with a blank between two. */
static const char *words_of(const struct rig *rig, size_t n)
{
	static char text[256];
	size_t len = 0;

	*text = '\0';
	for (size_t i = 0; i < rig->runs.items[n]->n_args; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s", i ? " " : "",
					rig->runs.items[n]->argv[i]);
	return text;
}

static const char *const true_argv[] = {"/bin/true", "own", NULL};
static const char *const false_argv[] = {"/bin/false", NULL};
static struct conf_script true_script = {.argv = true_argv, .argc = 2, .user = "", .group = ""};
static struct conf_script false_script = {.argv = false_argv, .argc = 1, .user = "", .group = ""};

static struct conf_vrrp instance(void)
{
	return (struct conf_vrrp){
	    .name = "VI_1", .notify = &false_script, .notify_master = &true_script};
}

START_TEST(the_states_own_script_comes_first_and_both_tell_of_one_event)
{
	const struct vrrp_report report = {.state = VRRP_MASTER, .effective_priority = 150};
	struct conf_vrrp conf = instance();
	struct rig rig;

	rig_open(&rig);
	hello(&rig, 1);
	notify_vrrp(&rig.notify, &conf, &report);
	await_runs(&rig, 2);
	ck_assert_str_eq(words_of(&rig, 0), "/bin/true own");
	ck_assert_str_eq(words_of(&rig, 1), "/bin/false INSTANCE VI_1 MASTER 150");
	ck_assert_uint_eq(rig.runs.items[0]->event, rig.runs.items[1]->event);
	ck_assert_uint_eq(rig.runs.items[0]->object, rig.runs.items[1]->object);
	ck_assert(rig.runs.items[0]->is_supersedable);
	ck_assert(scripts_are_notifying(&rig.scripts));
	rig_close(&rig);
}
END_TEST

START_TEST(a_group_has_scripts_of_its_own)
{
	const struct conf_sync_group group = {
	    .name = "VG", .notify = &false_script, .notify_stop = &true_script};
	struct rig rig;

	rig_open(&rig);
	hello(&rig, 1);
	notify_sync_group(&rig.notify, &group, VRRP_INIT, "");
	await_runs(&rig, 2);
	ck_assert_str_eq(words_of(&rig, 0), "/bin/true own");
	ck_assert_str_eq(words_of(&rig, 1), "/bin/false GROUP VG STOP 0");
	notify_sync_group(&rig.notify, &group, VRRP_FAULT, "the link is down");
	await_runs(&rig, 3);
	ck_assert_str_eq(words_of(&rig, 2), "/bin/false GROUP VG FAULT 0");
	ck_assert_uint_eq(rig.runs.items[0]->object, rig.runs.items[2]->object);
	rig_close(&rig);
}
END_TEST

START_TEST(with_notify_all_states_nothing_takes_the_place_of_an_event)
{
	const struct vrrp_report report = {.state = VRRP_BACKUP};
	struct conf_vrrp conf = instance();
	struct rig rig;

	conf.is_notifying_all = true;
	rig_open(&rig);
	hello(&rig, 1);
	notify_vrrp(&rig.notify, &conf, &report);
	notify_vrrp(&rig.notify, &conf, &report);
	await_runs(&rig, 2);
	ck_assert(!rig.runs.items[0]->is_supersedable);
	ck_assert_uint_lt(rig.runs.items[0]->event, rig.runs.items[1]->event);
	rig_close(&rig);
}
END_TEST

START_TEST(what_comes_before_the_script_process_waits_for_it)
{
	const struct vrrp_report report = {.state = VRRP_MASTER};
	struct conf_vrrp conf = instance();
	struct rig rig;

	rig_open(&rig);
	notify_vrrp(&rig.notify, &conf, &report);
	ck_assert(!scripts_are_notifying(&rig.scripts));
	rig.n_wanted = 2;
	hello(&rig, 1);
	ck_assert_uint_eq(rig.runs.n, 2);
	ck_assert_uint_eq(rig.notify.waiting.n, 0);
	rig_close(&rig);
}
END_TEST

/* Those of a check have no verdict; a notification that was begun is not run twice. */
START_TEST(what_a_script_process_had_is_lost_with_it)
{
	const struct scripts_order order = {.script = &true_script,
					    .object = 7,
					    .timeout_us = US_PER_S,
					    .check = 7,
					    .what = "check 7"};
	const struct vrrp_report report = {.state = VRRP_MASTER};
	struct conf_vrrp conf = instance();
	struct rig rig;
	struct err err;

	rig_open(&rig);
	ck_assert(!scripts_run(&rig.scripts, &order, &err));
	hello(&rig, 1);
	ck_assert(scripts_run(&rig.scripts, &order, &err));
	notify_vrrp(&rig.notify, &conf, &report);
	await_runs(&rig, 3);
	hello(&rig, 2);
	ck_assert_uint_eq(rig.done_check, 7);
	ck_assert(rig.is_done_lost);
	ck_assert(!scripts_are_notifying(&rig.scripts));
	ck_assert_uint_eq(rig.runs.n, 3);
	rig_close(&rig);
}
END_TEST

static bool is_seven(check_id check, void *arg)
{
	(void)arg;
	return check == 7;
}

/* A reload has removed check 7. The scripts of others, and notifications, are not concerned. */
START_TEST(the_script_of_a_check_that_is_gone_is_dropped)
{
	const struct vrrp_report report = {.state = VRRP_MASTER};
	struct conf_vrrp conf = instance();
	struct rig rig;
	struct err err;

	rig_open(&rig);
	hello(&rig, 1);
	for (check_id check = 6; check <= 9; check++) {
		const struct scripts_order order = {.script = &true_script,
						    .object = check,
						    .timeout_us = US_PER_S,
						    .check = check,
						    .what = "a check"};

		if (check == 9) { /* its frame is behind the others */
			notify_vrrp(&rig.notify, &conf, &report);
			scripts_drop_checks(&rig.scripts, is_seven, NULL);
		}
		ck_assert(scripts_run(&rig.scripts, &order, &err));
	}
	await_runs(&rig, 6);
	ck_assert_uint_eq(rig.n_dropped, 1);
	ck_assert_uint_eq(rig.dropped, 7);
	rig_close(&rig);
}
END_TEST

START_TEST(the_end_of_a_checks_script_is_handed_on_once)
{
	const struct scripts_order order = {.script = &true_script,
					    .object = 9,
					    .timeout_us = US_PER_S,
					    .check = 9,
					    .what = "check 9"};
	struct script_done done = {.how = SCRIPT_HOW_EXITED, .value = 3};
	char body[SCRIPT_DONE_BODY_MAX];
	struct rig rig;
	struct err err;
	size_t len;

	rig_open(&rig);
	hello(&rig, 1);
	ck_assert(scripts_run(&rig.scripts, &order, &err));
	await_runs(&rig, 1);
	done.id = rig.runs.items[0]->id;
	len = script_done_encode(&done, body, sizeof(body));
	rig.n_wanted = SIZE_MAX; /* until on_check_done() */
	chan_send(rig.peer, SCRIPT_FRAME_DONE, body, len);
	loop_run(rig.loop);
	ck_assert_uint_eq(rig.done_check, 9);
	ck_assert(!rig.is_done_lost);
	ck_assert_int_eq(rig.done_value, 3);
	rig.done_check = 0;
	chan_send(rig.peer, SCRIPT_FRAME_DONE, body, len);
	hello(&rig, 2);
	ck_assert_uint_eq(rig.done_check, 0);
	rig_close(&rig);
}
END_TEST

START_TEST(the_end_of_a_trackers_script_is_handed_on)
{
	const struct scripts_order order = {.script = &true_script,
					    .object = 11,
					    .timeout_us = US_PER_S,
					    .tracker = 11,
					    .what = "vrrp_script=chk"};
	struct script_done done = {.how = SCRIPT_HOW_EXITED};
	char body[SCRIPT_DONE_BODY_MAX];
	struct rig rig;
	struct err err;
	size_t len;

	rig_open(&rig);
	hello(&rig, 1);
	ck_assert(scripts_run(&rig.scripts, &order, &err));
	ck_assert(!scripts_are_notifying(&rig.scripts));
	await_runs(&rig, 1);
	ck_assert(rig.runs.items[0]->is_check); /* nothing of it outlives lvsd */
	done.id = rig.runs.items[0]->id;
	len = script_done_encode(&done, body, sizeof(body));
	rig.n_wanted = SIZE_MAX;
	chan_send(rig.peer, SCRIPT_FRAME_DONE, body, len);
	loop_run(rig.loop);
	ck_assert_uint_eq(rig.done_tracker, 11);
	ck_assert(!rig.is_done_lost);
	ck_assert_uint_eq(rig.done_check, 0);
	ck_assert(scripts_run(&rig.scripts, &order, &err));
	await_runs(&rig, 2);
	rig.done_tracker = 0;
	hello(&rig, 2);
	ck_assert_uint_eq(rig.done_tracker, 11);
	ck_assert(rig.is_done_lost);
	rig_close(&rig);
}
END_TEST

/* With omega the servers that are up are said to be down, then the quorum. */
START_TEST(the_end_of_lvsd_is_a_failure_with_omega_alone)
{
	struct conf *conf = test_conf_new(2, 2, 0);
	struct health *health = health_new();
	struct check_ids added = {0}, dropped = {0};
	struct rig rig;

	for (size_t i = 0; i < 2; i++) {
		conf->virtual_servers[i].quorum_down = &false_script;
		for (size_t j = 0; j < 2; j++)
			conf->virtual_servers[i].real_servers[j].notify_down = &true_script;
	}
	conf->virtual_servers[1].is_omega = true;
	health_configure(health, conf, (struct mono){0}, 1, &added, &dropped);
	rig_open(&rig);
	hello(&rig, 1);
	notify_stop(&rig.notify, health, false);
	await_runs(&rig, 3);
	ck_assert_str_eq(words_of(&rig, 0), "/bin/true own");
	ck_assert_str_eq(words_of(&rig, 2), "/bin/false");
	rig_close(&rig);
	health_free(health);
	test_conf_free(conf);
}
END_TEST

START_TEST(what_the_end_of_a_script_says_of_its_server)
{
	static const struct {
		enum script_how how;
		int value;
		bool is_dynamic;
		enum probe_outcome outcome;
		bool has_weight;
		uint32_t weight;
	} cases[] = {
	    {SCRIPT_HOW_EXITED, 0, false, PROBE_OK, false, 0},
	    {SCRIPT_HOW_EXITED, 0, true, PROBE_OK, false, 0},
	    {SCRIPT_HOW_EXITED, 1, false, PROBE_FAIL, false, 0},
	    {SCRIPT_HOW_EXITED, 1, true, PROBE_FAIL, false, 0},
	    {SCRIPT_HOW_EXITED, 2, false, PROBE_FAIL, false, 0},
	    {SCRIPT_HOW_EXITED, 2, true, PROBE_OK, true, 0},
	    {SCRIPT_HOW_EXITED, 255, true, PROBE_OK, true, 253},
	    {SCRIPT_HOW_SIGNALED, 9, true, PROBE_FAIL, false, 0},
	    {SCRIPT_HOW_TIMED_OUT, 0, true, PROBE_FAIL, false, 0},
	    {SCRIPT_HOW_NOT_STARTED, ENOENT, false, PROBE_FAIL, false, 0},
	    {SCRIPT_HOW_NOT_STARTED, EACCES, false, PROBE_FAIL, false, 0},
	    {SCRIPT_HOW_NOT_STARTED, EAGAIN, false, PROBE_NONE, false, 0},
	    {SCRIPT_HOW_REFUSED, EACCES, false, PROBE_NONE, false, 0},
	};
	struct probe_result result;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct conf_check check = {.is_dynamic = cases[i].is_dynamic};
		const struct script_done done = {
		    .how = cases[i].how, .value = cases[i].value, .line = "why"};

		check_script_judge(&done, &check, &result);
		ck_assert_int_eq(result.outcome, cases[i].outcome);
		ck_assert_int_eq(result.has_weight, cases[i].has_weight);
		ck_assert_uint_eq(result.weight, cases[i].weight);
		/* only a status is the script's own word */
		ck_assert_int_eq(result.is_decided, cases[i].how == SCRIPT_HOW_EXITED);
		ck_assert_str_ne(result.reason, "");
	}
	check_script_judge(NULL, NULL, &result);
	ck_assert_int_eq(result.outcome, PROBE_NONE);
	ck_assert_str_eq(result.reason, "the script process died");
}
END_TEST

START_TEST(what_a_nagios_plugin_says_of_its_server)
{
	static const struct conf_check check = {.misc_protocol = CONF_MISC_NAGIOS};
	static const struct {
		enum script_how how;
		int value;
		const char *line;
		enum probe_outcome outcome;
		bool is_warning, is_decided;
		const char *reason;
	} cases[] = {
	    {SCRIPT_HOW_EXITED, 0, "TCP OK - 0.000 s on port 80|time=0.0002s;;;0;10", PROBE_OK, false, true,
	     "OK: TCP OK - 0.000 s on port 80"},
	    {SCRIPT_HOW_EXITED, 1, "DISK WARNING - 9% free | /=1", PROBE_OK, true, true,
	     "WARNING: DISK WARNING - 9% free"},
	    {SCRIPT_HOW_EXITED, 2, "connect refused", PROBE_FAIL, false, true, "CRITICAL: connect refused"},
	    {SCRIPT_HOW_EXITED, 2, "", PROBE_FAIL, false, true, "CRITICAL: it printed nothing"},
	    {SCRIPT_HOW_EXITED, 2, "|x=1", PROBE_FAIL, false, true, "CRITICAL: it printed nothing"},
	    {SCRIPT_HOW_EXITED, 3, "bad option", PROBE_NONE, false, true, "no verdict: UNKNOWN: bad option"},
	    {SCRIPT_HOW_EXITED, 4, "", PROBE_NONE, false, true,
	     "no verdict: exit status 4 is none of a Nagios plugin's 0 to 3: it printed nothing"},
	    {SCRIPT_HOW_EXITED, 127, "sh: not found", PROBE_NONE, false, true,
	     "no verdict: exit status 127 is none of a Nagios plugin's 0 to 3: sh: not found"},
	    {SCRIPT_HOW_SIGNALED, 9, "", PROBE_FAIL, false, false, "killed by signal 9 (SIGKILL)"},
	    {SCRIPT_HOW_TIMED_OUT, 0, "", PROBE_FAIL, false, false,
	     "not finished after 2.000 s, so it was ended"},
	    {SCRIPT_HOW_NOT_STARTED, ENOENT, "why", PROBE_FAIL, false, false,
	     "not started (No such file or directory): why"},
	    {SCRIPT_HOW_REFUSED, EACCES, "why", PROBE_NONE, false, false, "why"},
	};
	struct probe_result result;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct script_done done = {
		    .how = cases[i].how, .value = cases[i].value, .duration_us = 2000000};

		snprintf(done.line, sizeof(done.line), "%s", cases[i].line);
		check_script_judge(&done, &check, &result);
		ck_assert_int_eq(result.outcome, cases[i].outcome);
		ck_assert_int_eq(result.is_warning, cases[i].is_warning);
		ck_assert_int_eq(result.is_decided, cases[i].is_decided);
		ck_assert(!result.has_weight);
		ck_assert_str_eq(result.reason, cases[i].reason);
	}
}
END_TEST

#define SAID   "the script says: "
#define UNSAID "no verdict: exit status 1, and the script's last line is no answer in JSON: "

START_TEST(what_a_script_says_in_json)
{
	static const struct conf_check check = {.misc_protocol = CONF_MISC_JSON};
	static const struct {
		const char *line;
		struct agent_words said;
		const char *reason; /* the beginning */
	} cases[] = {
	    {"{\"state\": \"up\", \"weight\": 30, \"reason\": \"well\"}",
	     {.service = AGENT_UP, .weighs = AGENT_WEIGHT, .weight = 30}, SAID "well"},
	    {"{\"weight\":\"50%\"}", {.weighs = AGENT_PERCENT, .weight = 50}, SAID "{\"weight\":\"50%\"}"},
	    {"{\"weight\": 0, \"state\": \"up\"}", {.service = AGENT_UP, .weighs = AGENT_WEIGHT}, SAID "{"},
	    {"{\"state\": \"ready down\"}", {.duty = AGENT_READY, .service = AGENT_DOWN}, SAID "{"},
	    {"{\"state\": \"drain\", \"reason\": \"caf\\u00e9\\n\"}", {.duty = AGENT_DRAIN}, SAID "caf???"},
	    {"{\"state\": \"maint\", \"reason\": \"\"}", {.duty = AGENT_MAINT}, SAID "{"},
	    {"{}", {0}, SAID "{}"},
	    {"", {0}, UNSAID "it printed nothing"},
	    {"[]", {0}, UNSAID "it is a list, not an object"},
	    {"up", {0}, UNSAID},
	    {"{\"state\": \"up\"", {0}, UNSAID},
	    {"{\"state\": \"up\"} x", {0}, UNSAID},
	    {"{\"state\": \"up\", \"state\": \"down\"}", {0}, UNSAID},
	    {"{\"state\": \"sideways\"}", {0}, UNSAID "'sideways' is not a word of an agent"},
	    {"{\"state\": \"weight:3\"}", {0}, UNSAID "state must be words in quotes"},
	    {"{\"state\": \"up # well\"}", {0}, UNSAID "state must be words in quotes"},
	    {"{\"state\": 1}", {0}, UNSAID "state must be words in quotes"},
	    {"{\"state\": \"up\", \"weight\": 65536}", {0}, UNSAID "weight must be a number from 0 to 65535"},
	    {"{\"weight\": -1}", {0}, UNSAID "weight must be"},
	    {"{\"weight\": 1.5}", {0}, UNSAID "weight must be"},
	    {"{\"weight\": \"50\"}", {0}, UNSAID "weight must be"},
	    {"{\"weight\": \"%\"}", {0}, UNSAID "weight must be"},
	    {"{\"weight\": \"drain\"}", {0}, UNSAID "weight must be"},
	    {"{\"weight\": null}", {0}, UNSAID "weight must be"},
	    {"{\"reason\": 5}", {0}, UNSAID "reason must be a text in quotes"},
	    {"{\"weigth\": 5}", {0}, UNSAID "'weigth' is none of state, weight and reason"},
	};
	struct script_done done = {.how = SCRIPT_HOW_EXITED};
	struct probe_result result;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		bool is_said = !strncmp(cases[i].reason, SAID, strlen(SAID));

		done.value = is_said ? 0 : 1;
		snprintf(done.line, sizeof(done.line), "%s", cases[i].line);
		check_script_judge(&done, &check, &result);
		ck_assert_int_eq(result.outcome, is_said ? PROBE_OK : PROBE_NONE);
		ck_assert_msg(!memcmp(&result.said, &cases[i].said, sizeof(result.said)), "%s", done.line);
		ck_assert_msg(!strncmp(result.reason, cases[i].reason, strlen(cases[i].reason)), "%s: %s",
			      done.line, result.reason);
	}
	/* A line that was cut says nothing, even if it happens to be an object. */
	snprintf(done.line, sizeof(done.line), "{%*s}", SCRIPT_LINE_MAX - 3, "");
	check_script_judge(&done, &check, &result);
	ck_assert_int_eq(result.outcome, PROBE_NONE);
	ck_assert_ptr_nonnull(strstr(result.reason, "the line has more than 510 bytes"));
}
END_TEST

START_TEST(a_late_script_is_a_failure_unless_on_timeout_says_unknown)
{
	const struct script_done late = {.how = SCRIPT_HOW_TIMED_OUT, .duration_us = 1000000};
	const struct script_done killed = {.how = SCRIPT_HOW_SIGNALED, .value = 9};
	struct probe_result result;

	for (int protocol = CONF_MISC_KEEPALIVED; protocol <= CONF_MISC_JSON; protocol++) {
		struct conf_check check = {.misc_protocol = (enum conf_misc_protocol)protocol};

		check_script_judge(&late, &check, &result);
		ck_assert_int_eq(result.outcome, PROBE_FAIL);
		ck_assert(!result.is_decided);
		check.is_timeout_unknown = true;
		check_script_judge(&late, &check, &result);
		ck_assert_int_eq(result.outcome, PROBE_NONE);
		ck_assert_str_eq(result.reason, "no verdict: not finished after 1.000 s, so it was ended");
		check_script_judge(&killed, &check, &result);
		ck_assert_int_eq(result.outcome, PROBE_FAIL);
	}
	check_script_judge(&late, NULL, &result);
	ck_assert_int_eq(result.outcome, PROBE_FAIL);
}
END_TEST

static const char *const own_words[] = {"/bin/deleted", NULL};
static struct conf_script deleted_script = {.argv = own_words, .argc = 1, .user = "", .group = ""};
static struct conf_script bare_script = {.argv = own_words + 1, .argc = 0, .user = "", .group = ""};

START_TEST(a_removed_instance_is_in_fault_unless_it_is_to_be_deleted)
{
	const struct vrrp_report report = {.state = VRRP_MASTER, .effective_priority = 150};
	struct conf_vrrp conf = instance();
	struct rig rig;

	rig_open(&rig);
	hello(&rig, 1);
	notify_removed(&rig.notify, &conf, &report);
	await_runs(&rig, 1);
	ck_assert_str_eq(words_of(&rig, 0), "/bin/false INSTANCE VI_1 FAULT 150");
	conf.notify_deleted = &deleted_script;
	notify_removed(&rig.notify, &conf, &report);
	await_runs(&rig, 3);
	ck_assert_str_eq(words_of(&rig, 1), "/bin/deleted");
	ck_assert_str_eq(words_of(&rig, 2), "/bin/false INSTANCE VI_1 DELETED 150");
	conf.notify_deleted = &bare_script; /* the keyword without a command */
	notify_removed(&rig.notify, &conf, &report);
	await_runs(&rig, 4);
	ck_assert_str_eq(words_of(&rig, 3), "/bin/false INSTANCE VI_1 DELETED 150");
	ck_assert_str_eq(rig.runs.items[3]->cause, "a reload has removed it");
	rig_close(&rig);
}
END_TEST

START_TEST(each_script_has_the_cause)
{
	const struct vrrp_report report = {.state = VRRP_MASTER,
					   .effective_priority = 150,
					   .cause = "no advertisement for 3.6 s\x80"};
	struct conf_vrrp conf = instance();
	struct rig rig;

	rig_open(&rig);
	notify_vrrp(&rig.notify, &conf, &report); /* also what waits for the script process */
	rig.n_wanted = 2;
	hello(&rig, 1);
	ck_assert_uint_eq(rig.runs.n, 2);
	ck_assert_str_eq(rig.runs.items[0]->cause, "no advertisement for 3.6 s?");
	ck_assert_str_eq(rig.runs.items[1]->cause, "no advertisement for 3.6 s?");
	rig_close(&rig);
}
END_TEST

START_TEST(a_lower_priority_takes_no_states_place)
{
	const struct vrrp_report report = {.state = VRRP_MASTER, .effective_priority = 150};
	struct conf_vrrp conf = instance();
	struct rig rig;

	conf.notify_lower = &deleted_script;
	rig_open(&rig);
	hello(&rig, 1);
	notify_vrrp(&rig.notify, &conf, &report);
	notify_lower(&rig.notify, &conf, &report);
	await_runs(&rig, 3);
	ck_assert_str_eq(words_of(&rig, 2), "/bin/deleted");
	ck_assert_uint_ne(rig.runs.items[2]->object, rig.runs.items[0]->object);
	rig_close(&rig);
}
END_TEST

/* The lines that wait for a FIFO to be opened. */
static const char *waiting(const struct rig *rig, enum fifo_name name)
{
	static char text[512];
	const struct fifo *fifo = &rig->fifos.each[name];

	ck_assert_uint_lt(fifo->n_waiting, sizeof(text));
	memcpy(text, fifo->waiting ? fifo->waiting : "", fifo->n_waiting);
	text[fifo->n_waiting] = '\0';
	return text;
}

/* notify_priority_changes, and vrrp_notify_priority_changes as its default. */
START_TEST(a_change_of_priority_is_a_line_if_that_is_wanted)
{
	const char *const argv[] = {"/run/fifo", NULL};
	struct conf_script fifo = {.argv = argv, .argc = 1, .user = "", .group = ""};
	struct conf conf = {.global = {.notify_fifo = &fifo, .vrrp_notify_fifo = &fifo,
				       .lvs_notify_fifo = &fifo}};
	const struct vrrp_report reports[] = {{.state = VRRP_MASTER, .effective_priority = 150},
					      {.state = VRRP_BACKUP, .effective_priority = 30},
					      {.state = VRRP_FAULT, .effective_priority = 30}};
	struct conf_vrrp silent = instance(), telling = instance();
	struct rig rig;

	telling.name = "VI_2";
	telling.is_notifying_priority = true;
	rig_open(&rig);
	fifos_configure(&rig.fifos, &conf);
	for (size_t i = 0; i < sizeof(reports) / sizeof(reports[0]); i++) {
		notify_priority(&rig.notify, &silent, &reports[i]);
		notify_priority(&rig.notify, &telling, &reports[i]);
	}
	ck_assert_str_eq(waiting(&rig, FIFO_VRRP), "INSTANCE \"VI_2\" MASTER_PRIORITY 150\n"
						   "INSTANCE \"VI_2\" BACKUP_PRIORITY 30\n");
	ck_assert_str_eq(waiting(&rig, FIFO_ALL), "INSTANCE \"VI_2\" MASTER_PRIORITY 150\n"
						  "INSTANCE \"VI_2\" BACKUP_PRIORITY 30\n");
	ck_assert_str_eq(waiting(&rig, FIFO_LVS), "");
	rig_close(&rig);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("notify");
	TCase *tcase = tcase_create("notify");
	SRunner *runner = srunner_create(suite);
	int n_failed;

	tcase_add_test(tcase, the_states_own_script_comes_first_and_both_tell_of_one_event);
	tcase_add_test(tcase, a_lower_priority_takes_no_states_place);
	tcase_add_test(tcase, a_change_of_priority_is_a_line_if_that_is_wanted);
	tcase_add_test(tcase, each_script_has_the_cause);
	tcase_add_test(tcase, a_removed_instance_is_in_fault_unless_it_is_to_be_deleted);
	tcase_add_test(tcase, a_group_has_scripts_of_its_own);
	tcase_add_test(tcase, with_notify_all_states_nothing_takes_the_place_of_an_event);
	tcase_add_test(tcase, what_comes_before_the_script_process_waits_for_it);
	tcase_add_test(tcase, what_a_script_process_had_is_lost_with_it);
	tcase_add_test(tcase, the_script_of_a_check_that_is_gone_is_dropped);
	tcase_add_test(tcase, the_end_of_a_checks_script_is_handed_on_once);
	tcase_add_test(tcase, the_end_of_a_trackers_script_is_handed_on);
	tcase_add_test(tcase, the_end_of_lvsd_is_a_failure_with_omega_alone);
	tcase_add_test(tcase, what_the_end_of_a_script_says_of_its_server);
	tcase_add_test(tcase, what_a_nagios_plugin_says_of_its_server);
	tcase_add_test(tcase, what_a_script_says_in_json);
	tcase_add_test(tcase, a_late_script_is_a_failure_unless_on_timeout_says_unknown);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
