#!/usr/bin/env bash
# Builds DirectFanz and runs every check and test. See --help.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=tools/setup.sh
source tools/setup.sh

# The steps in their order: name, and what it does.
readonly STEPS=(
    'build       compiles the program, the unit tests, and headers alone'
    'pages       builds the pages'
    'format      the C++ sources are formatted (clang-format)'
    'layers      who may include whom; file lengths; a README in each module'
    'repository  no machine paths, registries or unfinished places in what git tracks'
    'shell       shell scripts (shellcheck)'
    'api         the contract: lint, and what is made of it is current'
    'tools       the checks find what they look for'
    'unit        unit tests (CTest)'
    'web         pages: types, lint, format, unit tests'
    'tidy        C++ faults (clang-tidy)'
    'bench       what the measurements rely on'
    'fuzz-short  every fuzzer for a minute, from its seeds, behind what follows'
    'contract    every operation of the API against api/openapi.yaml, in both directions'
    'end-to-end  real publishers and players against the real program'
    'browser     the pages in a real browser'
)
readonly NIGHTLY_STEPS=(
    'asan        unit tests with AddressSanitizer and UndefinedBehaviorSanitizer'
    'tsan        unit tests with ThreadSanitizer'
    'fuzz        every fuzzer for a while (--seconds)'
    'asan-end-to-end  the end-to-end tests with AddressSanitizer and UndefinedBehaviorSanitizer'
    'tsan-end-to-end  the end-to-end tests with ThreadSanitizer'
    'soak        an hour of publishers, viewers and strangers: nothing may grow'
)

usage() {
    cat <<'END'
Usage: ./run-tests.sh [--only STEP]... [--nightly] [--seconds N] [--list] [--help]

Installs what the tests need, builds, and runs every step; a step that fails does not hold up the others. The last
line is "N passed, N failed".

  --only STEP   runs this step (and the build that it needs); may be given several times
  --nightly     runs the nightly steps instead: sanitizers and fuzzers
  --seconds N   how long each fuzzer runs (600)
  --list        the steps
END
}

ONLY=()
NIGHTLY=no
SECONDS_EACH=600
readonly SHORT_FUZZ_SECONDS=60
while [[ $# -gt 0 ]]; do
    case "$1" in
        --only | --seconds)
            needs_value "$@"
            if [[ $1 == --only ]]; then ONLY+=("$2"); else SECONDS_EACH="$2"; fi
            shift
            ;;
        --nightly) NIGHTLY=yes ;;
        --list)
            printf '%s\n' "${STEPS[@]}" '' 'Nightly:' "${NIGHTLY_STEPS[@]}"
            exit 0
            ;;
        --help | -h)
            usage
            exit 0
            ;;
        *) stop_with "there is no option $1. ./run-tests.sh --help lists them." ;;
    esac
    shift
done
[[ $SECONDS_EACH =~ ^[1-9][0-9]*$ ]] || stop_with "--seconds needs a whole number, like 60."
for name in "${ONLY[@]}"; do
    printf '%s\n' "${STEPS[@]}" "${NIGHTLY_STEPS[@]}" | grep -q "^$name " || stop_with "there is no step $name. ./run-tests.sh --list names them."
done

PASSED=0
FAILED=0
FAILED_STEPS=()
RESULTS=build/test-results

# count PASSED FAILED: adds a step's tests.
count() { PASSED=$((PASSED + $1)) FAILED=$((FAILED + $2)); }

# check COMMAND...: one check is one test.
check() {
    if "$@"; then count 1 0; else count 0 1; fi
}

# junit_number FILE NAME: an attribute of the report's first element.
junit_number() { grep -m 1 -o "\b$2=\"[0-9]*\"" "$1" | tr -dc 0-9; }

# count_junit FILE STATUS: CTest's own report. A test that was not run is a failure.
count_junit() {
    local total failed
    if [[ ! -s "$1" ]]; then
        say "CTest wrote no report."
        count 0 1
        return
    fi
    total="$(junit_number "$1" tests)"
    failed=$(($(junit_number "$1" failures) + $(junit_number "$1" disabled) + $(junit_number "$1" skipped)))
    if [[ $total -eq 0 || ($2 -ne 0 && $failed -eq 0) ]]; then failed=$((failed + 1)) total=$((total + 1)); fi
    count $((total - failed)) "$failed"
}

# as_root_here COMMAND...: as root, with what the tests take from this script's environment.
as_root_here() {
    local name
    local -a kept=(PATH="$PATH")
    for name in SERVER_UNDER_TEST TEST_PATIENCE TEST_MEMORY ASAN_OPTIONS UBSAN_OPTIONS TSAN_OPTIONS CHROMIUM FIREFOX; do
        if [[ -v $name ]]; then kept+=("$name=${!name}"); fi
    done
    as_root env "${kept[@]}" "$@"
}

# How many files of Node's tests run at once, and how many on each processor if they wait most of the time.
FILES_AT_ONCE=1
CORES="$(nproc)"
readonly CORES

# What runs Node's tests: nothing, or as_root_here where they make networks and file systems of their own.
TESTER=()

# node_tests NAME FILE...: runs them with Node's test runner. Skipped tests and those to be done are failures.
node_tests() {
    local name="$1" report="$RESULTS/$1.tap" status=0 passed all
    shift
    rm -f "$report"
    "${TESTER[@]}" node --test --test-concurrency="$FILES_AT_ONCE" --test-reporter=spec --test-reporter-destination=stdout \
        --test-reporter=tap --test-reporter-destination="$report" "$@" || status=$?
    all="$(sed -n 's/^# tests //p' "$report" | tail -n 1)"
    passed="$(sed -n 's/^# pass //p' "$report" | tail -n 1)"
    all="${all:-0}" passed="${passed:-0}"
    if [[ $all -eq 0 || ($status -ne 0 && $passed -eq $all) ]]; then
        [[ $all -ne 0 ]] || say "No test ran in $name."
        all=$((all + 1))
    fi
    count "$passed" $((all - passed))
}

# test_files FOLDER: its *.test.ts files, the largest first: they take longest, and should not be what all wait for.
test_files() { find "$1" -name '*.test.ts' -printf '%s %p\n' | sort -rn | cut -d' ' -f2; }

# tests_in NAME FOLDER
tests_in() {
    local -a files
    mapfile -t files < <(test_files "$2")
    if [[ ${#files[@]} -eq 0 ]]; then
        say "There are no tests in $2."
        count 0 1
        return
    fi
    node_tests "$1" "${files[@]}"
}

# tests_as_root NAME FOLDER
tests_as_root() {
    TESTER=(as_root_here)
    tests_in "$@"
    TESTER=()
}

# unit_tests PRESET
unit_tests() {
    local status=0
    # CTest takes it from the folder in which it runs.
    local report="$PWD/$RESULTS/unit-$1.xml"
    rm -f "$report"
    ctest --test-dir "build/$1" -j "$((2 * CORES))" --output-on-failure --output-junit "$report" --no-tests=error |
        grep -vE '^ +Start +[0-9]+:| +Passed +[0-9.]+ sec$' || status=$?
    count_junit "$report" "$status"
}

sources() { git ls-files -z -- 'src/*.cpp' 'src/*.hpp' 'tests/*.cpp' 'tests/*.hpp'; }
scripts() { git ls-files -z | xargs -0 grep -lZE '^#!.*\b(ba)?sh$|^# shellcheck shell=' --; }

format_sources() { sources | xargs -0 clang-format-19 --dry-run -Werror; }
check_scripts() { scripts | xargs -0 shellcheck; }
check_tool_types() { npx --no-install tsc --project tools; }
check_tool_format() { npx --no-install prettier --check --log-level warn tools; }

step_build() { check build_quietly release all; }
step_pages() { check build_pages_here; }
step_format() { check format_sources; }
step_layers() { check node tools/check_layers.ts; }
step_repository() { check node tools/check_repository.ts; }
step_shell() { check check_scripts; }
step_api() { check npm run --silent lint:api; }
step_tools() {
    check check_tool_types
    check check_tool_format
    tests_in tools tools
}
step_unit() { unit_tests release; }
step_web() {
    check npm run --silent check
    FILES_AT_ONCE="$CORES" tests_in web web/src
}
step_tidy() { check node tools/tidy.ts; }
step_bench() {
    tests_in bench tests/bench
    tests_in soak tests/soak
}
step_contract() { tests_in contract tests/contract; }
# Most of them wait most of the time.
step_end-to-end() { FILES_AT_ONCE=$((2 * CORES)) tests_as_root end-to-end tests/end-to-end; }
# Those in which something has to be back in time, or that choose by the speed of their line, have a processor each; the
# others wait most of the time.
readonly IN_TIME='tests/browser/(kill|network|quality|silence|watch)\.test\.ts'
step_browser() {
    TESTER=(as_root_here)
    local -a files
    mapfile -t files < <(test_files tests/browser | grep -vE "$IN_TIME")
    FILES_AT_ONCE=$((CORES + 1)) node_tests browser "${files[@]}"
    mapfile -t files < <(test_files tests/browser | grep -E "$IN_TIME")
    FILES_AT_ONCE="$CORES" node_tests browser-in-time "${files[@]}"
    TESTER=()
}
step_asan() {
    check build_quietly asan all
    unit_tests asan
}
step_tsan() {
    check build_quietly tsan all
    unit_tests tsan
}
# sanitized_end_to_end PRESET: each report of a sanitizer is a file, and each file a failure, whatever the tests say.
sanitized_end_to_end() {
    local reports="$PWD/$RESULTS/$1-reports" report
    local options="log_path=$reports/report exitcode=66"
    # The server takes the worker that stands beside it: the usual one, since the sanitizers need what its sandbox
    # denies. Its own tests run with them.
    local together="$PWD/$RESULTS/$1-programs"
    check build_quietly "$1" directfanz
    check build_quietly release directfanz-worker
    check build_pages_here
    rm -rf "$reports" "$together"
    mkdir -p "$reports" "$together"
    cp "build/$1/directfanz" build/release/directfanz-worker "$together"
    export SERVER_UNDER_TEST="$together/directfanz" TEST_PATIENCE=6 TEST_MEMORY=20
    export ASAN_OPTIONS="$options quarantine_size_mb=16" UBSAN_OPTIONS="$options print_stacktrace=1"
    export TSAN_OPTIONS="$options history_size=4"
    tests_as_root "$1-end-to-end" tests/end-to-end
    unset SERVER_UNDER_TEST TEST_PATIENCE TEST_MEMORY ASAN_OPTIONS UBSAN_OPTIONS TSAN_OPTIONS
    for report in "$reports"/*; do
        [[ -e $report ]] || continue
        say "$report:"
        head -n 40 "$report"
        count 0 1
    done
}
step_asan-end-to-end() { sanitized_end_to_end asan; }
step_tsan-end-to-end() { sanitized_end_to_end tsan; }
step_soak() { check node tests/soak/main.ts --minutes 60 --out build/soak; }
step_fuzz() {
    begin_fuzzing "$SECONDS_EACH"
    end_fuzzing
}
step_fuzz-short() { begin_fuzzing "$SHORT_FUZZ_SECONDS" "${XDG_CACHE_HOME:-$HOME/.cache}/directfanz/fuzz"; }

# The process group of the fuzzers that run, and their names.
FUZZING=
FUZZERS=()

# begin_fuzzing SECONDS [STAMPS]: starts them behind everything else, each for so long, one a core at a time, from its
# seeds and what earlier runs have found. A fuzzer without seeds or words of its format (tests/fuzz) finds little, so
# both are asked for. With a folder for stamps, one that has not changed since it passed only goes through its seeds.
begin_fuzzing() {
    check build_quietly fuzz fuzzers
    mapfile -t FUZZERS < <(find build/fuzz/fuzzers -name '*_fuzz' -type f 2>/dev/null | sort)
    if [[ ${#FUZZERS[@]} -eq 0 ]]; then
        say "There are no fuzzers."
        count 0 1
        return
    fi
    rm -rf build/fuzz/results
    mkdir -p build/fuzz/results
    # A session is a scheduling group of its own where the kernel makes such (sched(7), autogroup): the group, too, has
    # to stand back, or the fuzzers would get half of the machine.
    # shellcheck disable=SC2016
    printf '%s\0' "${FUZZERS[@]}" | setsid bash -c 'echo 19 2>/dev/null >/proc/self/autogroup
        exec chrt --idle 0 xargs -0 -P "$1" -I "{}" tools/fuzz "{}" "${@:2}"' fuzzers "$CORES" "$@" &
    FUZZING=$!
}

# end_fuzzing: waits for them, and counts.
end_fuzzing() {
    local fuzzer
    if [[ -z $FUZZING ]]; then return; fi
    wait "$FUZZING" || true
    FUZZING=
    for fuzzer in "${FUZZERS[@]}"; do check fuzzed_well "${fuzzer##*/}"; done
}

# fuzzed_well NAME: whether it ran to its end; says what it found if not.
fuzzed_well() {
    local log="build/fuzz/results/$1.log"
    if [[ -f build/fuzz/results/$1.passed ]]; then
        say "$1: $(cat "build/fuzz/results/$1.passed")"
        return 0
    fi
    say "$1 failed:"
    tail -n 40 "$log" 2>/dev/null || true
    return 1
}

# Both in a subshell, since a failing build stops only its step.
build_quietly() { (configure "$1" && ninja -C "build/$1" --quiet -k 0 "$2"); }
build_pages_here() { (build_pages); }

# Asked for before anything is built, since the steps that need it come last.
ensure_root() {
    if [[ $EUID -eq 0 ]]; then return; fi
    say "The steps end-to-end and browser run as root: they make networks and file systems of their own."
    as_root true || stop_with "end-to-end and browser need root. Run this as root or as a user with sudo, or choose other steps with --only."
    # A password that was typed is soon forgotten: kept fresh for as long as this script runs.
    (while kill -0 $$ && sudo -n true; do sleep 60; done) >/dev/null 2>&1 </dev/null &
}

# needed_by STEP: the steps that go before it.
needed_by() {
    case "$1" in
        unit | tidy | contract) echo build ;;
        end-to-end | browser | soak) echo build pages ;;
    esac
}

chosen() {
    local name need
    if [[ ${#ONLY[@]} -gt 0 ]]; then
        for name in "${ONLY[@]}"; do
            for need in $(needed_by "$name"); do echo "$need"; done
            echo "$name"
        done | awk '!seen[$0]++'
    elif [[ $NIGHTLY == yes ]]; then
        printf '%s\n' "${NIGHTLY_STEPS[@]%% *}"
    else
        printf '%s\n' "${STEPS[@]%% *}"
    fi
}
mapfile -t CHOSEN < <(chosen)

finish() {
    if [[ ${#FAILED_STEPS[@]} -gt 0 ]]; then say "" "Failed: ${FAILED_STEPS[*]}"; fi
    printf '%s passed, %s failed\n' "$PASSED" "$FAILED"
}
# Whatever ends this script, what was counted is told; stopped before its end, it has failed.
stopped() {
    if [[ -n $FUZZING ]]; then kill -- "-$FUZZING" 2>/dev/null || true; fi
    FAILED=$((FAILED + 1))
    finish
    exit 1
}
trap stopped EXIT
trap 'exit 130' INT TERM

heading "Looking for what the tests need"
if printf '%s\n' "${CHOSEN[@]}" | grep -qE '^(asan|tsan|fuzz)(-.*)?$'; then ensure_packages build test nightly; else ensure_packages build test; fi
ensure_node
ensure_node_modules
mkdir -p "$RESULTS"
if printf '%s\n' "${CHOSEN[@]}" | grep -qE '^(browser|.*end-to-end)$'; then ensure_root; fi

# run STEP DESCRIPTION COMMAND: counts what the command counts for the step, and says how it went.
run() {
    local began=$SECONDS failed_before=$FAILED passed_before=$PASSED
    heading "$1: $2"
    "$3" </dev/null
    if [[ $FAILED -gt $failed_before ]]; then FAILED_STEPS+=("$1"); fi
    say "$1: $((PASSED - passed_before)) passed, $((FAILED - failed_before)) failed, in $((SECONDS - began)) s"
}

for name in "${CHOSEN[@]}"; do
    run "$name" "$(printf '%s\n' "${STEPS[@]}" "${NIGHTLY_STEPS[@]}" | sed -n "s/^$name  *//p")" "step_$name"
done
if [[ -n $FUZZING ]]; then run fuzz-short "what the fuzzers found" end_fuzzing; fi

trap - EXIT
if [[ $((PASSED + FAILED)) -eq 0 ]]; then
    say "No test ran."
    FAILED=1
fi
finish
[[ $FAILED -eq 0 ]]
