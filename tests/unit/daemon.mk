# unit tests of daemon
check_PROGRAMS += tests/unit/test_daemon
tests_unit_test_daemon_SOURCES = tests/unit/test_daemon.c daemon/control.c daemon/options.c \
	daemon/rundir.c
tests_unit_test_daemon_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_test_daemon_LDADD = libbase.la $(CHECK_LIBS) $(JANSSON_LIBS)
