// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/guest_paths.h"

namespace h2k {

inline constexpr const char *first_boot_name = "virt-hyper2kvm-firstboot";

/// Runs the scripts, with any /bin/sh.  A script is moved away before it starts, so that one that is interrupted, or
/// restarts the machine, does not start again.  Its interpreter is called by name: /var may be mounted noexec.
/// It does nothing where the marker of convert/model/guest_paths.h is.  H2K_ROOT is for tests.
inline constexpr const char *first_boot_runner = R"SCRIPT(#!/bin/sh
# virt-hyper2kvm: runs each script of firstboot.d once, in the order of their names.
root=${H2K_ROOT:-}
base=$root)SCRIPT" H2K_GUEST_FOLDER R"SCRIPT(
done=$base/firstboot.done
logs=$root/var/log/virt-hyper2kvm
limit=${H2K_LIMIT:-1800}
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
umask 077

# In the throw-away copy of a boot test: the first boot is still to come.
[ ! -e "$root/etc/virt-hyper2kvm-boot-test" ] || exit 0

# coreutils and busybox; older ones have no -k, or no such timeout at all.
limited() {
    if timeout -k 1 5 true 2>/dev/null; then
        timeout -k 30 "$limit" "$@"
    elif timeout 5 true 2>/dev/null; then
        timeout "$limit" "$@"
    else
        "$@"
    fi
}

mkdir -p "$done" "$logs" || exit 1
cd "$root/" || exit 1
failed=0
for script in "$base"/firstboot.d/*; do
    [ -f "$script" ] || continue
    name=${script##*/}
    mv -f "$script" "$done/$name" || { failed=1; continue; }
    read -r line <"$done/$name"
    case $line in
        '#!'*) with=${line#??} ;;
        *) with=/bin/sh ;;
    esac
    set -f
    limited $with "$done/$name" </dev/null >"$logs/$name.log" 2>&1
    status=$?
    set +f
    echo "virt-hyper2kvm: ended with status $status" >>"$logs/$name.log"
    [ "$status" = 0 ] || failed=1
done

etc=$root/etc
rm -f "$etc"/systemd/system/multi-user.target.wants/virt-hyper2kvm-firstboot.service \
    "$etc"/runlevels/default/virt-hyper2kvm-firstboot "$etc"/rc.d/rc?.d/S99virt-hyper2kvm-firstboot \
    "$etc"/init.d/rc?.d/S99virt-hyper2kvm-firstboot "$etc"/rc?.d/S99virt-hyper2kvm-firstboot
exit "$failed"
)SCRIPT";

inline constexpr const char *first_boot_unit = R"UNIT([Unit]
Description=First-boot scripts of virt-hyper2kvm
ConditionDirectoryNotEmpty=)UNIT" H2K_GUEST_FOLDER R"UNIT(/firstboot.d
RequiresMountsFor=)UNIT" H2K_GUEST_FOLDER R"UNIT(
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart=/bin/sh )UNIT" H2K_GUEST_FOLDER R"UNIT(/firstboot.sh

[Install]
WantedBy=multi-user.target
)UNIT";

inline constexpr const char *first_boot_init_script = R"SCRIPT(#!/bin/sh
### BEGIN INIT INFO
# Provides:          virt-hyper2kvm-firstboot
# Required-Start:    $local_fs $remote_fs $network
# Required-Stop:
# Default-Start:     2 3 4 5
# Default-Stop:
# Short-Description: First-boot scripts of virt-hyper2kvm
### END INIT INFO
[ "$1" = start ] || exit 0
exec /bin/sh )SCRIPT" H2K_GUEST_FOLDER R"SCRIPT(/firstboot.sh
)SCRIPT";

inline constexpr const char *first_boot_openrc_script = R"SCRIPT(#!/sbin/openrc-run
description="First-boot scripts of virt-hyper2kvm"

depend() {
    need localmount
    after net bootmisc
}

start() {
    ebegin "Running the first-boot scripts"
    /bin/sh )SCRIPT" H2K_GUEST_FOLDER R"SCRIPT(/firstboot.sh
    eend $?
}
)SCRIPT";

/// For an rc.local: quiet once the scripts have run.
inline constexpr const char *first_boot_line =
    "[ ! -f " H2K_GUEST_FOLDER "/firstboot.sh ] || /bin/sh " H2K_GUEST_FOLDER "/firstboot.sh\n";

} // namespace h2k
