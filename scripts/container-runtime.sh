#!/bin/sh
# Which container runtime and Compose are on this machine?
#
#   scripts/container-runtime.sh [auto|docker|podman]
#
# Prints three lines, "runtime", "compose" and "version", or one line on stderr saying what is missing.
#
# Exit codes
#   0  a runtime whose engine answers, with Compose
#   1  no runtime found (or not the one asked for)
#   2  called with something else than auto, docker or podman
#   3  a runtime was found, its engine does not answer
#   4  a runtime answers, but there is no Compose for it
set -u

wanted=${1:-auto}
case $wanted in
auto) candidates="docker podman" ;;
docker | podman) candidates=$wanted ;;
*)
    echo "container-runtime: '$wanted' is none of auto, docker, podman" >&2
    exit 2
    ;;
esac

# The remembered failure is the best one: a silent engine says more than a missing program.
worst=1
reason="no container runtime found (looked for: $candidates); the local stack needs none: workbench up"

for runtime in $candidates; do
    command -v "$runtime" >/dev/null 2>&1 || continue
    if ! "$runtime" info >/dev/null 2>&1; then
        if [ "$worst" -eq 1 ]; then
            worst=3
            reason="$runtime is installed, but its engine does not answer '$runtime info'; start it"
        fi
        continue
    fi
    compose=
    if "$runtime" compose version >/dev/null 2>&1; then
        compose="$runtime compose"
    elif command -v "$runtime-compose" >/dev/null 2>&1 && "$runtime-compose" version >/dev/null 2>&1; then
        compose="$runtime-compose"
    fi
    if [ -z "$compose" ]; then
        worst=4
        reason="$runtime answers, but neither '$runtime compose' nor '$runtime-compose' is there; install Compose"
        continue
    fi
    version=$("$runtime" --version 2>/dev/null | head -n 1)
    printf 'runtime\t%s\ncompose\t%s\nversion\t%s\n' "$runtime" "$compose" "${version:-unknown}"
    exit 0
done

echo "container-runtime: $reason" >&2
exit "$worst"
