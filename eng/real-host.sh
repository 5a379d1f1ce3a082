#!/usr/bin/env bash
# Starts a host that scenarios and drill can be played on, and prints the options that name it. Ctrl-C ends all of it.
#
#   eng/real-host.sh              Azurite, this repository's SignalR emulator, and the Functions host (func) with the official packages
#   eng/real-host.sh --embedded   the embedded host in one process, with an engine as slow as is said
#
# What is missing is named in one line, with how to get it; exit code 1. The way with func has not been run where its packages are lacking.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
usage='usage: eng/real-host.sh [--port N] [--signalr-port N] [--embedded [--engine-latency MS] [--engine-capacity N]]'
port=7071 signalr=8888 embedded= latency=250 capacity=100

while [ $# -gt 0 ]; do
  if [ "$1" = --embedded ]; then embedded=yes; shift; continue; fi
  if [ $# -lt 2 ]; then echo "$usage" >&2; exit 2; fi
  case $1 in
    --port) port=$2 ;;
    --signalr-port) signalr=$2 ;;
    --engine-latency) latency=$2 ;;
    --engine-capacity) capacity=$2 ;;
    *) echo "$usage" >&2; exit 2 ;;
  esac
  shift 2
done

work=$(mktemp -d)
jobs=()
set -m # each job is a group of its own, so that what it starts ends with it
end() { for job in ${jobs[@]+"${jobs[@]}"}; do kill -- "-$job" 2>/dev/null; done; wait 2>/dev/null; rm -rf "$work"; }
trap end EXIT
trap 'exit 130' INT TERM

missing=()
need() { command -v "$1" >/dev/null || missing+=("$1 ($2)"); }
find_azurite() { command -v azurite || ls "$PWD/tests/Azurite/js/node_modules/.bin/azurite" 2>/dev/null; }

# The packages that a source lacks are known only by asking it for all of them.
packages() {
  dotnet restore src/Functions -p:FunctionsSdk=Official >"$work/restore" 2>&1 && return
  local lacking
  lacking=$(grep -oE 'package Microsoft[A-Za-z.]*[A-Za-z]' "$work/restore" | awk '{print $2}' | sort -u | paste -sd ' ')
  missing+=("the package ${lacking:-versions that FunctionsSdk=Official names} (from a package source that has it, such as https://api.nuget.org/v3/index.json; in nuget.config)")
}

check() {
  need dotnet 'the .NET 10 SDK, https://dot.net'
  need curl 'by the system'"'"'s package manager'
  if [ -z "$embedded" ]; then
    need func 'npm install -g azure-functions-core-tools@4'
    [ -n "$(find_azurite)" ] || missing+=('azurite (npm install -g azurite)')
    if command -v dotnet >/dev/null; then packages; fi
  fi
  [ ${#missing[@]} -eq 0 ] && return
  (IFS=';'; echo "Missing:${missing[*]/#/ }. Without them: eng/real-host.sh --embedded." >&2)
  exit 1
}

# name, command...
run() {
  local name=$1; shift
  "$@" >"$work/$name.log" 2>&1 </dev/null &
  jobs+=($!)
}

fail() { echo "$1; the end of its log:" >&2; tail -15 "$work/$2.log" >&2; exit 1; }

# name, address, seconds: until it answers, whatever it says to a healthy question
await() {
  local until=$((SECONDS + $3))
  while ! curl -fs -o /dev/null "$2"; do
    kill -0 "${jobs[-1]}" 2>/dev/null || fail "$1 ended at its start" "$1"
    [ "$SECONDS" -lt "$until" ] || fail "$1 does not answer at $2" "$1"
    sleep 0.5
  done
}

connection() { echo "Endpoint=http://localhost;Port=$signalr;AccessKey=$(key);Version=1.0;"; }

build() { dotnet "$@" -v q >"$work/build.log" 2>&1 || fail "dotnet $1 $2 failed" build; }

embedded_host() {
  build build src/Functions
  key() { cat "$work/data/signalr.key"; }
  run host dotnet src/Functions/bin/Debug/net10.0/Lifecycle.Functions.dll --port "$port" --signalr-port "$signalr" --data "$work/data" \
    --timing azure-storage --engine-latency "$latency" --engine-capacity "$capacity"
}

functions_host() {
  key() { echo ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGH; } # the emulator's for development, as in the sample settings
  build build local/SignalREmulator
  build publish src/Functions -c Release -p:FunctionsSdk=Official -o artifacts/real-host
  # Storage and SignalR of this machine, unless somebody has said otherwise.
  if [ -f local.settings.json ]; then cp local.settings.json artifacts/real-host/; else cp local.settings.sample.json artifacts/real-host/local.settings.json; fi
  run azurite "$(find_azurite)" --silent --location "$work/azurite" --skipApiVersionCheck
  run emulator dotnet local/SignalREmulator/bin/Debug/net10.0/Lifecycle.Local.SignalR.dll --upstream "http://localhost:$port/runtime/webhooks/signalr" --upstream-hubs "apps;relay" --port "$signalr"
  await emulator "http://localhost:$signalr/_faults" 30
  export AzureSignalRConnectionString
  AzureSignalRConnectionString=$(connection)
  run host env -C artifacts/real-host func start --no-build --port "$port"
}

check
if [ -n "$embedded" ]; then embedded_host; else functions_host; fi
await host "http://localhost:$port/api/health" 180
echo "Play on it, in another terminal, with 'dotnet run --project tests/Scenarios -- --on http' or 'dotnet run --project samples/Drill --' and"
echo "--api http://localhost:$port --key none --signalr-faults http://localhost:$signalr"
echo "For scenarios with publishers also --signalr '$(connection)'"
wait -n
fail "The host, or something that it needs, has ended" host
