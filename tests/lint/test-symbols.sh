#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# test-symbols.sh SYMBOLS.PY COMPILER...: symbols.py passes a clean library and finds a stray or empty one.
set -euo pipefail
linter=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
number=0
echo 1..3
# case NAME STATUS CODE: the verdict on a library of CODE.
verdict() {
    local name=$1 wanted=$2 status=0
    number=$((number + 1))
    printf '%s\n' "$3" >library.cpp
    "${compiler[@]}" -shared -fPIC library.cpp -o library.so
    /usr/bin/python3 "$linter" library.so >said || status=$?
    if [ "$status" = "$wanted" ]; then
        echo "ok $number - $name"
    else
        echo "not ok $number - $name"
        sed 's/^/# /' said
    fi
}
compiler=("$@")
verdict clean 0 'extern "C" int h2k_job_run() { return 0; }'
verdict stray 1 'extern "C" int h2k_job_run() { return 0; } namespace h2k { int plan() { return 1; } }'
verdict empty 1 'static int nothing; int *unused() __attribute__((visibility("hidden"))); int *unused() { return &nothing; }'
