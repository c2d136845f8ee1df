# unit tests of admin
check_PROGRAMS += tests/unit/test_admin
tests_unit_test_admin_SOURCES = tests/unit/test_admin.c tests/unit/admin_line.c tests/unit/admin_line.h
tests_unit_test_admin_LDADD = libadmin.la libipvs.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_admin_command
tests_unit_test_admin_command_SOURCES = tests/unit/test_admin_command.c tests/unit/admin_line.c tests/unit/admin_line.h
tests_unit_test_admin_command_LDADD = libadmin.la libipvs.la libbase.la $(CHECK_LIBS)

# The whole program but for its names, over a table in memory; beside what ipvsadm said (tests/lab/record_admin.py).
check_PROGRAMS += tests/unit/test_admin_session
tests_unit_test_admin_session_SOURCES = tests/unit/test_admin_session.c tests/unit/admin_line.c \
	tests/unit/admin_line.h tests/unit/admin_rig.c \
	tests/unit/admin_rig.h tests/unit/said.c tests/unit/said.h tests/unit/fake_ipvs.c tests/unit/fake_ipvs.h \
	tests/unit/test_ipvs_random.c tests/unit/test_ipvs_random.h admin/help.c admin/json.c \
	admin/list.c admin/request.c admin/restore.c admin/run.c admin/run_command.c
tests_unit_test_admin_session_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(JANSSON_CFLAGS) \
	-DGOLDEN_SESSION='"$(abs_top_srcdir)/tests/golden/admin/session"'
tests_unit_test_admin_session_LDADD = libadmin.la libipvs.la libbase.la $(CHECK_LIBS) $(JANSSON_LIBS)
EXTRA_DIST += tests/golden/admin

# In a network namespace of its own.
check_PROGRAMS += tests/unit/test_admin_real
tests_unit_test_admin_real_SOURCES = tests/unit/test_admin_real.c tests/unit/own_net.c \
	tests/unit/own_net.h tests/unit/said.c tests/unit/said.h admin/real/arp.c admin/real/link.c \
	admin/real/run.c admin/real/state.c
tests_unit_test_admin_real_LDADD = libadmin.la libbase.la $(CHECK_LIBS) $(JANSSON_LIBS) $(NLROUTE_LIBS)

# Not built by default: `make fuzz_admin && ./fuzz_admin -max_total_time=120`.
EXTRA_DIST += tests/fuzz/fuzz_admin.c
fuzz_admin: tests/fuzz/fuzz_admin.c $(libadmin_la_SOURCES) ipvs/state.c
	$(AM_V_CCLD)$(FUZZ_CC) -std=gnu11 -g -O1 -fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=all $(DEFS) $(DEFAULT_INCLUDES) $(AM_CPPFLAGS) -o $@ \
		$(filter %.c,$^) $(addprefix $(top_srcdir)/base/,addr.c err.c mem.c svckey.c)

# What the kernel alone costs, beside lvsadm, ipvsadm and keepalived: tests/lab/run -s bench_admin.py
noinst_PROGRAMS += tests/bench/bench_genl
tests_bench_bench_genl_SOURCES = tests/bench/bench_genl.c
tests_bench_bench_genl_LDADD = libadmin.la libipvsgenl.la libipvs.la libbase.la
