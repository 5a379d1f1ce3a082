// For azd: everything comes from its environment (azd env set NAME value).
using 'main.bicep'

import { dev, prod } from 'sizes.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'lifecycle')
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
param size = readEnvironmentVariable('LIFECYCLE_SIZE', 'dev') == 'prod' ? prod : dev
param durableBackend = readEnvironmentVariable('LIFECYCLE_DURABLE_BACKEND', 'AzureStorage')
param connectUpstream = readEnvironmentVariable('LIFECYCLE_CONNECT_UPSTREAM', 'false') == 'true'
param policy = json(readEnvironmentVariable('LIFECYCLE_POLICY', '{}'))
param alertEmail = readEnvironmentVariable('LIFECYCLE_ALERT_EMAIL', '')
