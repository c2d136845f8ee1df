# unit tests and simulations of healthcheck
check_PROGRAMS += tests/unit/test_health tests/unit/test_health_parts tests/unit/test_health_wire
EXTRA_DIST += tests/unit/test_health_conf.h

tests_unit_test_health_SOURCES = tests/unit/test_health.c tests/unit/test_health_conf.c
tests_unit_test_health_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_test_health_LDADD = libhealth.la libbase.la $(CHECK_LIBS)

tests_unit_test_health_parts_SOURCES = tests/unit/test_health_parts.c tests/unit/test_health_conf.c
tests_unit_test_health_parts_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_test_health_parts_LDADD = libhealth.la libbase.la $(CHECK_LIBS)

tests_unit_test_health_wire_SOURCES = tests/unit/test_health_wire.c tests/unit/test_health_conf.c
tests_unit_test_health_wire_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_test_health_wire_LDADD = libhealth.la libbase.la $(CHECK_LIBS)
