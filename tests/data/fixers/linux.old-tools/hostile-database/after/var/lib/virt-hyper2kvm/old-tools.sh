#!/bin/sh
# virt-hyper2kvm: removes the old hypervisor's tools when the guest starts first.
manager='deb'
packages='open-vm-tools'
uninstallers=''
masked=''

root=${H2K_ROOT:-}
name=virt-hyper2kvm-old-tools
base=$root/var/lib/virt-hyper2kvm
etc=$root/etc
logs=$root/var/log/virt-hyper2kvm
PATH=${H2K_PROGRAMS:+$H2K_PROGRAMS:}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
DEBIAN_FRONTEND=noninteractive
export PATH LC_ALL DEBIAN_FRONTEND

# In the throw-away copy of a boot test: the first start is still to come.
[ ! -e "$etc/virt-hyper2kvm-boot-test" ] || exit 0
[ -e "$base/old-tools.sh" ] || exit 0

# What cannot be asked counts as installed, so that nothing is taken for done.
is_installed() {
    case $manager in
        deb)
            said=$(dpkg-query -W -f '${Status}' "$1" 2>/dev/null)
            case $?,$said in 1,*|0,|0,*' not-installed') return 1 ;; esac ;;
        rpm)
            said=$(rpm -q "$1" 2>&1) && return 0
            case $said in *'is not installed'*) return 1 ;; esac ;;
        apk) [ -n "$(apk info -e "$1" 2>&1)" ] || return 1 ;;
        pacman)
            said=$(pacman -Q "$1" 2>&1) && return 0
            case $said in *'was not found'*) return 1 ;; esac ;;
    esac
    return 0
}

installed() {
    for package in $packages; do
        ! is_installed "$package" || printf ' %s' "$package"
    done
}

# apk would also remove what only these packages need.
keep_others() {
    others=$(apk del --no-network --simulate "$@" | sed -n 's/^.*) Purging \([^ ]*\) (.*/\1/p' | while read -r other; do
        case " $packages " in *" $other "*) ;; *) echo "$other" ;; esac
    done)
    [ -z "$others" ] || apk add --no-network $others
}

# All of them or none.
remove_all() {
    case $manager in
        deb) dpkg --purge "$@" ;;
        rpm) rpm -e "$@" ;;
        apk) keep_others "$@" && apk del --no-network "$@" ;;
        pacman) pacman -R --noconfirm "$@" ;;
    esac </dev/null
}

# Those that others do not need go, even if one has to stay.
remove() {
    remove_all "$@" || for package; do remove_all "$package"; done
}

remove_packages() {
    tries=${H2K_TRIES:-30}
    while left=$(installed) && [ -n "$left" ]; do
        [ "$tries" -gt 0 ] || { echo "still installed:$left"; return 1; }
        echo "removing:$left"
        remove $left
        [ -z "$(installed)" ] || sleep "${H2K_PAUSE:-20}"
        tries=$((tries - 1))
    done
}

uninstall() {
    failed=0
    for program in $uninstallers; do
        [ -e "$root$program" ] || continue
        echo "running $program"
        "$root$program" </dev/null || { echo "$program ended with status $?"; failed=1; }
    done
    return "$failed"
}

# Nothing starts this any more.
forget_starts() {
    rm -f "$etc/systemd/system/multi-user.target.wants/$name.service" "$etc/runlevels/default/$name" \
        "$etc"/rc.d/rc?.d/S99"$name" "$etc"/init.d/rc?.d/S99"$name" "$etc"/rc?.d/S99"$name"
}

forget() {
    for unit in $masked; do
        case $(ls -l "$etc/systemd/system/$unit" 2>/dev/null) in
            *' -> /dev/null') rm -f "$etc/systemd/system/$unit" ;;
        esac
    done
    forget_starts
    for file in "$etc/rc.local" "$etc/init.d/after.local"; do
        grep -q '/virt-hyper2kvm/old-tools.sh' "$file" 2>/dev/null || continue
        # Its shell may still read the old file.
        cp -p "$file" "$file.new"
        grep -v '/virt-hyper2kvm/old-tools.sh' "$file" >"$file.new"
        mv -f "$file.new" "$file"
    done
    rm -f "$etc/systemd/system/$name.service" "$etc/init.d/$name" "$etc/rc.d/init.d/$name" "$base"/old-tools.*
    [ ! -d "$root/run/systemd/system" ] || systemctl daemon-reload
}

count_start() {
    starts=$(cat "$base/old-tools.starts" 2>/dev/null)
    starts=$((${starts:-0} + 1))
    echo "$starts" >"$base/old-tools.starts"
}

work() {
    count_start
    echo "virt-hyper2kvm removes the old hypervisor's tools: $packages $uninstallers"
    uninstall
    status=$?
    if remove_packages && [ "$status" = 0 ]; then
        forget
        echo "virt-hyper2kvm has removed them"
    elif [ "$starts" -ge 3 ]; then
        forget_starts
        echo "virt-hyper2kvm could not remove them, and does not try again"
    else
        echo "virt-hyper2kvm could not remove them, and tries again at the next start"
    fi
}

# What a unit of systemd prints is in the journal.
show() {
    if [ ! -d "$root/run/systemd/system" ] && command -v logger >/dev/null 2>&1; then
        logger -t virt-hyper2kvm
    else
        cat
    fi
}

mkdir -p "$logs"
work 2>&1 | tee -a "$logs/old-tools.log" | show
[ ! -e "$base/old-tools.sh" ]
