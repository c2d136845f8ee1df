# unit tests of sync/relay
check_PROGRAMS += tests/unit/test_relay_frame tests/unit/test_relay_session
tests_unit_test_relay_frame_SOURCES = tests/unit/test_relay_frame.c
tests_unit_test_relay_frame_LDADD = libsyncrelay.la libbase.la $(CHECK_LIBS)
tests_unit_test_relay_session_SOURCES = tests/unit/test_relay_session.c tests/unit/relay_rig.c tests/unit/relay_rig.h
tests_unit_test_relay_session_LDADD = libsyncrelay.la libbase.la $(CHECK_LIBS)
