#!/bin/sh
# The entrypoint of the TaskManager image: Flink's own, and what the environment switches on before it. 1, true, yes or on; 0, false, no, off or nothing; anything else is an error.
#
#   HEAPTIDE_AGENT    Heaptide beside the TaskManager, in the same container: needs HEAPTIDE_SERVER, and HEAPTIDE_TOKEN where the server asks for one
#   ENABLE_JFR        a flight recording that goes round in LOG_FOLDER, of JFR_AGE (1h) and JFR_SIZE (250m) at the most, with paths to old objects
#   ENABLE_NMT        the JVM keeps accounts of its native memory (5 to 10 % slower)
#   ENABLE_HEAP_DUMP  a heap dump into LOG_FOLDER when the heap is full
#   ENABLE_GC_LOG     collections into LOG_FOLDER, five files of 20 MB
#
# Options that are there already (FLINK_ENV_JAVA_OPTS_TM) stay. All of it works with jobmanager instead of taskmanager, too.
set -eu

FLINK_ENTRYPOINT=${FLINK_ENTRYPOINT:-/docker-entrypoint.sh}
HEAPTIDE=${HEAPTIDE:-/opt/heaptide/packages/cli/bin/heaptide.mjs}
LOG_FOLDER=${LOG_FOLDER:-/opt/flink/log}

fail() {
  echo "taskmanager-entrypoint: $1" >&2
  exit 2
}

# is_on NAME VALUE
is_on() {
  case $2 in
    1 | true | yes | on) return 0 ;;
    '' | 0 | false | no | off) return 1 ;;
    *) fail "$1 is \"$2\"; it is 1 or 0" ;;
  esac
}

options=${FLINK_ENV_JAVA_OPTS_TM:-}
add() {
  options="${options:+$options }$1"
}

if is_on ENABLE_JFR "${ENABLE_JFR:-}"; then
  add "-XX:StartFlightRecording=name=always,settings=default,disk=true,maxage=${JFR_AGE:-1h},maxsize=${JFR_SIZE:-250m},dumponexit=true,filename=$LOG_FOLDER/,path-to-gc-roots=true"
fi
if is_on ENABLE_NMT "${ENABLE_NMT:-}"; then add "-XX:NativeMemoryTracking=summary"; fi
if is_on ENABLE_HEAP_DUMP "${ENABLE_HEAP_DUMP:-}"; then add "-XX:+HeapDumpOnOutOfMemoryError -XX:HeapDumpPath=$LOG_FOLDER"; fi
if is_on ENABLE_GC_LOG "${ENABLE_GC_LOG:-}"; then add "-Xlog:gc*:file=$LOG_FOLDER/gc.log:time,uptime:filecount=5,filesize=20m"; fi
if [ -n "$options" ]; then export FLINK_ENV_JAVA_OPTS_TM="$options"; fi

# The agent ends with the container, and is started again where it ends by itself: the TaskManager never waits for it.
keep_agent() {
  while :; do
    node "$HEAPTIDE" agent --server "$HEAPTIDE_SERVER" --flink "${FLINK_URL:-http://jobmanager:8081}" --data /var/lib/heaptide || true
    sleep "${HEAPTIDE_AGENT_PAUSE:-10}"
  done
}

if is_on HEAPTIDE_AGENT "${HEAPTIDE_AGENT:-}"; then
  [ -n "${HEAPTIDE_SERVER:-}" ] || fail "HEAPTIDE_AGENT is on, and HEAPTIDE_SERVER does not say where to: http://heaptide:7070"
  keep_agent &
fi

exec "$FLINK_ENTRYPOINT" "$@"
