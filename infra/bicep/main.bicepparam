// For azd: everything comes from its environment (azd env set NAME value).
using 'main.bicep'

import { dev, prod } from 'sizes.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'lifecycle')
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
var chosen = readEnvironmentVariable('LIFECYCLE_SIZE', 'dev') == 'prod' ? prod : dev
var backend = readEnvironmentVariable('LIFECYCLE_DURABLE_BACKEND', '')

param size = chosen
// An output of the first provisioning sets it, so that an installation stays on the backend that has its state.
param durableBackend = empty(backend) ? chosen.durableBackend : backend
param connectUpstream = readEnvironmentVariable('LIFECYCLE_CONNECT_UPSTREAM', 'false') == 'true'
param policy = json(readEnvironmentVariable('LIFECYCLE_POLICY', '{}'))
param alertEmail = readEnvironmentVariable('LIFECYCLE_ALERT_EMAIL', '')
