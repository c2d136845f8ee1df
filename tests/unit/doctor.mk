# unit tests of doctor
check_PROGRAMS += tests/unit/test_doctor tests/unit/test_doctor_firewall tests/unit/test_doctor_kernel tests/unit/test_doctor_nft \
	tests/unit/test_doctor_through
tests_unit_test_doctor_SOURCES = tests/unit/test_doctor.c tests/unit/doctor_rig.c tests/unit/doctor_rig.h
tests_unit_test_doctor_LDADD = libdoctor.la libconf.la libbase.la $(CHECK_LIBS)
tests_unit_test_doctor_firewall_SOURCES = tests/unit/test_doctor_firewall.c
tests_unit_test_doctor_firewall_LDADD = libdoctor.la libconf.la libbase.la $(CHECK_LIBS)
tests_unit_test_doctor_through_SOURCES = tests/unit/test_doctor_through.c tests/unit/doctor_rig.c \
	tests/unit/doctor_rig.h
tests_unit_test_doctor_through_LDADD = libdoctor.la libconf.la libbase.la $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_doctor_arp
tests_unit_test_doctor_arp_SOURCES = tests/unit/test_doctor_arp.c tests/unit/doctor_rig.c \
	tests/unit/doctor_rig.h
tests_unit_test_doctor_arp_LDADD = libdoctor.la libconf.la libbase.la $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_doctor_relay
tests_unit_test_doctor_relay_SOURCES = tests/unit/test_doctor_relay.c tests/unit/doctor_rig.c \
	tests/unit/doctor_rig.h
tests_unit_test_doctor_relay_LDADD = libdoctor.la libconf.la libbase.la $(CHECK_LIBS)
tests_unit_test_doctor_nft_SOURCES = tests/unit/test_doctor_nft.c
tests_unit_test_doctor_nft_LDADD = libdoctor.la libbase.la $(CHECK_LIBS)
tests_unit_test_doctor_kernel_SOURCES = tests/unit/test_doctor_kernel.c tests/unit/own_net.c \
	tests/unit/own_net.h
tests_unit_test_doctor_kernel_LDADD = libdoctorgather.la libdoctor.la libvrrp.la \
	libconf.la libbase.la $(CHECK_LIBS)

# Not built by default: make CC=clang tests/fuzz/fuzz_doctor, then tests/fuzz/fuzz_doctor with a
# copy of $(top_srcdir)/tests/fuzz/corpus/doctor. libjansson is not instrumented, so that without
# these rulesets no input would become a list of rules.
EXTRA_PROGRAMS += tests/fuzz/fuzz_doctor
tests_fuzz_fuzz_doctor_SOURCES = tests/fuzz/fuzz_doctor.c doctor/match.c $(doctor_nft) base/addr.c \
	base/err.c base/mem.c
tests_fuzz_fuzz_doctor_CFLAGS = $(AM_CFLAGS) -g -O1 -fsanitize=fuzzer,address,undefined
tests_fuzz_fuzz_doctor_LDFLAGS = -fsanitize=fuzzer,address,undefined
tests_fuzz_fuzz_doctor_LDADD = $(JANSSON_LIBS)

check_PROGRAMS += tests/unit/test_doctor_status
tests_unit_test_doctor_status_SOURCES = tests/unit/test_doctor_status.c daemon/lvsctl/doctor_status.c
tests_unit_test_doctor_status_LDADD = libdoctor.la libconf.la libbase.la $(JANSSON_LIBS) $(CHECK_LIBS)
