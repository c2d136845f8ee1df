# admin: the administrator's tool. Pure: command lines, rules, formats; the rest is the program.
noinst_LTLIBRARIES += libadmin.la
libadmin_la_SOURCES = admin/brief.c admin/brief.h admin/command.c admin/command.h \
	admin/complete.c admin/complete.h admin/conn.c admin/conn.h \
	admin/format.c admin/format.h admin/lines.c admin/lines.h admin/real/setup.c admin/real/setup.h admin/refusal.c admin/rules.c admin/rules.h \
	admin/scan.c admin/scan.h admin/table.c admin/table.h admin/values.c admin/values.h

sbin_PROGRAMS += lvsadm
lvsadm_SOURCES = admin/help.c admin/json.c admin/json.h admin/list.c admin/list.h admin/main.c \
	admin/names.c admin/names.h admin/real/arp.c admin/real/arp.h \
	admin/real/exec.c admin/real/exec.h admin/real/link.c admin/real/link.h admin/real/run.c \
	admin/real/run.h admin/real/state.c admin/real/state.h admin/request.c admin/request.h admin/restore.c admin/run.c \
	admin/run_command.c \
	admin/run.h
lvsadm_LDADD = libadmin.la libipvsgenl.la libipvs.la libbase.la $(JANSSON_LIBS) $(NLROUTE_LIBS)

# The names decide what the program is.
install-exec-hook:
	cd $(DESTDIR)$(sbindir) && for name in lvsadm-save lvsadm-restore; do \
		rm -f $$name && $(LN_S) lvsadm $$name || exit 1; done
uninstall-hook:
	rm -f $(DESTDIR)$(sbindir)/lvsadm-save $(DESTDIR)$(sbindir)/lvsadm-restore

admin/lvsadm.service: admin/lvsadm.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) admin && sed -e 's|@sbindir''@|$(sbindir)|g' \
		$(srcdir)/admin/lvsadm.service.in >$@.new && mv $@.new $@
EXTRA_DIST += admin/lvsadm.service.in
CLEANFILES += admin/lvsadm.service
if HAS_SYSTEMDSYSTEMUNITDIR
systemdsystemunit_DATA += admin/lvsadm.service
endif
