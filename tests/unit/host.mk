# unit tests of host
check_PROGRAMS += tests/unit/test_host tests/unit/test_host_kernel tests/unit/test_host_nft tests/unit/test_host_filter
tests_unit_test_host_filter_SOURCES = tests/unit/test_host_filter.c tests/unit/own_net.c tests/unit/own_net.h daemon/supervisor/release_filter.c
tests_unit_test_host_filter_LDADD = libhostedge.la libhost.la libconf.la libbase.la $(CHECK_LIBS)
tests_unit_test_host_SOURCES = tests/unit/test_host.c
tests_unit_test_host_LDADD = libhostedge.la libhost.la libconf.la libbase.la $(CHECK_LIBS)
tests_unit_test_host_kernel_SOURCES = tests/unit/test_host_kernel.c tests/unit/own_net.c tests/unit/own_net.h
tests_unit_test_host_kernel_LDADD = libhostedge.la libhost.la libbase.la $(CHECK_LIBS)
tests_unit_test_host_nft_SOURCES = tests/unit/test_host_nft.c tests/unit/own_net.c tests/unit/own_net.h
tests_unit_test_host_nft_LDADD = libhostedge.la libhost.la libconf.la libbase.la $(CHECK_LIBS)

# Not built by default: make CC=clang tests/fuzz/fuzz_host
EXTRA_PROGRAMS += tests/fuzz/fuzz_host
tests_fuzz_fuzz_host_SOURCES = tests/fuzz/fuzz_host.c host/plan.c host/restore.c host/save.c host/state.c \
	base/addr.c base/err.c base/mem.c
tests_fuzz_fuzz_host_CFLAGS = $(AM_CFLAGS) -g -O1 -fsanitize=fuzzer,address,undefined
tests_fuzz_fuzz_host_LDFLAGS = -fsanitize=fuzzer,address,undefined

check_PROGRAMS += tests/unit/test_host_owner
tests_unit_test_host_owner_SOURCES = tests/unit/test_host_owner.c tests/unit/own_net.c tests/unit/own_net.h
tests_unit_test_host_owner_LDADD = libhostedge.la libhost.la libconf.la libbase.la $(CHECK_LIBS)
