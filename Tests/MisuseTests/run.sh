#!/bin/bash
# The misuse suite: every scenario of Sources/Misuse under each variant, the wrong program and its legal twin.
#
#   Tests/MisuseTests/run.sh [--variant NAME] [--only PATTERN] [--quick]
#
# Each wrong program runs 20 times and each twin 20 times under a variant, with --quick once. What must happen, say the
# records in Sources/Misuse; how a run is judged, run_scenarios.py.

here=$(cd "$(dirname "$0")" && pwd)
source "$here/../Support/harness.sh"
harness_start "$@"
need_packages python3
ulimit -c 0

"$BULWARK_ROOT/Sources/Misuse/build.sh" "$scratch/misuse" || die "the scenarios do not compile"
arguments=(--program "$scratch/misuse" --violations "$BULWARK_ROOT/Sources/Core/Report/Violation.swift")
for variant in "${variants[@]}"; do arguments+=(--library "$variant=$(library "$variant")"); done
[ -z "$only" ] || arguments+=(--only "$only")
[ -z "$quick" ] || arguments+=(--runs 1 --legal-runs 1)

# The system's own interpreter, rather than a wrapper script that may stand before it in PATH.
/usr/bin/python3 "$here/run_scenarios.py" "${arguments[@]}"
