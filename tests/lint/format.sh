#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# format.sh ROOT: the C and C++ files are as clang-format leaves them.
set -euo pipefail
cd "$1"
command -v clang-format-19 >/dev/null || { echo "clang-format-19 is not installed"; exit 77; }
find . \( -name .git -o -path './build*' -o -path ./tests/data -o -path ./tests/lint/samples \) -prune -o \
    \( -name '*.cpp' -o -name '*.h' \) -print0 | xargs -0 clang-format-19 --style=file --dry-run -Werror
