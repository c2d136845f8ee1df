# unit tests and the simulation of the relay
check_PROGRAMS += tests/unit/test_relay_gaps tests/unit/test_relay_pace tests/unit/test_relay_allow
tests_unit_test_relay_gaps_SOURCES = tests/unit/test_relay_gaps.c
tests_unit_test_relay_gaps_LDADD = libsync.la libbase.la $(CHECK_LIBS)
tests_unit_test_relay_pace_SOURCES = tests/unit/test_relay_pace.c
tests_unit_test_relay_pace_LDADD = libsync.la libbase.la $(CHECK_LIBS)
tests_unit_test_relay_allow_SOURCES = tests/unit/test_relay_allow.c tests/unit/sync_entries.h
tests_unit_test_relay_allow_LDADD = libsync.la libbase.la $(CHECK_LIBS)
