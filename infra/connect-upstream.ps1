# Lets the SignalR service send its events to the app; see connect-upstream.sh.
$ErrorActionPreference = 'Stop'

if ($env:LIFECYCLE_CONNECT_UPSTREAM -eq 'true') {
    exit 0
}

$answered = $false
for ($try = 0; $try -lt 30 -and -not $answered; $try++) {
    try {
        Invoke-WebRequest -Uri "$env:LIFECYCLE_API_URL/health" -TimeoutSec 20 -UseBasicParsing | Out-Null
        $answered = $true
    }
    catch {
        Start-Sleep -Seconds 10
    }
}

if (-not $answered) {
    Write-Error "The app does not answer at $env:LIFECYCLE_API_URL/health, so the SignalR service was not connected to it. See its log stream; when it runs: azd env set LIFECYCLE_CONNECT_UPSTREAM true; azd provision"
}

azd env set LIFECYCLE_CONNECT_UPSTREAM true
$env:LIFECYCLE_CONNECT_UPSTREAM = 'true'
azd provision --no-prompt
