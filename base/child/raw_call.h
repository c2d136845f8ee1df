/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * System calls without errno. The C library keeps errno in memory, which a child that shares the memory of
 * its parent (CLONE_VM) would overwrite while the parent runs.
 *
 * Where this is written for the processor, RAW_CALL_SPARES_ERRNO is 1. Elsewhere raw_call() uses syscall(2),
 * which writes errno, so there no child may share its parent's memory.
 */
#ifndef LVSD_BASE_CHILD_RAW_CALL_H
#define LVSD_BASE_CHILD_RAW_CALL_H

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

/* For functions that run in such a child: a sanitizer's checks use memory and stacks of the parent. */
#define CHILD_SIDE __attribute__((no_sanitize("address", "undefined")))

/* The calls that take numbers of users and groups of 32 bits. */
#ifdef SYS_setresuid32
#define NR_SETGROUPS SYS_setgroups32
#define NR_SETRESGID SYS_setresgid32
#define NR_SETRESUID SYS_setresuid32
#else
#define NR_SETGROUPS SYS_setgroups
#define NR_SETRESGID SYS_setresgid
#define NR_SETRESUID SYS_setresuid
#endif

#if defined(__x86_64__) && defined(__LP64__)
#define RAW_CALL_SPARES_ERRNO 1

/* Returns the result of the call, or -errno. */
CHILD_SIDE static inline long raw_call(long number, long a, long b, long c, long d)
{
	register long fourth __asm__("r10") = d;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "0"(number), "D"(a), "S"(b), "d"(c), "r"(fourth)
			 : "rcx", "r11", "memory");
	return result;
}

#elif defined(__aarch64__) && defined(__LP64__)
#define RAW_CALL_SPARES_ERRNO 1

CHILD_SIDE static inline long raw_call(long number, long a, long b, long c, long d)
{
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;

	__asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
	return x0;
}

#else
#define RAW_CALL_SPARES_ERRNO 0

CHILD_SIDE static inline long raw_call(long number, long a, long b, long c, long d)
{
	long result = syscall(number, a, b, c, d);

	return result < 0 ? -errno : result;
}

#endif
#endif
