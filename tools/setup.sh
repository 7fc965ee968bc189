# shellcheck shell=bash
# What deploy-streaming.sh and run-tests.sh share: plain words, packages, Node.js, and the two builds.
# Sourced from the project's folder. Everything here may be run again at any time and does only what is missing.

readonly NODE_HOME="$PWD/build/node"
readonly BUILD_DIR="$PWD/build/release"
# Type stripping, without which our TypeScript does not run, came with this Node.js; Vite's installation needs this npm.
readonly NODE_LEAST=22.18 NPM_LEAST=11

# One compiler cache for all clones, wherever they are: no path of this one in its keys.
export CCACHE_BASEDIR="$PWD" CCACHE_NOHASHDIR=1
# Of precompiled headers a sum that knows no path (cmake/Precompiled.cmake); the rest as ccache asks for them.
export CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_PCH_EXTSUM=1

if [[ -t 1 ]]; then BOLD=$'\e[1m' DIM=$'\e[2m' RED=$'\e[31m' PLAIN=$'\e[0m'; else BOLD='' DIM='' RED='' PLAIN=''; fi

# Somebody is there to type a password: asked here, since later commands get nothing to read.
if [[ -t 0 ]]; then SUDO=(sudo); else SUDO=(sudo -n); fi

say() { printf '%s\n' "$@"; }
heading() { printf '\n%s==> %s%s %s(%s s)%s\n' "$BOLD" "$*" "$PLAIN" "$DIM" "$SECONDS" "$PLAIN"; }
stop_with() {
    printf '\n%sStopped:%s %s\n' "$RED" "$PLAIN" "$*" >&2
    exit 1
}

# needs_value OPTION [VALUE...]: the option is followed by something.
needs_value() { [[ $# -ge 2 && -n "$2" ]] || stop_with "$1 needs a value. $0 --help tells more."; }

# at_least HAVE LEAST: compares versions.
at_least() { [[ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" == "$2" ]]; }

# The packages of tools/packages/LIST..., one a line.
packages_of() {
    local list
    for list in "$@"; do grep -v -e '^#' -e '^$' "tools/packages/$list"; done | sort -u
}

as_root() {
    if [[ $EUID -eq 0 ]]; then "$@"; else "${SUDO[@]}" "$@"; fi
}

# ensure_packages LIST...: installs what is missing of tools/packages/LIST.
ensure_packages() {
    local -a missing=()
    local package
    command -v dpkg-query >/dev/null || stop_with "this script installs packages with apt, on Debian 12. Elsewhere, install what stands in tools/packages and build with: cmake --preset release && ninja -C build/release"
    while read -r package; do
        [[ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" == installed ]] || missing+=("$package")
    done < <(packages_of "$@")
    if [[ ${#missing[@]} -eq 0 ]]; then return; fi

    local -a install=(env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}")
    local by_hand="apt-get update && apt-get install --no-install-recommends ${missing[*]}"
    say "Installing ${#missing[@]} Debian packages: ${missing[*]}"
    if [[ $EUID -ne 0 ]] && ! command -v sudo >/dev/null; then
        stop_with "packages are missing and there is no sudo. As root, run this once, then start again:"$'\n'"    $by_hand"
    fi
    mkdir -p build
    # The lists may be missing or too old: then fetch them and try once more.
    if ! as_root "${install[@]}" >build/apt.log 2>&1 </dev/null; then
        if ! { as_root apt-get update -q && as_root "${install[@]}"; } >>build/apt.log 2>&1 </dev/null; then
            tail -n 15 build/apt.log >&2
            stop_with "apt could not install them (all of its output is in build/apt.log). As root, try:"$'\n'"    $by_hand"
        fi
    fi
}

node_is_new_enough() {
    local node npm
    node="$(node --version 2>/dev/null)" && npm="$(npm --version 2>/dev/null)" &&
        at_least "${node#v}" "$NODE_LEAST" && at_least "$npm" "$NPM_LEAST"
}

# Puts a Node.js that is new enough first in PATH: the machine's, or the one that tools/node/package-lock.json names,
# installed into build/node.
ensure_node() {
    local lock
    PATH="$NODE_HOME/bin:$PATH"
    lock="$(sha256sum tools/node/package-lock.json)"
    if [[ "$(cat "$NODE_HOME/installed" 2>/dev/null)" == "$lock" ]] && node_is_new_enough; then return; fi
    rm -rf "$NODE_HOME"
    hash -r
    if node_is_new_enough; then return; fi
    say "Installing Node.js into build/node (the machine has $(node --version 2>/dev/null || echo none); $NODE_LEAST or newer is needed)"
    command -v npm >/dev/null || ensure_packages node
    mkdir -p "$NODE_HOME/bin"
    cp tools/node/package.json tools/node/package-lock.json tools/node/.npmrc "$NODE_HOME/"
    (cd "$NODE_HOME" && npm ci --no-bin-links --loglevel=error) >build/npm.log 2>&1 </dev/null || {
        tail -n 15 build/npm.log >&2
        stop_with "npm could not install Node.js (its output is above)."
    }
    ln -s "$(cd "$NODE_HOME/bin" && echo ../node_modules/node-linux-*/bin/node)" "$NODE_HOME/bin/node"
    ln -s ../node_modules/npm/bin/npm-cli.js "$NODE_HOME/bin/npm"
    ln -s ../node_modules/npm/bin/npx-cli.js "$NODE_HOME/bin/npx"
    hash -r
    node_is_new_enough || stop_with "the Node.js in build/node does not run on this machine: $(node --version 2>&1 | head -n 1)"
    echo "$lock" >"$NODE_HOME/installed"
}

# Installs the packages of the pages and of the tests into node_modules.
ensure_node_modules() {
    local wanted stamp=node_modules/.installed
    wanted="$(node --version) $(sha256sum package-lock.json)"
    if [[ "$(cat "$stamp" 2>/dev/null)" == "$wanted" ]]; then return; fi
    say "Installing the npm packages of the pages"
    mkdir -p build
    npm ci --loglevel=error >build/npm.log 2>&1 </dev/null || {
        tail -n 15 build/npm.log >&2
        stop_with "npm could not install the packages of the pages (its output is above)."
    }
    echo "$wanted" >"$stamp"
}

# configure PRESET
configure() {
    local dir="build/$1"
    # Ninja configures again by itself when a CMake file changes.
    [[ -f "$dir/build.ninja" ]] || cmake --preset "$1" >"build/cmake-$1.log" 2>&1 || {
        cat "build/cmake-$1.log" >&2
        stop_with "CMake could not configure the build (its output is above)."
    }
}

# build_program TARGET...: with a progress line on a terminal, else only what went wrong.
build_program() {
    mkdir -p build
    configure release
    if [[ -t 1 ]]; then
        ninja -C "$BUILD_DIR" "$@" || stop_with "the build failed (the compiler's words are above)."
    else
        ninja -C "$BUILD_DIR" --quiet "$@" || stop_with "the build failed (the compiler's words are above)."
    fi
}

# What the pages are made from, as one checksum.
pages_checksum() {
    { find web -type f -not -path 'web/dist/*' -not -path '*/node_modules/*' -print0; printf 'package-lock.json\0'; } |
        sort -z | xargs -0 sha256sum | sha256sum
}

build_pages() {
    local wanted stamp=build/pages
    wanted="$(pages_checksum)"
    if [[ -f web/dist/index.html && "$(cat "$stamp" 2>/dev/null)" == "$wanted" ]]; then return; fi
    mkdir -p build
    npm run --silent build >build/pages.log 2>&1 </dev/null || {
        cat build/pages.log >&2
        stop_with "the pages could not be built (the output is above)."
    }
    echo "$wanted" >"$stamp"
}
