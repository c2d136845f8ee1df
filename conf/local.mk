# conf: text to an immutable snapshot.
noinst_LTLIBRARIES += libconf.la
libconf_la_SOURCES = conf/conf.h conf/diag.h conf/load.h conf/print.h conf/needs.h conf/manual.h \
	conf/build_host.c conf/canon_host.c conf/check_host.c conf/fields_host.c conf/schema_host.c \
	conf/build.c conf/build.h conf/build_check.c conf/build_group.c conf/build_ipvs.c conf/build_vrrp.c conf/build_vs.c \
	conf/canon.c conf/canon.h conf/cure.c conf/cure.h conf/canon_group.c conf/canon_vs.c conf/check.h conf/check_instance.c conf/check_names.c conf/check_secrets.c \
	conf/check_service.c conf/check_services.c conf/check_vrrp.c conf/check_vs.c conf/diag.c conf/diff.c conf/diff.h \
	conf/digest.c conf/digest.h conf/effect.c conf/effect.h conf/editor.c conf/editor.h conf/expand.c conf/expand.h \
	conf/expand_builtin.c conf/expand_include.c conf/expand_internal.h conf/expand_line.c \
	conf/expand_name.c conf/expand_repeat.c conf/harmless.c conf/harmless.h conf/ignored.c conf/ignored.h conf/field.c conf/field.h conf/fields.c \
	conf/fields.h conf/fields_vs.c conf/keywords.c conf/keywords.h conf/lines.c conf/lines.h \
	conf/load.c conf/lookup.c conf/lookup.h \
	conf/manual.c conf/needs.c conf/out.c conf/out.h conf/parse.c conf/parse.h conf/print.c \
	conf/report.c conf/report.h conf/resolve.c conf/resolve.h conf/schema.c conf/schema.h conf/schema_id.h \
	conf/schema_check.c conf/schema_global.c conf/schema_lvs.c conf/schema_notify.c \
	conf/schema_global_more.c conf/schema_global_vrrp.c conf/schema_global_system.c conf/schema_root.c conf/schema_address.c \
	conf/schema_route.c conf/schema_rule.c conf/schema_instance.c conf/schema_track.c conf/schema_checker.c conf/schema_bfd.c \
	conf/server_find.c conf/server_find.h \
	conf/schema_vrrp.c conf/script.c conf/script.h conf/secret.c conf/secret.h conf/sorted.c \
	conf/sorted.h conf/source.c conf/source.h conf/token.c conf/token.h conf/utf8.c conf/utf8.h \
	conf/value.c conf/value.h conf/value_judge.c conf/value_judge.h conf/walk.c conf/walk.h
libconf_la_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
libconf_la_LIBADD = $(CRYPTO_LIBS)
