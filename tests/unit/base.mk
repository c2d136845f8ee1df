# unit tests of base
check_PROGRAMS += tests/unit/test_listener
tests_unit_test_listener_SOURCES = tests/unit/test_listener.c
tests_unit_test_listener_LDADD = libbase.la $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_base
tests_unit_test_base_SOURCES = tests/unit/test_base.c
tests_unit_test_base_LDADD = libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_deadlines
tests_unit_test_deadlines_SOURCES = tests/unit/test_deadlines.c
tests_unit_test_deadlines_LDADD = libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_regex
tests_unit_test_regex_SOURCES = tests/unit/test_regex.c
tests_unit_test_regex_LDADD = libregex.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_signals
tests_unit_test_signals_SOURCES = tests/unit/test_signals.c
tests_unit_test_signals_LDADD = libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_greeted
tests_unit_test_greeted_SOURCES = tests/unit/test_greeted.c
tests_unit_test_greeted_LDADD = libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_output
tests_unit_test_output_SOURCES = tests/unit/test_output.c
tests_unit_test_output_LDADD = libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_run
tests_unit_test_run_SOURCES = tests/unit/test_run.c
tests_unit_test_run_LDADD = libbase.la $(CHECK_LIBS)

# The second back end of loop, clock and chan, in place of the first one's.
check_PROGRAMS += tests/unit/test_virtual
tests_unit_test_virtual_SOURCES = tests/unit/test_virtual.c base/virtual/chan.c base/virtual/channel.h \
	base/virtual/clock.c base/virtual/loop.c base/virtual/world.h
tests_unit_test_virtual_LDADD = libbase.la $(CHECK_LIBS)
