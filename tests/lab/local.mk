# The lab, the lint and the two commands: scripts, not built.
EXTRA_DIST += tests/lab/test_rundir.py
EXTRA_DIST += tests/lab/test_flush.py
EXTRA_DIST += tests/lab/test_pace.py
EXTRA_DIST += tests/lab/test_pair.py
EXTRA_DIST += tests/lab/test_passive.py
EXTRA_DIST += tests/lab/test_dump.py
EXTRA_DIST += tests/lab/test_keep.py tests/lab/bench_keep.py
EXTRA_DIST += tests/lab/bench_health.py tests/lab/stamps.c tests/lab/bench_mass.py tests/lab/bench_paths.py
EXTRA_DIST += tests/lab/test_http.py tests/lab/grpchealth.py
EXTRA_DIST += tests/lab/test_ipvlan.py tests/lab/test_vrf.py
EXTRA_DIST += tests/lab/test_sync.py tests/lab/sync_kinds.py tests/lab/test_sync_faults.py tests/lab/test_sync_kinds.py
EXTRA_DIST += .ci/run doc/examples/director-a.conf doc/examples/director-b.conf \
	doc/examples/full-nat.conf doc/examples/minimal.conf doc/examples/dual-stack.conf quickstart tests/lab/adm_lines.py \
	tests/lab/configs.py tests/lab/lab.py tests/lab/bench_admin.py tests/lab/bench_handover.py tests/lab/bench_look.py tests/lab/bench_nodest.py \
	tests/lab/record_admin.py \
	tests/lab/main.py tests/lab/netns.py tests/lab/overrun.c tests/lab/quickstart.py tests/lab/mails.py tests/lab/mailsink.py tests/lab/realserver.py tests/lab/users.py \
	tests/lab/run tests/lab/setup.sh tests/lab/stalls.py tests/lab/test_admin.py tests/lab/test_real_server.py tests/lab/test_badinput.py tests/lab/test_balance.py \
	tests/lab/test_agent.py tests/lab/test_verdicts.py tests/lab/test_check_paths.py tests/lab/test_checks.py tests/lab/test_dialogues.py tests/lab/test_config.py tests/lab/test_judgement.py tests/lab/test_pool.py tests/lab/test_service.py tests/lab/test_tools.py \
	tests/lab/test_fnat.py tests/lab/test_host.py tests/lab/test_match.py tests/lab/test_mirror.py tests/lab/test_network_manager.py tests/lab/test_networkd.py tests/lab/test_ownfault.py \
	tests/lab/test_ctl.py tests/lab/test_doctor.py tests/lab/test_failover.py \
	tests/lab/test_group.py tests/lab/test_guide.py tests/lab/test_ignored.py tests/lab/test_processes.py tests/lab/test_reconcile.py \
	tests/lab/test_orphans.py tests/lab/test_reload.py tests/lab/test_rights.py tests/lab/test_rollback.py tests/lab/test_scripts.py \
	tests/lab/test_startup.py tests/lab/test_sync_groups.py tests/lab/test_trackers.py tests/lab/test_vrrp_interop.py tests/lab/test_vrrp_more.py \
	tests/lab/uml tests/lab/uml_xstate.c tests/lab/wire.py tests/lab/test_traffic.py \
	tests/lab/traffic.py tests/lab/test_schedulers.py tests/lab/test_through_vip.py tests/lab/test_tunnels.py \
	tests/lab/older tests/lab/test_upgrade.py tests/lab/test_ipvs.py tests/lab/test_supervisor.py tests/lab/test_crash.py tests/lab/test_left_addresses.py tests/lab/manager.py tests/lab/test_systemd.py \
	tests/lab/test_drain.py tests/lab/test_sip.py tests/lab/ftp.py tests/lab/test_ftp.py tests/lab/test_loop.py \
	tests/lint/cppcheck.cfg tests/lint/cppcheck.supp tests/lint/cppcheck_macros.h \
	tests/lint/circles.py tests/lint/documents.py tests/lint/examples.py tests/lint/kinds.py tests/lint/lint.py tests/lint/processes.py \
	tests/lint/ratio.py tests/lint/run

EXTRA_DIST += tests/lab/nofork.c tests/lab/bench_vrrp.py tests/lab/fake_ipvs.c

# Not in EXTRA_DIST: as a prerequisite, `check` is the target that runs the tests.
dist-hook:
	cp -p $(srcdir)/check $(distdir)/check
EXTRA_DIST += tests/lab/test_relay.py
EXTRA_DIST += tests/lab/test_relay_attacks.py tests/lab/test_relay_faults.py tests/lab/test_relay_idle.py tests/lab/test_relay_many.py
