# SPDX-License-Identifier: GPL-2.0-or-later
# LVSD_HARDEN: options of compiler and linker that make a fault in lvsd harder to exploit. Sets
# HARDEN_CFLAGS and HARDEN_LDFLAGS to those that this compiler and this linker know, and defines
# LVSD_FORTIFY, the level of the C library's checks of buffers. What the builder says in CFLAGS,
# CPPFLAGS and LDFLAGS (dpkg-buildflags) comes later on the command line and so has the last word.

# LVSD_HARDEN_TRY(VARIABLE, FLAGS): adds FLAGS to VARIABLE if a program can be built with them.
AC_DEFUN([LVSD_HARDEN_TRY], [
	AC_MSG_CHECKING([whether $CC knows $2])
	lvsd_saved_CFLAGS=$CFLAGS
	CFLAGS="$CFLAGS -Werror $2"
	AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])],
		[AC_MSG_RESULT([yes])
		$1="$$1 $2"],
		[AC_MSG_RESULT([no])])
	CFLAGS=$lvsd_saved_CFLAGS
])

# LVSD_HARDEN_FORTIFY: defines LVSD_FORTIFY as 3 if the C library has that level, else as 2.
AC_DEFUN([LVSD_HARDEN_FORTIFY], [
	AC_MSG_CHECKING([which level of _FORTIFY_SOURCE the C library has])
	lvsd_saved_CFLAGS=$CFLAGS
	CFLAGS="-O2 -Werror"
	AC_COMPILE_IFELSE([AC_LANG_SOURCE([[
#undef _FORTIFY_SOURCE
#define _FORTIFY_SOURCE 3
#include <string.h>
int main(void) { return 0; }
]])], [lvsd_fortify=3], [lvsd_fortify=2])
	CFLAGS=$lvsd_saved_CFLAGS
	AC_MSG_RESULT([$lvsd_fortify])
	AC_DEFINE_UNQUOTED([LVSD_FORTIFY], [$lvsd_fortify], [Level of _FORTIFY_SOURCE.])
])

AC_DEFUN([LVSD_HARDEN], [
	HARDEN_CFLAGS=
	HARDEN_LDFLAGS=
	LVSD_HARDEN_TRY([HARDEN_CFLAGS], [-fstack-protector-strong])
	LVSD_HARDEN_TRY([HARDEN_CFLAGS], [-fstack-clash-protection])
	LVSD_HARDEN_TRY([HARDEN_CFLAGS], [-fcf-protection])
	lvsd_pie=
	LVSD_HARDEN_TRY([lvsd_pie], [-fPIE -pie])
	AS_IF([test -n "$lvsd_pie"],
		[HARDEN_CFLAGS="$HARDEN_CFLAGS -fPIE"
		HARDEN_LDFLAGS="$HARDEN_LDFLAGS -pie"])
	LVSD_HARDEN_TRY([HARDEN_LDFLAGS], [-Wl,-z,relro])
	LVSD_HARDEN_TRY([HARDEN_LDFLAGS], [-Wl,-z,now])
	LVSD_HARDEN_FORTIFY
	AC_SUBST([HARDEN_CFLAGS])
	AC_SUBST([HARDEN_LDFLAGS])
])

# config.h comes before every other header. The checks need the optimizer; a sanitizer has better ones.
AH_BOTTOM([
#ifndef __has_feature
#define __has_feature(name) 0
#endif
#if defined LVSD_FORTIFY && defined __OPTIMIZE__ && !defined _FORTIFY_SOURCE && \
    !defined __SANITIZE_ADDRESS__ && !__has_feature(address_sanitizer)
#define _FORTIFY_SOURCE LVSD_FORTIFY
#endif])
