# unit tests and simulations of ipvs
check_PROGRAMS += tests/unit/test_ipvs tests/unit/test_ipvs_plan tests/unit/test_ipvs_loop tests/unit/test_ipvs_genl
tests_unit_test_ipvs_SOURCES = tests/unit/test_ipvs.c
tests_unit_test_ipvs_LDADD = libipvs.la libbase.la $(CHECK_LIBS)
tests_unit_test_ipvs_plan_SOURCES = tests/unit/test_ipvs_plan.c tests/unit/test_ipvs_random.c \
	tests/unit/test_ipvs_random.h
tests_unit_test_ipvs_plan_LDADD = libipvs.la libbase.la $(CHECK_LIBS)
tests_unit_test_ipvs_loop_SOURCES = tests/unit/test_ipvs_loop.c tests/unit/test_ipvs_random.c \
	tests/unit/test_ipvs_random.h
tests_unit_test_ipvs_loop_LDADD = libipvs.la libbase.la $(CHECK_LIBS)
tests_unit_test_ipvs_genl_SOURCES = tests/unit/test_ipvs_genl.c tests/unit/test_ipvs_random.c \
	tests/unit/test_ipvs_random.h
tests_unit_test_ipvs_genl_LDADD = libipvsgenl.la libipvs.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_ipvs_drain
tests_unit_test_ipvs_drain_SOURCES = tests/unit/test_ipvs_drain.c tests/unit/test_ipvs_random.c \
	tests/unit/test_ipvs_random.h
tests_unit_test_ipvs_drain_LDADD = libipvs.la libbase.la $(CHECK_LIBS)

# The edge against a real kernel: it replaces the table there, so nobody runs it but the lab.
noinst_PROGRAMS = tests/lab/genl_probe
tests_lab_genl_probe_SOURCES = tests/lab/genl_probe.c tests/unit/test_ipvs_random.c \
	tests/unit/test_ipvs_random.h
tests_lab_genl_probe_LDADD = libipvsgenl.la libipvs.la libsync.la libbase.la

# Not built by default: `make fuzz_genl && ./fuzz_genl -max_total_time=120`.
EXTRA_DIST += tests/fuzz/fuzz_genl.c
fuzz_genl: tests/fuzz/fuzz_genl.c ipvs/genl_attrs.c ipvs/genl_decode.c ipvs/genl_admin_wire.c $(libipvs_la_SOURCES)
	$(AM_V_CCLD)$(FUZZ_CC) -std=gnu11 -g -O1 -fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=all $(DEFS) $(DEFAULT_INCLUDES) $(AM_CPPFLAGS) $(NL_CFLAGS) -o $@ \
		$(filter %.c,$^) $(addprefix $(top_srcdir)/base/,addr.c err.c mem.c svckey.c) $(NL_LIBS)

# Not built by default: make tests/bench/bench_look
EXTRA_PROGRAMS += tests/bench/bench_look
tests_bench_bench_look_SOURCES = tests/bench/bench_look.c
tests_bench_bench_look_LDADD = libipvsgenl.la libipvs.la libbase.la $(NL_LIBS)
