# unit tests and the simulation of the relay
check_PROGRAMS += tests/unit/test_relay_gaps tests/unit/test_relay_pace tests/unit/test_relay_allow
tests_unit_test_relay_gaps_SOURCES = tests/unit/test_relay_gaps.c
tests_unit_test_relay_gaps_LDADD = libsync.la libbase.la $(CHECK_LIBS)
tests_unit_test_relay_pace_SOURCES = tests/unit/test_relay_pace.c
tests_unit_test_relay_pace_LDADD = libsync.la libbase.la $(CHECK_LIBS)
tests_unit_test_relay_allow_SOURCES = tests/unit/test_relay_allow.c tests/unit/sync_entries.h
tests_unit_test_relay_allow_LDADD = libsync.la libbase.la $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_relay_peer
tests_unit_test_relay_peer_SOURCES = tests/unit/test_relay_peer.c tests/unit/sync_entries.h
tests_unit_test_relay_peer_LDADD = libsync.la libbase.la $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_relay_body
tests_unit_test_relay_body_SOURCES = tests/unit/test_relay_body.c
tests_unit_test_relay_body_LDADD = libsyncrelay.la libsync.la libbase.la $(CHECK_LIBS)

# Directors' relays on a clock, a network and kernels of the simulation's own.
check_PROGRAMS += tests/sim/sim_sync
tests_sim_sim_sync_SOURCES = tests/sim/sim_sync.c tests/sim/sync_model.c tests/sim/sync_model.h
tests_sim_sim_sync_LDADD = libsyncrelay.la libsync.la libbase.la

check_PROGRAMS += tests/unit/test_sync_courier
tests_unit_test_sync_courier_SOURCES = tests/unit/test_sync_courier.c
tests_unit_test_sync_courier_LDADD = libsync.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_relay_orders
tests_unit_test_relay_orders_SOURCES = tests/unit/test_relay_orders.c
tests_unit_test_relay_orders_LDADD = libsync.la libbase.la $(CHECK_LIBS)

# Two of them over loopback.
check_PROGRAMS += tests/unit/test_relay_loop
tests_unit_test_relay_loop_SOURCES = tests/unit/test_relay_loop.c tests/unit/logged.c tests/unit/logged.h
tests_unit_test_relay_loop_LDADD = libsyncworker.la libsyncrelay.la libsync.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_relay_status
tests_unit_test_relay_status_SOURCES = tests/unit/test_relay_status.c daemon/director/sync/relay_json.c \
	daemon/director/status_json_sync.c daemon/lvsctl/relay_text.c daemon/lvsctl/syncing_text.c
tests_unit_test_relay_status_LDADD = libsync.la libbase.la $(CHECK_LIBS) $(JANSSON_LIBS)

check_PROGRAMS += tests/unit/test_sync_worker_relay
tests_unit_test_sync_worker_relay_SOURCES = tests/unit/test_sync_worker_relay.c tests/unit/sync_entries.h
tests_unit_test_sync_worker_relay_LDADD = libsyncworker.la libsyncrelay.la libsynchello.la libsync.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_sync_letter
tests_unit_test_sync_letter_SOURCES = tests/unit/test_sync_letter.c
tests_unit_test_sync_letter_LDADD = libsyncworker.la libsyncrelay.la libsynchello.la libsync.la libbase.la $(CHECK_LIBS)

# The director's part of mode relay, on a clock of the test's own.
check_PROGRAMS += tests/unit/test_relaying
tests_unit_test_relaying_SOURCES = tests/unit/test_relaying.c tests/unit/logged.c tests/unit/logged.h \
	base/virtual/chan.c base/virtual/channel.h base/virtual/clock.c base/virtual/loop.c base/virtual/world.h \
	daemon/director/sync/key_files.c daemon/director/sync/relay_cause.c daemon/director/sync/relaying.c
tests_unit_test_relaying_LDADD = libsync.la libipvs.la libconf.la libbase.la $(CHECK_LIBS)
