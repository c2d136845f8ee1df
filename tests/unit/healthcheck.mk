# unit tests and simulations of healthcheck
check_PROGRAMS += tests/unit/test_health tests/unit/test_health_parts tests/unit/test_health_wire \
	tests/unit/test_probe tests/unit/test_probe_worker

tests_unit_test_health_SOURCES = tests/unit/test_health.c tests/unit/test_health_conf.c \
	tests/unit/test_health_conf.h
tests_unit_test_health_LDADD = libhealth.la libconf.la libbase.la $(CHECK_LIBS)

# The model and the kernel's operations together: what a pool holds at each step.
check_PROGRAMS += tests/unit/test_health_pool
tests_unit_test_health_pool_SOURCES = tests/unit/test_health_pool.c tests/unit/test_health_conf.c \
	tests/unit/test_health_conf.h
tests_unit_test_health_pool_LDADD = libhealth.la libconf.la libipvs.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_flap
tests_unit_test_flap_SOURCES = tests/unit/test_flap.c tests/unit/test_health_conf.c \
	tests/unit/test_health_conf.h
tests_unit_test_flap_LDADD = libhealth.la libconf.la libbase.la $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_passive
tests_unit_test_passive_SOURCES = tests/unit/test_passive.c tests/unit/test_health_conf.c \
	tests/unit/test_health_conf.h
tests_unit_test_passive_LDADD = libhealth.la libconf.la libbase.la $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_reach
tests_unit_test_reach_SOURCES = tests/unit/test_reach.c tests/unit/test_health_conf.c \
	tests/unit/test_health_conf.h
tests_unit_test_reach_LDADD = libhealth.la libconf.la libbase.la $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_judge
tests_unit_test_judge_SOURCES = tests/unit/test_judge.c tests/unit/test_health_conf.c \
	tests/unit/test_health_conf.h
tests_unit_test_judge_LDADD = libhealth.la libconf.la libbase.la $(CHECK_LIBS)

tests_unit_test_health_parts_SOURCES = tests/unit/test_health_parts.c \
	tests/unit/test_health_conf.c tests/unit/test_health_conf.h
tests_unit_test_health_parts_LDADD = libhealth.la libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_pace
tests_unit_test_pace_SOURCES = tests/unit/test_pace.c
tests_unit_test_pace_LDADD = libhealth.la libconf.la libbase.la $(CHECK_LIBS)

tests_unit_test_health_wire_SOURCES = tests/unit/test_health_wire.c tests/unit/test_health_conf.c \
	tests/unit/test_health_conf.h
tests_unit_test_health_wire_LDADD = libhealth.la libconf.la libbase.la $(CHECK_LIBS)

tests_unit_test_probe_SOURCES = tests/unit/test_probe.c tests/unit/test_probe_rig.c \
	tests/unit/test_probe_rig.h
tests_unit_test_probe_LDADD = libcheckworker.la libhealth.la libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_probe_tls
tests_unit_test_probe_tls_SOURCES = tests/unit/test_probe_tls.c tests/unit/test_probe_rig.c \
	tests/unit/test_probe_rig.h
tests_unit_test_probe_tls_LDADD = libcheckworker.la libhealth.la libconf.la libbase.la $(CHECK_LIBS) \
	-lssl $(CRYPTO_LIBS)

check_PROGRAMS += tests/unit/test_probe_flood
tests_unit_test_probe_flood_SOURCES = tests/unit/test_probe_flood.c tests/unit/test_probe_rig.c \
	tests/unit/test_probe_rig.h
tests_unit_test_probe_flood_LDADD = libcheckworker.la libhealth.la libconf.la libbase.la $(CHECK_LIBS) \
	-lssl $(CRYPTO_LIBS)

tests_unit_test_probe_worker_SOURCES = tests/unit/test_probe_worker.c tests/unit/test_probe_rig.c \
	tests/unit/test_probe_rig.h
tests_unit_test_probe_worker_LDADD = libcheckworker.la libhealth.la libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_probe_dialogue
tests_unit_test_probe_dialogue_SOURCES = tests/unit/test_probe_dialogue.c tests/unit/test_probe_rig.c \
	tests/unit/test_probe_rig.h
tests_unit_test_probe_dialogue_LDADD = libcheckworker.la libhealth.la libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_patience
tests_unit_test_patience_SOURCES = tests/unit/test_patience.c healthcheck/probe.c \
	healthcheck/probes/awake.c healthcheck/probes/patience.c healthcheck/probes/passed.c base/virtual/chan.c \
	base/virtual/channel.h base/virtual/clock.c base/virtual/loop.c base/virtual/world.h
tests_unit_test_patience_LDADD = libhealth.la libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_dialogue
tests_unit_test_dialogue_SOURCES = tests/unit/test_dialogue.c
tests_unit_test_dialogue_LDADD = libhealth.la libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_agent
tests_unit_test_agent_SOURCES = tests/unit/test_agent.c tests/unit/test_health_conf.c \
	tests/unit/test_health_conf.h
tests_unit_test_agent_LDADD = libhealth.la libconf.la libbase.la $(CHECK_LIBS)

# A held connection: what its end means, and the check process that holds it.
check_PROGRAMS += tests/unit/test_keep tests/unit/test_probe_keep
tests_unit_test_keep_SOURCES = tests/unit/test_keep.c tests/unit/test_health_conf.c \
	tests/unit/test_health_conf.h
tests_unit_test_keep_LDADD = libhealth.la libconf.la libbase.la $(CHECK_LIBS)
tests_unit_test_probe_keep_SOURCES = tests/unit/test_probe_keep.c tests/unit/test_probe_rig.c \
	tests/unit/test_probe_rig.h
tests_unit_test_probe_keep_LDADD = libcheckworker.la libhealth.la libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_dialogue_steps
tests_unit_test_dialogue_steps_SOURCES = tests/unit/test_dialogue_steps.c
tests_unit_test_dialogue_steps_LDADD = libhealth.la libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_grpc_health
tests_unit_test_grpc_health_SOURCES = tests/unit/test_grpc_health.c
tests_unit_test_grpc_health_LDADD = libhealth.la libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_dns_reply
tests_unit_test_dns_reply_SOURCES = tests/unit/test_dns_reply.c
tests_unit_test_dns_reply_LDADD = libhealth.la libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_probe_datagram
tests_unit_test_probe_datagram_SOURCES = tests/unit/test_probe_datagram.c tests/unit/test_probe_rig.c \
	tests/unit/test_probe_rig.h
tests_unit_test_probe_datagram_LDADD = libcheckworker.la libhealth.la libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/sim/sim_health
tests_sim_sim_health_SOURCES = tests/sim/sim_health.c tests/sim/health_sim.c tests/sim/health_sim.h \
	tests/unit/test_health_conf.c \
	tests/unit/test_health_conf.h
tests_sim_sim_health_LDADD = libhealth.la libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/sim/sim_partition
tests_sim_sim_partition_SOURCES = tests/sim/sim_partition.c tests/unit/test_health_conf.c \
	tests/unit/test_health_conf.h
tests_sim_sim_partition_LDADD = libhealth.la libconf.la libbase.la $(CHECK_LIBS)

# Not built by default: make CC=clang tests/fuzz/fuzz_dns
EXTRA_PROGRAMS += tests/fuzz/fuzz_dns
tests_fuzz_fuzz_dns_SOURCES = tests/fuzz/fuzz_dns.c healthcheck/talk/dns_reply.c
tests_fuzz_fuzz_dns_CFLAGS = $(AM_CFLAGS) -g -O1 -fsanitize=fuzzer,address,undefined
tests_fuzz_fuzz_dns_LDFLAGS = -fsanitize=fuzzer,address,undefined

# Not built by default: make CC=clang tests/fuzz/fuzz_grpc
EXTRA_PROGRAMS += tests/fuzz/fuzz_grpc
tests_fuzz_fuzz_grpc_SOURCES = tests/fuzz/fuzz_grpc.c healthcheck/grpc_health.c
tests_fuzz_fuzz_grpc_CFLAGS = $(AM_CFLAGS) -g -O1 -fsanitize=fuzzer,address,undefined
tests_fuzz_fuzz_grpc_LDFLAGS = -fsanitize=fuzzer,address,undefined

# Not built by default: make CC=clang tests/fuzz/fuzz_health
EXTRA_PROGRAMS += tests/fuzz/fuzz_health
tests_fuzz_fuzz_health_SOURCES = tests/fuzz/fuzz_health.c healthcheck/wire.c healthcheck/talk/sockets.c \
	healthcheck/probes/ping_packet.c
tests_fuzz_fuzz_health_LDADD = libconf.la libbase.la $(PCRE2_LIBS)
tests_fuzz_fuzz_health_CFLAGS = $(AM_CFLAGS) -g -O1 -fsanitize=fuzzer,address,undefined
tests_fuzz_fuzz_health_LDFLAGS = -fsanitize=fuzzer,address,undefined

# Not built by default: make CC=clang tests/fuzz/fuzz_agent
EXTRA_PROGRAMS += tests/fuzz/fuzz_agent
tests_fuzz_fuzz_agent_SOURCES = tests/fuzz/fuzz_agent.c healthcheck/talk/agent.c conf/text/escaped.c
tests_fuzz_fuzz_agent_LDADD = libbase.la
tests_fuzz_fuzz_agent_CFLAGS = $(AM_CFLAGS) -g -O1 -fsanitize=fuzzer,address,undefined
tests_fuzz_fuzz_agent_LDFLAGS = -fsanitize=fuzzer,address,undefined

# Not built by default: make CC=clang tests/fuzz/fuzz_dialogue
EXTRA_PROGRAMS += tests/fuzz/fuzz_dialogue
tests_fuzz_fuzz_dialogue_SOURCES = tests/fuzz/fuzz_dialogue.c healthcheck/talk/steps.c conf/text/escaped.c \
	base/regex/regex.c
tests_fuzz_fuzz_dialogue_LDADD = libbase.la $(PCRE2_LIBS)
tests_fuzz_fuzz_dialogue_CFLAGS = $(AM_CFLAGS) -g -O1 -fsanitize=fuzzer,address,undefined
tests_fuzz_fuzz_dialogue_LDFLAGS = -fsanitize=fuzzer,address,undefined

# Not built by default: make tests/bench/bench_health
EXTRA_PROGRAMS += tests/bench/bench_health
tests_bench_bench_health_SOURCES = tests/bench/bench_health.c tests/bench/server.c tests/bench/server.h
tests_bench_bench_health_LDADD = libcheckworker.la libhealth.la libconf.la libbase.la
EXTRA_PROGRAMS += tests/bench/bench_curl
tests_bench_bench_curl_SOURCES = tests/bench/bench_curl.c tests/bench/server.c tests/bench/server.h
tests_bench_bench_curl_LDADD = libtransfers.la libbase.la

# Whose fault a failed probe is, and what the model makes of it.
check_PROGRAMS += tests/unit/test_path
tests_unit_test_path_SOURCES = tests/unit/test_path.c tests/unit/test_health_conf.c \
	tests/unit/test_health_conf.h
tests_unit_test_path_LDADD = libhealth.la libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_path_watch
tests_unit_test_path_watch_SOURCES = tests/unit/test_path_watch.c tests/unit/own_net.c \
	tests/unit/own_net.h
tests_unit_test_path_watch_LDADD = libpathwatch.la libhealth.la libconf.la libbase.la $(CHECK_LIBS)

# Sockets that the director passes.
check_PROGRAMS += tests/unit/test_probe_passed
tests_unit_test_probe_passed_SOURCES = tests/unit/test_probe_passed.c tests/unit/test_probe_rig.c \
	tests/unit/test_probe_rig.h tests/unit/own_net.c tests/unit/own_net.h
tests_unit_test_probe_passed_LDADD = libcheckworker.la libhealth.la libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_check_sockets
tests_unit_test_check_sockets_SOURCES = tests/unit/test_check_sockets.c tests/unit/test_health_conf.c \
	tests/unit/test_health_conf.h tests/unit/own_net.c tests/unit/own_net.h \
	daemon/director/check/sockets.c
tests_unit_test_check_sockets_LDADD = libhealth.la libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_probe_ping
tests_unit_test_probe_ping_SOURCES = tests/unit/test_probe_ping.c tests/unit/test_probe_rig.c \
	tests/unit/test_probe_rig.h tests/unit/own_net.c tests/unit/own_net.h
tests_unit_test_probe_ping_LDADD = libcheckworker.la libhealth.la libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_check_files
tests_unit_test_check_files_SOURCES = tests/unit/test_check_files.c tests/unit/test_health_conf.c \
	tests/unit/test_health_conf.h daemon/director/check/files.c
tests_unit_test_check_files_LDADD = libhealth.la libvrrp.la libconf.la libbase.la $(CHECK_LIBS)

# Verdicts that outlive a director.
check_PROGRAMS += tests/unit/test_verdicts tests/unit/test_verdict_file
tests_unit_test_verdicts_SOURCES = tests/unit/test_verdicts.c tests/unit/test_health_conf.c \
	tests/unit/test_health_conf.h
tests_unit_test_verdicts_LDADD = libhealth.la libconf.la libbase.la $(CHECK_LIBS)
tests_unit_test_verdict_file_SOURCES = tests/unit/test_verdict_file.c tests/unit/test_health_conf.c \
	tests/unit/test_health_conf.h tests/unit/fake_rundir.c tests/unit/fake_rundir.h \
	tests/unit/logged.c tests/unit/logged.h daemon/director/check/verdict_file.c
tests_unit_test_verdict_file_LDADD = libhealth.la libconf.la libbase.la $(CHECK_LIBS)

# Not built by default: make CC=clang tests/fuzz/fuzz_verdicts
EXTRA_PROGRAMS += tests/fuzz/fuzz_verdicts
tests_fuzz_fuzz_verdicts_SOURCES = tests/fuzz/fuzz_verdicts.c
tests_fuzz_fuzz_verdicts_LDADD = libhealth.la libconf.la libbase.la $(PCRE2_LIBS)
tests_fuzz_fuzz_verdicts_CFLAGS = $(AM_CFLAGS) -g -O1 -fsanitize=fuzzer,address,undefined
tests_fuzz_fuzz_verdicts_LDFLAGS = -fsanitize=fuzzer,address,undefined

# Verdicts of others.
check_PROGRAMS += tests/unit/test_health_track
tests_unit_test_health_track_SOURCES = tests/unit/test_health_track.c tests/unit/test_health_conf.c \
	tests/unit/test_health_conf.h
tests_unit_test_health_track_LDADD = libhealth.la libconf.la libbase.la $(CHECK_LIBS)

# Checks through the virtual address.
check_PROGRAMS += tests/unit/test_through
tests_unit_test_through_SOURCES = tests/unit/test_through.c daemon/director/check/ports.c daemon/director/check/ports.h
tests_unit_test_through_LDADD = libipvs.la libhealth.la libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_http_request
tests_unit_test_http_request_SOURCES = tests/unit/test_http_request.c tests/unit/logged.c tests/unit/logged.h \
	tests/unit/test_health_conf.c tests/unit/test_health_conf.h
tests_unit_test_http_request_LDADD = libcheckworker.la libhealth.la libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_lateness
tests_unit_test_lateness_SOURCES = tests/unit/test_lateness.c
tests_unit_test_lateness_LDADD = libhealth.la libbase.la $(CHECK_LIBS)
