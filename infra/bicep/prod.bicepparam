// For production: az deployment sub create --location westeurope --parameters infra/bicep/prod.bicepparam
using 'main.bicep'

import { prod } from 'sizes.bicep'

var backend = readEnvironmentVariable('LIFECYCLE_DURABLE_BACKEND', '')

param environmentName = 'prod'
param location = 'westeurope'
param size = prod
// An installation that was made on another backend stays there only if it is told to: state does not move along.
param durableBackend = empty(backend) ? prod.durableBackend : backend
param connectUpstream = readEnvironmentVariable('LIFECYCLE_CONNECT_UPSTREAM', 'false') == 'true'
param alertEmail = readEnvironmentVariable('LIFECYCLE_ALERT_EMAIL', '')
