#!/usr/bin/env bash
# Builds and lints every Bicep file with the CLI of the NuGet package; a warning is a failure. Wants the restore of tests/Infra.Tests.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ "$(uname -sm)" != "Linux x86_64" ]; then
  echo "The package has the Bicep CLI for Linux on x64 only; nothing is checked here."
  exit 0
fi

bicep=$(dotnet msbuild tests/Infra.Tests -getProperty:BicepPath | tr '\\' '/')
chmod +x "$bicep"
said=$({
  "$bicep" build infra/bicep/main.bicep --stdout >/dev/null
  for file in infra/bicep/*.bicepparam; do "$bicep" build-params "$file" --stdout >/dev/null; done
  for file in infra/bicep/*.bicep infra/bicep/modules/*.bicep; do "$bicep" lint "$file"; done
} 2>&1)
if [ -n "$said" ]; then
  echo "$said"
  exit 1
fi
