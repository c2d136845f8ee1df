# unit tests and simulations of sync
check_PROGRAMS += tests/unit/test_sync
tests_unit_test_sync_SOURCES = tests/unit/test_sync.c
tests_unit_test_sync_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_test_sync_LDADD = libsync.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_sync_hello
tests_unit_test_sync_hello_SOURCES = tests/unit/test_sync_hello.c
tests_unit_test_sync_hello_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_test_sync_hello_LDADD = libsynchello.la libsync.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_sync_bound
tests_unit_test_sync_bound_SOURCES = tests/unit/test_sync_bound.c
tests_unit_test_sync_bound_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_test_sync_bound_LDADD = libsync.la libbase.la $(CHECK_LIBS)
