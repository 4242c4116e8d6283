#!/usr/bin/env bash
# Asks whether the tests can fail; usage() says how.
set -euo pipefail

usage() {
    cat <<'END'
Usage: mutate.sh [-a] [-j JOBS] [-L LABELS] [-w FOLDER] [PATCH...]

A mutation is a small wrong change of src/, kept as a patch in tests/mutations. Applies each PATCH [all of
them] to a clone of HEAD, builds, runs the tests, and prints which of them failed. A mutation that no
test catches is a missing test, and the exit status is then 1.

  -a         run all tests, and name all that failed [only until one fails]
  -j JOBS    tests at a time [4]
  -L LABELS  only tests with such a label, a regular expression [unit|integration|fuzz|system|chaos]
  -w FOLDER  where the clone is and stays, so that the next run builds less [a temporary folder]
END
}

die() { printf 'mutate.sh: %s\n' "$*" >&2 && exit 2; }

stop=--stop-on-failure jobs=4 labels='unit|integration|fuzz|system|chaos' folder=
while getopts :aj:L:w:h option; do
    case $option in
        a) stop= ;;
        j) jobs=$OPTARG ;;
        L) labels=$OPTARG ;;
        w) folder=$OPTARG ;;
        h) usage && exit ;;
        *) die "bad usage; -h shows what is right" ;;
    esac
done
shift $((OPTIND - 1))

source=$(cd "$(dirname "$0")/.." && pwd)
[ $# -gt 0 ] || set -- "$source"/tests/mutations/*.patch
patches=()
for patch in "$@"; do
    [ -f "$patch" ] || die "$patch: no such patch"
    patches+=("$(realpath "$patch")")
done
if [ -z "$folder" ]; then
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
fi
[ -d "$folder/.git" ] || git clone -q "$source" "$folder"
cd "$folder"
git fetch -q "$source" HEAD
git checkout -q --force --detach FETCH_HEAD
log=$folder/build/mutation.log
mkdir -p build
build() { cmake --preset test >"$log" 2>&1 && cmake --build --preset test >>"$log" 2>&1; }
build || die "HEAD does not build: $log"

survivors=0
for patch in "${patches[@]}"; do
    printf '%s: ' "$(basename "$patch" .patch)"
    git apply "$patch" || die "$patch does not apply to HEAD"
    if ! build; then
        echo "caught by the compiler"
    elif ctest --preset test -j "$jobs" $stop -L "$labels" >"$log" 2>&1; then
        echo "SURVIVED"
        survivors=$((survivors + 1))
    else
        sed -n '/The following tests FAILED/,$s/^[[:space:]]*[0-9]* - \(.*\) (.*)$/\1/p' "$log" |
            paste -sd ' ' | sed 's/^/caught by /'
    fi
    git checkout -q -- .
done
echo "$((${#patches[@]} - survivors)) of ${#patches[@]} mutations were caught"
[ $survivors = 0 ]
