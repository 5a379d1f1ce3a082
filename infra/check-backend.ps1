# Sees that the app is published with the provider of its backend; see check-backend.sh.
$ErrorActionPreference = 'Stop'

$backend = $env:LIFECYCLE_DURABLE_BACKEND
if (-not $backend) {
    $backend = if ($env:LIFECYCLE_SIZE -eq 'prod') { 'DurableTaskScheduler' } else { 'AzureStorage' }
}

if ($backend -eq 'DurableTaskScheduler' -and $env:DurableTaskScheduler -ne 'true') {
    Write-Error 'The backend is the Durable Task Scheduler, and the app would be published without its provider. Set DurableTaskScheduler=true in the environment and do the same again; or, before the first azd up: azd env set LIFECYCLE_DURABLE_BACKEND AzureStorage'
}
