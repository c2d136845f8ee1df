# doctor: what is wrong with a director. Pure: firewall, openings, examine; edge: gather.
noinst_LTLIBRARIES += libdoctor.la libdoctorgather.la
libdoctor_la_SOURCES = doctor/examine.c doctor/examine.h doctor/examine_firewall.c \
	doctor/examine_kernel.c doctor/examine_network.c doctor/examine_vrrp.c doctor/facts.c \
	doctor/facts.h doctor/firewall.c doctor/firewall.h doctor/openings.c doctor/openings.h
libdoctorgather_la_SOURCES = doctor/gather.c doctor/gather.h doctor/gather_link.c \
	doctor/gather_net.c doctor/gather_output.c doctor/gather_proc.c doctor/report.c doctor/report.h
libdoctorgather_la_CPPFLAGS = $(AM_CPPFLAGS) $(NLROUTE_CFLAGS) $(JANSSON_CFLAGS)
libdoctorgather_la_LIBADD = $(NLROUTE_LIBS) $(JANSSON_LIBS)
