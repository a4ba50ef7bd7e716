#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# stray.sh COMPILER...: the link lock holds.  A layer that calls what it may not use does not link into an empty
# program; the same layer with what it needs does.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo 'int allowed() { return 1; }' >allowed.cpp
echo 'int allowed(); int layer() { return allowed(); }' >good.cpp
echo 'int other_plane(); int layer() { return other_plane(); }' >bad.cpp
echo 'int main() { return 0; }' >main.cpp
for name in allowed good bad main; do
    "$@" -c "$name.cpp" -o "$name.o"
    ar rcs "lib$name.a" "$name.o"
done
link() { "$@" 2>errors; }
echo 1..2
if link "$@" main.o -Wl,--whole-archive libgood.a -Wl,--no-whole-archive liballowed.a -o program; then
    echo "ok 1 - a layer links with what it may use"
else
    echo "not ok 1 - a layer links with what it may use"
    sed 's/^/# /' errors
fi
if link "$@" main.o -Wl,--whole-archive libbad.a -Wl,--no-whole-archive liballowed.a -o program; then
    echo "not ok 2 - a stray symbol is refused"
elif grep -q 'undefined reference to .other_plane' errors; then
    echo "ok 2 - a stray symbol is refused"
else
    echo "not ok 2 - a stray symbol is refused"
    sed 's/^/# /' errors
fi
