#!/usr/bin/env bash
# Builds DirectFanz and runs it here, in the foreground, until Ctrl-C. See --help.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=tools/setup.sh
source tools/setup.sh

usage() {
    cat <<'END'
Usage: ./deploy-streaming.sh [--demo] [--new-key] [--http ADDRESS:PORT] [--rtmp ADDRESS:PORT] [--data FOLDER]

Installs what is missing, builds DirectFanz and runs it until Ctrl-C. It can be run again at any time: what is
there already is kept, and only what changed is built.

  --demo                also publishes a moving test picture with sound and a clock, so that there is something to watch
  --new-key             gives the first stream a new key (the old one stops working) and shows it
  --http ADDRESS:PORT   where browsers connect (127.0.0.1:8080: from this machine only; 0.0.0.0:8080: from anywhere)
  --rtmp ADDRESS:PORT   where OBS or ffmpeg connects (127.0.0.1:1935)
  --data FOLDER         where streams and keys are kept (./data)
  --help                this text
END
}

# The program's variables beat its flags, so they may not stay: here an option beats them.
HTTP="${DIRECTFANZ_HTTP:-127.0.0.1:8080}"
RTMP="${DIRECTFANZ_RTMP:-127.0.0.1:1935}"
DATA="${DIRECTFANZ_DATA:-data}"
unset DIRECTFANZ_HTTP DIRECTFANZ_RTMP DIRECTFANZ_DATA DIRECTFANZ_WEB
# A variable of the program's beats it.
readonly COUNTRIES=node_modules/@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb
DEMO=no
NEW_KEY=no
while [[ $# -gt 0 ]]; do
    case "$1" in
        --demo) DEMO=yes ;;
        --new-key) NEW_KEY=yes ;;
        --http | --rtmp | --data)
            needs_value "$@"
            case "$1" in --http) HTTP="$2" ;; --rtmp) RTMP="$2" ;; --data) DATA="$2" ;; esac
            shift
            ;;
        --help | -h)
            usage
            exit 0
            ;;
        *) stop_with "there is no option $1. ./deploy-streaming.sh --help lists them." ;;
    esac
    shift
done

# check_address OPTION ADDRESS:PORT: the form is right and nobody listens there yet.
check_address() {
    local host="${2%:*}" port="${2##*:}"
    [[ "$2" =~ ^([0-9.]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}$ && $port -le 65535 ]] ||
        stop_with "$1 $2 is not an address and a port, like $1 127.0.0.1:8080."
    case "$host" in 0.0.0.0) host=127.0.0.1 ;; '[::]') host=::1 ;; esac
    host="${host#[}"
    if [[ $port -ne 0 ]] && (: <>"/dev/tcp/${host%]}/$port") 2>/dev/null; then
        stop_with "port $port of ${host%]} is taken by another program (perhaps DirectFanz runs already in another terminal). Stop that one, or choose another port: $1 ${2%:*}:$((port + 1))"
    fi
}
# The program listens on addresses, not on names; this one everybody types.
HTTP="${HTTP/#localhost:/127.0.0.1:}"
RTMP="${RTMP/#localhost:/127.0.0.1:}"
check_address --http "$HTTP"
check_address --rtmp "$RTMP"

PROGRAM="$BUILD_DIR/directfanz"
SERVER=''
DEMO_LOOP=''
RUN=''
STOPPING=no

# stop_child SIGNAL PID SECONDS: asks a child to stop, waits until it has, and after so many seconds does not ask.
stop_child() {
    local tenth
    [[ -n "$2" ]] || return 0
    kill "-$1" "$2" 2>/dev/null || return 0
    for ((tenth = 0; tenth < 10 * $3; tenth++)); do
        kill -0 "$2" 2>/dev/null || return 0
        sleep 0.1
    done
    kill -KILL "$2" 2>/dev/null || true
}

clean_up() {
    # The publisher goes first, so that its broadcast ends in good order.
    stop_child TERM "$DEMO_LOOP" 5
    stop_child TERM "$SERVER" 10
    [[ -z "$RUN" ]] || rm -rf "$RUN"
}

on_signal() {
    if [[ $STOPPING == yes ]]; then return; fi
    STOPPING=yes
    [[ -z "$SERVER" ]] || say $'\nStopping …'
    clean_up
    trap - EXIT
    say "Stopped."
    exit 0
}
trap on_signal INT TERM HUP
trap clean_up EXIT

# json_field NAME: reads one flat JSON object on standard input.
json_field() {
    node -e 'process.stdout.write(String(JSON.parse(require("node:fs").readFileSync(0, "utf8"))[process.argv[1]] ?? ""))' "$1"
}

# find_stream CONDITION FIELD: the field of the oldest stream for which the JavaScript condition holds; else nothing.
find_stream() {
    local streams
    # On the first run there is nothing to ask.
    [[ -f "$DATA/directfanz.db" || -n "${DIRECTFANZ_DATABASE_URL:-}" ]] || return 0
    streams="$("$PROGRAM" stream list --data "$DATA" --json)" || return 1
    node -e '
        const [condition, field] = process.argv.slice(1);
        const streams = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
        const found = streams.find(new Function("stream", "return " + condition));
        process.stdout.write(String(found?.[field] ?? ""));' "$@" <<<"$streams"
}

# watch_url ID: as the program tells it, but with an address that other machines reach too.
watch_url() {
    local url
    url="$(find_stream "stream.id === '$1'" watchUrl)"
    printf '%s' "${url/#"http://127.0.0.1:${HTTP_ADDRESS##*:}/"/"http://$HTTP_ADDRESS/"}"
}

# Its own session keeps Ctrl-C from reaching a child before we do; setpriv has the kernel stop the child if we are killed.
alone() { exec setsid setpriv --pdeathsig TERM -- "$@"; }

start_server() {
    alone "$PROGRAM" serve --data "$DATA" --web web/dist --http "$HTTP" --rtmp "$RTMP" \
        --geo-country-database "$COUNTRIES" >"$RUN/listening" </dev/null &
    SERVER=$!
    local tries
    for ((tries = 0; tries < 300; tries++)); do
        # One line, written when both ports are open.
        if [[ "$(head -n 1 "$RUN/listening")" == *'}' ]]; then return; fi
        kill -0 "$SERVER" 2>/dev/null || {
            SERVER=''
            stop_with "the server did not start; its own words are above."
        }
        sleep 0.1
    done
    stop_with "the server did not open its ports within 30 seconds; its own words are above."
}

# The address at which people on this or another machine reach ADDRESS:PORT.
reachable() {
    local host="${1%:*}" port="${1##*:}"
    case "$host" in
        0.0.0.0 | '[::]') host="$(hostname -I 2>/dev/null | cut -d ' ' -f 1)" ;;
    esac
    printf '%s:%s' "${host:-127.0.0.1}" "$port"
}

# publish_test_picture KEY: for as long as the program runs, whatever happens to one ffmpeg.
publish_test_picture() {
    local fonts=/usr/share/fonts/truetype/dejavu publisher=''
    # Colours that drift, drawn small since that is cheap; the hour with tenths, as it is when a frame is drawn; and a
    # ball that is at one side at every full second, when there is a beep of 100 ms: eyes can check the ears.
    local picture="gradients=size=320x180:rate=30:c0=0x1a1030:c1=0x7a3468:c2=0xd9744f:c3=0x2b1b52:nb_colors=4:x0=0:y0=0:x1=319:y1=179:speed=0.02,scale=1280:720,format=yuv420p"
    local name="drawtext=fontfile=$fonts/DejaVuSans-Bold.ttf:text='DirectFanz test picture':fontsize=36:fontcolor=white@0.85:x=(w-tw)/2:y=150"
    local clock="drawtext=fontfile=$fonts/DejaVuSansMono-Bold.ttf:text='%{localtime\\:%T}.%{eif\\:floor(10*mod(time(0)\\,1))\\:d}':fontsize=144:fontcolor=white:shadowcolor=black@0.5:shadowx=3:shadowy=3:x=(w-tw)/2:y=(h-th)/2"
    local ball="drawtext=fontfile=$fonts/DejaVuSans-Bold.ttf:text='●':fontsize=72:fontcolor=0xffd9b8:x='80+(w-160-tw)*(0.5-0.5*cos(PI*t))':y=h-190"
    trap 'stop_child INT "$publisher" 3; exit 0' TERM
    # $$ is the script itself: should it be killed, this loop ends too.
    while kill -0 $$ 2>/dev/null; do
        setpriv --pdeathsig INT -- ffmpeg -nostdin -hide_banner -loglevel error -re \
            -f lavfi -i "$picture,$name,$clock,$ball" \
            -f lavfi -i "aevalsrc='0.2*sin(2*PI*880*t)*lt(mod(t,1),0.1)':sample_rate=48000:channel_layout=stereo" \
            -c:v libx264 -preset veryfast -tune zerolatency -pix_fmt yuv420p -b:v 2500k -maxrate 2500k -bufsize 2500k \
            -g 60 -keyint_min 60 -sc_threshold 0 -c:a aac -b:a 128k \
            -f flv "rtmp://$RTMP_ADDRESS/live/$1" </dev/null 2> >(sed -u "s/$1/(key)/g; s/^/demo: /" >&2) &
        publisher=$!
        wait "$publisher" || true
        publisher=''
        sleep 1
    done
}

heading "Looking for what DirectFanz is built with"
if [[ $DEMO == yes ]]; then ensure_packages build demo; else ensure_packages build; fi
ensure_node

if [[ -x "$PROGRAM" ]]; then
    heading "Building what has changed"
else
    heading "Building the program (some minutes the first time)"
fi
build_program directfanz directfanz-worker

heading "Building the pages"
ensure_node_modules
build_pages

heading "Starting"
mkdir -p "$DATA"
RUN="$(mktemp -d)"
MINE="$(find_stream "stream.title !== 'Demo'" id)"
KEY=''
if [[ -z "$MINE" ]]; then
    say "Creating your first stream."
    created="$("$PROGRAM" stream create --data "$DATA" --title "My stream" --json)"
    MINE="$(json_field id <<<"$created")"
    KEY="$(json_field streamKey <<<"$created")"
elif [[ $NEW_KEY == yes ]]; then
    KEY="$("$PROGRAM" stream rotate-key "$MINE" --data "$DATA" --json | json_field streamKey)"
fi

start_server
HTTP_ADDRESS="$(reachable "$(json_field http <"$RUN/listening")")"
RTMP_ADDRESS="$(reachable "$(json_field rtmp <"$RUN/listening")")"

if [[ $DEMO == yes ]]; then
    demo="$(find_stream "stream.title === 'Demo'" id)"
    if [[ -z "$demo" ]]; then
        answer="$("$PROGRAM" stream create --data "$DATA" --title Demo --json)"
        demo="$(json_field id <<<"$answer")"
    else
        answer="$("$PROGRAM" stream rotate-key "$demo" --data "$DATA" --json)"
    fi
    publish_test_picture "$(json_field streamKey <<<"$answer")" &
    DEMO_LOOP=$!
fi

line='────────────────────────────────────────────────────────────────────────'
say "" "$BOLD$line$PLAIN"
say "  DirectFanz runs. Ctrl-C stops it."
say ""
[[ $DEMO == no ]] || say "  Watch the test picture  $BOLD$(watch_url "$demo")$PLAIN"
say "  Watch your stream       $BOLD$(watch_url "$MINE")$PLAIN"
say ""
say "  In OBS, under Settings, Stream, choose the service \"Custom…\" and enter"
say "      Server              ${BOLD}rtmp://$RTMP_ADDRESS/live$PLAIN"
if [[ -n "$KEY" ]]; then
    say "      Stream key          $BOLD$KEY$PLAIN"
    say "  Keep the key like a password: it is stored only as a hash and not shown again."
else
    say "      Stream key          the one you were shown when it was made"
    say "  Lost it? Stop, and make a new one:  ./deploy-streaming.sh --new-key"
fi
if [[ "$HTTP_ADDRESS $RTMP_ADDRESS" == *127.0.0.1* ]]; then
    say "" "  Only this machine can connect. To let others in, start it with"
    say "      --http 0.0.0.0:${HTTP_ADDRESS##*:} --rtmp 0.0.0.0:${RTMP_ADDRESS##*:}"
fi
say "$BOLD$line$PLAIN" ""

status=0
wait "$SERVER" || status=$?
SERVER=''
stop_with "the server ended by itself (status $status); its last words are above."
