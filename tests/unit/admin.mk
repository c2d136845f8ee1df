# unit tests of admin
check_PROGRAMS += tests/unit/test_admin
tests_unit_test_admin_SOURCES = tests/unit/test_admin.c
tests_unit_test_admin_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_test_admin_LDADD = libadmin.la libipvs.la libbase.la $(CHECK_LIBS)
