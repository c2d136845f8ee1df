# unit tests of sync/relay
check_PROGRAMS += tests/unit/test_relay_frame tests/unit/test_relay_session
tests_unit_test_relay_frame_SOURCES = tests/unit/test_relay_frame.c
tests_unit_test_relay_frame_LDADD = libsyncrelay.la libbase.la $(CHECK_LIBS)
tests_unit_test_relay_session_SOURCES = tests/unit/test_relay_session.c tests/unit/relay_rig.c tests/unit/relay_rig.h
tests_unit_test_relay_session_LDADD = libsyncrelay.la libsync.la libbase.la $(CHECK_LIBS)
noinst_PROGRAMS += tests/bench/bench_relay
tests_bench_bench_relay_SOURCES = tests/bench/bench_relay.c
tests_bench_bench_relay_LDADD = libsyncrelay.la libbase.la

# Not built by default: make CC=clang tests/fuzz/fuzz_relay
EXTRA_PROGRAMS += tests/fuzz/fuzz_relay
tests_fuzz_fuzz_relay_SOURCES = tests/fuzz/fuzz_relay.c $(libsyncrelay_la_SOURCES) base/dynamic/crypto.c \
	base/dynamic/dynamic.c base/err.c base/mem.c
tests_fuzz_fuzz_relay_CFLAGS = $(AM_CFLAGS) -g -O1 -fsanitize=fuzzer,address,undefined
tests_fuzz_fuzz_relay_LDFLAGS = -fsanitize=fuzzer,address,undefined

# OpenSSL's memory functions are the test's own for one check, so it is linked there.
check_PROGRAMS += tests/unit/test_relay_keys tests/unit/test_relay_property tests/unit/test_relay_attacks
tests_unit_test_relay_keys_SOURCES = tests/unit/test_relay_keys.c
tests_unit_test_relay_keys_LDADD = libsyncrelay.la libbase.la $(CHECK_LIBS) $(CRYPTO_LIBS)
tests_unit_test_relay_property_SOURCES = tests/unit/test_relay_property.c tests/unit/relay_rig.c tests/unit/relay_rig.h
tests_unit_test_relay_property_LDADD = libsyncrelay.la libbase.la $(CHECK_LIBS)
tests_unit_test_relay_attacks_SOURCES = tests/unit/test_relay_attacks.c tests/unit/relay_rig.c tests/unit/relay_rig.h
tests_unit_test_relay_attacks_LDADD = libsyncrelay.la libbase.la $(CHECK_LIBS)
