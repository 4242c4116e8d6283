#!/usr/bin/env bash
# tests/try_package.sh DEB: installs the package in a bare Debian, in memory, uses it, and removes it. As root;
# needs mmdebstrap, iproute2 and the mirror that apt uses here. Takes half a minute.
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
        --include="$needed,bash-completion,man-db,netcat-openbsd,xxd" "$codename" "$root" -
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

dpkg --remove pulsar
expect_nothing_in /usr
[ -e /etc/pulsar/pulsar.toml ]
dpkg --purge pulsar
rm -r /var/cache/man  # of the man that ran
expect_nothing_in /
END
echo "the package can be installed, used and removed"
