#!/usr/bin/env bash
# Compares echo servers by the CPU time that a frame costs them; usage() says how.
set -euo pipefail
export LC_ALL=C

usage() {
    cat <<'END'
Usage: compare_servers.sh [-b BUILD] [-r ROUNDS] [-d SECONDS] [-c CASES] [NAME='COMMAND']...

Compares the CPU time per frame of floor_server (the floor), pulsar, and each further server whose
command line is given. {port}, {threads} and {heartbeat} in it stand for a port of 127.0.0.1, the
number of threads, and the seconds between heartbeats.

  -b BUILD    where pulsar, pulsar-bench and tests/floor_server are [$BUILD, or build/release]
  -r ROUNDS   visits to each server in a case, but one in the case idle [5]
  -d SECONDS  length of a visit, such as 0.5, and ten times that in the case idle [1]
  -c CASES    some of these, with commas between them [all]: pp1, pp64, pp1000: ping-pong on so
              many connections; pp64x2: with two threads on either side; pipe: 32 frames in flight
              on each of 64; k64, m1: frames of 64 KiB and of 1 MiB; churn: a connection for each
              frame; idle or idle:N: 10000 or N silent connections, heartbeats each 5 s

Each visit is between two visits to the floor; "x floor" is the CPU time per frame by the mean of these
two, so that a machine which gets slower or faster does not matter much. Figures are medians over the
rounds. CPU time is that of all threads, and includes the opening and closing of connections.
END
}

die() { printf 'compare_servers.sh: %s\n' "$*" >&2 && exit 1; }

build=${BUILD:-build/release} rounds=5 seconds=1 kinds=pp1,pp64,pp64x2,pp1000,pipe,k64,m1,churn,idle
while getopts :b:r:d:c:h option; do
    case $option in
        b) build=$OPTARG ;;
        r) rounds=$OPTARG ;;
        d) seconds=${OPTARG%s} ;;
        c) kinds=$OPTARG ;;
        h) usage && exit ;;
        *) die "bad usage; -h shows what is right" ;;
    esac
done
shift $((OPTIND - 1))
[[ $rounds =~ ^[1-9][0-9]{0,3}$ ]] || die "-r $rounds: expected a number from 1 to 9999"
[[ $seconds =~ ^[0-9]{1,3}(\.[0-9]{1,3})?$ && $seconds =~ [1-9] ]] || die "-d $seconds: expected seconds"
command -v jq >/dev/null || die "jq is missing: apt-get install jq"
for binary in pulsar pulsar-bench tests/floor_server; do
    [[ -x $build/$binary ]] || die "$build/$binary is missing: build it, or say with -b where it is"
done
ms=$(jq -n "$seconds * 1000 | round") idle_seconds=$(jq -n "$seconds * 10")

names=(floor pulsar)
declare -A commands=([floor]="'$build/tests/floor_server' {port} {threads}"
    [pulsar]="'$build/pulsar' --listen 127.0.0.1:{port} --threads {threads} --log-level warn \
        --heartbeat-interval {heartbeat}s --max-connections 200000")
for server in "$@"; do
    name=${server%%=*}
    [[ $server =~ ^[A-Za-z0-9._-]+=. ]] || die "$server: expected NAME='COMMAND'"
    [[ -z ${commands[$name]:-} ]] || die "$name: there is another server of this name"
    names+=("$name")
    commands[$name]=${server#*=}
done

declare -A pids=() ports=()
files=$(mktemp -d)
trap '{ kill -KILL "${pids[@]}"; wait; } 2>/dev/null || true; rm -rf "$files"' EXIT
trap 'exit 1' INT TERM

ulimit -Sn "$(ulimit -Hn)"
most=$(ulimit -n) # connections, with some descriptors left for what else a process has open
[[ $most == unlimited ]] && most=1000000 || most=$((most - 100))

# Sets what a case is: the flags of pulsar-bench, the server's threads, where both run, and columns.
choose() { # CASE
    threads=1 heartbeat=30 connections=0 note="" server_cpu=() load_cpu=()
    columns=(frames/s "CPU us/frame")
    case $1 in
        pp1 | pp64 | pp1000) load=(-c "${1#pp}") ;;
        pp64x2) load=(-c 64 -t 2) threads=2 ;;
        pipe) load=(-c 64 -p 32) ;;
        k64) load=(-c 16 -s 64KiB) ;;
        m1) load=(-c 4 -s 1MiB) ;;
        churn) load=(--mode churn -c 16) columns=(conns/s "CPU us/conn") ;;
        *)
            [[ $1 =~ ^idle(:([1-9][0-9]{0,6}))?$ ]] || die "-c $1: no such case; -h shows them"
            connections=${BASH_REMATCH[2]:-10000} heartbeat=5 columns=("CPU %" bytes/conn)
            ((connections <= most)) || connections=$most note+=", as many as may be open"
            load=(--mode idle -c "$connections") ;;
    esac
    if ((threads == 1)) && taskset -c 0 true 2>/dev/null && taskset -c 1 true 2>/dev/null; then
        server_cpu=(taskset -c 0) load_cpu=(taskset -c 1) note+=", CPU 0 for it and 1 for the load"
    fi
}

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

start() { # NAME
    local command=${commands[$1]} port
    # Below the ports that the kernel gives to clients, one of which could take it at any time.
    until port=$((20000 + RANDOM % 10000)) && ! listens $port; do :; done
    command=${command//'{port}'/$port} command=${command//'{threads}'/$threads}
    command=${command//'{heartbeat}'/$heartbeat}
    "${server_cpu[@]}" bash -c "exec $command" </dev/null >"$files/$1" 2>&1 &
    pids[$1]=$! ports[$1]=$port
    for ((i = 0; i < 100; ++i)); do
        kill -0 "${pids[$1]}" 2>/dev/null || break
        ! listens $port || return 0
        sleep 0.05
    done
    die "$1 does not listen on port $port: $(tail -n 1 "$files/$1")"
}

stop() { # NAME
    kill -KILL "${pids[$1]}" 2>/dev/null || true
    wait "${pids[$1]}" 2>/dev/null || true
    unset "pids[$1]"
}

open_files() { find "/proc/${pids[$1]}/fd" -type l | wc -l; }
cpu_ns() { cut -d ' ' -f 1 /proc/"${pids[$1]}"/task/*/schedstat | jq -s add; }
resident_kib() { sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/${pids[$1]}/status"; }

visit() { # NAME
    local before after files_before deadline=$((SECONDS + 60))
    before=$(cpu_ns "$1") files_before=$(open_files "$1")
    timeout --foreground -k 5 $((ms / 1000 + 60)) "${load_cpu[@]}" "$build/pulsar-bench" "${load[@]}" \
        -w 0s -d "${ms}ms" --json "127.0.0.1:${ports[$1]}" >"$files/json" 2>"$files/error" ||
        die "$kind, $1: $(head -n 1 "$files/error")"
    until (($(open_files "$1") <= files_before)); do
        ((SECONDS < deadline)) || die "$kind, $1: keeps connections open"
        sleep 0.01
    done
    after=$(cpu_ns "$1")
    jq -c --arg server "$1" --argjson ns $((after - before)) '{$server, rate: .frames_per_s,
        cost: ($ns / 1000 / .frames), p50: .latency_us.p50, p99: .latency_us.p99}' \
        "$files/json" >>"$files/visits" 2>/dev/null || die "$kind, $1: no frame was echoed"
}

idle_visit() { # NAME
    local kib ns bench deadline=$((SECONDS + 60))
    start "$1"
    kib=$(resident_kib "$1")
    "${load_cpu[@]}" "$build/pulsar-bench" "${load[@]}" -w 0s -d $((ms / 100 + 70))s \
        "127.0.0.1:${ports[$1]}" >/dev/null 2>"$files/error" &
    bench=$! pids[load run]=$!
    until (($(open_files "$1") > connections)); do
        kill -0 $bench 2>/dev/null || die "$kind, $1: $(head -n 1 "$files/error")"
        ((SECONDS < deadline)) || die "$kind, $1: does not accept $connections connections"
        sleep 0.1
    done
    sleep 0.5
    ns=$(cpu_ns "$1")
    sleep "$idle_seconds"
    ns=$(($(cpu_ns "$1") - ns)) kib=$(($(resident_kib "$1") - kib))
    kill -TERM $bench 2>/dev/null || true
    wait $bench || die "$kind, $1: $(head -n 1 "$files/error")"
    unset 'pids[load run]'
    stop "$1"
    jq -nc --arg server "$1" "{\$server, rate: ($ns / $idle_seconds / 10000000),
        cost: ($kib * 1024 / $connections)}" >>"$files/visits"
}

# Every second visit, the first and the last included, is to the floor.
summary() {
    jq -rs '
        def median: sort | (.[(length - 1) / 2 | floor] + .[length / 2 | floor]) / 2;
        def short: if . >= 100 then round
            else . * 100 + 100000 | round | tostring | "\(.[1:-2] | tonumber).\(.[-2:])" end;
        . as $visits
        | [range(length) as $i | $visits[$i] | .floor = if $i % 2 == 0 then .cost
            else ($visits[$i - 1].cost + $visits[$i + 1].cost) / 2 end]
        | map(.ratio = if .floor > 0 then .cost / .floor else null end) as $visits
        | $ARGS.positional[] as $name | [$visits[] | select(.server == $name)]
        | [$name, (map(.rate), map(.cost), map(.ratio), map(.p50), map(.p99)
            | if all(. != null) then median | short else "-" end)] | @tsv' \
        "$files/visits" --args "${names[@]}"
}

row() { printf "| %-${width}s | %12s | %12s | %7s | %6s | %6s |\n" "$@"; }

IFS=, read -ra kinds <<<"$kinds"
for kind in "${kinds[@]}"; do choose "$kind"; done
width=$(printf '%s\n' "${names[@]}" | wc -L)
for kind in "${kinds[@]}"; do
    choose "$kind"
    rm -f "$files/visits"
    visit=visit turns=$rounds
    ((connections == 0)) || visit=idle_visit turns=1
    ((connections > 0)) || for name in "${names[@]}"; do start "$name"; done
    $visit floor
    for ((turn = 0; turn < turns; ++turn)); do
        for name in "${names[@]:1}"; do
            $visit "$name"
            $visit floor
        done
    done
    for name in "${!pids[@]}"; do stop "$name"; done

    printf '\n%s: pulsar-bench %s; threads of the server: %d%s\n\n' \
        "${kind%:*}" "${load[*]}" "$threads" "$note"
    row server "${columns[@]}" "x floor" "p50 us" "p99 us"
    row ------ -----------: -----------: ------: -----: -----:
    while read -ra cells; do row "${cells[@]}"; done < <(summary)
done
