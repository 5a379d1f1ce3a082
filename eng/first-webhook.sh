#!/usr/bin/env bash
# From nothing installed to a first signed webhook handled, by the steps of docs/cli.md; says how long each took. Needs the .NET SDK, a clone that has been built or restored
# once (or a package source), and nothing that runs already: ports are free ones, and all it makes is in a folder that it takes away.
#   eng/first-webhook.sh [PACKAGE.nupkg]      # a package that is there already is installed instead of one packed here
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
folder=$(mktemp -d)
dev='' listen=''
end() {
  for process in $listen $dev; do kill -TERM "$process" 2>/dev/null && wait "$process" 2>/dev/null || true; done
  rm -rf "$folder"
}
trap end EXIT
begun=$(date +%s%N) last=$begun
step() { local now; now=$(date +%s%N); printf '%6.1f s  %s\n' "$(((now - last) / 1000000))e-3" "$1"; last=$now; }
await() { # file, text: until the text stands in the file, for a minute
  for _ in $(seq 600); do grep -q "$2" "$1" 2>/dev/null && return; sleep 0.1; done
  echo "waited in vain for '$2':" >&2; cat "$1" >&2; return 1
}

if [ $# -gt 0 ]; then mkdir "$folder/feed"; cp "$1" "$folder/feed"; else dotnet pack tools/cli -c Release -o "$folder/feed" -v q >"$folder/pack.log" || { cat "$folder/pack.log"; exit 1; }; fi
step 'dotnet pack tools/cli'
printf '<configuration><packageSources><clear /><add key="folder" value="%s/feed" /></packageSources></configuration>' "$folder" >"$folder/nuget.config"
dotnet tool install Lifecycle.Cli --tool-path "$folder/bin" --configfile "$folder/nuget.config" >"$folder/install.log" || { cat "$folder/install.log"; exit 1; }
step 'dotnet tool install'
work=$(date +%s%N)

lifecycle="$folder/bin/lifecycle"
"$lifecycle" dev --port 0 --signalr-port 0 --data "$folder/data" --json >"$folder/dev.log" 2>&1 & dev=$!
await "$folder/dev.log" '"api"'
LIFECYCLE_URL=$(sed -n 's/.*"api":"\([^"]*\)".*/\1/p' "$folder/dev.log"); export LIFECYCLE_URL
step 'lifecycle dev'
exports=$("$lifecycle" register com.example.notes --webhook relay: --env)
eval "$exports"
step 'lifecycle register com.example.notes --webhook relay: --env'
"$lifecycle" listen com.example.notes >"$folder/listen.log" 2>&1 & listen=$!
await "$folder/listen.log" 'come over a connection'
step 'lifecycle listen com.example.notes'
"$lifecycle" start s1 com.example.notes --wait
grep 'webhook: session_request' "$folder/listen.log"
step 'lifecycle start s1 com.example.notes --wait'
"$lifecycle" explain s1 com.example.notes --utc >"$folder/explain.log"
grep -q '^It runs' "$folder/explain.log"
step 'lifecycle explain s1 com.example.notes'
awk -v a=$(((last - begun) / 1000000)) -v b=$(((last - work) / 1000000)) 'BEGIN { printf "first signed webhook handled %.1f s after nothing was installed, %.1f s after the tool was\n", a / 1000, b / 1000 }'
