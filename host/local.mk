# host: what lvsd keeps outside of IPVS. Pure: wanted, present, plan, texts; edges: sysctls, sets, programs.
noinst_LTLIBRARIES += libhost.la libhostedge.la
libhost_la_SOURCES = host/apply.c host/filter.c host/filter.h host/flavour.c host/flavour.h host/nft_message.c host/nft_message.h host/nft_read.c \
	host/nft_read.h host/nft_write.c host/nft_write.h host/owner.c host/owner.h host/plan.c host/plan.h \
	host/restore.c host/restore.h host/save.c host/save.h host/state.c \
	host/state.h host/want.c host/want.h host/want_filter.c
libhostedge_la_SOURCES = host/mark.c host/mark.h host/modules.c host/modules.h host/nft.c host/nft.h host/sets.c host/sets.h \
	host/sysctl.c host/sysctl.h
libhostedge_la_CPPFLAGS = $(AM_CPPFLAGS) $(IPSET_CFLAGS)
libhostedge_la_LIBADD = $(IPSET_LIBS)
