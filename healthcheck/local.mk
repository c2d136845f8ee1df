# healthcheck: pure health model and frames; edge: the check process.
noinst_LTLIBRARIES += libhealth.la libcheckworker.la libpathwatch.la
libhealth_la_SOURCES = healthcheck/check_key.c healthcheck/check_key.h healthcheck/check_step.c \
	healthcheck/check_step.h healthcheck/datagram.h \
	healthcheck/datagram_udp.c healthcheck/dialogue.c healthcheck/dialogue.h healthcheck/talk/agent.c healthcheck/talk/agent.h healthcheck/talk/steps.c healthcheck/talk/dns_reply.c healthcheck/talk/dns_reply.h healthcheck/health.c healthcheck/health.h \
	healthcheck/health_configure.c healthcheck/health_maintenance.c healthcheck/health_internal.h healthcheck/health_path.c \
	healthcheck/grpc_health.c healthcheck/grpc_health.h healthcheck/health_lend.c healthcheck/health_rs.c \
	healthcheck/http_judge.c \
	healthcheck/health_whatif.c healthcheck/health_whatif.h \
	healthcheck/http_judge.h healthcheck/judge/guard.c healthcheck/judge/guard.h healthcheck/judge/health_guard.c \
	healthcheck/judge/reach.c healthcheck/judge/reach.h \
	healthcheck/judge/flap.c healthcheck/judge/flap.h healthcheck/judge/health_flap.c \
	healthcheck/judge/tiers.c healthcheck/judge/tiers.h healthcheck/id_map.c \
	healthcheck/id_map.h healthcheck/match.c healthcheck/match.h healthcheck/path.c healthcheck/path.h healthcheck/pool.c \
	healthcheck/pace/health_hasten.c healthcheck/pace/keep.c healthcheck/pace/keep.h \
	healthcheck/pace/lateness.c healthcheck/pace/lateness.h healthcheck/pace/pace.c healthcheck/pace/pace.h healthcheck/pace/passive.c healthcheck/pace/passive.h \
	healthcheck/path_targets.c healthcheck/path_targets.h healthcheck/pool.h healthcheck/sched.c \
	healthcheck/sched.h healthcheck/judge/file_judge.c healthcheck/judge/file_judge.h healthcheck/talk/sockets.c healthcheck/talk/sockets.h \
	healthcheck/verdict/health_verdicts.c healthcheck/verdict/verdict.h healthcheck/verdict/verdict_key.c \
	healthcheck/verdict/verdict_text.c healthcheck/track/health_track.c healthcheck/track/health_track.h \
	healthcheck/probes/ping_packet.c healthcheck/probes/ping_packet.h healthcheck/wire.c healthcheck/wire.h
libcheckworker_la_SOURCES = healthcheck/probe.c healthcheck/probe.h healthcheck/probes/attempt.c \
	healthcheck/probes/attempt.h healthcheck/probes/conversation.c healthcheck/probes/conversation.h \
	healthcheck/probes/awake.c healthcheck/probes/awake.h \
	healthcheck/probes/datagram_dns.c healthcheck/probes/patience.c healthcheck/probes/patience.h \
	healthcheck/probes/passed.c healthcheck/probes/passed.h \
	healthcheck/probes/ping_socket.c healthcheck/probes/ping_socket.h \
	healthcheck/probes/probe_agent.c healthcheck/probes/certificate.c healthcheck/probes/certificate.h \
	healthcheck/probes/http_bound.c healthcheck/probes/http_certificate.c healthcheck/probes/http_tls.c \
	healthcheck/probes/http_internal.h healthcheck/probes/http_request.c healthcheck/probes/patterns.c \
	healthcheck/probes/patterns.h \
	healthcheck/probes/probe_datagram.c healthcheck/probes/probe_http.c healthcheck/probes/probe_keep.c healthcheck/probes/probe_smtp.c \
	healthcheck/probes/probe_tcp.c healthcheck/probes/tls.c healthcheck/probes/tls.h \
	healthcheck/probes/tls_bound.c healthcheck/probes/tls_bound.h \
	healthcheck/spec_table.c healthcheck/spec_table.h healthcheck/worker.c healthcheck/worker.h
# What the director knows of the ways to its servers.
libpathwatch_la_SOURCES = healthcheck/path_watch.c healthcheck/path_watch.h
libpathwatch_la_CPPFLAGS = $(AM_CPPFLAGS) $(NLROUTE_CFLAGS)
libpathwatch_la_LIBADD = $(NLROUTE_LIBS)
libcheckworker_la_CPPFLAGS = $(AM_CPPFLAGS) $(CARES_CFLAGS) $(CURL_CFLAGS) $(CRYPTO_CFLAGS)
libcheckworker_la_LIBADD = libtransfers.la $(CARES_LIBS)
