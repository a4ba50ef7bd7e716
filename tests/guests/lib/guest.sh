# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# Running the guest's own programs in its tree.

# Gives the tree what programs expect, and nothing of this machine's hardware.
guest_mount() {
    local root=$1 dev
    mount -t proc proc "$root/proc"
    mount -t tmpfs -o mode=0755 run "$root/run"
    mount -t tmpfs -o mode=0755 dev "$root/dev"
    for dev in null:1:3 zero:1:5 full:1:7 random:1:8 urandom:1:9 tty:5:0; do
        IFS=: read -r name major minor <<<"$dev"
        mknod -m 0666 "$root/dev/$name" c "$major" "$minor"
    done
    ln -s /proc/self/fd "$root/dev/fd"
    ln -s fd/0 "$root/dev/stdin"
    ln -s fd/1 "$root/dev/stdout"
    ln -s fd/2 "$root/dev/stderr"
    mkdir "$root/dev/pts" "$root/dev/shm"
}

guest_umount() {
    umount "$1/dev" "$1/run" "$1/proc"
}

# in_guest ROOT [NAME=VALUE...] COMMAND [ARG...]
in_guest() {
    local root=$1
    shift
    chroot "$root" /usr/bin/env -i HOME=/root LC_ALL=C TERM=dumb \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        DEBIAN_FRONTEND=noninteractive ${http_proxy:+http_proxy="$http_proxy"} \
        "$@" </dev/null
}

# install_file MODE PATH: standard input becomes the file.
install_file() {
    mkdir -p "$(dirname "$2")"
    cat >"$2"
    chmod "$1" "$2"
}
