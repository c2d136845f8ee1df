/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The check process as its director sees it: frames, their order, and its end. */
#include "tests/unit/test_probe_rig.h"

#include <check.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct conf_check check_of(struct endpoint target)
{
	return (struct conf_check){
	    .type = CONF_CHECK_TCP, .ordinal = 1, .target = target, .connect_timeout_us = PROBE_PATIENCE_US};
}

static const struct outcome *last_outcome(const struct rig *rig)
{
	return &rig->outcomes.items[rig->outcomes.n - 1];
}

/* A frame and its answer, behind which everything sent before was dealt with. */
static void round_trip(struct rig *rig)
{
	rig_run(rig, 4711);
	rig_await_outcomes(rig, rig->outcomes.n + 1);
	ck_assert_uint_eq(last_outcome(rig)->id, 4711);
}

/* Equal checks would share a probe. */
static void rig_spec_apart(struct rig *rig, check_id id, const struct conf_check *check)
{
	struct conf_check other = *check;

	other.connect_timeout_us += id;
	rig_spec(rig, id, &other);
}

START_TEST(an_unknown_check_has_no_verdict)
{
	struct rig *rig = rig_new(0);

	rig_run(rig, 5);
	rig_await_outcomes(rig, 1);
	ck_assert_uint_eq(last_outcome(rig)->id, 5);
	ck_assert_int_eq(last_outcome(rig)->result.outcome, PROBE_NONE);
	ck_assert_str_eq(last_outcome(rig)->result.reason,
			 "the check process does not know this check");
	rig_free(rig);
}
END_TEST

START_TEST(what_is_dropped_stays_silent)
{
	struct rig *rig = rig_new(0);
	struct conf_check lost = check_of(server_black_hole());

	lost.connect_timeout_us = 50000;
	rig_spec(rig, 1, &lost);
	rig_run(rig, 1);
	rig_drop(rig, 1);
	rig_drop(rig, 99);
	rig_spec(rig, 2, &lost);
	rig_run(rig, 2);
	rig_await_outcomes(rig, 1);
	ck_assert_uint_eq(last_outcome(rig)->id, 2);
	rig_free(rig);
}
END_TEST

START_TEST(a_reset_forgets_all)
{
	struct rig *rig = rig_new(0);
	struct conf_check lost = check_of(server_black_hole());

	rig_spec(rig, 1, &lost);
	rig_run(rig, 1);
	rig_reset(rig, rig->nonce);
	rig_run(rig, 1);
	rig_await_outcomes(rig, 1);
	ck_assert_int_eq(last_outcome(rig)->result.outcome, PROBE_NONE);
	rig_free(rig);
}
END_TEST

START_TEST(a_foreign_reset_asks_for_a_hello)
{
	struct rig *rig = rig_new(0);
	uint64_t nonce = rig->nonce;

	rig_reset(rig, 0);
	rig_run(rig, 1); /* before the reset that counts: ignored */
	rig_await_hellos(rig, 2);
	ck_assert_uint_eq(rig->nonce, nonce);
	rig_reset(rig, nonce);
	round_trip(rig);
	ck_assert_uint_eq(rig->outcomes.n, 1);
	rig_free(rig);
}
END_TEST

START_TEST(one_run_one_outcome)
{
	struct rig *rig = rig_new(0);
	struct conf_check lost = check_of(server_black_hole());

	lost.connect_timeout_us = 100000;
	rig_spec(rig, 1, &lost);
	rig_run(rig, 1);
	rig_run(rig, 1);
	rig_await_outcomes(rig, 1);
	round_trip(rig);
	ck_assert_uint_eq(rig->outcomes.n, 2);
	rig_free(rig);
}
END_TEST

START_TEST(a_new_spec_takes_the_place_of_the_old)
{
	struct rig *rig = rig_new(0);
	struct conf_check lost = check_of(server_black_hole());
	struct conf_check refused = check_of(server_refusing());

	rig_spec(rig, 1, &lost);
	rig_run(rig, 1);
	rig_spec(rig, 1, &refused);
	rig_run(rig, 1);
	rig_await_outcomes(rig, 1);
	ck_assert_str_eq(last_outcome(rig)->result.reason, "connection refused");
	rig_free(rig);
}
END_TEST

START_TEST(malformed_frames_do_no_harm)
{
	static const char zeros[1000];
	struct rig *rig = rig_new(0);

	for (uint16_t type = 0; type < 10; type++) {
		if (type == CHECK_FRAME_RESET)
			continue;
		chan_send(rig->chan, type, zeros, 13);
		if (type != CHECK_FRAME_DROP)
			chan_send(rig->chan, type, zeros, sizeof(zeros));
	}
	chan_send(rig->chan, CHECK_FRAME_RESET, zeros, 7);
	round_trip(rig);
	ck_assert_uint_eq(rig->outcomes.n, 1);
	rig_free(rig);
}
END_TEST

/* More than one batch of specs, in use while others go. */
START_TEST(specs_come_and_go)
{
	enum { N = 5000 };
	struct rig *rig = rig_new(0);
	struct conf_check refused = check_of(server_refusing());

	for (check_id id = 1; id <= N; id++)
		rig_spec_apart(rig, id, &refused);
	for (check_id id = 1; id <= N; id++)
		if (id % 10)
			rig_drop(rig, id);
	for (check_id id = N + 1; id <= 2 * N; id++)
		rig_spec_apart(rig, id, &refused);
	for (check_id id = 1; id <= 2 * N; id++)
		if (id % 10 == 0)
			rig_run(rig, id);
	rig_await_outcomes(rig, 2 * N / 10);
	for (size_t i = 0; i < rig->outcomes.n; i++)
		ck_assert_int_eq(rig->outcomes.items[i].result.outcome, PROBE_FAIL);
	rig_free(rig);
}
END_TEST

static void serve_never(int fd, const char *request, void *arg)
{
	char byte;

	(void)request;
	(void)arg;
	while (read(fd, &byte, 1) > 0)
		;
}

static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	int n;
} visits = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0};

/* Answers when the second visitor is there, who was sent last. */
static void serve_in_pairs(int fd, const char *request, void *arg)
{
	(void)request;
	(void)arg;
	pthread_mutex_lock(&visits.lock);
	visits.n++;
	pthread_cond_broadcast(&visits.changed);
	while (visits.n < 2)
		pthread_cond_wait(&visits.changed, &visits.lock);
	pthread_mutex_unlock(&visits.lock);
	serve_text(fd, "HTTP/1.0 200 OK\r\n\r\n");
}

/* A hundred services have the same server with the same check: it is asked once. Who leaves takes
 * nothing from the others; whose check differs asks for itself. */
START_TEST(equal_checks_share_a_probe)
{
	static struct conf_range range = {200, 299};
	struct conf_url url = {
	    .path = "/", .host = "", .digest = "", .statuses = &range, .n_statuses = 1};
	struct rig *rig = rig_new(0);
	struct conf_check check = check_of(server_new(serve_in_pairs, NULL));

	check.type = CONF_CHECK_HTTP;
	check.urls = &url;
	check.n_urls = 1;
	for (check_id id = 1; id <= 100; id++) {
		check.ordinal = (uint32_t)id; /* a name only */
		rig_spec(rig, id, &check);
		rig_run(rig, id);
	}
	rig_drop(rig, 1);
	url.path = "/other";
	rig_spec(rig, 101, &check);
	rig_run(rig, 101);
	rig_await_outcomes(rig, 100);
	for (size_t i = 0; i < rig->outcomes.n; i++) {
		ck_assert_int_eq(rig->outcomes.items[i].result.outcome, PROBE_OK);
		ck_assert_uint_ne(rig->outcomes.items[i].id, 1);
	}
	ck_assert_int_eq(visits.n, 2);
	rig_free(rig);
}
END_TEST

/* After the word that says which outcome changes nothing, such outcomes are counted. */
START_TEST(the_worker_goes_on_by_itself)
{
	struct rig *rig = rig_new(0);
	struct conf_check refused = check_of(server_refusing());

	rig_spec(rig, 1, &refused);
	rig_run(rig, 1);
	rig_await_outcomes(rig, 1);
	rig_rest(rig, 1, PROBE_FAIL, 20000);
	rig_await_counts(rig, 80);
	ck_assert_uint_eq(rig->outcomes.n, 1);
	rig_rest(rig, 1, PROBE_OK, 20000);
	rig_await_outcomes(rig, 2);
	ck_assert_str_eq(last_outcome(rig)->result.reason, "connection refused");
	rig_free(rig);
}
END_TEST

/* A server that takes connections and never answers delays no other check, and no end. */
START_TEST(the_silent_delay_nobody)
{
	static struct conf_range range = {200, 299};
	struct conf_url url = {
	    .path = "/", .host = "", .digest = "", .statuses = &range, .n_statuses = 1};
	struct rig *rig = rig_new(0);
	struct conf_check silent = check_of(server_new(serve_never, NULL));
	struct conf_check refused = check_of(server_refusing());

	silent.type = CONF_CHECK_HTTP;
	silent.urls = &url;
	silent.n_urls = 1;
	silent.connect_timeout_us = 60000000;
	for (check_id id = 1; id <= 100; id++) {
		rig_spec_apart(rig, id, &silent);
		rig_run(rig, id);
	}
	for (check_id id = 101; id <= 1100; id++) {
		rig_spec_apart(rig, id, &refused);
		rig_run(rig, id);
	}
	rig_await_outcomes(rig, 1000);
	for (size_t i = 0; i < 1000; i++)
		ck_assert_uint_gt(rig->outcomes.items[i].id, 100);
	rig_free(rig);
}
END_TEST

/* More checks than descriptors: those that find none wait for their turn, and each gets its verdict. */
START_TEST(checks_wait_for_descriptors)
{
	enum { N = 60 };
	struct conf_check lost = check_of(server_black_hole());
	struct rig *rig = rig_new(64);

	lost.connect_timeout_us = 200000;
	for (check_id id = 1; id <= N; id++) {
		rig_spec_apart(rig, id, &lost);
		rig_run(rig, id);
	}
	rig_await_outcomes(rig, N);
	for (size_t i = 0; i < N; i++)
		ck_assert_msg(rig->outcomes.items[i].result.outcome == PROBE_FAIL, "%s",
			      rig->outcomes.items[i].result.reason);
	rig_free(rig);
}
END_TEST

START_TEST(without_a_director_it_ends)
{
	struct rig *rig = rig_new(0);
	struct conf_check lost = check_of(server_black_hole());
	int status;

	rig_spec(rig, 1, &lost);
	rig_run(rig, 1);
	round_trip(rig);
	chan_free(rig->chan);
	rig->chan = NULL;
	ck_assert_int_eq(waitpid(rig->worker, &status, 0), rig->worker);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	loop_timer_free(rig->timer);
	loop_free(rig->loop);
	vec_free(&rig->outcomes);
	vec_free(&rig->since);
	free(rig);
}
END_TEST

static bool has_libcurl(const struct rig *rig)
{
	char path[40], line[512];
	bool is_found = false;
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)rig->worker);
	maps = fopen(path, "re");
	ck_assert_ptr_nonnull(maps);
	while (fgets(line, sizeof(line), maps))
		is_found |= strstr(line, "/libcurl") != NULL;
	fclose(maps);
	return is_found;
}

START_TEST(libcurl_is_loaded_for_the_first_check_with_urls)
{
	struct conf_range ok = {200, 299};
	struct conf_url url = {
	    .path = "/", .statuses = &ok, .n_statuses = 1, .digest = "", .host = ""};
	struct rig *rig = rig_new(0);
	struct conf_check refused = check_of(server_refusing());

	ck_assert_int_eq(rig_probe(rig, &refused).outcome, PROBE_FAIL);
	ck_assert(!has_libcurl(rig));
	refused.type = CONF_CHECK_HTTP;
	refused.urls = &url;
	refused.n_urls = 1;
	for (unsigned i = 0; i < 2; i++)
		ck_assert_int_eq(rig_probe(rig, &refused).outcome, PROBE_FAIL);
	ck_assert(has_libcurl(rig));
	rig_free(rig);
}
END_TEST

struct large {
	const struct rig *rig;
	int fd;
};

/* More than libcurl reads at a time (16 KiB), and less than the kernel keeps. */
static void send_large(void *arg)
{
	const struct large *large = arg;
	char text[49152 + 1] = "";

	memset(text, 'a', sizeof(text) - 1);
	serve_text(large->fd, "HTTP/1.1 200 OK\r\nContent-Length: 49152\r\n\r\n");
	serve_text(large->fd, text);
}

/* The whole answer is there before the process that asked reads any of it, and nothing comes after. */
static void serve_large(int fd, const char *request, void *arg)
{
	struct large *large = arg;
	struct pollfd gone = {.fd = fd, .events = POLLRDHUP};

	(void)request;
	large->fd = fd;
	rig_starve(large->rig, send_large, large, 100000);
	poll(&gone, 1, -1);
}

/* No event says again that there is more to read. */
START_TEST(an_answer_that_waits_is_read_to_its_end)
{
	struct conf_range ok = {200, 299};
	struct conf_url url = {
	    .path = "/", .statuses = &ok, .n_statuses = 1, .digest = "", .host = ""};
	struct rig *rig = rig_new(0);
	struct large large = {.rig = rig};
	struct conf_check check = check_of(server_new(serve_large, &large));

	check.type = CONF_CHECK_HTTP;
	check.urls = &url;
	check.n_urls = 1;
	check.connect_timeout_us = 5000000;
	ck_assert_str_eq(rig_probe(rig, &check).reason, "HTTP 200");
	rig_free(rig);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("probe_worker");
	TCase *tcase = tcase_create("probe_worker");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, an_unknown_check_has_no_verdict);
	tcase_add_test(tcase, what_is_dropped_stays_silent);
	tcase_add_test(tcase, a_reset_forgets_all);
	tcase_add_test(tcase, a_foreign_reset_asks_for_a_hello);
	tcase_add_test(tcase, one_run_one_outcome);
	tcase_add_test(tcase, a_new_spec_takes_the_place_of_the_old);
	tcase_add_test(tcase, malformed_frames_do_no_harm);
	tcase_add_test(tcase, specs_come_and_go);
	tcase_add_test(tcase, equal_checks_share_a_probe);
	tcase_add_test(tcase, the_worker_goes_on_by_itself);
	tcase_add_test(tcase, the_silent_delay_nobody);
	tcase_add_test(tcase, checks_wait_for_descriptors);
	tcase_add_test(tcase, without_a_director_it_ends);
	tcase_add_test(tcase, libcurl_is_loaded_for_the_first_check_with_urls);
	tcase_add_test(tcase, an_answer_that_waits_is_read_to_its_end);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
