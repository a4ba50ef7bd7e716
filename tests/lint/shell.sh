#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shell.sh ROOT: shellcheck has nothing to say about our shell scripts.
set -euo pipefail
cd "$1"
command -v shellcheck >/dev/null || { echo "shellcheck is not installed"; exit 77; }
mapfile -t scripts < <(
    find . \( -name .git -o -path './build*' -o -path ./tests/data -o -path ./tests/lint/samples \
        -o -path './quickstart-result*' -o -path ./tests/guests/files -o -path ./tests/fuzz/corpus \) -prune \
        -o -type f -size +0 -print0 | sort -z |
        xargs -0 awk 'FILENAME ~ /\.sh$/ || /^#!(\/usr)?\/bin\/(env )?(ba)?sh/ { print FILENAME } { nextfile }'
)
# SC1091: a sourced file found only at run time.  SC1111: quotation marks for people are meant.
shellcheck --severity=warning --exclude=SC1091,SC1111 --external-sources "${scripts[@]}"
