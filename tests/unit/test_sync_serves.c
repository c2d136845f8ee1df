/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which services a director serves, by the states of its instances. */
#include "sync/serves.h"

#include <check.h>
#include <stdlib.h>

static struct addr addr_of(const char *text)
{
	struct addr addr;

	ck_assert_int_eq(addr_parse(text, &addr), 0);
	return addr;
}

static bool is_served(const struct serves *serves, const char *text)
{
	struct svckey key;

	ck_assert_int_eq(svckey_parse(text, &key), 0);
	return serves_service(serves, &key);
}

static bool is_alone(const struct serves *serves, const char *text)
{
	struct svckey key;

	ck_assert_int_eq(svckey_parse(text, &key), 0);
	return serves_alone(serves, &key);
}

static void add(struct serves *serves, const char *text, bool is_master)
{
	struct addr addr = addr_of(text);

	serves_add(serves, &addr, is_master);
}

/* Two directors, each master of one address. */
START_TEST(each_serves_its_own)
{
	struct serves serves = {0};

	add(&serves, "10.9.0.102", true);
	add(&serves, "10.9.0.101", false);
	add(&serves, "fd09::101", false);
	serves_sort(&serves);
	ck_assert(!is_served(&serves, "tcp:10.9.0.101:80"));
	ck_assert(is_served(&serves, "tcp:10.9.0.102:80"));
	ck_assert(is_served(&serves, "udp:10.9.0.102:0"));
	ck_assert(!is_served(&serves, "tcp:[fd09::101]:80"));
	/* nobody knows whose these are */
	ck_assert(is_served(&serves, "fwm4:7"));
	ck_assert(is_served(&serves, "tcp:10.9.0.103:80"));
	ck_assert(is_alone(&serves, "tcp:10.9.0.102:80"));
	ck_assert(!is_alone(&serves, "tcp:10.9.0.101:80"));
	/* the other director may serve them */
	ck_assert(!is_alone(&serves, "fwm4:7"));
	ck_assert(!is_alone(&serves, "tcp:10.9.0.103:80"));
	serves_free(&serves);
}
END_TEST

START_TEST(a_master_of_all_is_alone)
{
	struct serves serves = {0}, back = {0};
	uint8_t body[64];
	size_t at = 0, len;
	bool is_whole;

	add(&serves, "10.9.0.101", true);
	serves_add(&serves, NULL, true);
	serves_sort(&serves);
	ck_assert(is_alone(&serves, "tcp:10.9.0.101:80") && is_alone(&serves, "fwm4:7"));
	/* The frame says it too. */
	len = serves_encode(&serves, &at, body, sizeof(body));
	ck_assert_int_eq(serves_decode(&back, body, len, &is_whole), 0);
	ck_assert(is_whole && is_alone(&back, "fwm4:7"));
	serves_free(&back);
	serves_add(&serves, NULL, false);
	len = serves_encode(&serves, &(size_t){0}, body, sizeof(body));
	ck_assert_int_eq(serves_decode(&back, body, len, &is_whole), 0);
	ck_assert(is_whole && !is_alone(&back, "fwm4:7") && is_alone(&back, "tcp:10.9.0.101:80"));
	serves_free(&back);
	serves_free(&serves);
}
END_TEST

START_TEST(a_backup_serves_nothing)
{
	struct serves serves = {0};

	add(&serves, "10.9.0.101", false);
	serves_add(&serves, NULL, false); /* no address */
	serves_sort(&serves);
	ck_assert(!is_served(&serves, "tcp:10.9.0.101:80"));
	ck_assert(!is_served(&serves, "tcp:10.9.0.103:80"));
	ck_assert(!is_served(&serves, "fwm6:7"));
	serves_free(&serves);
}
END_TEST

START_TEST(without_vrrp_all_is_served)
{
	struct serves serves = {0};

	serves_sort(&serves);
	ck_assert(is_served(&serves, "tcp:10.9.0.101:80"));
	ck_assert(is_served(&serves, "fwm4:7"));
	/* the other director as well */
	ck_assert(!is_alone(&serves, "tcp:10.9.0.101:80"));
	ck_assert(!is_alone(&serves, "fwm4:7"));
	serves_free(&serves);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sync_serves");
	TCase *tests = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_add_test(tests, each_serves_its_own);
	tcase_add_test(tests, a_master_of_all_is_alone);
	tcase_add_test(tests, a_backup_serves_nothing);
	tcase_add_test(tests, without_vrrp_all_is_served);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
