# unit tests of conf
check_PROGRAMS += tests/unit/test_conf tests/unit/test_conf_diff tests/unit/test_conf_expand \
	tests/unit/test_conf_golden \
	tests/unit/test_conf_load tests/unit/test_conf_manual tests/unit/test_conf_misplaced \
	tests/unit/test_conf_needs \
	tests/unit/test_conf_property
tests_unit_test_conf_SOURCES = tests/unit/test_conf.c
tests_unit_test_conf_LDADD = libconf.la libbase.la $(CHECK_LIBS)
tests_unit_test_conf_diff_SOURCES = tests/unit/test_conf_diff.c
tests_unit_test_conf_diff_LDADD = libconf.la libbase.la $(CHECK_LIBS)
tests_unit_test_conf_expand_SOURCES = tests/unit/test_conf_expand.c tests/unit/conf_host.c \
	tests/unit/conf_host.h
tests_unit_test_conf_expand_LDADD = libconf.la libbase.la $(CHECK_LIBS)
tests_unit_test_conf_property_SOURCES = tests/unit/test_conf_property.c \
	tests/unit/conf_random.c tests/unit/conf_random.h tests/unit/first_difference.h
tests_unit_test_conf_property_LDADD = libconf.la libbase.la $(CHECK_LIBS)
tests_unit_test_conf_load_SOURCES = tests/unit/test_conf_load.c
tests_unit_test_conf_load_LDADD = libconf.la libbase.la $(CHECK_LIBS)
tests_unit_test_conf_manual_SOURCES = tests/unit/test_conf_manual.c
tests_unit_test_conf_manual_LDADD = libconf.la libbase.la $(CHECK_LIBS)
tests_unit_test_conf_misplaced_SOURCES = tests/unit/test_conf_misplaced.c
tests_unit_test_conf_misplaced_LDADD = libconf.la libbase.la $(CHECK_LIBS)
tests_unit_test_conf_needs_SOURCES = tests/unit/test_conf_needs.c
tests_unit_test_conf_needs_LDADD = libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_conf_keywords tests/unit/test_conf_kinds tests/unit/test_conf_samples
tests_unit_test_conf_kinds_SOURCES = tests/unit/test_conf_kinds.c
tests_unit_test_conf_kinds_LDADD = libconf.la libbase.la $(CHECK_LIBS)
tests_unit_test_conf_keywords_SOURCES = tests/unit/test_conf_keywords.c
tests_unit_test_conf_keywords_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) \
	-DKEYWORDS_DOCUMENT='"$(abs_top_srcdir)/doc/keywords.md"'
tests_unit_test_conf_keywords_LDADD = libconf.la libbase.la $(CHECK_LIBS)
tests_unit_test_conf_samples_SOURCES = tests/unit/test_conf_samples.c
tests_unit_test_conf_samples_LDADD = libconf.la libbase.la $(CHECK_LIBS)

# LVSD_GOLDEN_WRITE=1 tests/unit/test_conf_golden writes the expected outputs anew.
tests_unit_test_conf_golden_SOURCES = tests/unit/test_conf_golden.c tests/unit/first_difference.h
tests_unit_test_conf_golden_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) \
	-DGOLDEN_DIR='"$(abs_top_srcdir)/tests/golden/conf"'
tests_unit_test_conf_golden_LDADD = libconf.la libbase.la $(CHECK_LIBS)
EXTRA_DIST += tests/golden/conf

# make fuzz, then tests/fuzz/fuzz_X -dict=tests/fuzz/conf.dict CORPUS with fuzz_token, fuzz_expand
# and fuzz_conf, whose seeds are $(top_srcdir)/tests/fuzz/corpus/X and, for all of them,
# $(top_srcdir)/tests/golden/conf: needs clang. The dictionary is every word of the language.
EXTRA_DIST += tests/fuzz/fuzz_token.c tests/fuzz/fuzz_expand.c tests/fuzz/fuzz_conf.c \
	tests/fuzz/conf_files.c tests/fuzz/conf_files.h tests/fuzz/corpus
FUZZ_CFLAGS = -std=gnu11 -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
	-DARENA_BLOCK_SIZE=0
FUZZ_CONF_BASE = base/addr.c base/arena.c base/err.c base/hash.c base/mem.c base/pack.c base/regex/regex.c base/svckey.c base/trust.c \
	base/regex/regex.c
.PHONY: fuzz
FUZZ_CONF = tests/fuzz/fuzz_token tests/fuzz/fuzz_expand tests/fuzz/fuzz_conf
fuzz: $(FUZZ_CONF) tests/fuzz/conf.dict
tests/fuzz/conf.dict: $(libconf_la_SOURCES) conf/kinds/list.h conf/schema/schema_ids.h
	$(MKDIR_P) tests/fuzz
	cd $(srcdir) && { sed -n 's/^[[:space:]]*\.\(name\|alias\|second_alias\|lead\) = \("[^"]*"\),$$/\2/p' \
		$(conf_schema_rows) | sort -u; \
		printf '"%s"\n' '$$A=' '$${A}' '$${_ENV N}' '$${_RANDOM 1 2}' '$${_HASH}' '@id ' '@^id ' \
		'~SEQ(i, 1, 3) ' '~SEQx(' '~LST({A,B}, {1,2}) ' 'include a' 'includea {a,b}' 'include *' \
		'\\\\\x0a' '\x1e'; } > $(abs_builddir)/$@
$(FUZZ_CONF): %: %.c tests/fuzz/conf_files.c $(libconf_la_SOURCES) $(FUZZ_CONF_BASE)
	$(MKDIR_P) tests/fuzz
	cd $(srcdir) && $(FUZZ_CC) $(FUZZ_CFLAGS) -I. -I$(abs_builddir) -include config.h \
		$(MD_CFLAGS) $(PCRE2_CFLAGS) $(PCRE2_CFLAGS) -o $(abs_builddir)/$@ $@.c tests/fuzz/conf_files.c \
		$(filter %.c,$(libconf_la_SOURCES)) $(FUZZ_CONF_BASE) $(MD_LIBS) $(PCRE2_LIBS) $(PCRE2_LIBS)

# Not built by default: make tests/bench/bench_conf
EXTRA_PROGRAMS += tests/bench/bench_conf
tests_bench_bench_conf_SOURCES = tests/bench/bench_conf.c
tests_bench_bench_conf_LDADD = libconf.la libbase.la

check_PROGRAMS += tests/unit/test_conf_layout
tests_unit_test_conf_layout_SOURCES = tests/unit/test_conf_layout.c tests/unit/conf_host.c \
	tests/unit/conf_host.h tests/unit/conf_random.c tests/unit/conf_random.h
tests_unit_test_conf_layout_LDADD = libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_conf_refusals
tests_unit_test_conf_refusals_SOURCES = tests/unit/test_conf_refusals.c
tests_unit_test_conf_refusals_LDADD = libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_conf_names
tests_unit_test_conf_names_SOURCES = tests/unit/test_conf_names.c
tests_unit_test_conf_names_LDADD = libconf.la libbase.la $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_conf_expansions
tests_unit_test_conf_expansions_SOURCES = tests/unit/test_conf_expansions.c tests/unit/conf_host.c \
	tests/unit/conf_host.h
tests_unit_test_conf_expansions_LDADD = libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_conf_crossing
tests_unit_test_conf_crossing_SOURCES = tests/unit/test_conf_crossing.c tests/unit/conf_random.c \
	tests/unit/conf_random.h
tests_unit_test_conf_crossing_LDADD = libhealth.la libvrrp.la libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_conf_parts
tests_unit_test_conf_parts_SOURCES = tests/unit/test_conf_parts.c
tests_unit_test_conf_parts_LDADD = libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_conf_bounds
tests_unit_test_conf_bounds_SOURCES = tests/unit/test_conf_bounds.c tests/unit/conf_value.c \
	tests/unit/conf_value.h
tests_unit_test_conf_bounds_LDADD = libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_conf_values
tests_unit_test_conf_values_SOURCES = tests/unit/test_conf_values.c tests/unit/conf_value.c \
	tests/unit/conf_value.h
tests_unit_test_conf_values_LDADD = libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_conf_fields
tests_unit_test_conf_fields_SOURCES = tests/unit/test_conf_fields.c \
	tests/unit/fields_samples.c tests/unit/fields_samples.h
tests_unit_test_conf_fields_LDADD = libhealth.la libvrrp.la libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_conf_editor
tests_unit_test_conf_editor_SOURCES = tests/unit/test_conf_editor.c
tests_unit_test_conf_editor_LDADD = libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_conf_meaning
tests_unit_test_conf_meaning_SOURCES = tests/unit/test_conf_meaning.c
tests_unit_test_conf_meaning_LDADD = libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_key_file
tests_unit_test_key_file_SOURCES = tests/unit/test_key_file.c
tests_unit_test_key_file_LDADD = libconf.la libbase.la $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_conf_sync
tests_unit_test_conf_sync_SOURCES = tests/unit/test_conf_sync.c
tests_unit_test_conf_sync_LDADD = libconf.la libbase.la $(CHECK_LIBS)
