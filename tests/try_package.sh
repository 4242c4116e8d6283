#!/usr/bin/env bash
# tests/try_package.sh DEB: installs the package in a bare Debian, in memory, uses it, and removes it. As root;
# needs mmdebstrap, iproute2 and the mirror that apt uses here. Takes half a minute. Where cgroup2 can be mounted, the
# services run under a systemd of that system.
set -euo pipefail
[ "${2-}" = inside ] || exec unshare --mount --pid --fork --kill-child --mount-proc "$0" "$1" inside

deb=$1
root=$(mktemp -d)
trap 'umount -l "$root"; rmdir "$root"' EXIT
mount -t tmpfs -o mode=0755 none "$root"

codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
needed=$(dpkg-deb --field "$deb" Depends | sed 's/ ([^)]*)//g; s/ //g')
apt-get indextargets --format 'deb $(SITE) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 'Origin: Debian' | sort -u |
    mmdebstrap --quiet --variant=essential --format=directory --dpkgopt=force-unsafe-io \
        --include="$needed,bash-completion,man-db,netcat-openbsd,procps,systemd,xxd" "$codename" "$root" -
cp "$deb" "$root/tmp/package.deb"
mount -t proc none "$root/proc"
unshare --net bash -c 'ip link set lo up && exec chroot "$@"' - "$root" bash -euo pipefail <<'END'
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8
trap 'echo "line $LINENO failed: $BASH_COMMAND" >&2' ERR
expect_nothing_in() { [ -z "$(find "$@" -xdev -name '*pulsar*' | tee /dev/stderr)" ]; }

expect_nothing_in /
dpkg --install /tmp/package.deb
dpkg --verify pulsar

pulsar --version | grep '^pulsar '
pulsar-bench --version | grep '^pulsar-bench '
man pulsar | grep 'echoes length-prefixed frames'
man pulsar-bench | grep 'load generator'

set +eu  # it is not made for them
. /usr/share/bash-completion/bash_completion
_completion_loader pulsar || true
set -eu
COMP_WORDS=(pulsar --log-fo) COMP_CWORD=1
_pulsar
[ "${COMPREPLY[*]}" = --log-format ]

command=$(sed -n 's/^ExecStart=//p' /usr/lib/systemd/system/pulsar.service)
eval "coproc $command"
daemon=$COPROC_PID
while read -r line <&"${COPROC[0]}" && [[ $line != *started* ]]; do :; done
[ "$(printf '\0\0\0\5HELLO' | nc -N 127.0.0.1 8080 | xxd -p)" = 0000000548454c4c4f ]
kill "$daemon"
wait "$daemon"
END

# The units, under systemd in a container, with one that the page shows.
try_services() {
sed -n '/^<!-- pulsar-admin.socket -->/,/^```$/p' "${0%/*}/../src/OPERATING.md" | sed '/^[<`]/d' \
    >"$root/etc/systemd/system/pulsar-admin.socket"
unshare --pid --fork --kill-child --mount --cgroup --net --uts --ipc bash -euc '
    mount --make-rprivate /
    cd "$0"
    mount -t proc proc proc
    mount --bind proc/sys proc/sys  # which systemd-sysctl would else set for the whole machine
    mount -o remount,bind,ro proc/sys
    mount -t sysfs -o ro sysfs sys
    mount -t cgroup2 cgroup2 sys/fs/cgroup
    mount -t tmpfs tmpfs run
    ip link set lo up
    mkdir old
    pivot_root . old
    umount -l /old
    rmdir /old
    exec env -i container=other PATH=/usr/sbin:/usr/bin /lib/systemd/systemd --unit=basic.target' "$root" &
container=$!
in_container() { nsenter --all --target "$(pgrep -P "$container")" env -i PATH=/usr/sbin:/usr/bin "$@"; }
for ((tries = 600; tries > 0; --tries)); do
    in_container test -S /run/systemd/private 2>/dev/null && break
    sleep 0.1
done
in_container bash -euo pipefail <<'END'
trap 'echo "line $LINENO failed: $BASH_COMMAND" >&2; journalctl --no-pager --lines 20 >&2' ERR
expect_echo() { [ "$(printf '\0\0\0\5HELLO' | nc -N 127.0.0.1 8080 | xxd -p)" = 0000000548454c4c4f ]; }
expect() { [ "$(systemctl is-active "$1")" = "$2" ]; }
property() { systemctl show --property "$2" --value "$1"; }
wait_until() { for ((tries = 3000; tries > 0; --tries)); do ! "$@" || return 0; sleep 0.1; done; return 1; }
has_restarted() { [ "$(property "$1" NRestarts)" -ge "$2" ]; }

systemctl start pulsar.service
expect_echo
systemctl reload pulsar.service

systemctl start pulsar.socket
expect pulsar.service inactive
expect_echo
expect pulsar-activated.service active
before=$(property pulsar-activated.service MainPID)
systemctl restart pulsar-activated.service
[ "$(property pulsar-activated.service MainPID)" != "$before" ]
expect_echo
systemctl stop pulsar-activated.service
expect pulsar.socket active
expect_echo

systemctl start pulsar.service
expect pulsar.socket inactive
expect pulsar-activated.service inactive
expect_echo
systemctl stop pulsar.service

cp /etc/pulsar/pulsar.toml /tmp
echo 'threads = 0' >/etc/pulsar/pulsar.toml
! systemctl start pulsar.service 2>/dev/null || exit 1
[ "$(property pulsar.service ExecMainStatus)" = 2 ]
[ "$(property pulsar.service NRestarts)" = 0 ]

# Clients wait until the configuration is right, however often the service fails.
systemctl start pulsar.socket
expect_echo &
waiting=$!
wait_until has_restarted pulsar-activated.service 2
expect pulsar.socket active
mv /tmp/pulsar.toml /etc/pulsar
wait "$waiting"
systemctl stop pulsar.socket pulsar-activated.service

# Metrics on TCP, also of a daemon that runs by then.
systemctl start pulsar.socket
expect_echo
cp /etc/pulsar/pulsar.toml /tmp
echo 'admin = "fd:admin"' >>/etc/pulsar/pulsar.toml
systemctl enable pulsar-admin.socket
systemctl restart pulsar.socket
expect_echo
[ "$(printf 'GET /readyz HTTP/1.0\r\n\r\n' | nc -N 127.0.0.1 9900 | tail -n 1)" = ok ]
mv /tmp/pulsar.toml /etc/pulsar
systemctl start pulsar.service
expect pulsar-admin.socket inactive
systemctl stop pulsar.service
systemctl disable pulsar-admin.socket
rm /etc/systemd/system/pulsar-admin.socket

# As long as the port is taken, the service tries again.
coproc pulsar
taken=$COPROC_PID
while read -r line <&"${COPROC[0]}" && [[ $line != *started* ]]; do :; done
! systemctl start pulsar.service 2>/dev/null || exit 1
wait_until has_restarted pulsar.service 6
journalctl --sync
journalctl --priority err --identifier pulsar | grep 'Address already in use' >/dev/null
kill "$taken"
wait_until expect pulsar.service active
expect_echo
systemctl stop pulsar.service
END
kill -KILL "$container"  # unshare ignores SIGTERM; its child dies with it
wait "$container" 2>/dev/null || true
}
if unshare --cgroup --mount mount -t cgroup2 cgroup2 "$root/mnt"; then
    try_services
else
    echo "cgroup2 cannot be mounted: the services are not tried" >&2
fi

chroot "$root" bash -euo pipefail <<'END'
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8
trap 'echo "line $LINENO failed: $BASH_COMMAND" >&2' ERR
expect_nothing_in() { [ -z "$(find "$@" -xdev -name '*pulsar*' | tee /dev/stderr)" ]; }
systemctl enable pulsar.service pulsar-activated.service
dpkg --remove pulsar
expect_nothing_in /usr
[ -e /etc/pulsar/pulsar.toml ]
dpkg --purge pulsar
rm -r /var/cache/man  # of the man that ran
expect_nothing_in /
END
echo "the package can be installed, used and removed"
