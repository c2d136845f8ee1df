# unit tests of host
check_PROGRAMS += tests/unit/test_host
tests_unit_test_host_SOURCES = tests/unit/test_host.c
tests_unit_test_host_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_test_host_LDADD = libhostedge.la libhost.la libconf.la libbase.la $(CHECK_LIBS)
