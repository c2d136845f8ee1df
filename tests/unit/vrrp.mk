# unit tests and simulations of vrrp
check_PROGRAMS += tests/lab/vrrp_pair tests/unit/test_vrrp_pkt tests/unit/test_vrrp_fsm \
	tests/unit/test_vrrp_hold tests/unit/test_vrrp_handover tests/unit/test_vrrp_addresses tests/unit/test_vrrp_others \
	tests/unit/test_vrrp_parts tests/unit/test_vrrp_vips tests/unit/test_vrrp_router tests/unit/test_vrrp_track tests/unit/test_vrrp_group tests/sim/sim_groups tests/sim/sim_vrrp
tests_unit_test_vrrp_pkt_SOURCES = tests/unit/test_vrrp_pkt.c
tests_unit_test_vrrp_pkt_LDADD = libvrrp.la libconf.la libbase.la $(CHECK_LIBS)
tests_unit_test_vrrp_fsm_SOURCES = tests/unit/test_vrrp_fsm.c tests/unit/vrrp_machine.h
tests_unit_test_vrrp_fsm_LDADD = libvrrp.la libconf.la libbase.la $(CHECK_LIBS)
tests_unit_test_vrrp_handover_SOURCES = tests/unit/test_vrrp_handover.c tests/unit/vrrp_machine.h
tests_unit_test_vrrp_handover_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_test_vrrp_handover_LDADD = libvrrp.la libconf.la libbase.la $(CHECK_LIBS)
tests_unit_test_vrrp_hold_SOURCES = tests/unit/test_vrrp_hold.c tests/unit/vrrp_machine.h
tests_unit_test_vrrp_hold_LDADD = libvrrp.la libconf.la libbase.la $(CHECK_LIBS)
tests_unit_test_vrrp_addresses_SOURCES = tests/unit/test_vrrp_addresses.c
tests_unit_test_vrrp_addresses_LDADD = libvrrpworker.la libvrrp.la libconf.la libbase.la $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_vrrp_orphan_step
tests_unit_test_vrrp_orphan_step_SOURCES = tests/unit/test_vrrp_orphan_step.c
tests_unit_test_vrrp_orphan_step_LDADD = libvrrp.la libconf.la libbase.la $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_vrrp_relief
tests_unit_test_vrrp_relief_SOURCES = tests/unit/test_vrrp_relief.c
tests_unit_test_vrrp_relief_LDADD = libvrrpworker.la libvrrp.la libconf.la libbase.la $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_vrrp_sleep
tests_unit_test_vrrp_sleep_SOURCES = tests/unit/test_vrrp_sleep.c tests/unit/vrrp_router_rig.c \
	tests/unit/vrrp_router_rig.h
tests_unit_test_vrrp_sleep_LDADD = libvrrp.la libconf.la libbase.la $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_vrrp_ah
tests_unit_test_vrrp_ah_SOURCES = tests/unit/test_vrrp_ah.c tests/unit/vrrp_router_rig.c \
	tests/unit/vrrp_router_rig.h
tests_unit_test_vrrp_ah_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_test_vrrp_ah_LDADD = libvrrp.la libconf.la libbase.la $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_vrrp_vips_property
tests_unit_test_vrrp_vips_property_SOURCES = tests/unit/test_vrrp_vips_property.c
tests_unit_test_vrrp_vips_property_LDADD = libvrrp.la libconf.la libbase.la $(CHECK_LIBS)
tests_unit_test_vrrp_vips_SOURCES = tests/unit/test_vrrp_vips.c
tests_unit_test_vrrp_vips_LDADD = libvrrp.la libconf.la libbase.la $(CHECK_LIBS)
tests_unit_test_vrrp_track_SOURCES = tests/unit/test_vrrp_track.c
tests_unit_test_vrrp_track_LDADD = libvrrp.la libconf.la libbase.la $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_vrrp_group_order
tests_unit_test_vrrp_group_order_SOURCES = tests/unit/test_vrrp_group_order.c
tests_unit_test_vrrp_group_order_LDADD = libvrrp.la libconf.la libbase.la $(CHECK_LIBS)
tests_unit_test_vrrp_group_SOURCES = tests/unit/test_vrrp_group.c
tests_unit_test_vrrp_group_LDADD = libvrrp.la libconf.la libbase.la $(CHECK_LIBS)
tests_unit_test_vrrp_router_SOURCES = tests/unit/test_vrrp_router.c tests/unit/vrrp_router_rig.c \
	tests/unit/vrrp_router_rig.h
tests_unit_test_vrrp_router_LDADD = libvrrp.la libconf.la libbase.la $(CHECK_LIBS)
tests_unit_test_vrrp_others_SOURCES = tests/unit/test_vrrp_others.c
tests_unit_test_vrrp_others_LDADD = libvrrpworker.la libvrrp.la libconf.la libbase.la $(CHECK_LIBS)
tests_unit_test_vrrp_parts_SOURCES = tests/unit/test_vrrp_parts.c
tests_unit_test_vrrp_parts_LDADD = libvrrp.la libconf.la libbase.la $(CHECK_LIBS)
# On a virtual network: the sources stand in place of those of vrrp/machine and of base.
check_PROGRAMS += tests/unit/test_vrrp_resume
tests_unit_test_vrrp_resume_SOURCES = tests/unit/test_vrrp_resume.c tests/unit/vrrp_router_rig.c \
	tests/unit/vrrp_router_rig.h
tests_unit_test_vrrp_resume_LDADD = libvrrp.la libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_vrrp_router_conf
tests_unit_test_vrrp_router_conf_SOURCES = tests/unit/test_vrrp_router_conf.c tests/unit/vrrp_router_rig.c \
	tests/unit/vrrp_router_rig.h
tests_unit_test_vrrp_router_conf_LDADD = libvrrp.la libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_vrrp_rfc
tests_unit_test_vrrp_rfc_SOURCES = tests/unit/test_vrrp_rfc.c tests/unit/vrrp_machine.h
tests_unit_test_vrrp_rfc_LDADD = libvrrp.la libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_vrrp_absent
tests_unit_test_vrrp_absent_SOURCES = tests/unit/test_vrrp_absent.c tests/unit/vrrp_router_rig.c \
	tests/unit/vrrp_router_rig.h
tests_unit_test_vrrp_absent_LDADD = libvrrp.la libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_vrrp_keywords
tests_unit_test_vrrp_keywords_SOURCES = tests/unit/test_vrrp_keywords.c tests/unit/vrrp_router_rig.c \
	tests/unit/vrrp_router_rig.h
tests_unit_test_vrrp_keywords_LDADD = libvrrp.la libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_vrrp_vmac
tests_unit_test_vrrp_vmac_SOURCES = tests/unit/test_vrrp_vmac.c
tests_unit_test_vrrp_vmac_LDADD = libvrrp.la libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_vrrp_outbox
tests_unit_test_vrrp_outbox_SOURCES = tests/unit/test_vrrp_outbox.c vrrp/machine/outbox.c
tests_unit_test_vrrp_outbox_LDADD = libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_vrrp_damping
tests_unit_test_vrrp_damping_SOURCES = tests/unit/test_vrrp_damping.c
tests_unit_test_vrrp_damping_LDADD = libvrrp.la libconf.la libbase.la $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_vrrp_lower
tests_unit_test_vrrp_lower_SOURCES = tests/unit/test_vrrp_lower.c tests/unit/vrrp_router_rig.c \
	tests/unit/vrrp_router_rig.h
tests_unit_test_vrrp_lower_LDADD = libvrrp.la libconf.la libbase.la $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_vrrp_claim
tests_unit_test_vrrp_claim_SOURCES = tests/unit/test_vrrp_claim.c
tests_unit_test_vrrp_claim_LDADD = libvrrp.la libconf.la libbase.la $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_vrrp_prober
tests_unit_test_vrrp_prober_SOURCES = tests/unit/test_vrrp_prober.c vrrp/claim/prober.c base/virtual/chan.c \
	base/virtual/channel.h base/virtual/clock.c base/virtual/loop.c base/virtual/world.h
tests_unit_test_vrrp_prober_LDADD = libvrrp.la libconf.la libbase.la $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_vrrp_worker
tests_unit_test_vrrp_worker_SOURCES = tests/unit/test_vrrp_worker.c tests/unit/vrrp_worker_rig.c \
	tests/unit/vrrp_worker_rig.h tests/sim/lan.c tests/sim/lan.h \
	tests/sim/lan_machine.c tests/sim/lan_machine.h base/virtual/chan.c base/virtual/channel.h \
	base/virtual/clock.c base/virtual/loop.c base/virtual/world.h
tests_unit_test_vrrp_worker_LDADD = libvrrpworker.la libvrrp.la libconf.la libbase.la $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_vrrp_rest
tests_unit_test_vrrp_rest_SOURCES = tests/unit/test_vrrp_rest.c tests/sim/lan.c tests/sim/lan.h \
	tests/sim/lan_machine.c tests/sim/lan_machine.h base/virtual/chan.c base/virtual/channel.h \
	base/virtual/clock.c base/virtual/loop.c base/virtual/world.h
tests_unit_test_vrrp_rest_LDADD = libvrrpworker.la libvrrp.la libconf.la libbase.la $(CHECK_LIBS)
# In a network namespace of its own.
check_PROGRAMS += tests/unit/test_vrrp_successor
tests_unit_test_vrrp_successor_SOURCES = tests/unit/test_vrrp_successor.c tests/unit/own_net.c \
	tests/unit/own_net.h
tests_unit_test_vrrp_successor_LDADD = libvrrpworker.la libvrrp.la libconf.la libbase.la $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_vrrp_taps
tests_unit_test_vrrp_taps_SOURCES = tests/unit/test_vrrp_taps.c tests/unit/own_net.c tests/unit/own_net.h
tests_unit_test_vrrp_taps_LDADD = libvrrpworker.la libvrrp.la libconf.la libbase.la $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_vrrp_listeners
tests_unit_test_vrrp_listeners_SOURCES = tests/unit/test_vrrp_listeners.c tests/unit/own_net.c tests/unit/own_net.h
tests_unit_test_vrrp_listeners_LDADD = libvrrpworker.la libvrrp.la libconf.la libbase.la $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_vrrp_items
tests_unit_test_vrrp_items_SOURCES = tests/unit/test_vrrp_items.c
tests_unit_test_vrrp_items_LDADD = libvrrp.la libconf.la libbase.la $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_vrrp_holds tests/unit/test_vrrp_refusals
tests_unit_test_vrrp_refusals_SOURCES = tests/unit/test_vrrp_refusals.c tests/unit/own_net.c tests/unit/own_net.h \
	tests/unit/logged.c tests/unit/logged.h
tests_unit_test_vrrp_refusals_LDADD = libvrrpworker.la libvrrp.la libconf.la libbase.la $(NLROUTE_LIBS) \
	$(CHECK_LIBS)
tests_unit_test_vrrp_refusals_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(NLROUTE_CFLAGS)
check_PROGRAMS += tests/unit/test_vrrp_rules
tests_unit_test_vrrp_rules_SOURCES = tests/unit/test_vrrp_rules.c tests/unit/own_net.c tests/unit/own_net.h
tests_unit_test_vrrp_rules_LDADD = libvrrpworker.la libvrrp.la libconf.la libbase.la $(NLROUTE_LIBS) \
	$(CHECK_LIBS)
tests_unit_test_vrrp_rules_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(NLROUTE_CFLAGS)
tests_unit_test_vrrp_holds_SOURCES = tests/unit/test_vrrp_holds.c tests/unit/vrrp_holds_rig.c \
	tests/unit/vrrp_holds_rig.h tests/unit/own_net.c tests/unit/own_net.h
tests_unit_test_vrrp_holds_LDADD = libvrrpworker.la libvrrp.la libconf.la libbase.la $(NLROUTE_LIBS) \
	$(CHECK_LIBS)
tests_unit_test_vrrp_holds_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(NLROUTE_CFLAGS)
check_PROGRAMS += tests/unit/test_vrrp_renamed
tests_unit_test_vrrp_renamed_SOURCES = tests/unit/test_vrrp_renamed.c tests/unit/vrrp_holds_rig.c \
	tests/unit/vrrp_holds_rig.h tests/unit/own_net.c tests/unit/own_net.h
tests_unit_test_vrrp_renamed_LDADD = libvrrpworker.la libvrrp.la libconf.la libbase.la $(CHECK_LIBS)
tests_unit_test_vrrp_renamed_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
check_PROGRAMS += tests/unit/test_vrrp_vrid_zero
tests_unit_test_vrrp_vrid_zero_SOURCES = tests/unit/test_vrrp_vrid_zero.c tests/unit/vrrp_holds_rig.c \
	tests/unit/vrrp_holds_rig.h tests/unit/own_net.c tests/unit/own_net.h tests/unit/logged.c \
	tests/unit/logged.h
tests_unit_test_vrrp_vrid_zero_LDADD = libvrrpworker.la libvrrp.la libconf.la libbase.la $(CHECK_LIBS)
tests_unit_test_vrrp_vrid_zero_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
check_PROGRAMS += tests/unit/test_vrrp_said
tests_unit_test_vrrp_said_SOURCES = tests/unit/test_vrrp_said.c tests/unit/vrrp_holds_rig.c \
	tests/unit/vrrp_holds_rig.h tests/unit/own_net.c tests/unit/own_net.h
tests_unit_test_vrrp_said_LDADD = libvrrpworker.la libvrrp.la libconf.la libbase.la $(CHECK_LIBS)
tests_unit_test_vrrp_said_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
check_PROGRAMS += tests/unit/test_vrrp_strays
tests_unit_test_vrrp_strays_SOURCES = tests/unit/test_vrrp_strays.c tests/unit/vrrp_holds_rig.c \
	tests/unit/vrrp_holds_rig.h tests/unit/own_net.c tests/unit/own_net.h
tests_unit_test_vrrp_strays_LDADD = libvrrpworker.la libvrrp.la libconf.la libbase.la $(CHECK_LIBS)
tests_unit_test_vrrp_strays_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
check_PROGRAMS += tests/sim/sim_election
tests_sim_sim_election_SOURCES = tests/sim/sim_election.c tests/sim/lan.c tests/sim/lan.h \
	tests/sim/lan_machine.c tests/sim/lan_machine.h base/virtual/chan.c base/virtual/channel.h \
	base/virtual/clock.c base/virtual/loop.c base/virtual/world.h
tests_sim_sim_election_LDADD = libvrrpworker.la libvrrp.la libconf.la libbase.la
tests_sim_sim_groups_SOURCES = tests/sim/sim_groups.c
tests_sim_sim_groups_LDADD = libvrrp.la libconf.la libbase.la
tests_sim_sim_vrrp_SOURCES = tests/sim/sim_vrrp.c tests/sim/vrrp_net.c tests/sim/vrrp_net.h
tests_sim_sim_vrrp_LDADD = libvrrp.la libconf.la libbase.la
# Two routers in network namespaces; skipped without root.
tests_lab_vrrp_pair_SOURCES = tests/lab/vrrp_pair.c
tests_lab_vrrp_pair_LDADD = libvrrpworker.la libvrrp.la libconf.la libbase.la
EXTRA_DIST += tests/lab/vrrp_accept.py tests/lab/vrrp_deleted.py tests/lab/vrrp_pair.py tests/lab/vrrp_rig.py \
	tests/lab/test_vrrp_more.py

# Not built by default: make CC=clang tests/fuzz/fuzz_vrrp
EXTRA_PROGRAMS += tests/fuzz/fuzz_vrrp
tests_fuzz_fuzz_vrrp_SOURCES = tests/fuzz/fuzz_vrrp.c vrrp/machine/schedule.c vrrp/advert.c vrrp/ah/ah.c vrrp/ah/md5.c vrrp/garp.c vrrp/machine/frame.c vrrp/machine/question.c vrrp/pkt.c vrrp/holding/refusal.c vrrp/unknown/unknown.c vrrp/wire.c
tests_fuzz_fuzz_vrrp_LDADD = libconf.la libbase.la $(PCRE2_LIBS)
tests_fuzz_fuzz_vrrp_CFLAGS = $(AM_CFLAGS) -g -O1 -fsanitize=fuzzer,address,undefined
tests_fuzz_fuzz_vrrp_LDFLAGS = -fsanitize=fuzzer,address,undefined
check_PROGRAMS += tests/unit/test_vrrp_order
tests_unit_test_vrrp_order_SOURCES = tests/unit/test_vrrp_order.c tests/unit/vrrp_router_rig.c \
	tests/unit/vrrp_router_rig.h
tests_unit_test_vrrp_order_LDADD = libvrrp.la libconf.la libbase.la $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_vrrp_pace
tests_unit_test_vrrp_pace_SOURCES = tests/unit/test_vrrp_pace.c
tests_unit_test_vrrp_pace_LDADD = libvrrp.la libconf.la libbase.la $(CHECK_LIBS)
