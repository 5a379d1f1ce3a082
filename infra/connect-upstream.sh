#!/bin/sh
# Lets the SignalR service send its events to the app. Its address carries a key that the host makes when it first runs with the SignalR
# extension, so this comes after the first deployment; later ones find it done. Run by azd, which sets the outputs of main.bicep.
set -eu

if [ "${LIFECYCLE_CONNECT_UPSTREAM:-false}" = "true" ]; then
  exit 0
fi

tries=0
until curl -fsS -o /dev/null --max-time 20 "$LIFECYCLE_API_URL/health"; do
  tries=$((tries + 1))
  if [ "$tries" -ge 30 ]; then
    echo "The app does not answer at $LIFECYCLE_API_URL/health, so the SignalR service was not connected to it." >&2
    echo "See its log stream; when it runs: azd env set LIFECYCLE_CONNECT_UPSTREAM true && azd provision" >&2
    exit 1
  fi
  sleep 10
done

azd env set LIFECYCLE_CONNECT_UPSTREAM true
LIFECYCLE_CONNECT_UPSTREAM=true azd provision --no-prompt
