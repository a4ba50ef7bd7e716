# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# What ./check and ./quickstart share: packages, configuring, building.
# The caller has set -euo pipefail and runs in the root of the repository.

say() { printf '==> %s\n' "$*"; }
die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# Can sudo ask for a password?  Determined here, because logged commands have no standard input.
on_terminal=
[ ! -t 0 ] || on_terminal=1

# logged FILE COMMAND...: keeps the output in FILE and shows its end only where the command fails.
logged() {
    local log=$1
    shift
    mkdir -p "$(dirname "$log")"
    if ! "$@" >"$log" 2>&1 </dev/null; then
        tail -n 40 "$log" >&2
        local shown="$*"
        die "“${shown#as_root }” failed; all of its output is in $log"
    fi
}

# become_root WHAT: asks for sudo's password now, while the terminal is visible, or fails with the reason.
become_root() {
    [ "$(id -u)" != 0 ] || return 0
    command -v sudo >/dev/null || die "$1 needs root, and sudo is not installed; run this as root"
    # Not “sudo -v” at once: it asks for a password also where none is needed to run a command.
    ! sudo -n true 2>/dev/null || return 0
    [ -n "$on_terminal" ] ||
        die "$1 needs root, and sudo can ask for a password only on a terminal; run this on a terminal or as root," \
            "or install the packages yourself and set H2K_NO_SETUP=1"
    say "$1 needs root; sudo asks for your password"
    sudo -v || die "$1 needs root, and sudo refused"
}

# A password that sudo has forgotten since become_root is asked for on the terminal itself, not on standard input.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        local quietly=(--non-interactive)
        [ -z "$on_terminal" ] || quietly=()
        sudo "${quietly[@]}" "$@"
    fi
}

# The names in the package lists that this machine lacks.
missing_packages() {
    local name unless glob
    sed 's/#.*//' "$@" | sort -u | while read -r name unless glob; do
        [ -n "$name" ] || continue
        [ "$unless" != unless ] || ! compgen -G "$glob" >/dev/null || continue
        [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$name" 2>/dev/null)" = 'ii ' ] || printf '%s\n' "$name"
    done
}

install_packages() {
    local missing
    command -v dpkg-query >/dev/null ||
        die "packages can only be installed on Debian; install the programs and libraries that the file “packages” lists, and set H2K_NO_SETUP=1"
    mapfile -t missing < <(missing_packages "$@")
    [ "${#missing[@]}" -gt 0 ] || return 0
    say "installing ${#missing[@]} packages: ${missing[*]}"
    become_root "installing packages"
    logged build/logs/setup.log as_root apt-get -o DPkg::Lock::Timeout=300 update
    logged build/logs/setup.log as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 \
        install --yes --no-install-recommends "${missing[@]}"
}

# Sets the machine up, unless H2K_NO_SETUP is set.
set_up() {
    [ -z "${H2K_NO_SETUP:-}" ] || return 0
    install_packages packages tests/guests/packages
}

# build_in FOLDER [MESON OPTION...]: configures once, then builds; quick to build before quick to run.
build_in() {
    local folder=$1
    shift
    if [ ! -f "$folder/build.ninja" ]; then
        say "configuring $folder"
        logged "$folder/logs/configure.log" meson setup -Doptimization=1 -Ddebug=false "$@" "$folder"
    fi
    say "building in $folder"
    local began=$SECONDS
    logged "$folder/logs/build.log" ninja -C "$folder"
    say "built in $((SECONDS - began)) s"
}
