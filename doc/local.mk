# doc: manual pages. That of the configuration is made of prose and of the schema's own words.
EXTRA_PROGRAMS += doc/gen_manual
doc_gen_manual_SOURCES = doc/gen_manual.c
doc_gen_manual_LDADD = libconf.la libbase.la

nodist_man_MANS += doc/lvsd.conf.5
EXTRA_DIST += doc/lvsd.conf.5.head doc/lvsd.conf.5.tail
CLEANFILES += doc/lvsd.conf.5 doc/lvsd.conf.5.tmp doc/gen_manual$(EXEEXT)
doc/lvsd.conf.5: doc/gen_manual$(EXEEXT) doc/lvsd.conf.5.head doc/lvsd.conf.5.tail
	$(AM_V_GEN)$(MKDIR_P) doc && { cat $(srcdir)/doc/lvsd.conf.5.head && doc/gen_manual$(EXEEXT) && \
		cat $(srcdir)/doc/lvsd.conf.5.tail; } > $@.tmp && mv $@.tmp $@

dist_man_MANS += doc/lvsd.8 doc/lvsctl.1
EXTRA_DIST += .clang-format doc/architecture.md doc/control.md

bashcompletiondir = $(datadir)/bash-completion/completions
dist_bashcompletion_DATA = doc/completion/lvsctl doc/completion/lvsd

# Read by people and by the tests.
EXTRA_DIST += CONTRIBUTING.md COPYING README.md tests/install/run
