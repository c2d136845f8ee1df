# Two directors whole in one program: base/virtual in place of loop, clock and channels, and fakes of
# what they open of the outside. Everything else is lvsd's own.
check_PROGRAMS += tests/sim/sim_pair
sim_pair_director = daemon/director/announce.c daemon/director/check_script.c daemon/script/answer.c \
	daemon/director/check/sockets.c daemon/director/check/accept_local.c daemon/director/check/ports.c daemon/director/check/through.c daemon/director/check/files.c daemon/director/check/passive_watch.c daemon/director/check/gateway_seen.c daemon/director/check/reach_watch.c daemon/director/sync/peer_reach.c daemon/director/check/verdict_file.c daemon/director/maint/dir.c daemon/director/check_tls.c daemon/director/checks.c daemon/director/commands.c \
	daemon/director/commit.c daemon/director/director.c daemon/director/need.c \
	daemon/director/fifos.c daemon/shared/notice_name.c daemon/director/notify.c daemon/director/parts.c daemon/director/paths.c \
	daemon/director/plan.c daemon/director/plan_json.c daemon/director/readings.c daemon/director/heir/heir.c daemon/director/roles.c daemon/director/role/vrrp_life.c daemon/director/roles_file.c \
	daemon/director/order_waits.c daemon/director/role/role_groups.c daemon/director/role/role_orders.c daemon/director/role/role_plan.c daemon/director/role/roles_gate.c daemon/director/role/held_frames.c daemon/director/rundir_restore.c daemon/director/scripts.c daemon/script/users.c \
	daemon/director/status.c daemon/director/status_json.c daemon/director/status_json_kernel.c \
	daemon/director/sync/relay_json.c daemon/director/status_json_sync.c \
	daemon/director/status_take.c daemon/shared/dump.c daemon/director/dump/common.c daemon/director/dump/dump.c daemon/director/dump/json.c \
	daemon/director/dump/state.c daemon/director/dump/stats.c \
	daemon/director/config/diags_log.c daemon/director/config/first.c \
	daemon/director/config/action.c daemon/director/config/force.c daemon/director/config/ignored.c \
	daemon/director/config/log_lines.c daemon/director/config/reading_queue.c \
	daemon/director/config/reload.c \
	daemon/director/config/rollback.c daemon/director/config/stale.c \
	daemon/director/host/file.c daemon/director/host/filter.c daemon/director/host/host.c daemon/director/host/owner.c daemon/director/host/read.c \
	daemon/director/host/rules.c daemon/director/host/run.c \
	daemon/director/pair/agree.c daemon/director/pair/message.c daemon/director/pair/pair.c \
	daemon/director/sync/flushing.c daemon/director/sync/heartbeats.c daemon/director/sync/mirroring.c daemon/director/sync/rejoin.c \
	daemon/director/sync/syncing.c \
	daemon/director/table/adopt.c daemon/director/table/decide.c \
	daemon/director/table/drains.c daemon/director/table/drains_ctl.c \
	daemon/director/table/drains_file.c daemon/director/table/drains_dir.c daemon/director/table/maint_name.c daemon/director/table/drains_list.c \
	daemon/director/table/kernel_stop.c daemon/director/table/read.c \
	daemon/director/table/maintenance.c daemon/director/table/owned.c \
	daemon/director/table/plan_ops.c daemon/director/table/predecessor.c \
	daemon/director/table/settle.c daemon/director/table/timeouts.c \
	$(director_track) $(director_mail)
sim_pair_others = daemon/rules/wire.c daemon/script/line.c daemon/script/queue.c \
	daemon/script/fifos.c daemon/script/rights.c daemon/script/start.c daemon/script/wire.c daemon/script/worker.c \
	daemon/shared/held.c daemon/shared/held_file.c daemon/shared/plan_show.c \
	daemon/shared/rights.c daemon/shared/rundir_json.c \
	daemon/supervisor/hang_watch.c daemon/supervisor/release.c daemon/supervisor/release_filter.c daemon/supervisor/vrrp_absence.c
tests_sim_sim_pair_SOURCES = tests/sim/pair.c tests/sim/pair.h tests/sim/pair_acts.c tests/sim/pair_chance.c \
	tests/sim/pair_claims.c tests/sim/pair_clients.c tests/sim/pair_events.c \
	tests/sim/pair_filter.c tests/sim/pair_host.c tests/sim/pair_jobs.c tests/sim/pair_kernel.c tests/sim/pair_loader.c tests/sim/pair_memory.c tests/sim/pair_model.c \
	tests/sim/pair_model.h tests/sim/pair_net.c tests/sim/pair_node.c tests/sim/pair_operator.c tests/sim/pair_orphan.c tests/sim/pair_path.c \
	tests/sim/pair_relay.c tests/sim/pair_rundir.c tests/sim/pair_servers.c tests/sim/pair_super.c \
	tests/sim/pair_table.c tests/sim/pair_trace.c tests/sim/pair_vrrp.c tests/sim/pair_wonders.h \
	tests/sim/lan.c tests/sim/lan.h tests/sim/lan_machine.c tests/sim/lan_machine.h tests/unit/test_ipvs_random.c \
	tests/unit/test_ipvs_random.h base/virtual/chan.c base/virtual/channel.h \
	base/virtual/clock.c base/virtual/loop.c base/virtual/world.h \
	$(sim_pair_director) $(sim_pair_others)
tests_sim_sim_pair_LDADD = libipvs.la libcheckworker.la libhealth.la libvrrpworker.la libvrrp.la libsync.la \
	libhost.la libconf.la libbase.la $(JANSSON_LIBS)
