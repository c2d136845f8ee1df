/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gRPC's health service: what is asked, byte by byte, and what an answer means. */
#include "healthcheck/grpc_health.h"

#include <check.h>
#include <string.h>

START_TEST(the_question_is_framed)
{
	uint8_t question[GRPC_QUESTION_MAX];
	char name[GRPC_SERVICE_MAX + 1];

	ck_assert_uint_eq(grpc_health_ask("", question), 5);
	ck_assert_mem_eq(question, "\0\0\0\0\0", 5);
	ck_assert_uint_eq(grpc_health_ask("shop", question), 11);
	ck_assert_mem_eq(question, "\0\0\0\0\6\x0a\4shop", 11);
	/* A length of more than 127 takes two bytes. */
	memset(name, 'n', GRPC_SERVICE_MAX);
	name[GRPC_SERVICE_MAX] = '\0';
	ck_assert_uint_eq(grpc_health_ask(name, question), GRPC_QUESTION_MAX);
	ck_assert_mem_eq(question, "\0\0\0\1\2\x0a\xff\1n", 9);
}
END_TEST

static struct grpc_headers headers_of(const char *const *lines)
{
	struct grpc_headers headers = {0};

	for (; *lines; lines++)
		grpc_health_header(&headers, *lines, strlen(*lines));
	return headers;
}

START_TEST(headers_are_read)
{
	struct grpc_headers headers =
	    headers_of((const char *const[]){"HTTP/2 200\r\n", "grpc-statusx: 3\r\n", "grpc-statu", NULL});

	ck_assert(!headers.has_status);
	headers = headers_of((const char *const[]){"Grpc-Status:  5 \r\n", "grpc-message: no such\r\n", NULL});
	ck_assert(headers.has_status);
	ck_assert_uint_eq(headers.status, 5);
	ck_assert_str_eq(headers.message, "no such");
	headers = headers_of((const char *const[]){
	    "grpc-status: x\r\n", "grpc-status: -1\r\n", "grpc-status: 99999\r\n", "grpc-status: \r\n",
	    "grpc-message: 0123456789012345678901234567890123456789012345678901234567890123456789", NULL});
	ck_assert(!headers.has_status);
	ck_assert_uint_eq(strlen(headers.message), sizeof(headers.message) - 1);
}
END_TEST

#define BODY(text) text, sizeof(text) - 1

static const struct {
	bool has_status;
	unsigned status;
	const char *message, *body;
	size_t len;
	bool is_good;
	const char *reason;
} answers[] = {
    {true, 0, "", BODY("\0\0\0\0\2\x08\1"), true, "gRPC health SERVING"},
    {true, 0, "", BODY("\0\0\0\0\2\x08\2"), false, "gRPC health NOT_SERVING, wanted SERVING"},
    {true, 0, "", BODY("\0\0\0\0\2\x08\3"), false, "gRPC health SERVICE_UNKNOWN, wanted SERVING"},
    /* An enum of 0 is not sent. */
    {true, 0, "", BODY("\0\0\0\0\0"), false, "gRPC health UNKNOWN, wanted SERVING"},
    {true, 0, "", BODY("\0\0\0\0\3\x08\x80\1"), false, "gRPC health 128, wanted SERVING"},
    /* Fields that are newer than this program, and the last value of a field counts. */
    {true, 0, "", BODY("\0\0\0\0\x17\x12\3abc\x19" "12345678\x25" "1234\x08\2\x08\1"), true,
     "gRPC health SERVING"},
    {true, 5, "no service", BODY(""), false, "gRPC status 5 (NOT_FOUND): no service"},
    {true, 12, "", BODY("\0\0\0\0\2\x08\1"), false, "gRPC status 12 (UNIMPLEMENTED)"},
    {true, 77, "", BODY(""), false, "gRPC status 77 (unknown)"},
    {false, 0, "", BODY("\0\0\0\0\2\x08\1"), false, "the answer is not gRPC: it has no grpc-status"},
    /* Compressed, cut, too long, a varint and a string without end, a group. */
    {true, 0, "", BODY("\1\0\0\0\2\x08\1"), false, "the answer is no HealthCheckResponse of gRPC"},
    {true, 0, "", BODY("\0\0\0\0\2\x08"), false, "the answer is no HealthCheckResponse of gRPC"},
    {true, 0, "", BODY("\0\0\0\0\1\x08\1"), false, "the answer is no HealthCheckResponse of gRPC"},
    {true, 0, "", BODY("\0\0\0\0\2\x08\x81"), false, "the answer is no HealthCheckResponse of gRPC"},
    {true, 0, "", BODY("\0\0\0\0\2\x12\x7f"), false, "the answer is no HealthCheckResponse of gRPC"},
    {true, 0, "", BODY("\0\0\0\0\1\x0b"), false, "the answer is no HealthCheckResponse of gRPC"},
    {true, 0, "", BODY("\0\0\0"), false, "the answer is no HealthCheckResponse of gRPC"},
};

START_TEST(answers_are_judged)
{
	struct grpc_headers headers = {.has_status = answers[_i].has_status,
				       .status = answers[_i].status};
	char reason[PROBE_REASON_MAX];
	bool is_good;

	strcpy(headers.message, answers[_i].message);
	is_good = grpc_health_judge(&headers, answers[_i].body, answers[_i].len, reason);
	ck_assert_str_eq(reason, answers[_i].reason);
	ck_assert_int_eq(is_good, answers[_i].is_good);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("grpc health");
	TCase *tcase = tcase_create("grpc health");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, the_question_is_framed);
	tcase_add_test(tcase, headers_are_read);
	tcase_add_loop_test(tcase, answers_are_judged, 0, sizeof(answers) / sizeof(answers[0]));
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
