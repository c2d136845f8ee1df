# doctor: what is wrong with a director. Pure: match, firewall, nft, openings, finding, examine; edge: gather.
noinst_LTLIBRARIES += libdoctor.la libdoctorgather.la
libdoctor_la_SOURCES = doctor/examine.c doctor/examine.h doctor/examine_firewall.c doctor/examine_help.c \
	doctor/examine_help.h \
	doctor/examine_kernel.c doctor/examine_link.c doctor/examine_network.c doctor/examine_peers.c doctor/examine_running.c doctor/examine_sync.c \
	doctor/examine_vrrp.c doctor/facts.c \
	doctor/facts.h doctor/finding.c doctor/finding.h doctor/firewall.c doctor/firewall.h doctor/match.c doctor/match.h $(doctor_nft) \
	doctor/openings.c doctor/openings.h
doctor_nft = doctor/nft.c doctor/nft.h doctor/nft_match.c doctor/nft_model.h doctor/nft_walk.c
libdoctor_la_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
libdoctor_la_LIBADD = $(JANSSON_LIBS)
libdoctorgather_la_SOURCES = doctor/gather.c doctor/gather.h doctor/gather_link.c doctor/gather_link.h \
	doctor/gather_neighbours.c doctor/gather_net.c doctor/gather_output.c doctor/gather_proc.c doctor/report.c doctor/report.h
libdoctorgather_la_CPPFLAGS = $(AM_CPPFLAGS) $(NLROUTE_CFLAGS) $(JANSSON_CFLAGS)
libdoctorgather_la_LIBADD = $(NLROUTE_LIBS) $(JANSSON_LIBS)
