# unit tests of sync/relay
check_PROGRAMS += tests/unit/test_relay_frame
tests_unit_test_relay_frame_SOURCES = tests/unit/test_relay_frame.c
tests_unit_test_relay_frame_LDADD = libsyncrelay.la libbase.la $(CHECK_LIBS)
