# unit tests of the script process
script_pure = daemon/script/line.c daemon/script/queue.c daemon/script/wire.c
script_edge = daemon/script/output.c daemon/script/path.c daemon/script/start.c \
	daemon/script/fifos.c daemon/script/user.c daemon/script/vouched.c daemon/script/worker.c
script_headers = daemon/script/fifos.h daemon/script/line.h daemon/script/output.h daemon/script/path.h \
	daemon/script/queue.h daemon/script/start.h daemon/script/user.h daemon/script/vouched.h daemon/script/wire.h \
	daemon/script/worker.h

check_PROGRAMS += tests/unit/test_script tests/unit/test_script_queue tests/unit/test_script_output \
	tests/unit/test_script_worker
tests_unit_test_script_queue_SOURCES = tests/unit/test_script_queue.c daemon/script/queue.c \
	$(script_headers)
tests_unit_test_script_queue_LDADD = libbase.la $(CHECK_LIBS)
tests_unit_test_script_output_SOURCES = tests/unit/test_script_output.c daemon/script/output.c \
	daemon/script/line.c $(script_headers)
tests_unit_test_script_output_LDADD = libbase.la $(CHECK_LIBS)
tests_unit_test_script_SOURCES = tests/unit/test_script.c $(script_pure) daemon/script/path.c \
	daemon/script/user.c $(script_headers)
tests_unit_test_script_LDADD = libbase.la $(CHECK_LIBS)
tests_unit_test_script_worker_SOURCES = tests/unit/test_script_worker.c $(script_pure) \
	$(script_edge) $(script_headers)
tests_unit_test_script_worker_LDADD = libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_script_reader
tests_unit_test_script_reader_SOURCES = tests/unit/test_script_reader.c $(script_pure) \
	$(script_edge) $(script_headers)
tests_unit_test_script_reader_LDADD = libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_fifos
tests_unit_test_fifos_SOURCES = tests/unit/test_fifos.c tests/unit/logged.c tests/unit/logged.h \
	daemon/director/fifos.c daemon/shared/notice_name.c daemon/director/scripts.c daemon/script/users.c daemon/script/fifos.c daemon/script/path.c \
	daemon/script/user.c daemon/script/user_query.c $(script_pure)
tests_unit_test_fifos_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_test_fifos_LDADD = libhealth.la libvrrp.la libconf.la libbase.la $(CHECK_LIBS)

# make tests/fuzz/fuzz_script CC=clang
EXTRA_PROGRAMS += tests/fuzz/fuzz_script
tests_fuzz_fuzz_script_SOURCES = tests/fuzz/fuzz_script.c $(script_pure) $(script_headers)
tests_fuzz_fuzz_script_CFLAGS = $(AM_CFLAGS) -fsanitize=fuzzer,address,undefined
tests_fuzz_fuzz_script_LDADD = libbase.la

# make tests/fuzz/fuzz_answer CC=clang
EXTRA_PROGRAMS += tests/fuzz/fuzz_answer
tests_fuzz_fuzz_answer_SOURCES = tests/fuzz/fuzz_answer.c daemon/script/answer.c daemon/script/answer.h \
	daemon/script/line.c healthcheck/talk/agent.c conf/text/escaped.c
tests_fuzz_fuzz_answer_CFLAGS = $(AM_CFLAGS) -g -O1 -fsanitize=fuzzer,address,undefined
tests_fuzz_fuzz_answer_LDFLAGS = -fsanitize=fuzzer,address,undefined
tests_fuzz_fuzz_answer_LDADD = libbase.la $(JANSSON_LIBS)
