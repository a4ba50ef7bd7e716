# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# Messages and small helpers shared by the guest scripts.

say() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
}

die() {
    say "$*"
    exit 1
}

# A UUID that is always the same for the same words.
fixed_uuid() {
    printf '%s' "$*" | sha256sum |
        sed -E 's/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/\1-\2-4\3-8\4-\5/'
}
