# unit tests and simulations of sync
check_PROGRAMS += tests/unit/test_sync
tests_unit_test_sync_SOURCES = tests/unit/test_sync.c
tests_unit_test_sync_LDADD = libsync.la libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_sync_hello
tests_unit_test_sync_hello_SOURCES = tests/unit/test_sync_hello.c
tests_unit_test_sync_hello_LDADD = libsynchello.la libsync.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_sync_bound
tests_unit_test_sync_bound_SOURCES = tests/unit/test_sync_bound.c
tests_unit_test_sync_bound_LDADD = libsync.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_sync_peers
tests_unit_test_sync_peers_SOURCES = tests/unit/test_sync_peers.c
tests_unit_test_sync_peers_LDADD = libsync.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_sync_entry tests/unit/test_sync_mirror
tests_unit_test_sync_entry_SOURCES = tests/unit/test_sync_entry.c tests/unit/sync_entries.h
tests_unit_test_sync_entry_LDADD = libsync.la libbase.la $(CHECK_LIBS)
tests_unit_test_sync_mirror_SOURCES = tests/unit/test_sync_mirror.c tests/unit/sync_entries.h
tests_unit_test_sync_mirror_LDADD = libsync.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_sync_serves
tests_unit_test_sync_serves_SOURCES = tests/unit/test_sync_serves.c
tests_unit_test_sync_serves_LDADD = libsync.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_key_files
tests_unit_test_key_files_SOURCES = tests/unit/test_key_files.c tests/unit/logged.c tests/unit/logged.h \
	daemon/director/sync/key_files.c
tests_unit_test_key_files_LDADD = libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_sync_listed
tests_unit_test_sync_listed_SOURCES = tests/unit/test_sync_listed.c tests/unit/sync_entries.h
tests_unit_test_sync_listed_LDADD = libsync.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_sync_listing
tests_unit_test_sync_listing_SOURCES = tests/unit/test_sync_listing.c
tests_unit_test_sync_listing_LDADD = libsyncworker.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_sync_worker
tests_unit_test_sync_worker_SOURCES = tests/unit/test_sync_worker.c tests/unit/sync_entries.h
tests_unit_test_sync_worker_LDADD = libsyncworker.la libsyncrelay.la libsynchello.la libsync.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_worker_relay
tests_unit_test_worker_relay_SOURCES = tests/unit/test_worker_relay.c tests/unit/sync_entries.h
tests_unit_test_worker_relay_LDADD = libsyncworker.la libsyncrelay.la libsynchello.la libsync.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_sync_private tests/unit/test_sync_private_link
tests_unit_test_sync_private_SOURCES = tests/unit/test_sync_private.c
tests_unit_test_sync_private_LDADD = libsync.la libbase.la $(CHECK_LIBS)
tests_unit_test_sync_private_link_SOURCES = tests/unit/test_sync_private_link.c tests/unit/own_net.c tests/unit/own_net.h
tests_unit_test_sync_private_link_LDADD = libsynchello.la libsync.la libbase.la $(CHECK_LIBS)

# The kernel and the run dir are the test's own.
check_PROGRAMS += tests/unit/test_syncing
tests_unit_test_syncing_SOURCES = tests/unit/test_syncing.c tests/unit/fake_rundir.c \
	tests/unit/fake_rundir.h daemon/director/sync/syncing.c daemon/shared/rundir_json.c
tests_unit_test_syncing_LDADD = libsync.la libconf.la libbase.la $(CHECK_LIBS) $(JANSSON_LIBS)

# Two directors on a network and a clock of the test's own.
check_PROGRAMS += tests/unit/test_heartbeats
tests_unit_test_heartbeats_SOURCES = tests/unit/test_heartbeats.c tests/unit/logged.c tests/unit/logged.h \
	base/virtual/chan.c base/virtual/channel.h base/virtual/clock.c base/virtual/loop.c base/virtual/world.h \
	daemon/director/sync/heartbeats.c daemon/director/sync/rejoin.c \
	daemon/director/sync/relay_json.c daemon/director/status_json_sync.c
tests_unit_test_heartbeats_LDADD = libsync.la libipvs.la libconf.la libbase.la $(CHECK_LIBS) $(JANSSON_LIBS)

# Not built by default: make CC=clang tests/fuzz/fuzz_sync
EXTRA_PROGRAMS += tests/fuzz/fuzz_sync
tests_fuzz_fuzz_sync_SOURCES = tests/fuzz/fuzz_sync.c sync/bound.c sync/calls.c sync/heartbeat.c sync/peers.c \
	sync/rejoin.c sync/entry.c sync/listed.c sync/marks.c sync/routes.c sync/mirror.c sync/bulk.c sync/packet.c sync/wire.c \
	sync/relay/allow.c sync/relay/newest.c base/addr.c base/err.c base/hash.c base/mem.c base/pack.c base/svckey.c
tests_fuzz_fuzz_sync_CFLAGS = $(AM_CFLAGS) -g -O1 -fsanitize=fuzzer,address,undefined
tests_fuzz_fuzz_sync_LDFLAGS = -fsanitize=fuzzer,address,undefined

# The kernel's side of the relay against a real kernel: tests/lab/test_relay.py runs it.
noinst_PROGRAMS += tests/lab/relay_probe
tests_lab_relay_probe_SOURCES = tests/lab/relay_probe.c
tests_lab_relay_probe_LDADD = libsynchello.la libsync.la libipvsgenl.la libipvs.la libhost.la libconf.la libbase.la

check_PROGRAMS += tests/unit/test_mirroring
tests_unit_test_mirroring_SOURCES = tests/unit/test_mirroring.c tests/unit/logged.c tests/unit/logged.h \
	base/virtual/chan.c base/virtual/channel.h base/virtual/clock.c base/virtual/loop.c base/virtual/world.h \
	daemon/director/sync/flushing.c daemon/director/sync/mirroring.c
tests_unit_test_mirroring_LDADD = libsync.la libipvs.la libconf.la libbase.la $(CHECK_LIBS)
