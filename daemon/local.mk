# daemon: the only place that joins rooms.
sbin_PROGRAMS += lvsd
lvsd_SOURCES =
# The program: its command line, and which process is begun.
lvsd_SOURCES += daemon/diags_json.c daemon/diags_json.h daemon/keywords_json.c \
	daemon/keywords_json.h daemon/main.c
# What several of the folders need.
lvsd_SOURCES += daemon/shared/admins.c daemon/shared/admins.h daemon/shared/apart.c daemon/shared/apart.h daemon/shared/dump.c daemon/shared/dump.h daemon/shared/load_kind.h daemon/shared/habits.c daemon/shared/held.c \
	daemon/shared/held.h daemon/shared/held_file.c daemon/shared/held_machine.c \
	daemon/shared/host_name.c daemon/shared/host_name.h daemon/shared/notice_name.c daemon/shared/notice_name.h \
	daemon/shared/habits.h daemon/shared/options.c daemon/shared/options.h \
	daemon/shared/place.c daemon/shared/place.h daemon/shared/plan_show.c daemon/shared/plan_show.h daemon/shared/process_name.h \
	daemon/shared/tracked_command.c daemon/shared/tracked_command.h \
	daemon/shared/rights.c daemon/shared/rights.h daemon/shared/rivals.c \
	daemon/shared/rivals.h daemon/shared/rundir.c daemon/shared/rundir.h \
	daemon/shared/orphan_find.c daemon/shared/orphan_process.c daemon/shared/orphan_process.h daemon/shared/orphan_find.h daemon/shared/orphan_user.c daemon/shared/orphan_user.h \
	daemon/shared/rundir_touch.c daemon/shared/rundir_touch.h daemon/shared/rundir_path.c daemon/shared/rundir_state.c daemon/shared/rundir_state.h \
	daemon/shared/rundir_file.h daemon/shared/rundir_json.c daemon/shared/rundir_json.h daemon/shared/rundir_names.h daemon/shared/spawn.c \
	daemon/shared/spawn.h daemon/shared/wire.h
# The log process.
lvsd_SOURCES += daemon/log/budget.c daemon/log/budget.h daemon/log/process.c \
	daemon/log/process.h
# The script process.
lvsd_SOURCES += daemon/script/fifos.c daemon/script/fifos.h daemon/script/groups.c daemon/script/groups.h daemon/script/line.c \
	daemon/script/line.h daemon/script/output.c daemon/script/output.h \
	daemon/script/path.c daemon/script/path.h daemon/script/queue.c daemon/script/queue.h \
	daemon/script/rights.c daemon/script/rights.h daemon/script/start.c \
	daemon/script/start.h daemon/script/user.c daemon/script/user.h daemon/script/user_query.c daemon/script/user_query.h daemon/script/users.c daemon/script/users.h \
	daemon/script/vouched.c daemon/script/vouched.h daemon/script/wire.c \
	daemon/script/wire.h daemon/script/worker.c daemon/script/worker.h
# The process that reads the configuration, and what is asked of the machine meanwhile.
lvsd_SOURCES += daemon/loader/machine.c daemon/loader/machine_filter.c daemon/loader/machine_filter.h daemon/loader/machine_owner.c daemon/loader/machine_owner.h \
	daemon/loader/machine.h daemon/loader/process.c daemon/loader/process.h \
	daemon/loader/dump_file.c daemon/loader/dump_file.h daemon/loader/own_files.c daemon/loader/own_files.h \
	daemon/loader/init_file.c daemon/loader/init_file.h \
	daemon/loader/tls_files.c daemon/loader/tls_files.h daemon/loader/transcript.c \
	daemon/loader/transcript.h daemon/loader/vouch.c daemon/loader/vouch.h
# The process that sends mail.
noinst_LTLIBRARIES += libmailworker.la
libmailworker_la_SOURCES = daemon/mail/message.c daemon/mail/message.h daemon/mail/queue.c daemon/mail/queue.h \
	daemon/mail/sender.c daemon/mail/sender.h daemon/mail/wire.c daemon/mail/wire.h \
	daemon/mail/worker.c daemon/mail/worker.h
libmailworker_la_CPPFLAGS = $(AM_CPPFLAGS) $(CURL_CFLAGS)
libmailworker_la_LIBADD = libtransfers.la
# The process that runs iptables.
lvsd_SOURCES += daemon/rules/wire.c daemon/rules/wire.h daemon/rules/worker.c daemon/rules/worker.h
# The control socket.
lvsd_SOURCES += daemon/control/clients.c daemon/control/clients.h daemon/control/control.c \
	daemon/control/control.h
# The supervisor.
lvsd_SOURCES += daemon/supervisor/absence_watch.c daemon/supervisor/absence_watch.h \
	daemon/supervisor/cgroup.c daemon/supervisor/cgroup.h daemon/supervisor/channels.c \
	daemon/supervisor/channels.h daemon/supervisor/children.c daemon/supervisor/children.h \
	daemon/supervisor/coredump.c daemon/supervisor/coredump.h \
	daemon/supervisor/descriptors.c daemon/supervisor/descriptors.h \
	daemon/supervisor/director_watch.c daemon/supervisor/director_watch.h \
	daemon/supervisor/directors_user.c daemon/supervisor/directors_user.h \
	daemon/supervisor/hang_watch.c daemon/supervisor/hang_watch.h \
	daemon/supervisor/load_orders.c daemon/supervisor/load_orders.h \
	daemon/supervisor/context.h daemon/supervisor/orphans.c \
	daemon/supervisor/orphans.h daemon/supervisor/privilege.c \
	daemon/supervisor/privilege.h daemon/supervisor/process.c daemon/supervisor/process.h \
	daemon/supervisor/pulse_watch.c daemon/supervisor/pulse_watch.h \
	daemon/supervisor/release.c daemon/supervisor/release.h daemon/supervisor/release_filter.c daemon/supervisor/release_filter.h \
	daemon/supervisor/rundir_watch.c daemon/supervisor/rundir_watch.h \
	daemon/supervisor/sandbox.c daemon/supervisor/sandbox.h daemon/supervisor/service.c \
	daemon/supervisor/service.h daemon/supervisor/startup.c daemon/supervisor/startup.h \
	daemon/supervisor/stop_order.c daemon/supervisor/stop_order.h \
	daemon/supervisor/supervise.c daemon/supervisor/supervise.h \
	daemon/supervisor/vrrp_absence.c daemon/supervisor/vrrp_absence.h \
	daemon/supervisor/predecessor.c daemon/supervisor/predecessor.h
# The director: the IPVS table,
lvsd_SOURCES += daemon/director/table/adopt.c daemon/director/table/adopt.h \
	daemon/director/table/decide.c daemon/director/table/decide.h \
	daemon/director/table/drains.c daemon/director/table/drains.h \
	daemon/director/table/drains_ctl.c daemon/director/table/drains_file.c \
	daemon/director/table/drains_list.c daemon/director/table/drains_dir.c daemon/director/table/drains_dir.h \
	daemon/director/table/maint_name.c daemon/director/table/maint_name.h daemon/director/table/kernel.h \
	daemon/director/table/kernel_stop.c daemon/director/table/read.c \
	daemon/director/table/maintenance.c daemon/director/table/maintenance.h \
	daemon/director/table/owned.c daemon/director/table/predecessor.c daemon/director/table/plan_ops.c \
	daemon/director/table/plan_ops.h daemon/director/table/settle.c \
	daemon/director/table/timeouts.c daemon/director/table/timeouts.h
# the scripts that VRRP instances track,
# the files of maintenance_dir,
lvsd_SOURCES += daemon/director/maint/dir.c daemon/director/maint/dir.h
lvsd_SOURCES += daemon/director/check/sockets.c daemon/director/check/sockets.h \
	daemon/director/check/accept_local.c daemon/director/check/accept_local.h \
	daemon/director/check/ports.c daemon/director/check/ports.h \
	daemon/director/check/through.c daemon/director/check/through.h \
	daemon/director/check/files.c daemon/director/check/files.h \
	daemon/director/check/gateway_seen.c daemon/director/check/gateway_seen.h \
	daemon/director/check/gateways.c daemon/director/check/gateways.h \
	daemon/director/check/passive_watch.c daemon/director/check/passive_watch.h \
	daemon/director/check/reach_watch.c daemon/director/check/reach_watch.h \
	daemon/director/check/verdict_file.c daemon/director/check/verdict_file.h
lvsd_SOURCES += daemon/director/track/file.c daemon/director/track/files.c daemon/director/track/services.c daemon/director/track/files.h daemon/director/track/services.h \
	daemon/director/track/connector.c daemon/director/track/connector.h \
	daemon/director/track/process_match.c daemon/director/track/process_match.h \
	daemon/director/track/processes.c daemon/director/track/processes.h \
	daemon/director/track/route_seen.c daemon/director/track/route_seen.h \
	daemon/director/track/routes.c daemon/director/track/routes.h \
	daemon/director/track/number.c daemon/director/track/number.h daemon/director/track/step.c \
	daemon/director/track/step.h daemon/director/track/tracking.c \
	daemon/director/track/tracking.h
# sysctls, sets and rules of the host,
lvsd_SOURCES += daemon/director/host/file.c daemon/director/host/filter.c \
	daemon/director/host/filter.h daemon/director/host/host.c \
	daemon/director/host/host.h daemon/director/host/owner.c daemon/director/host/owner.h daemon/director/host/read.c daemon/director/host/rules.c \
	daemon/director/host/rules.h daemon/director/host/run.c
# connection sync,
lvsd_SOURCES += daemon/director/sync/heartbeats.c daemon/director/sync/heartbeats.h \
	daemon/director/sync/peer_reach.c daemon/director/sync/peer_reach.h \
	daemon/director/sync/rejoin.c daemon/director/sync/rejoin.h \
	daemon/director/sync/flushing.c daemon/director/sync/flushing.h \
	daemon/director/sync/mirroring.c daemon/director/sync/mirroring.h \
	daemon/director/sync/relaying.c daemon/director/sync/relaying.h \
	daemon/director/sync/relay_cause.c daemon/director/sync/relay_cause.h \
	daemon/director/sync/key_files.c daemon/director/sync/key_files.h \
	daemon/director/sync/sync.h daemon/director/sync/sync_status.h daemon/director/sync/syncing.c \
	daemon/director/sync/syncing.h
# the configurations of the other directors,
lvsd_SOURCES += daemon/director/pair/agree.c daemon/director/pair/agree.h \
	daemon/director/pair/message.c daemon/director/pair/message.h daemon/director/pair/pair.c daemon/director/pair/pair.h
# the texts of the dump files,
lvsd_SOURCES += daemon/director/dump/common.c daemon/director/dump/dump.c daemon/director/dump/dump.h daemon/director/dump/json.c \
	daemon/director/dump/state.c daemon/director/dump/stats.c
# configurations that come into force,
lvsd_SOURCES += daemon/director/config/answers.c daemon/director/config/answers.h \
	daemon/director/config/claims.c daemon/director/config/claims.h \
	daemon/director/config/config.h daemon/director/config/diags_log.c \
	daemon/director/config/diags_log.h daemon/director/config/first.c \
	daemon/director/config/action.c daemon/director/config/force.c daemon/director/config/ignored.c \
	daemon/director/config/ignored.h daemon/director/config/log_lines.c \
	daemon/director/config/loading.c daemon/director/config/loading.h \
	daemon/director/config/log_lines.h daemon/director/config/reading_queue.c \
	daemon/director/config/reading_queue.h daemon/director/config/reload.c \
	daemon/director/config/reload.h daemon/director/config/rollback.c \
	daemon/director/config/stale.c daemon/director/config/stale.h
# and what joins these.
lvsd_SOURCES += daemon/director/announce.c daemon/director/check_script.c \
	daemon/script/answer.c daemon/script/answer.h \
	daemon/director/check_script.h daemon/director/check_tls.c daemon/director/check_tls.h \
	daemon/director/checks.c daemon/director/checks.h daemon/director/commands.c \
	daemon/director/commands.h daemon/director/commit.c daemon/director/commit.h \
	daemon/director/director.c daemon/director/director.h daemon/director/director_state.h \
	daemon/director/fifos.c daemon/director/fifos.h daemon/director/heir/heir.c daemon/director/heir/heir.h \
	daemon/director/mail/alert.c daemon/director/mail/alert.h \
	daemon/director/mail/mails.c daemon/director/mail/mails.h \
	daemon/director/need.c daemon/director/need.h daemon/director/notify.c \
	daemon/director/notify.h daemon/director/parts.c daemon/director/parts.h \
	daemon/director/paths.c daemon/director/paths.h daemon/director/plan.c \
	daemon/director/plan.h daemon/director/plan_json.c daemon/director/plan_json.h \
	daemon/director/readings.c daemon/director/readings.h \
	daemon/director/order_waits.c daemon/director/order_waits.h daemon/director/role/role_groups.c daemon/director/role/role_groups.h daemon/director/role/role_orders.c daemon/director/role/role_orders.h \
	daemon/director/role/held_frames.c daemon/director/role/held_frames.h daemon/director/role/link_watch.c daemon/director/role/link_watch.h daemon/director/role/role_plan.c daemon/director/role/role_plan.h daemon/director/role/vrrp_life.c daemon/director/role/vrrp_life.h daemon/director/roles.c daemon/director/roles_file.c daemon/director/roles_file.h \
	daemon/director/roles.h daemon/director/role/roles_gate.c \
	daemon/director/role/roles_gate.h daemon/director/rundir_restore.c \
	daemon/director/rundir_restore.h daemon/director/scripts.c daemon/director/scripts.h \
	daemon/director/status.c daemon/director/status.h daemon/director/status_json.c \
	daemon/director/status_json.h daemon/director/status_json_kernel.c \
	daemon/director/sync/relay_json.c daemon/director/sync/relay_json.h daemon/director/status_json_sync.c daemon/director/status_take.c \
	daemon/director/status_take.h
lvsd_LDADD = libsyncworker.la libsyncrelay.la libmailworker.la libipvsgenl.la libipvs.la libcheckworker.la libpathwatch.la libhealth.la \
	libvrrpworker.la libvrrp.la libsynchello.la libsync.la libhostedge.la libhost.la libconf.la libbase.la $(JANSSON_LIBS) \
	$(CAPNG_LIBS) $(SECCOMP_LIBS)

bin_PROGRAMS += lvsctl
lvsctl_SOURCES = daemon/lvsctl/answer.h daemon/lvsctl/explain/explain.c daemon/lvsctl/explain/explain.h \
	daemon/lvsctl/explain/lines.c daemon/lvsctl/explain/lines.h daemon/lvsctl/explain/services.c \
	daemon/lvsctl/explain/vrrp.c daemon/lvsctl/doctor_run.c daemon/lvsctl/doctor_run.h \
	daemon/lvsctl/doctor_status.c daemon/lvsctl/doctor_status.h daemon/lvsctl/lvsctl.c \
	daemon/lvsctl/plan_read.c daemon/lvsctl/plan_read.h daemon/loader/transcript.c daemon/loader/transcript.h \
	daemon/lvsctl/orphan_look.c daemon/lvsctl/orphan_look.h daemon/shared/orphan_find.c daemon/shared/orphan_process.c daemon/shared/orphan_process.h daemon/shared/orphan_find.h \
	daemon/shared/orphan_user.c daemon/shared/orphan_user.h \
	daemon/lvsctl/sync_keygen.c daemon/lvsctl/sync_keygen.h \
	daemon/lvsctl/status_text.c daemon/lvsctl/status_text.h daemon/lvsctl/relay_text.c daemon/lvsctl/relay_text.h daemon/lvsctl/syncing_text.c \
	daemon/lvsctl/syncing_text.h daemon/shared/admins.c daemon/shared/admins.h daemon/shared/apart.c daemon/shared/apart.h daemon/shared/habits.c daemon/shared/habits.h daemon/shared/options.h daemon/shared/rundir.c \
	daemon/shared/rundir.h daemon/shared/rundir_path.c daemon/shared/rundir_state.c daemon/shared/rundir_state.h \
	daemon/shared/plan_show.c daemon/shared/plan_show.h \
	daemon/shared/held.c daemon/shared/held.h daemon/shared/held_file.c daemon/shared/held_machine.c \
	daemon/shared/rundir_json.c daemon/shared/rundir_json.h
lvsctl_LDADD = libdoctorgather.la libdoctor.la libvrrp.la libhostedge.la libhost.la libconf.la libbase.la $(JANSSON_LIBS)

# The unit names the programs by their installed paths, which only make knows.
daemon/lvsd.service: daemon/lvsd.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) daemon && sed -e 's|@sbindir''@|$(sbindir)|g' \
		-e 's|@bindir''@|$(bindir)|g' $(srcdir)/daemon/lvsd.service.in >$@.new && mv $@.new $@
EXTRA_DIST += daemon/lvsd.service.in
CLEANFILES += daemon/lvsd.service
if HAS_SYSTEMDSYSTEMUNITDIR
systemdsystemunit_DATA = daemon/lvsd.service
endif
# Both under the name lvsd.conf, which two files of one folder cannot have.
if HAS_SYSUSERSDIR
dist_sysusers_DATA = daemon/sysusers.d/lvsd.conf
endif
if HAS_TMPFILESDIR
dist_tmpfiles_DATA = daemon/tmpfiles.d/lvsd.conf
endif
