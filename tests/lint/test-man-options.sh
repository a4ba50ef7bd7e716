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
    printf 'Usage: program import DISK\n\nOptions:\n  -c, --connect=URI   where, or not\n                      --somewhere\n'
    printf '      --dry-run       plan\n'
elif [ "$1 $2" = 'config show' ]; then
    printf 'Usage: program config show\n\nOptions:\n      --all   all\n'
elif [ "$1" = config ]; then
    printf 'Usage: program config COMMAND\n\nCommands:\n  show  shows\n'
elif [ "$1" = --version ]; then
    echo 1
elif [ "$1" != --help ]; then
    exit 2
else
    printf 'Usage: program COMMAND\n\nCommands:\n  import    takes a disk\n  config    settings\n'
    printf '\nOptions:\n  -h, --help   help\n'
fi
END
chmod +x program
cat >good.rst <<'END'
**import** *DISK*
**config show**
**--all**
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
grep -v 'config show' good.rst >no-nested.rst
sed 's/config show/config/' good.rst >half-nested.rst
grep -v -- --all good.rst >no-nested-option.rst
echo 1..8
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
verdict no-nested 1 'lists the command config show'
verdict half-nested 1 'describes the command config,'
verdict no-nested-option 1 '--all stands in --help and not'
