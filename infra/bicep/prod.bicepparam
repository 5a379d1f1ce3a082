// For production: az deployment sub create --location westeurope --parameters infra/bicep/prod.bicepparam
using 'main.bicep'

import { prod } from 'sizes.bicep'

param environmentName = 'prod'
param location = 'westeurope'
param size = prod
param connectUpstream = readEnvironmentVariable('LIFECYCLE_CONNECT_UPSTREAM', 'false') == 'true'
param alertEmail = readEnvironmentVariable('LIFECYCLE_ALERT_EMAIL', '')
