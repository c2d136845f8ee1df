# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the lab's tests inside the guest: `main.py BUILD-DIR [--list] [PATTERN]...`.

A test is a function test_* of a module test_*.py here; its docstring is the sentence that it
proves. A pattern (with * and ?) selects tests by MODULE.NAME or a part of it. A function that
carries the mark `before_modules` runs before IPVS is loaded; one with `only_in_all` runs with LAB_ALL=1, or when a
pattern names it in full. LAB_QUEUE names a folder that several guests share: each takes the next test of the list that
no other has taken.
"""

import fnmatch
import glob
import importlib
import os
import sys
import time
import traceback

import lab as lab_module
import users
from lab import Failure, Lab, Skip


def find_tests(patterns):
    here = os.path.dirname(os.path.abspath(__file__))
    found = []
    for path in sorted(glob.glob(here + "/test_*.py")):
        module = importlib.import_module(os.path.basename(path)[:-3])
        for name, function in vars(module).items():
            if name.startswith("test_") and callable(function) and function.__module__ == module.__name__:
                found.append((f"{module.__name__[5:]}.{name[5:]}", function))
    if patterns:
        found = [test for test in found if any(fnmatch.fnmatch(test[0], f"*{p}*") for p in patterns)]
    if not lab_module.is_all():
        found = [test for test in found if test[0] in patterns or not getattr(test[1], "only_in_all", False)]
    # Stable: within a group the order of the files stays.
    return sorted(found, key=lambda test: (not getattr(test[1], "before_modules", False),
                                           not getattr(test[1], "takes_long", False)))


def is_ours(number):
    """Whether this guest takes the test of that number: no other guest has."""
    queue = os.environ.get("LAB_QUEUE")
    if queue:
        try:
            os.close(os.open(f"{queue}/{number}", os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return False
    return True


def verdict(function, lab):
    """("PASS" | "FAIL" | "SKIP", why, details)."""
    try:
        if lab_module.DAEMON != "lvsd" and not getattr(function, "any_daemon", False):
            raise Skip("is about lvsd alone")
        function(lab)
    except Skip as skip:
        return "SKIP", str(skip), ""
    except Failure as failure:
        line = traceback.extract_tb(failure.__traceback__)[1:2]
        return "FAIL", str(failure) + (f" (line {line[0].lineno})" if line else ""), ""
    except Exception as error:  # a fault of the test itself is a failure too
        return "FAIL", f"{type(error).__name__}: {error}", traceback.format_exc()
    return "PASS", "", ""


def show_failure(function, lab, details):
    print(f"    {' '.join((function.__doc__ or '').split())}")
    for line in details.splitlines():
        print("    " + line)
    for director in lab.directors:
        print(f"    --- log of {director.label}:")
        for line in director.log_tail(40).splitlines():
            print("    " + line)


def run(tests, build):
    counts = {"PASS": 0, "FAIL": 0, "SKIP": 0}
    lab = Lab(build)
    users.bring(lab.scratch)
    is_up = False
    for number, (name, function) in enumerate(tests):
        if not is_ours(number):
            continue
        if not is_up and not getattr(function, "before_modules", False):
            lab.up()
            is_up = True
        begin = time.monotonic()
        result, why, details = verdict(function, lab)
        counts[result] += 1
        took = time.monotonic() - begin
        print(f"{result} {name}" + (f": {why}" if why else "") + f" [{took:.1f} s]", flush=True)
        if result == "FAIL":
            show_failure(function, lab, details)
        try:
            lab.clean()
        except Exception:
            print("the lab could not be cleaned after this test; it ends here")
            traceback.print_exc(file=sys.stdout)
            counts["FAIL"] += 1
            break
    lab.down()
    return counts


def main():
    build, *arguments = sys.argv[1:]
    tests = find_tests([word for word in arguments if word != "--list"])
    if "--list" in arguments:
        for name, function in tests:
            print(f"{name}: {' '.join((function.__doc__ or '').split())}")
        return 0
    if lab_module.DAEMON != "lvsd":
        print(f"(the directors run {lab_module.DAEMON})")
    counts = run(tests * int(os.environ.get("LAB_TIMES", "1")), build)
    print(f"{counts['PASS']} passed, {counts['FAIL']} failed, {counts['SKIP']} skipped")
    return 1 if counts["FAIL"] or not tests else 0


sys.exit(main())
