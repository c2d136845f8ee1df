/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which instances an order means, and what is said of it. */
#include "daemon/director/role/role_orders.h"

#include <check.h>
#include <stdlib.h>

static struct conf_vrrp vrrps[] = {
    {.name = "web", .interface = "eth0", .vrid = 51, .family = AF_INET, .sync_group = "VG", .priority = 100},
    {.name = "lan", .interface = "eth1", .vrid = 51, .family = AF_INET, .sync_group = "VG", .priority = 100},
    {.name = "db", .interface = "eth0", .vrid = 52, .family = AF_INET, .priority = 255},
    {.name = "VG2", .interface = "eth0", .vrid = 53, .family = AF_INET, .priority = 100}};
static struct conf_sync_group groups[] = {{.name = "VG"}, {.name = "VG2"}};
static const struct conf conf = {
    .vrrps = vrrps, .n_vrrps = 4, .sync_groups = groups, .n_sync_groups = 2};

/* "1100": the instances that are meant; or the sentence. */
static const char *meant(enum vrrp_order_kind kind, const char *name)
{
	static char text[ERR_TEXT_MAX];
	bool is_meant[4] = {false};
	struct err err;

	if (role_orders_select(&conf, kind, name, is_meant, &err) < 0) {
		strcpy(text, err.text);
		return text;
	}
	for (size_t i = 0; i < 4; i++)
		text[i] = is_meant[i] ? '1' : '0';
	text[4] = '\0';
	return text;
}

START_TEST(a_member_means_its_whole_group)
{
	static const struct conf empty;
	struct err err;

	ck_assert_str_eq(meant(VRRP_ORDER_RELEASE, "web"), "1100");
	ck_assert_str_eq(meant(VRRP_ORDER_TAKE, "VG"), "1100");
	ck_assert_str_eq(meant(VRRP_ORDER_RELEASE, "db"), "0010");
	ck_assert_str_eq(meant(VRRP_ORDER_RELEASE, NULL), "1111");
	ck_assert_ptr_nonnull(strstr(meant(VRRP_ORDER_HOLD, "db"), "priority 255"));
	ck_assert_ptr_nonnull(strstr(meant(VRRP_ORDER_RELEASE, "wbe"), "no vrrp_instance or "));
	ck_assert_ptr_nonnull(strstr(meant(VRRP_ORDER_RELEASE, "VG2"), "also a vrrp_sync_group"));
	ck_assert_int_lt(role_orders_select(&empty, VRRP_ORDER_TAKE, NULL, NULL, &err), 0);
	ck_assert_str_eq(err.text, "the configuration in force has no vrrp_instance");
}
END_TEST

START_TEST(an_order_belongs_to_a_vrid_on_an_interface)
{
	struct role_orders orders = {0}, again = {0};
	const struct vrrp_order first = {VRRP_ORDER_RELEASE, 3}, second = {VRRP_ORDER_TAKE, 4};
	struct conf_vrrp renamed = vrrps[0];
	json_t *json;

	for (size_t i = 0; i < 2; i++)
		role_orders_set(&orders, &vrrps[i], &first, 5);
	role_orders_set(&orders, &vrrps[2], &second, 6);
	renamed.name = "www";
	ck_assert_uint_eq(role_orders_find(&orders, &renamed)->order.number, 3);
	ck_assert_ptr_null(role_orders_find(&orders, &vrrps[3]));
	ck_assert_uint_eq(role_orders_last(&orders), 4);
	/* A take is not for a later director. */
	json = role_orders_json(&orders);
	json_array_append_new(json, json_pack("{s:s}", "interface", "eth0"));
	json_array_append_new(json, json_integer(1));
	role_orders_load(&again, json);
	json_decref(json);
	ck_assert_uint_eq(again.list.n, 2);
	ck_assert_int_eq(role_orders_find(&again, &vrrps[1])->order.kind, VRRP_ORDER_RELEASE);
	ck_assert_int_eq(role_orders_find(&again, &vrrps[1])->since_wall_us, 5);
	role_orders_fini(&again);
	/* What is dropped of a member is dropped of its group. */
	ck_assert(!role_orders_drop(&orders, &conf, &vrrps[0], 4, false));
	ck_assert(role_orders_drop(&orders, &conf, &vrrps[0], 3, false));
	ck_assert_uint_eq(orders.list.n, 1);
	ck_assert(role_orders_drop(&orders, &conf, NULL, 4, false));
	ck_assert_uint_eq(orders.list.n, 0);
	role_orders_fini(&orders);
}
END_TEST

/* A take or release that fails changes nothing. */
START_TEST(the_order_before_a_refused_one_stays)
{
	struct role_orders orders = {0}, again = {0};
	const struct vrrp_order hold = {VRRP_ORDER_HOLD, 3}, take = {VRRP_ORDER_TAKE, 4},
				second = {VRRP_ORDER_TAKE, 5}, release = {VRRP_ORDER_RELEASE, 6};
	json_t *json;

	role_orders_set(&orders, &vrrps[3], &hold, 30);
	role_orders_set(&orders, &vrrps[3], &take, 40);
	role_orders_set(&orders, &vrrps[3], &second, 50);
	/* if the director is replaced now */
	json = role_orders_json(&orders);
	role_orders_load(&again, json);
	json_decref(json);
	ck_assert_uint_eq(again.list.items[0].order.number, 3);
	role_orders_fini(&again);
	ck_assert(role_orders_drop(&orders, &conf, &vrrps[3], 5, true));
	ck_assert_int_eq(role_orders_find(&orders, &vrrps[3])->order.kind, VRRP_ORDER_HOLD);
	ck_assert_int_eq(role_orders_find(&orders, &vrrps[3])->since_wall_us, 30);
	role_orders_set(&orders, &vrrps[3], &release, 60);
	ck_assert(role_orders_drop(&orders, &conf, &vrrps[3], 6, true));
	ck_assert_int_eq(role_orders_find(&orders, &vrrps[3])->order.kind, VRRP_ORDER_HOLD);
	/* one that is carried out ends the order before */
	role_orders_set(&orders, &vrrps[3], &second, 70);
	ck_assert(role_orders_drop(&orders, &conf, &vrrps[3], 5, false));
	ck_assert_ptr_null(role_orders_find(&orders, &vrrps[3]));
	role_orders_fini(&orders);
}
END_TEST

/* Whatever comes of it, and of a take that follows before it is carried out. */
START_TEST(a_resume_leaves_no_order)
{
	struct role_orders orders = {0};
	const struct vrrp_order hold = {VRRP_ORDER_HOLD, 3}, resume = {VRRP_ORDER_RESUME, 4},
				take = {VRRP_ORDER_TAKE, 5};
	json_t *json;

	role_orders_set(&orders, &vrrps[3], &hold, 30);
	role_orders_set(&orders, &vrrps[3], &resume, 40);
	ck_assert(!role_order_lasts(role_orders_find(&orders, &vrrps[3])->order.kind));
	json = role_orders_json(&orders);
	ck_assert_uint_eq(json_array_size(json), 0);
	json_decref(json);
	role_orders_set(&orders, &vrrps[3], &take, 50);
	ck_assert(role_orders_drop(&orders, &conf, &vrrps[3], 5, true));
	ck_assert_ptr_null(role_orders_find(&orders, &vrrps[3]));
	role_orders_set(&orders, &vrrps[3], &hold, 60);
	role_orders_set(&orders, &vrrps[3], &resume, 70);
	ck_assert(role_orders_drop(&orders, &conf, &vrrps[3], 4, true));
	ck_assert_ptr_null(role_orders_find(&orders, &vrrps[3]));
	role_orders_fini(&orders);
}
END_TEST

static const struct {
	enum vrrp_order_kind kind;
	struct vrrp_report report;
	enum role_order_verdict verdict;
	const char *text; /* a part of it */
} cases[] = {
    {VRRP_ORDER_RELEASE, {.state = VRRP_BACKUP, .order_number = 6}, ROLE_ORDER_WAITS, "in time"},
    {VRRP_ORDER_RELEASE,
     {.state = VRRP_MASTER, .order_number = 7, .order_result = VRRP_ORDER_PENDING},
     ROLE_ORDER_WAITS,
     "vrrp=web is MASTER"},
    {VRRP_ORDER_RELEASE,
     {.state = VRRP_BACKUP,
      .order_number = 7,
      .master = {AF_INET, {10, 0, 0, 9}},
      .master_priority = 50},
     ROLE_ORDER_IS_DONE,
     "vrrp=web is released: it is BACKUP, and 10.0.0.9 (priority 50) is master"},
    {VRRP_ORDER_RELEASE,
     {.state = VRRP_MASTER, .order_number = 7, .order_result = VRRP_ORDER_ALONE},
     ROLE_ORDER_FAILED,
     "no other director took over"},
    /* another process, which has taken over from one that handed over */
    {VRRP_ORDER_RELEASE, {.state = VRRP_MASTER, .order_number = 7}, ROLE_ORDER_WAITS, ""},
    {VRRP_ORDER_RELEASE, {.state = VRRP_MASTER, .order_number = 8}, ROLE_ORDER_FAILED, "another order"},
    {VRRP_ORDER_HOLD,
     {.state = VRRP_BACKUP, .order_number = 7},
     ROLE_ORDER_IS_DONE,
     "vrrp=web does not preempt any more: it is BACKUP"},
    {VRRP_ORDER_TAKE,
     {.state = VRRP_MASTER, .order_number = 7},
     ROLE_ORDER_IS_DONE,
     "vrrp=web takes over: it is MASTER"},
    {VRRP_ORDER_TAKE,
     {.state = VRRP_BACKUP,
      .order_number = 7,
      .order_result = VRRP_ORDER_BETTER,
      .master = {AF_INET, {10, 0, 0, 9}},
      .effective_priority = 1, /* it is released; without that it has 100 */
      .master_priority = 150},
     ROLE_ORDER_FAILED,
     "its master 10.0.0.9 has priority 150, and this router would be master with 100, so"},
    {VRRP_ORDER_TAKE,
     {.state = VRRP_FAULT,
      .order_number = 7,
      .order_result = VRRP_ORDER_FAULT,
      .fault = "no carrier"},
     ROLE_ORDER_FAILED,
     "vrrp=web is FAULT: no carrier"},
    {VRRP_ORDER_TAKE,
     {.state = VRRP_BACKUP, .order_number = 7, .order_result = VRRP_ORDER_GROUP},
     ROLE_ORDER_FAILED,
     "another instance of its vrrp_sync_group VG"},
    {VRRP_ORDER_TAKE,
     {.state = VRRP_BACKUP, .order_number = 7, .order_result = VRRP_ORDER_LEARNING},
     ROLE_ORDER_FAILED,
     "still learns"},
    {VRRP_ORDER_RESUME,
     {.state = VRRP_BACKUP,
      .order_number = 7,
      .master = {AF_INET, {10, 0, 0, 9}},
      .master_priority = 150},
     ROLE_ORDER_IS_DONE,
     "vrrp=web follows its file again: it is BACKUP, and 10.0.0.9 (priority 150) is master"},
};

START_TEST(what_has_become_of_an_order_is_a_sentence)
{
	char text[ROLE_ORDER_TEXT_MAX];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct vrrp_order order = {cases[i].kind, 7};

		ck_assert_int_eq(role_order_judge(&order, &vrrps[0], &cases[i].report,
						  100, text),
				 cases[i].verdict);
		ck_assert_msg(strstr(text, cases[i].text), "case %zu: %s", i, text);
	}
	ck_assert_int_eq(role_order_judge(&(struct vrrp_order){VRRP_ORDER_TAKE, 7}, &vrrps[0], NULL,
					  100, text),
			 ROLE_ORDER_WAITS);
}
END_TEST

/* The answer as text, for free(). */
static char *answered(const struct role_order_outcome *outcomes, size_t n)
{
	json_t *answer = role_orders_answer(outcomes, n);
	char *text = json_dumps(answer, JSON_COMPACT);

	json_decref(answer);
	return text;
}

#define DONE    "{\"name\":\"A1\",\"outcome\":\"done\",\"text\":\"vrrp=A1 is released\"}"
#define REFUSED "{\"name\":\"A2\",\"outcome\":\"refused\",\"text\":\"vrrp=A2 stays MASTER\"}"
#define LATE    "{\"name\":\"A3\",\"outcome\":\"late\",\"text\":\"vrrp=A3 is INIT\"}"

/* Nobody must believe that nothing has changed when the order was carried out for some instances. */
START_TEST(the_answer_has_a_line_for_each_instance)
{
	static const struct role_order_outcome list[] = {
	    {"A1", ROLE_ORDER_IS_DONE, "vrrp=A1 is released"},
	    {"A2", ROLE_ORDER_FAILED, "vrrp=A2 stays MASTER"},
	    {"A3", ROLE_ORDER_WAITS, "vrrp=A3 is INIT"}};
	static const struct {
		size_t first, n;
		const char *text;
	} answers[] = {
	    {0, 1,
	     "{\"ok\":true,\"result\":{\"done\":[\"vrrp=A1 is released\"],\"instances\":[" DONE "]}}"},
	    {1, 1,
	     "{\"ok\":false,\"error\":\"vrrp=A2 stays MASTER\\n\",\"partly\":false,\"late\":false,"
	     "\"result\":{\"done\":[],\"instances\":[" REFUSED "]}}"},
	    {0, 2,
	     "{\"ok\":false,\"error\":\"carried out for 1 of 2 instances:\\nvrrp=A1 is released\\n"
	     "vrrp=A2 stays MASTER\\n\",\"partly\":true,\"late\":false,"
	     "\"result\":{\"done\":[\"vrrp=A1 is released\"],\"instances\":[" DONE "," REFUSED "]}}"},
	    {1, 2,
	     "{\"ok\":false,\"error\":\"carried out for 0 of 2 instances, not in time for 1:\\n"
	     "vrrp=A2 stays MASTER\\nvrrp=A3 is INIT\\n\",\"partly\":false,\"late\":true,"
	     "\"result\":{\"done\":[],\"instances\":[" REFUSED "," LATE "]}}"},
	    {2, 1,
	     "{\"ok\":false,\"error\":\"carried out for 0 of 1 instance, not in time for 1:\\n"
	     "vrrp=A3 is INIT\\n\",\"partly\":false,\"late\":true,"
	     "\"result\":{\"done\":[],\"instances\":[" LATE "]}}"}};

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		char *text = answered(&list[answers[i].first], answers[i].n);

		ck_assert_str_eq(text, answers[i].text);
		free(text);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("role_orders");
	TCase *tcase = tcase_create("orders");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, a_member_means_its_whole_group);
	tcase_add_test(tcase, an_order_belongs_to_a_vrid_on_an_interface);
	tcase_add_test(tcase, the_order_before_a_refused_one_stays);
	tcase_add_test(tcase, a_resume_leaves_no_order);
	tcase_add_test(tcase, what_has_become_of_an_order_is_a_sentence);
	tcase_add_test(tcase, the_answer_has_a_line_for_each_instance);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
