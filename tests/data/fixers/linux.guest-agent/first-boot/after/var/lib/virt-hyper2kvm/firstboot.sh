#!/bin/sh
# virt-hyper2kvm: runs each script of firstboot.d once, in the order of their names.
root=${H2K_ROOT:-}
base=$root/var/lib/virt-hyper2kvm
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
