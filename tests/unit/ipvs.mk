# unit tests and simulations of ipvs
check_PROGRAMS += tests/unit/test_ipvs tests/unit/test_ipvs_plan
tests_unit_test_ipvs_SOURCES = tests/unit/test_ipvs.c
tests_unit_test_ipvs_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_test_ipvs_LDADD = libipvs.la libbase.la $(CHECK_LIBS)
tests_unit_test_ipvs_plan_SOURCES = tests/unit/test_ipvs_plan.c tests/unit/test_ipvs_random.c \
	tests/unit/test_ipvs_random.h
tests_unit_test_ipvs_plan_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_test_ipvs_plan_LDADD = libipvs.la libbase.la $(CHECK_LIBS)
