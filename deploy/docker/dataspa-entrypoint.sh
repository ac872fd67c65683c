#!/bin/sh
# The entrypoint of the dataspa image. What the environment switches on:
#
#   LEAKY              the enrichment makes an HTTP client for each event, as in the story: 1 or 0
#   DATASPA_TRANSPORT  segments (default) or kafka
#   DATASPA_CONFIG     another dataspa.yaml
#   DATASPA_FLOW_TOKEN, DATASPA_PLACES_KEY  read by dataspa itself
#
# The command is dataspa's own: run, deploy, capture now.
set -eu

NODE=${NODE:-node}
DATASPA=${DATASPA:-/opt/dataspa/dataspa/platform/src/main.ts}

fail() {
  echo "dataspa-entrypoint: $1" >&2
  exit 2
}

case ${LEAKY:-} in
  1 | true | yes | on) client=per-call ;;
  '' | 0 | false | no | off) client=shared ;;
  *) fail "LEAKY is \"$LEAKY\"; it is 1 or 0" ;;
esac

transport=${DATASPA_TRANSPORT:-segments}
case $transport in
  segments | kafka) ;;
  *) fail "DATASPA_TRANSPORT is \"$transport\"; it is segments or kafka" ;;
esac

exec "$NODE" "$DATASPA" --config "${DATASPA_CONFIG:-/etc/dataspa/dataspa.yaml}" --transport "$transport" --client "$client" "$@"
