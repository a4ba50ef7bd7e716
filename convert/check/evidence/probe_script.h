// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

namespace h2k {

/// The probe, for any /bin/sh with coreutils.  It exits once it has asked for the test's secret word; the report then
/// comes from a child of it, in the memory of which alone the word is.
/// Each line has a number and a checksum, and all are sent three times, since kernel messages and a getty write to the
/// same port.  The port is opened for each line, since the vhangup() of a getty breaks open files.
/// H2K_PORT, H2K_WORD, H2K_UP, H2K_SETTLE and H2K_OFF exist for tests.
inline constexpr const char *probe_script = R"SCRIPT(#!/bin/sh
LC_ALL=C; export LC_ALL
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH
port=${H2K_PORT:-/dev/ttyS0}
word_port=${H2K_WORD:-/dev/ttyS1}
up=${H2K_UP:-/run/virt-hyper2kvm-up}
settle=${H2K_SETTLE:-60}
set -f

# Prints the word.  To be called in a subshell: the leader of a session that opens a terminal becomes its owner, and
# takes its children along when the terminal hangs up.
ask() {
    [ -c "$word_port" ] || return
    {
        stty raw -echo <&3
        printf '\r\nH2K-ASK\r\n' >&3
        timeout 30 head -n 1 <&3
    } 3<>"$word_port" 2>/dev/null
}

wait_until_up() {
    until [ -e "$up" ]; do
        sleep 2
    done
}

state() { systemctl is-system-running 2>/dev/null; }

settled() {
    case $(state) in
        initializing|starting) return 1 ;;
    esac
    return 0
}

global_addresses() {
    ip -o addr show scope global 2>/dev/null
}

wait_for_system() {
    waited=0
    until settled || [ "$waited" -ge "$settle" ]; do
        sleep 1
        waited=$((waited + 1))
    done
    [ "$(state)" != maintenance ] || return
    waited=0
    while [ -z "$(global_addresses)" ] && [ "$waited" -lt "$((settle / 3))" ]; do
        sleep 1
        waited=$((waited + 1))
    done
}

# The drivers of the hardware under a block device, through partitions, volumes and RAID.
drivers_under() {
    at=$1
    set +f
    below=$(ls "$at/slaves" 2>/dev/null)
    set -f
    if [ -n "$below" ]; then
        for slave in $below; do
            drivers_under "$(readlink -f "$1/slaves/$slave")"
        done
        return
    fi
    [ ! -e "$at/partition" ] || at=${at%/*}
    up=$(readlink -f "$at/device")
    while [ -n "$up" ] && [ "$up" != /sys/devices ]; do
        if [ -e "$up/driver" ]; then
            name=$(readlink -f "$up/driver")
            name=${name##*/}
            case $name in
                sd|sr) ;;
                *) echo "$name"; return ;;
            esac
        fi
        up=${up%/*}
    done
    echo unknown
}

# MAJOR:MINOR of the root file system's device.
root_number() {
    number=''
    while read -r _ _ devno _ point rest; do
        [ "$point" = / ] || continue
        number=$devno
        source=${rest#* - }
        source=${source#* }
        source=${source%% *}
    done < /proc/self/mountinfo
    case $number in
        0:*)
            # btrfs and others number their own devices.
            block=$(readlink -f "$source")
            number=$(cat "/sys/class/block/${block##*/}/dev" 2>/dev/null) ;;
    esac
    echo "$number"
}

report_root() {
    sys=$(readlink -f "/sys/dev/block/$(root_number)")
    if [ -r "$sys/dm/name" ]; then
        echo "root=/dev/mapper/$(cat "$sys/dm/name")"
    else
        echo "root=/dev/${sys##*/}"
    fi
    echo "root_driver=$(drivers_under "$sys" | sort -u | tr '\n' ' ')"
}

is_mounted() {
    while read -r _ point _; do
        [ "$point" != "$1" ] || return 0
    done < /proc/self/mounts
    return 1
}

report_mounts() {
    while read -r source point type _; do
        case $source in
            /*) echo "mount=$point $source $type" ;;
        esac
    done < /proc/self/mounts
    while read -r source _; do
        case $source in
            /*) echo "swap=$source" ;;
        esac
    done < /proc/swaps
}

report_fstab() {
    [ -r /etc/fstab ] || return
    while read -r source point type options _; do
        case $source in
            ''|'#'*) continue ;;
        esac
        case $point in
            /) continue ;;
            /*) point=${point%/} ;;
            *) [ "$type" != swap ] || echo "fstab_swap=$source"; continue ;;
        esac
        [ "$type" != swap ] || { echo "fstab_swap=$source"; continue; }
        case ,$options, in
            *,noauto,*) continue ;;
        esac
        is_mounted "$point" && continue
        case ,$options,$type, in
            *,nofail,*|*,_netdev,*|*,nfs*|*,cifs,*|*,smb3,*|*,fuse*|*,ceph,*|*,glusterfs,*|*,9p,*|*,virtiofs,*)
                echo "absent=$point" ;;
            *) echo "missing=$point" ;;
        esac
    done < /etc/fstab
}

report_network() {
    set +f
    for name in /sys/class/net/*; do
        name=${name##*/}
        [ -e "/sys/class/net/$name/device" ] || continue
        driver=$(readlink -f "/sys/class/net/$name/device/driver")
        echo "nic=$name $(cat "/sys/class/net/$name/address") ${driver##*/}"
    done
    set -f
    global_addresses | while read -r _ name _ address _; do
        echo "address=$name $address"
    done
}

# Units that could not be started since what they wait for, a device most of the time, did not come.
# Source: systemd's sd-messages.h, SD_MESSAGE_UNIT_FAILED; JOB_RESULT was RESULT before version 235.
units_given_up() {
    failed=MESSAGE_ID=be02cf6855d2428ba40df7e9d022f03d
    journalctl -b -q -o export $failed JOB_RESULT=timeout JOB_RESULT=dependency + \
        $failed RESULT=timeout RESULT=dependency 2>/dev/null | sed -n 's/^UNIT=//p' | sort -u
}

property() { systemctl show -p "$2" "$1" 2>/dev/null | sed -n "s/^$2=//p"; }

# report_fstab() covers the mounts that come from there.
report_mount_unit() {
    [ "$(property "$1" SourcePath)" != /etc/fstab ] || return
    point=$(property "$1" Where)
    case $(property "$1" What) in
        /dev/*|UUID=*|LABEL=*|PARTUUID=*|PARTLABEL=*) is_mounted "$point" || echo "missing=$point" ;;
    esac
}

report_units() {
    systemctl --failed --no-legend --plain --no-pager 2>/dev/null | while read -r name _; do
        case $name in
            *.*) echo "failed=$name" ;;
        esac
    done
    units_given_up | while read -r name; do
        echo "gave_up=$name"
        case $name in
            *.mount) report_mount_unit "$name" ;;
        esac
    done
}

report() {
    echo "state=$(state)"
    echo "kernel=$(uname -r)"
    report_root
    report_mounts
    report_fstab
    report_network
    report_units
}

send() {
    number=0
    while read -r line; do
        number=$((number + 1))
        say "$number $line"
    done
    say "$((number + 1)) end=$((number + 1))"
}

say() {
    sum=$(printf '%s' "$1" | cksum)
    printf '\r\nH2K-%s %s %s\r\n' "$word" "${sum%% *}" "$1" >> "$port"
}

send_report() {
    wait_until_up
    wait_for_system
    lines=$(report | tr -d '\000-\011\013-\037\177' | head -n 500)
    for try in 1 2 3; do
        printf '%s\n' "$lines" | send
        [ "$try" = 3 ] || sleep 1
    done
    [ -n "$H2K_OFF" ] || systemctl --force --force poweroff
}

dmesg -n 1 2>/dev/null
unset word # not in the environment of what is started here
word=$(ask)
[ "${#word}" = 32 ] || word=none # another may have read a part of it
trap '' HUP
send_report &
)SCRIPT";

} // namespace h2k
