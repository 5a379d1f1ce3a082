#!/bin/sh
# The provider of the Durable Task Scheduler is in the app only when it was published with it, and without it the app never starts there. Run by
# azd before it publishes. That is before the first provisioning, so the backend is found as main.bicepparam finds it.
set -eu

backend=AzureStorage
if [ "${LIFECYCLE_SIZE:-dev}" = "prod" ]; then
  backend=DurableTaskScheduler
fi

if [ "${LIFECYCLE_DURABLE_BACKEND:-$backend}" = "DurableTaskScheduler" ] && [ "${DurableTaskScheduler:-}" != "true" ]; then
  echo "The backend is the Durable Task Scheduler, and the app would be published without its provider. Either" >&2
  echo "  export DurableTaskScheduler=true                          # and do the same again" >&2
  echo "  azd env set LIFECYCLE_DURABLE_BACKEND AzureStorage        # before the first azd up: state does not move along" >&2
  exit 1
fi
