# daemon: the only place that joins rooms.
sbin_PROGRAMS += lvsd
lvsd_SOURCES = daemon/children.c daemon/children.h daemon/process.c daemon/process.h \
	daemon/stop_order.c daemon/stop_order.h daemon/adopt.c daemon/adopt.h daemon/announce.c daemon/ignored.c daemon/ignored.h daemon/check_tls.c daemon/check_tls.h daemon/checks.c \
	daemon/control.c daemon/control.h daemon/coredump.c daemon/coredump.h daemon/diags_json.c daemon/diags_json.h \
	daemon/director.c daemon/director.h daemon/director_state.h daemon/director_watch.c \
	daemon/host.c daemon/host.h daemon/host_file.c daemon/host_look.c daemon/host_run.c \
	daemon/director_watch.h daemon/kernel_json.c daemon/keywords_json.c daemon/keywords_json.h \
	daemon/machine.c daemon/machine.h daemon/maintenance.c daemon/maintenance.h daemon/main.c daemon/drains.c daemon/drains_ctl.c \
	daemon/drains_file.c \
	daemon/options.c daemon/options.h daemon/paths.c daemon/paths.h daemon/owned.c daemon/plan.c daemon/plan.h \
	daemon/plan_json.c daemon/plan_json.h daemon/plan_show.c daemon/plan_show.h \
	daemon/plan_text.c daemon/plan_text.h daemon/rollback.c daemon/privilege.c \
	daemon/privilege.h daemon/release.c daemon/release.h daemon/reload.c daemon/reload.h daemon/roles.c \
	daemon/scripts.c daemon/rejoin.c \
	daemon/notify.c daemon/script_line.c daemon/script_line.h daemon/script_output.c \
	daemon/script_output.h daemon/script_path.c daemon/script_path.h daemon/script_queue.c \
	daemon/script_queue.h daemon/script_start.c daemon/script_start.h daemon/script_user.c \
	daemon/script_user.h daemon/script_wire.c daemon/script_wire.h daemon/script_worker.c \
	daemon/script_worker.h daemon/service.c daemon/service.h \
	daemon/tls_files.c daemon/tls_files.h \
	daemon/rundir.c daemon/rundir.h daemon/kernel_stop.c daemon/look.c daemon/settle.c daemon/timeouts.c daemon/timeouts.h daemon/spawn.c daemon/spawn.h \
	daemon/status.c daemon/supervise.c daemon/supervise.h daemon/heartbeats.c daemon/heartbeats.h daemon/syncing.c daemon/syncing.h daemon/wire.h
lvsd_SOURCES += daemon/hang_watch.c daemon/hang_watch.h daemon/pulse_watch.c daemon/pulse_watch.h
lvsd_SOURCES += daemon/log_budget.c daemon/log_budget.h daemon/log_process.c daemon/log_process.h \
	daemon/log_sockets.c daemon/log_sockets.h
lvsd_SOURCES += daemon/control_clients.c daemon/control_clients.h daemon/rundir_restore.c daemon/rundir_restore.h \
	daemon/rundir_watch.c daemon/rundir_watch.h daemon/log_lines.c daemon/log_lines.h \
	daemon/diags_log.c daemon/diags_log.h
# What of the run dir is not to be read.
lvsd_SOURCES += daemon/stale.c daemon/stale.h
lvsd_SOURCES += daemon/rundir_json.c daemon/rundir_json.h
# Capabilities, and when a start has failed.
lvsd_SOURCES += daemon/descriptors.c daemon/descriptors.h
lvsd_SOURCES += daemon/rights.c daemon/rights.h daemon/script_rights.c daemon/script_rights.h daemon/startup.c \
	daemon/startup.h
# What scripts leave behind.
lvsd_SOURCES += daemon/cgroup.c daemon/cgroup.h daemon/orphans.c daemon/orphans.h daemon/script_groups.c \
	daemon/script_groups.h
# A keepalived beside lvsd.
lvsd_SOURCES += daemon/rivals.c daemon/rivals.h
lvsd_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(CAPNG_CFLAGS) $(CRYPTO_CFLAGS) $(SYSTEMD_CFLAGS)
lvsd_LDADD = libconf.la libipvsgenl.la libipvs.la libcheckworker.la libpathwatch.la libhealth.la \
	libvrrpworker.la libvrrp.la libsynchello.la libsync.la libhostedge.la libhost.la libbase.la $(JANSSON_LIBS) \
	$(CAPNG_LIBS) $(CRYPTO_LIBS) $(SYSTEMD_LIBS)

bin_PROGRAMS += lvsctl
lvsctl_SOURCES = daemon/lvsctl.c daemon/options.h daemon/rundir.c daemon/rundir.h \
	daemon/plan_show.c daemon/plan_show.h daemon/syncing_text.c daemon/syncing_text.h daemon/status_text.c daemon/status_text.h \
	daemon/doctor_run.c daemon/doctor_run.h daemon/doctor_sync.c daemon/doctor_sync.h
lvsctl_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
lvsctl_LDADD = libdoctorgather.la libdoctor.la libvrrp.la libhostedge.la libhost.la libconf.la libbase.la $(JANSSON_LIBS) $(CRYPTO_LIBS)

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
