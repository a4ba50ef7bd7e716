#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# test-man-options.sh MAN-OPTIONS.PY: it passes a page that fits the help, and finds what either one lacks.
set -euo pipefail
linter=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >program <<'END'
#!/bin/sh
if [ "$1" = import ]; then
    printf 'Usage:\n  program import DISK\n\n  -c, --connect=URI   where, or not --somewhere\n  --dry-run           plan\n'
elif [ "$1" = --version ]; then
    echo 1
elif [ "$1" != --help ]; then
    exit 2
else
    printf 'Usage:\n  program COMMAND\n\nCommands:\n  import    takes a disk\n\n  -h, --help   help\n'
fi
END
chmod +x program
cat >good.rst <<'END'
**import** *DISK*
**-c**, **--connect** *URI*
**--dry-run**
**-h**, **--help**
**--version**
**virsh**\ (1)
END
grep -v dry-run good.rst >lacking.rst
{ cat good.rst; echo '**--fast**'; } >more.rst
{ cat good.rst; echo '**export** *DISK*'; } >command.rst
grep -v import good.rst >no-command.rst
echo 1..5
number=0
# verdict NAME STATUS TEXT: what the linter says about NAME.rst.
verdict() {
    local status=0
    number=$((number + 1))
    /usr/bin/python3 "$linter" "$1.rst" ./program >said 2>&1 || status=$?
    if [ "$status" = "$2" ] && grep -qF -- "$3" said; then
        echo "ok $number - $1"
    else
        echo "not ok $number - $1"
        sed 's/^/# /' said
    fi
}
verdict good 0 ''
verdict lacking 1 '--dry-run stands in --help and not'
verdict more 1 '--fast stands in the man page and not'
verdict command 1 'the command export'
verdict no-command 1 'lists the command import'
