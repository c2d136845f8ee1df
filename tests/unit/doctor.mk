# unit tests of doctor
check_PROGRAMS += tests/unit/test_doctor
tests_unit_test_doctor_SOURCES = tests/unit/test_doctor.c
tests_unit_test_doctor_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_test_doctor_LDADD = libdoctor.la libconf.la libbase.la $(CHECK_LIBS)
