// For trying it: az deployment sub create --location westeurope --parameters infra/bicep/dev.bicepparam
using 'main.bicep'

import { dev } from 'sizes.bicep'

param environmentName = 'dev'
param location = 'westeurope'
param size = dev
param connectUpstream = readEnvironmentVariable('LIFECYCLE_CONNECT_UPSTREAM', 'false') == 'true'
