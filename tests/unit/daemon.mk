# unit tests of daemon
# Mail, as a director has it.
director_mail_others = daemon/director/mail/alert.c daemon/director/mail/mails.c daemon/shared/host_name.c
director_mail = $(director_mail_others) daemon/mail/wire.c
check_PROGRAMS += tests/unit/test_daemon
tests_unit_test_daemon_SOURCES = tests/unit/test_daemon.c daemon/control/control.c daemon/control/clients.c \
	daemon/shared/habits.c daemon/shared/options.c daemon/shared/admins.c daemon/shared/apart.c daemon/shared/rundir.c daemon/shared/rundir_path.c \
	daemon/shared/place.c daemon/shared/rundir_state.c daemon/supervisor/rundir_watch.c
tests_unit_test_daemon_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(JANSSON_CFLAGS) \
	-DRUNDIR_HEADER='"$(abs_top_srcdir)/daemon/shared/rundir_names.h"'
tests_unit_test_daemon_LDADD = libbase.la $(CHECK_LIBS) $(JANSSON_LIBS)

# LVSD_SEED=N tests/unit/test_control tries one order of events.
check_PROGRAMS += tests/unit/test_control
tests_unit_test_control_SOURCES = tests/unit/test_control.c daemon/control/control.c \
	daemon/control/clients.c daemon/shared/admins.c daemon/shared/apart.c
tests_unit_test_control_LDADD = libbase.la $(CHECK_LIBS) $(JANSSON_LIBS)

check_PROGRAMS += tests/unit/test_adopt
tests_unit_test_adopt_SOURCES = tests/unit/test_adopt.c tests/unit/test_health_conf.c \
	tests/unit/test_health_conf.h daemon/director/table/adopt.c
tests_unit_test_adopt_LDADD = libipvs.la libhealth.la libconf.la libbase.la $(CHECK_LIBS)

# LVSD_SEED=N tests/unit/test_adopt_property tries one configuration.
check_PROGRAMS += tests/unit/test_adopt_property
tests_unit_test_adopt_property_SOURCES = tests/unit/test_adopt_property.c \
	tests/unit/test_ipvs_random.c tests/unit/test_ipvs_random.h \
	daemon/director/table/adopt.c daemon/director/table/decide.c
tests_unit_test_adopt_property_LDADD = libipvs.la libhealth.la libsync.la libhost.la libconf.la \
	libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_table
tests_unit_test_table_SOURCES = tests/unit/test_table.c tests/unit/test_health_conf.c \
	tests/unit/test_health_conf.h tests/unit/test_ipvs_random.c tests/unit/test_ipvs_random.h \
	daemon/director/plan_json.c daemon/director/table/decide.c daemon/director/table/plan_ops.c \
	daemon/shared/plan_show.c
tests_unit_test_table_LDADD = libipvs.la libhealth.la libsync.la libhost.la libconf.la libbase.la \
	$(CHECK_LIBS) $(JANSSON_LIBS)

check_PROGRAMS += tests/unit/test_notify
tests_unit_test_notify_SOURCES = tests/unit/test_notify.c $(director_mail) tests/unit/test_health_conf.c \
	tests/unit/test_health_conf.h daemon/director/check_script.c daemon/script/answer.c daemon/director/fifos.c daemon/shared/notice_name.c daemon/director/notify.c \
	daemon/director/scripts.c daemon/script/users.c daemon/script/user.c daemon/script/user_query.c daemon/script/line.c \
	daemon/script/wire.c
tests_unit_test_notify_LDADD = libhealth.la libvrrp.la libconf.la libbase.la $(CHECK_LIBS) $(JANSSON_LIBS)

# The run dir is the test's own.
check_PROGRAMS += tests/unit/test_rollback
tests_unit_test_rollback_SOURCES = tests/unit/test_rollback.c tests/unit/fake_rundir.c \
	tests/unit/fake_rundir.h daemon/director/config/diags_log.c \
	daemon/director/config/action.c daemon/director/config/first.c daemon/director/config/force.c \
	daemon/director/config/ignored.c daemon/director/config/answers.c daemon/director/config/loading.c \
	daemon/director/config/log_lines.c daemon/director/config/reload.c \
	daemon/loader/machine.c daemon/loader/transcript.c \
	daemon/director/config/rollback.c daemon/director/config/stale.c \
	daemon/loader/tls_files.c daemon/director/table/maintenance.c daemon/script/path.c \
	daemon/script/user.c daemon/script/user_query.c daemon/shared/rivals.c daemon/shared/rundir_json.c
tests_unit_test_rollback_LDADD = libhealth.la libconf.la libbase.la $(CHECK_LIBS) $(JANSSON_LIBS)

# The clock, the loop and the run dir are the test's own.
# The sources of trackers, as a director has them.
director_track = daemon/director/track/connector.c daemon/director/track/process_match.c \
	daemon/director/track/processes.c daemon/director/track/route_seen.c \
	daemon/director/track/routes.c daemon/director/track/file.c daemon/director/track/files.c daemon/shared/place.c \
	daemon/director/track/number.c daemon/director/track/services.c \
	daemon/director/track/step.c daemon/director/track/tracking.c \
	daemon/shared/tracked_command.c
check_PROGRAMS += tests/unit/test_tracking
tests_unit_test_tracking_SOURCES = tests/unit/test_tracking.c base/virtual/chan.c \
	base/virtual/channel.h base/virtual/clock.c base/virtual/loop.c base/virtual/world.h \
	$(director_track) \
	daemon/shared/rundir_json.c tests/unit/fake_rundir.c tests/unit/fake_rundir.h
tests_unit_test_tracking_LDADD = libvrrp.la libconf.la libbase.la $(CHECK_LIBS) $(JANSSON_LIBS)

check_PROGRAMS += tests/unit/test_track_processes
tests_unit_test_track_processes_SOURCES = tests/unit/test_track_processes.c \
	daemon/director/track/connector.c daemon/director/track/process_match.c \
	daemon/director/track/processes.c
tests_unit_test_track_processes_LDADD = libvrrp.la libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_gateways
tests_unit_test_gateways_SOURCES = tests/unit/test_gateways.c tests/unit/own_net.c tests/unit/own_net.h \
	daemon/director/check/gateway_seen.c daemon/director/check/gateways.c daemon/director/sync/peer_reach.c
tests_unit_test_gateways_LDADD = libhealth.la libvrrp.la libsync.la libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_track_routes
tests_unit_test_track_routes_SOURCES = tests/unit/test_track_routes.c tests/unit/own_net.c \
	tests/unit/own_net.h daemon/director/track/route_seen.c daemon/director/track/routes.c
tests_unit_test_track_routes_LDADD = libvrrp.la libconf.la libbase.la $(CHECK_LIBS)

# make tests/fuzz/fuzz_track CC=clang
EXTRA_PROGRAMS += tests/fuzz/fuzz_track
tests_fuzz_fuzz_track_SOURCES = tests/fuzz/fuzz_track.c daemon/director/track/number.c \
	daemon/director/track/process_match.c daemon/director/track/route_seen.c
tests_fuzz_fuzz_track_CFLAGS = $(AM_CFLAGS) -fsanitize=fuzzer,address,undefined
tests_fuzz_fuzz_track_LDADD = libvrrp.la libconf.la libbase.la $(PCRE2_LIBS)

check_PROGRAMS += tests/unit/test_track_files
tests_unit_test_track_files_SOURCES = tests/unit/test_track_files.c \
	daemon/director/track/files.c daemon/shared/place.c daemon/director/track/number.c
tests_unit_test_track_files_LDADD = libvrrp.la libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_parts
tests_unit_test_parts_SOURCES = tests/unit/test_parts.c tests/unit/test_health_conf.c \
	tests/unit/test_health_conf.h daemon/director/need.c daemon/director/role/roles_gate.c \
	daemon/director/role/role_groups.c tests/unit/vrrp_router_rig.c tests/unit/vrrp_router_rig.h \
	daemon/shared/dump.c
tests_unit_test_parts_LDADD = libvrrp.la libhost.la libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_status
tests_unit_test_status_SOURCES = tests/unit/test_status.c tests/unit/test_health_conf.c \
	tests/unit/test_health_conf.h daemon/director/config/action.c daemon/director/config/force.c \
	daemon/director/config/ignored.c daemon/director/config/answers.c daemon/director/config/loading.c \
	daemon/director/config/log_lines.c daemon/loader/machine.c daemon/loader/tls_files.c \
	daemon/loader/transcript.c daemon/script/path.c daemon/script/user.c daemon/script/user_query.c \
	daemon/director/config/rollback.c daemon/director/config/stale.c \
	daemon/director/host/file.c daemon/director/host/filter.c daemon/director/host/host.c daemon/director/host/owner.c daemon/director/host/read.c \
	daemon/director/host/rules.c daemon/director/host/run.c daemon/director/role/role_groups.c daemon/director/role/role_orders.c daemon/director/heir/heir.c daemon/director/roles.c daemon/director/role/vrrp_life.c daemon/director/roles_file.c daemon/director/role/roles_gate.c daemon/director/role/held_frames.c \
	daemon/director/status.c daemon/director/status_json.c \
	daemon/director/status_json_kernel.c daemon/director/sync/relay_json.c daemon/director/status_json_sync.c \
	daemon/director/table/decide.c \
	daemon/director/table/drains_list.c daemon/director/table/maintenance.c \
	$(director_track) \
	daemon/rules/wire.c daemon/shared/held.c daemon/shared/held_file.c tests/unit/fake_interfaces.c tests/unit/fake_interfaces.h daemon/shared/rights.c \
	daemon/shared/rundir_json.c tests/unit/fake_rundir.c \
	tests/unit/fake_rundir.h
tests_unit_test_status_LDADD = libipvs.la libpathwatch.la libhealth.la libvrrp.la libconf.la \
	libsync.la libhostedge.la libhost.la libbase.la $(CHECK_LIBS) $(JANSSON_LIBS)

check_PROGRAMS += tests/unit/test_host_memory
tests_unit_test_host_memory_SOURCES = tests/unit/test_host_memory.c tests/unit/fake_rundir.c \
	tests/unit/fake_rundir.h daemon/director/host/file.c daemon/shared/rundir_json.c
tests_unit_test_host_memory_LDADD = libhost.la libbase.la $(CHECK_LIBS) $(JANSSON_LIBS)

# nf_tables is the test's own.
check_PROGRAMS += tests/unit/test_owner_side
tests_unit_test_owner_side_SOURCES = tests/unit/test_owner_side.c daemon/director/host/owner.c
tests_unit_test_owner_side_LDADD = libhost.la libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_filter_left
tests_unit_test_filter_left_SOURCES = tests/unit/test_filter_left.c daemon/director/host/filter.c
tests_unit_test_filter_left_LDADD = libhost.la libvrrp.la libconf.la libbase.la $(CHECK_LIBS)

# The kernel and the run dir are the test's own.
check_PROGRAMS += tests/unit/test_kernel
tests_unit_test_kernel_SOURCES = tests/unit/test_kernel.c tests/unit/fake_ipvs.c \
	tests/unit/fake_ipvs.h tests/unit/fake_rundir.c tests/unit/fake_rundir.h \
	tests/unit/test_health_conf.c tests/unit/test_health_conf.h \
	tests/unit/test_ipvs_random.c tests/unit/test_ipvs_random.h \
	daemon/director/table/adopt.c daemon/director/table/decide.c \
	daemon/director/table/drains.c daemon/director/table/drains_ctl.c daemon/director/table/drains_dir.c daemon/director/table/maint_name.c daemon/director/table/drains_list.c \
	daemon/director/table/drains_file.c daemon/director/table/kernel_stop.c \
	daemon/director/table/read.c daemon/director/table/maintenance.c \
	daemon/director/table/owned.c daemon/director/table/predecessor.c \
	daemon/director/table/settle.c daemon/director/table/timeouts.c \
	daemon/shared/rundir_json.c
tests_unit_test_kernel_LDADD = libipvs.la libhealth.la libhost.la libconf.la libbase.la $(CHECK_LIBS) \
	$(JANSSON_LIBS)

check_PROGRAMS += tests/unit/test_checks
tests_unit_test_checks_SOURCES = tests/unit/test_checks.c tests/unit/test_health_conf.c \
	tests/unit/test_health_conf.h daemon/director/check_script.c daemon/script/answer.c daemon/director/check_tls.c \
	daemon/director/check/sockets.c daemon/director/checks.c daemon/loader/machine.c daemon/loader/tls_files.c daemon/director/scripts.c daemon/script/users.c \
	daemon/script/line.c daemon/script/path.c daemon/script/user.c daemon/script/user_query.c daemon/script/wire.c
tests_unit_test_checks_LDADD = libhealth.la libconf.la libbase.la $(CHECK_LIBS) $(JANSSON_LIBS)

check_PROGRAMS += tests/unit/test_rights
tests_unit_test_rights_SOURCES = tests/unit/test_rights.c daemon/supervisor/descriptors.c daemon/shared/rights.c \
	daemon/supervisor/startup.c
tests_unit_test_rights_LDADD = libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_tools tests/unit/test_director_watch
tests_unit_test_tools_SOURCES = tests/unit/test_tools.c tests/unit/test_health_conf.c \
	tests/unit/test_health_conf.h daemon/loader/machine.c daemon/loader/machine_owner.c daemon/shared/rivals.c daemon/script/path.c \
	daemon/script/user.c daemon/script/user_query.c daemon/loader/tls_files.c
tests_unit_test_tools_LDADD = libipvs.la libhealth.la libsync.la libhost.la libconf.la libbase.la \
	$(CHECK_LIBS) $(CRYPTO_LIBS)
tests_unit_test_director_watch_SOURCES = tests/unit/test_director_watch.c daemon/supervisor/director_watch.c \
	daemon/supervisor/hang_watch.c \
	daemon/supervisor/service.c
tests_unit_test_director_watch_LDADD = libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_mail tests/unit/test_mail_worker
tests_unit_test_mail_SOURCES = tests/unit/test_mail.c daemon/director/mail/alert.c \
	daemon/mail/message.c daemon/mail/queue.c daemon/mail/wire.c
tests_unit_test_mail_LDADD = libconf.la libbase.la $(CHECK_LIBS)
tests_unit_test_mail_worker_SOURCES = tests/unit/test_mail_worker.c tests/unit/test_probe_rig.c \
	tests/unit/test_probe_rig.h tests/unit/logged.c tests/unit/logged.h \
	$(director_mail_others)
tests_unit_test_mail_worker_LDADD = libmailworker.la libcheckworker.la libhealth.la libconf.la libbase.la \
	$(CHECK_LIBS) -lssl $(CRYPTO_LIBS)

check_PROGRAMS += tests/unit/test_supervise
tests_unit_test_supervise_SOURCES = tests/unit/test_supervise.c daemon/loader/transcript.c daemon/shared/rights.c daemon/shared/spawn.c daemon/supervisor/channels.c daemon/supervisor/descriptors.c daemon/supervisor/sandbox.c daemon/supervisor/hang_watch.c daemon/supervisor/process.c \
	daemon/shared/orphan_find.c daemon/shared/orphan_process.c daemon/shared/orphan_user.c \
	daemon/supervisor/stop_order.c daemon/supervisor/vrrp_absence.c
tests_unit_test_supervise_LDADD = libconf.la libbase.la $(CHECK_LIBS) $(SECCOMP_LIBS)

check_PROGRAMS += tests/unit/test_supervisor
tests_unit_test_supervisor_SOURCES = tests/unit/test_supervisor.c daemon/loader/transcript.c daemon/log/budget.c daemon/log/process.c \
	daemon/script/groups.c daemon/script/vouched.c daemon/shared/admins.c daemon/shared/apart.c daemon/shared/rundir.c \
	daemon/shared/rundir_path.c daemon/shared/rundir_state.c daemon/shared/spawn.c \
	daemon/supervisor/absence_watch.c daemon/supervisor/cgroup.c daemon/supervisor/channels.c \
	daemon/supervisor/children.c daemon/supervisor/coredump.c daemon/supervisor/descriptors.c \
	daemon/supervisor/director_watch.c daemon/supervisor/directors_user.c daemon/supervisor/hang_watch.c \
	daemon/shared/place.c daemon/supervisor/orphans.c daemon/supervisor/pulse_watch.c daemon/supervisor/rundir_watch.c \
	daemon/supervisor/sandbox.c daemon/supervisor/service.c daemon/supervisor/startup.c \
	daemon/supervisor/stop_order.c daemon/supervisor/supervise.c daemon/supervisor/vrrp_absence.c \
	daemon/shared/dump.c daemon/supervisor/load_orders.c daemon/supervisor/predecessor.c \
	daemon/shared/orphan_find.c daemon/shared/orphan_process.c daemon/shared/orphan_user.c
tests_unit_test_supervisor_LDADD = libhostedge.la libhost.la libconf.la libbase.la $(CHECK_LIBS) $(SECCOMP_LIBS)

check_PROGRAMS += tests/unit/test_sandbox
tests_unit_test_sandbox_SOURCES = tests/unit/test_sandbox.c daemon/supervisor/sandbox.c
tests_unit_test_sandbox_LDADD = libsyncrelay.la libbase.la $(CHECK_LIBS) $(SECCOMP_LIBS)

check_PROGRAMS += tests/unit/test_rules
tests_unit_test_rules_SOURCES = tests/unit/test_rules.c daemon/director/host/rules.c daemon/rules/wire.c \
	daemon/rules/worker.c
tests_unit_test_rules_LDADD = libhostedge.la libhost.la libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_reading_queue
tests_unit_test_reading_queue_SOURCES = tests/unit/test_reading_queue.c \
	daemon/director/config/answers.c daemon/director/config/reading_queue.c daemon/loader/transcript.c
tests_unit_test_reading_queue_LDADD = libconf.la libbase.la $(CHECK_LIBS) $(JANSSON_LIBS)

check_PROGRAMS += tests/unit/test_loader_transcript
tests_unit_test_loader_transcript_SOURCES = tests/unit/test_loader_transcript.c daemon/loader/transcript.c
tests_unit_test_loader_transcript_LDADD = libconf.la libbase.la $(CHECK_LIBS)

# Not built by default: make CC=clang tests/fuzz/fuzz_frames
EXTRA_PROGRAMS += tests/fuzz/fuzz_frames
tests_fuzz_fuzz_frames_SOURCES = tests/fuzz/fuzz_frames.c daemon/director/track/number.c daemon/mail/message.c \
	daemon/mail/wire.c daemon/rules/wire.c
tests_fuzz_fuzz_frames_LDADD = libhost.la libconf.la libbase.la $(PCRE2_LIBS)
tests_fuzz_fuzz_frames_CFLAGS = $(AM_CFLAGS) -g -O1 -fsanitize=fuzzer,address,undefined
tests_fuzz_fuzz_frames_LDFLAGS = -fsanitize=fuzzer,address,undefined

# Not built by default: make CC=clang tests/fuzz/fuzz_transcript
EXTRA_PROGRAMS += tests/fuzz/fuzz_transcript
tests_fuzz_fuzz_transcript_SOURCES = tests/fuzz/fuzz_transcript.c daemon/loader/transcript.c base/clock.c \
	base/err.c base/mem.c conf/query.c base/trust.c
tests_fuzz_fuzz_transcript_CFLAGS = $(AM_CFLAGS) -g -O1 -fsanitize=fuzzer,address,undefined
tests_fuzz_fuzz_transcript_LDFLAGS = -fsanitize=fuzzer,address,undefined

check_PROGRAMS += tests/unit/test_plan_read
tests_unit_test_plan_read_SOURCES = tests/unit/test_plan_read.c daemon/lvsctl/plan_read.c \
	daemon/loader/transcript.c daemon/shared/rundir_path.c
tests_unit_test_plan_read_LDADD = libconf.la libbase.la $(CHECK_LIBS) $(JANSSON_LIBS)

check_PROGRAMS += tests/unit/test_loader
tests_unit_test_loader_SOURCES = tests/unit/test_loader.c tests/unit/fake_rundir.c \
	tests/unit/fake_rundir.h daemon/loader/machine.c \
	daemon/loader/init_file.c daemon/loader/process.c daemon/script/users.c daemon/loader/tls_files.c daemon/loader/transcript.c \
	daemon/loader/vouch.c daemon/shared/tracked_command.c daemon/script/line.c daemon/script/path.c daemon/script/user.c daemon/script/user_query.c \
	daemon/script/vouched.c daemon/script/wire.c \
	daemon/shared/dump.c daemon/loader/dump_file.c daemon/loader/own_files.c
tests_unit_test_loader_LDADD = libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_script_uses
tests_unit_test_script_uses_SOURCES = tests/unit/test_script_uses.c daemon/director/need.c \
	daemon/loader/init_file.c daemon/loader/vouch.c daemon/shared/tracked_command.c \
	daemon/script/line.c daemon/script/user.c daemon/script/vouched.c daemon/script/wire.c \
	daemon/shared/dump.c
tests_unit_test_script_uses_LDADD = libvrrp.la libhost.la libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_names
tests_unit_test_names_SOURCES = tests/unit/test_names.c daemon/director/table/drains_file.c daemon/director/table/maintenance.c \
	daemon/shared/admins.c daemon/shared/apart.c daemon/shared/rundir.c daemon/shared/rundir_path.c \
	daemon/shared/rundir_state.c \
	daemon/shared/rundir_json.c
tests_unit_test_names_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(JANSSON_CFLAGS) \
	-DOLD_RUN_DIR='"$(abs_top_srcdir)/tests/unit/run_dir_32bc14b"'
tests_unit_test_names_LDADD = libipvs.la libhealth.la libconf.la libbase.la $(CHECK_LIBS) \
	$(JANSSON_LIBS)
EXTRA_DIST += tests/unit/run_dir_32bc14b

check_PROGRAMS += tests/unit/test_log
tests_unit_test_log_SOURCES = tests/unit/test_log.c daemon/log/budget.c daemon/log/process.c \
	daemon/shared/spawn.c
tests_unit_test_log_LDADD = libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_orphans
tests_unit_test_orphans_SOURCES = tests/unit/test_orphans.c daemon/supervisor/cgroup.c daemon/supervisor/orphans.c daemon/script/groups.c
tests_unit_test_orphans_LDADD = libbase.la $(CHECK_LIBS)

# The edge of the ways to the servers, with the kernel's routes and links.
check_PROGRAMS += tests/unit/test_paths
tests_unit_test_paths_SOURCES = tests/unit/test_paths.c tests/unit/own_net.c tests/unit/own_net.h \
	tests/unit/test_health_conf.c tests/unit/test_health_conf.h daemon/director/paths.c
tests_unit_test_paths_LDADD = libpathwatch.la libhealth.la libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_claims
tests_unit_test_claims_SOURCES = tests/unit/test_claims.c daemon/director/config/claims.c daemon/shared/orphan_user.c \
	vrrp/orphan/marks.c
tests_unit_test_claims_LDADD = libvrrp.la libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_vrrp_orphan tests/unit/test_inherit
tests_unit_test_vrrp_orphan_SOURCES = tests/unit/test_vrrp_orphan.c tests/unit/turns.c tests/unit/turns.h daemon/director/heir/heir.c \
	daemon/supervisor/predecessor.c daemon/shared/orphan_find.c daemon/shared/orphan_process.c daemon/shared/orphan_user.c daemon/lvsctl/orphan_look.c vrrp/orphan/door.c vrrp/orphan/relief.c vrrp/orphan/marks.c
tests_unit_test_vrrp_orphan_LDADD = libvrrp.la libconf.la libbase.la $(CHECK_LIBS)
tests_unit_test_inherit_SOURCES = tests/unit/test_inherit.c tests/unit/turns.c tests/unit/turns.h tests/unit/fake_rundir.c tests/unit/fake_rundir.h \
	daemon/director/role/role_groups.c daemon/director/role/role_orders.c daemon/director/heir/heir.c \
	daemon/director/roles.c daemon/director/role/vrrp_life.c daemon/director/roles_file.c daemon/director/role/roles_gate.c daemon/director/role/held_frames.c daemon/shared/held.c daemon/shared/held_file.c tests/unit/fake_interfaces.c tests/unit/fake_interfaces.h \
	daemon/shared/rundir_json.c
tests_unit_test_inherit_LDADD = libvrrp.la libsync.la libconf.la libbase.la $(CHECK_LIBS) $(JANSSON_LIBS)

check_PROGRAMS += tests/unit/test_held tests/unit/test_held_file
tests_unit_test_held_file_SOURCES = tests/unit/test_held_file.c tests/unit/fake_rundir.c \
	daemon/shared/held.c daemon/shared/held_file.c daemon/shared/rundir_json.c
tests_unit_test_held_file_LDADD = libvrrp.la libconf.la libbase.la $(CHECK_LIBS) \
	$(JANSSON_LIBS)
tests_unit_test_held_SOURCES = tests/unit/test_held.c tests/unit/turns.c tests/unit/turns.h tests/unit/fake_rundir.c \
	tests/unit/fake_rundir.h daemon/director/role/role_groups.c daemon/director/role/role_orders.c daemon/director/heir/heir.c daemon/director/roles.c daemon/director/role/vrrp_life.c daemon/director/roles_file.c daemon/director/role/roles_gate.c daemon/director/role/held_frames.c \
	daemon/shared/held.c daemon/shared/held_file.c tests/unit/fake_interfaces.c tests/unit/fake_interfaces.h daemon/shared/rundir_json.c
tests_unit_test_held_LDADD = libvrrp.la libsync.la libconf.la libbase.la $(CHECK_LIBS) \
	$(JANSSON_LIBS)

# The printers of the status, without the director that makes it.
check_PROGRAMS += tests/unit/test_status_print
tests_unit_test_status_print_SOURCES = tests/unit/test_status_print.c daemon/director/config/action.c \
	daemon/director/status_json.c daemon/director/status_json_kernel.c \
	daemon/director/sync/relay_json.c daemon/director/status_json_sync.c daemon/director/role/role_orders.c \
	daemon/lvsctl/relay_text.c daemon/lvsctl/status_text.c daemon/lvsctl/syncing_text.c daemon/shared/rights.c
tests_unit_test_status_print_LDADD = libipvs.la libhealth.la libvrrp.la libsync.la libhost.la libconf.la libbase.la \
	$(CHECK_LIBS) $(JANSSON_LIBS)

check_PROGRAMS += tests/unit/test_dump
tests_unit_test_dump_SOURCES = tests/unit/test_dump.c daemon/director/dump/common.c daemon/director/dump/dump.c daemon/director/dump/json.c \
	daemon/director/dump/state.c daemon/director/dump/stats.c daemon/loader/dump_file.c daemon/loader/own_files.c \
	daemon/shared/rundir_path.c daemon/shared/dump.c daemon/supervisor/load_orders.c
tests_unit_test_dump_LDADD = libvrrp.la libconf.la libbase.la $(CHECK_LIBS) $(JANSSON_LIBS)

check_PROGRAMS += tests/unit/test_explain
tests_unit_test_explain_SOURCES = tests/unit/test_explain.c daemon/lvsctl/explain/explain.c \
	daemon/lvsctl/explain/lines.c daemon/lvsctl/explain/services.c daemon/lvsctl/explain/vrrp.c
tests_unit_test_explain_LDADD = libbase.la $(CHECK_LIBS) $(JANSSON_LIBS)

check_PROGRAMS += tests/unit/test_lvsctl_text
tests_unit_test_lvsctl_text_SOURCES = tests/unit/test_lvsctl_text.c daemon/lvsctl/status_text.c \
	daemon/lvsctl/relay_text.c daemon/lvsctl/syncing_text.c daemon/shared/plan_show.c
tests_unit_test_lvsctl_text_LDADD = libbase.la $(CHECK_LIBS) $(JANSSON_LIBS)

# The program itself, beside a director of the test's own.
check_PROGRAMS += tests/unit/test_lvsctl
tests_unit_test_lvsctl_SOURCES = tests/unit/test_lvsctl.c tests/unit/own_net.h
tests_unit_test_lvsctl_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) -DLVSCTL='"$(abs_top_builddir)/lvsctl"'
tests_unit_test_lvsctl_LDADD = $(CHECK_LIBS)
tests_unit_test_lvsctl_DEPENDENCIES = lvsctl

check_PROGRAMS += tests/unit/test_apart
tests_unit_test_apart_SOURCES = tests/unit/test_apart.c daemon/shared/apart.c
tests_unit_test_apart_LDADD = libbase.la $(CHECK_LIBS)

# The folder state of the run dir.
check_PROGRAMS += tests/unit/test_rundir_state
tests_unit_test_rundir_state_SOURCES = tests/unit/test_rundir_state.c daemon/shared/admins.c daemon/shared/apart.c \
	daemon/shared/rundir.c daemon/shared/rundir_path.c \
	daemon/shared/rundir_state.c tests/unit/logged.c tests/unit/logged.h
tests_unit_test_rundir_state_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_test_rundir_state_LDADD = libbase.la $(CHECK_LIBS) $(CAPNG_LIBS)

check_PROGRAMS += tests/unit/test_directors_user
tests_unit_test_directors_user_SOURCES = tests/unit/test_directors_user.c daemon/shared/admins.c daemon/shared/apart.c \
	daemon/shared/rights.c daemon/shared/rundir.c daemon/shared/rundir_path.c \
	daemon/shared/rundir_state.c daemon/supervisor/directors_user.c \
	daemon/supervisor/privilege.c daemon/supervisor/sandbox.c
tests_unit_test_directors_user_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_test_directors_user_LDADD = libbase.la $(CHECK_LIBS) $(CAPNG_LIBS) $(SECCOMP_LIBS)

check_PROGRAMS += tests/unit/test_role_orders tests/unit/test_role_plan
tests_unit_test_role_plan_SOURCES = tests/unit/test_role_plan.c daemon/director/role/role_plan.c
tests_unit_test_role_plan_LDADD = libconf.la libbase.la $(CHECK_LIBS)
tests_unit_test_role_orders_SOURCES = tests/unit/test_role_orders.c daemon/director/role/role_orders.c
tests_unit_test_role_orders_LDADD = libvrrp.la libconf.la libbase.la $(CHECK_LIBS) $(JANSSON_LIBS)

check_PROGRAMS += tests/unit/test_order_waits
tests_unit_test_order_waits_SOURCES = tests/unit/test_order_waits.c daemon/control/clients.c \
	daemon/control/control.c daemon/director/order_waits.c daemon/director/role/role_orders.c
tests_unit_test_order_waits_LDADD = libvrrp.la libconf.la libbase.la $(CHECK_LIBS) $(JANSSON_LIBS)

# The files of maintenance_dir.
check_PROGRAMS += tests/unit/test_maint_dir
tests_unit_test_maint_dir_SOURCES = tests/unit/test_maint_dir.c tests/unit/test_health_conf.c \
	tests/unit/test_health_conf.h tests/unit/logged.c tests/unit/logged.h daemon/director/maint/dir.c daemon/shared/place.c \
	daemon/director/table/maint_name.c daemon/director/table/maintenance.c
tests_unit_test_maint_dir_LDADD = libhealth.la libconf.la libbase.la $(CHECK_LIBS) $(JANSSON_LIBS)

check_PROGRAMS += tests/unit/test_through_socket
tests_unit_test_through_socket_SOURCES = tests/unit/test_through_socket.c tests/unit/logged.c tests/unit/logged.h tests/unit/own_net.c tests/unit/own_net.h \
	tests/unit/fake_rundir.c tests/unit/fake_rundir.h daemon/director/check/accept_local.c \
	daemon/director/check/ports.c daemon/director/check/through.c daemon/shared/rundir_json.c
tests_unit_test_through_socket_LDADD = libpathwatch.la libhealth.la libipvs.la libhostedge.la libhost.la libconf.la libbase.la \
	$(CHECK_LIBS) $(JANSSON_LIBS)

check_PROGRAMS += tests/unit/test_passive_watch
tests_unit_test_passive_watch_SOURCES = tests/unit/test_passive_watch.c daemon/director/check/passive_watch.c \
	base/virtual/chan.c base/virtual/channel.h base/virtual/clock.c base/virtual/loop.c base/virtual/world.h
tests_unit_test_passive_watch_LDADD = libhealth.la libipvs.la libconf.la libbase.la $(CHECK_LIBS)

# The run dir whose path leads elsewhere.
check_PROGRAMS += tests/unit/test_rundir_watch
tests_unit_test_rundir_watch_SOURCES = tests/unit/test_rundir_watch.c daemon/shared/admins.c daemon/shared/apart.c \
	daemon/shared/place.c daemon/shared/rundir.c daemon/shared/rundir_path.c daemon/shared/rundir_state.c \
	daemon/supervisor/rundir_watch.c
tests_unit_test_rundir_watch_LDADD = libbase.la $(CHECK_LIBS)
