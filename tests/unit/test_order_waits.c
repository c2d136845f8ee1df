/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The requests of `lvsctl vrrp` on a real control socket. The roles are the test's own: they carry out
 * each order some turns after the last one was given. */
#include "daemon/director/order_waits.h"
#include "base/clock.h"
#include "base/mem.h"
#include "daemon/shared/admins.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* How many turns of the loop pass between the last order and its report. */
#define TURNS 8

static struct conf_vrrp vrrp = {
    .name = "web", .interface = "eth0", .vrid = 51, .family = AF_INET, .priority = 100};
static const struct vrrp_sources no_sources;
static const struct conf conf = {.vrrps = &vrrp, .n_vrrps = 1};

struct rig {
	struct loop *loop;
	struct control *control;
	struct order_waits waits;
	struct roles roles;
	struct vrrp_report report;
	int listen_fd;
	int clients[CONTROL_CLIENTS_MAX + 1];
	size_t n_clients;
	uint64_t n_orders, n_awaited; /* the orders of which nothing is reported before all are given */
	uint64_t ended;               /* the number of the last order that was ended */
	unsigned n_turns;             /* since the last order */
	bool is_settling;
	bool is_flushing; /* the flush of a release has begun, and is not over */
	unsigned n_flushes, n_flush_ends;
	struct loop_timer *turn;
};

static struct rig *rig;

/* --- the roles --- */

bool admins_have_peer(int fd)
{
	return fd >= 0;
}

struct vrrp_order roles_order(struct roles *roles, enum vrrp_order_kind kind, const bool *is_meant)
{
	struct vrrp_order order = {kind, ++rig->n_orders};

	/* The table and the roles have settled before. */
	ck_assert(!rig->is_settling);
	ck_assert(is_meant[0]);
	role_orders_set(&roles->orders, &vrrp, &order, 0);
	rig->n_turns = 0;
	ck_assert(kind != VRRP_ORDER_RELEASE || !rig->is_flushing);
	return order;
}

void roles_order_end(struct roles *roles, const struct conf_vrrp *about, uint64_t number,
		     bool is_done)
{
	ck_assert_ptr_eq(about, &vrrp);
	ck_assert(is_done);
	(void)roles;
	rig->ended = number;
}

const struct vrrp_report *roles_find(const struct roles *roles, const struct conf_vrrp *about)
{
	ck_assert_ptr_eq(roles, &rig->roles);
	ck_assert_ptr_eq(about, &vrrp);
	return &rig->report;
}

static void flush_begin(struct sync_side *side)
{
	(void)side;
	rig->is_flushing = true;
	rig->n_flushes++;
}

static bool is_flush_under_way(const struct sync_side *side)
{
	(void)side;
	return rig->is_flushing;
}

static void flush_end(struct sync_side *side)
{
	(void)side;
	rig->n_flush_ends++;
}

static void report_order(void)
{
	const struct role_order *last = role_orders_find(&rig->roles.orders, &vrrp);

	if (!last || rig->n_orders < rig->n_awaited || ++rig->n_turns < TURNS)
		return;
	rig->report.order_number = last->order.number;
	rig->report.state = last->order.kind == VRRP_ORDER_TAKE ? VRRP_MASTER : VRRP_BACKUP;
	rig->roles.n_reports++;
}

/* --- the director --- */

static json_t *answer_vrrp(json_t *request, void *arg)
{
	(void)arg;
	return order_waits_begin(&rig->waits, rig->control, request);
}

static json_t *answer_echo(json_t *request, void *arg)
{
	(void)request;
	(void)arg;
	ck_assert(!rig->is_settling);
	return control_ok(json_string("hello"));
}

static const struct control_command commands[] = {{"vrrp", answer_vrrp, "orders", false, false},
						  {"echo", answer_echo, "says hello", false, false},
						  {NULL, NULL, NULL, false, false}};

/* The loop turns without end. */
static void on_turn(void *arg)
{
	(void)arg;
	loop_timer_set(rig->turn, clock_mono());
	loop_stop(rig->loop);
}

static void on_settle(void *arg)
{
	(void)arg;
	report_order();
	rig->is_settling = true;
	order_waits_settle(&rig->waits, rig->control);
	rig->is_settling = false;
}

static void rig_begin(void)
{
	struct sockaddr_un any = {.sun_family = AF_UNIX};

	rig = mem_calloc(1, sizeof(*rig));
	rig->loop = loop_new();
	rig->listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	ck_assert_int_eq(bind(rig->listen_fd, (struct sockaddr *)&any, sizeof(sa_family_t)), 0);
	ck_assert_int_eq(listen(rig->listen_fd, CONTROL_CLIENTS_MAX + 1), 0);
	rig->control =
	    control_new(rig->loop, rig->listen_fd, CONTROL_IDLE_MS, commands, NULL);
	rig->roles = (struct roles){.loop = rig->loop, .conf = &conf, .is_gate_open = true, .sources = &no_sources};
	rig->waits = (struct order_waits){.loop = rig->loop, .roles = &rig->roles};
	rig->turn = loop_timer_new(rig->loop, on_turn, NULL);
	on_turn(NULL);
	loop_on_settle(rig->loop, on_settle, NULL);
}

static void rig_end(void)
{
	for (size_t i = 0; i < rig->n_clients; i++)
		close(rig->clients[i]);
	order_waits_close(&rig->waits);
	role_orders_fini(&rig->roles.orders);
	control_free(rig->control);
	loop_timer_free(rig->turn);
	loop_free(rig->loop);
	free(rig);
}

/* --- the clients --- */

/* A new client that sends the words "release", "take", "hold", "resume" and "echo" as requests, in one go. */
static int client_ask(const char *words)
{
	struct sockaddr_un sa;
	socklen_t len = sizeof(sa);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	char text[512] = "", list[64], *rest = list, *word;

	getsockname(rig->listen_fd, (struct sockaddr *)&sa, &len);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&sa, len), 0);
	strcpy(list, words);
	while ((word = strsep(&rest, " "))) {
		size_t at = strlen(text);

		snprintf(text + at, sizeof(text) - at,
			 strcmp(word, "echo") ? "{\"command\":\"vrrp\",\"order\":\"%s\"}\n"
					      : "{\"command\":\"%s\"}\n",
			 word);
	}
	ck_assert_int_eq(send(fd, text, strlen(text), 0), (ssize_t)strlen(text));
	rig->clients[rig->n_clients++] = fd;
	return fd;
}

/* Awaits n lines, and returns them; NULL if the director closes the connection before. The time limit
 * is that of the whole test. */
static const char *client_answers(int fd, size_t n)
{
	static char text[256 * 1024];
	size_t len = 0;

	for (;;) {
		ssize_t got = recv(fd, text + len, 1, MSG_DONTWAIT);

		if (got == 0)
			return NULL;
		if (got < 0) {
			loop_run(rig->loop);
			continue;
		}
		len++;
		if (text[len - 1] == '\n' && --n == 0)
			break;
	}
	text[len] = '\0';
	return text;
}

#define DONE(text)                                                                                 \
	"{\"ok\":true,\"result\":{\"done\":[\"" text                                                \
	"\"],\"instances\":[{\"name\":\"web\",\"outcome\":\"done\",\"text\":\"" text "\"}]}}\n"
#define RELEASED DONE("vrrp=web is released: it is BACKUP")
#define HELD DONE("vrrp=web does not preempt any more: it is BACKUP")
#define TAKEN DONE("vrrp=web takes over: it is MASTER")
#define RESUMED DONE("vrrp=web follows its file again: it is BACKUP")
#define SUPERSEDED \
	"{\"ok\":false,\"error\":\"vrrp=web has got another order meanwhile\\n\",\"partly\":false,\"late\":false,"     \
	"\"result\":{\"done\":[],\"instances\":[{\"name\":\"web\",\"outcome\":\"refused\",\"text\":"  \
	"\"vrrp=web has got another order meanwhile\"}]}}\n"
#define ECHOED "{\"ok\":true,\"result\":\"hello\"}\n"

START_TEST(requests_in_one_go_are_answered_one_by_one)
{
	int fd;

	rig_begin();
	fd = client_ask("release hold echo take");
	ck_assert_str_eq(client_answers(fd, 4), RELEASED HELD ECHOED TAKEN);
	ck_assert_uint_eq(rig->n_orders, 3);
	ck_assert_uint_eq(rig->waits.list.n, 0);
	rig_end();
}
END_TEST

/* The daemon's buffer is full of them while the first one waits. */
START_TEST(more_requests_than_the_buffer_holds_are_answered)
{
	enum { N = 4000 };
	static char echoes[N * sizeof("{\"command\":\"echo\"}\n")];
	size_t len = 0;
	int fd;

	for (int i = 0; i < N; i++)
		len += (size_t)sprintf(echoes + len, "{\"command\":\"echo\"}\n");
	ck_assert_uint_gt(len, CONTROL_REQUEST_MAX);
	rig_begin();
	fd = client_ask("release");
	ck_assert_int_eq(send(fd, echoes, len, 0), (ssize_t)len);
	ck_assert_ptr_nonnull(client_answers(fd, N + 1));
	rig_end();
}
END_TEST

/* Those of all clients at the same time: their number makes the list of waits grow or not. */
START_TEST(many_clients_give_their_next_orders_in_the_same_turn)
{
	size_t n = (size_t)_i;

	rig_begin();
	rig->n_awaited = n;
	for (size_t i = 0; i < n; i++)
		client_ask("release hold echo");
	for (size_t i = 0; i < n; i++) {
		const char *text = client_answers(rig->clients[i], 3);

		ck_assert_ptr_nonnull(text);
		ck_assert_ptr_nonnull(strstr(text, ECHOED));
	}
	ck_assert_uint_eq(rig->n_orders, 2 * n);
	ck_assert_uint_eq(rig->waits.list.n, 0);
	rig_end();
}
END_TEST

/* It is carried out once; a release and a hold last. */
START_TEST(an_answered_take_is_ended)
{
	rig_begin();
	ck_assert_str_eq(client_answers(client_ask("release"), 1), RELEASED);
	ck_assert_str_eq(client_answers(client_ask("hold"), 1), HELD);
	ck_assert_uint_eq(rig->ended, 0);
	ck_assert_str_eq(client_answers(client_ask("take"), 1), TAKEN);
	ck_assert_uint_eq(rig->ended, 3);
	ck_assert_str_eq(client_answers(client_ask("resume"), 1), RESUMED);
	ck_assert_uint_eq(rig->ended, 4);
	rig_end();
}
END_TEST

/* A release waits for it; other orders, and other requests, do not. */
START_TEST(the_youngest_connections_leave_before_a_release)
{
	int fd;

	rig_begin();
	rig->waits.flush = (struct order_flush){flush_begin, is_flush_under_way, flush_end, NULL};
	fd = client_ask("release");
	while (!rig->is_flushing)
		loop_run(rig->loop);
	ck_assert_str_eq(client_answers(client_ask("echo"), 1), ECHOED);
	ck_assert_str_eq(client_answers(client_ask("take"), 1), TAKEN);
	ck_assert_uint_eq(rig->n_orders, 1);
	for (int i = 0; i < 100; i++)
		loop_run(rig->loop);
	ck_assert_uint_eq(rig->n_orders, 1);
	rig->is_flushing = false;
	ck_assert_str_eq(client_answers(fd, 1), RELEASED);
	ck_assert_uint_eq(rig->n_orders, 2);
	ck_assert_uint_eq(rig->n_flushes, 1);
	ck_assert_uint_eq(rig->n_flush_ends, 1);
	rig_end();
}
END_TEST

/* A reload in that time has removed the instance. */
START_TEST(a_release_of_what_is_gone_meanwhile_is_refused)
{
	static const struct conf nothing;
	const char *text;
	int fd;

	rig_begin();
	rig->waits.flush = (struct order_flush){flush_begin, is_flush_under_way, flush_end, NULL};
	fd = client_ask("release");
	while (!rig->is_flushing)
		loop_run(rig->loop);
	rig->roles.conf = &nothing;
	rig->is_flushing = false;
	text = client_answers(fd, 1);
	ck_assert_ptr_nonnull(text);
	ck_assert_ptr_nonnull(strstr(text, "\"ok\":false"));
	ck_assert_uint_eq(rig->n_orders, 0);
	ck_assert_uint_eq(rig->waits.list.n, 0);
	rig_end();
}
END_TEST

/* All places are taken by clients that wait for their answers: one more stays in the backlog. */
START_TEST(a_client_that_waits_for_its_order_is_not_closed)
{
	size_t n_refused = 0;
	int last;

	rig_begin();
	rig->n_awaited = CONTROL_CLIENTS_MAX;
	for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++)
		client_ask("release");
	while (rig->n_orders < CONTROL_CLIENTS_MAX)
		loop_run(rig->loop);
	last = client_ask("echo");
	for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++) {
		const char *text = client_answers(rig->clients[i], 1);

		ck_assert_ptr_nonnull(text);
		n_refused += !strcmp(text, SUPERSEDED);
	}
	ck_assert_uint_eq(n_refused, CONTROL_CLIENTS_MAX - 1);
	ck_assert_str_eq(client_answers(last, 1), ECHOED);
	rig_end();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("order_waits");
	TCase *tcase = tcase_create("waits");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 60);
	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, requests_in_one_go_are_answered_one_by_one);
	tcase_add_test(tcase, more_requests_than_the_buffer_holds_are_answered);
	tcase_add_loop_test(tcase, many_clients_give_their_next_orders_in_the_same_turn, 1, 10);
	tcase_add_test(tcase, an_answered_take_is_ended);
	tcase_add_test(tcase, a_client_that_waits_for_its_order_is_not_closed);
	tcase_add_test(tcase, the_youngest_connections_leave_before_a_release);
	tcase_add_test(tcase, a_release_of_what_is_gone_meanwhile_is_refused);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
