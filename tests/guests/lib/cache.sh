# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# The cache: finished disks and package layers, named by what went into them.
# Package versions are those the mirror had when a layer was first built.
# shellcheck disable=SC2154  # $here comes from the script that includes this

cache=${VIRT_HYPER2KVM_GUEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/virt-hyper2kvm/guests}
mirror=${VIRT_HYPER2KVM_GUEST_MIRROR:-http://deb.debian.org/debian}
cache_days=30

# A short hash of the named files' text and of the mirror.
files_key() {
    { printf '%s\n' "$mirror"; cat "$@"; } | sha256sum | cut -c1-16
}

variant_key() {
    files_key "$here"/lib/* "$here"/files/* "$here"/variants/*.sh "$here/variants/$1.facts"
}

# One build at a time in one cache.
cache_lock() {
    mkdir -p "$cache/logs" || die "cannot create the cache $cache"
    exec 9>"$cache/lock"
    flock -n 9 || {
        say "waiting for another build in $cache"
        flock 9
    }
    rm -rf --one-file-system "$cache"/tmp.*
}

cache_unlock() {
    exec 9>&-
}

# Drops what no build has asked for in a month.
cache_prune() {
    find "$cache" -maxdepth 1 -type f \( -name '*.vmdk' -o -name '*.tar.zst' \) \
        -mtime "+$cache_days" -delete
}

# Copies a finished disk out under a temporary name and renames it.
cache_take() {
    local hit=$1 out=$2 tmp
    touch -c "$hit" 2>/dev/null || :
    tmp=$(mktemp "$out.XXXXXX") || die "cannot write $out"
    if ! cp --reflink=auto --sparse=always "$hit" "$tmp"; then
        rm -f "$tmp"
        die "cannot copy $hit to $out"
    fi
    chmod 0644 "$tmp"
    [ -z "${GUEST_OWNER:-}" ] || chown "$GUEST_OWNER" "$tmp"
    mv "$tmp" "$out"
}
