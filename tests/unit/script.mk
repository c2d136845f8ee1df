# unit tests of the script process
script_pure = daemon/script_line.c daemon/script_queue.c daemon/script_wire.c
script_edge = daemon/script_output.c daemon/script_path.c daemon/script_start.c \
	daemon/script_user.c daemon/script_worker.c
script_headers = daemon/script_line.h daemon/script_output.h daemon/script_path.h \
	daemon/script_queue.h daemon/script_start.h daemon/script_user.h daemon/script_wire.h \
	daemon/script_worker.h

check_PROGRAMS += tests/unit/test_script tests/unit/test_script_worker
tests_unit_test_script_SOURCES = tests/unit/test_script.c $(script_pure) daemon/script_path.c \
	daemon/script_user.c $(script_headers)
tests_unit_test_script_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_test_script_LDADD = libbase.la $(CHECK_LIBS)
tests_unit_test_script_worker_SOURCES = tests/unit/test_script_worker.c $(script_pure) \
	$(script_edge) $(script_headers)
tests_unit_test_script_worker_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_test_script_worker_LDADD = libbase.la $(CHECK_LIBS)

# make tests/fuzz/fuzz_script CC=clang
EXTRA_PROGRAMS += tests/fuzz/fuzz_script
tests_fuzz_fuzz_script_SOURCES = tests/fuzz/fuzz_script.c $(script_pure) $(script_headers)
tests_fuzz_fuzz_script_CFLAGS = $(AM_CFLAGS) -fsanitize=fuzzer,address,undefined
tests_fuzz_fuzz_script_LDADD = libbase.la
