// Everything that Lifecycle needs in Azure. This file only wires modules; who may do what is in modules/roles.bicep.
targetScope = 'subscription'

import { sizeType } from 'sizes.bicep'

@description('Required. Names the installation; every resource carries it as a tag, and names are made of it.')
@minLength(1)
@maxLength(40)
param environmentName string

@description('Required. The region of all resources. Flex Consumption and the SignalR service must be there.')
param location string

@description('Required. How large it is: dev or prod of sizes.bicep, or your own.')
param size sizeType

@description('Optional. Where entities and orchestrations live, if not where the size has them. Another backend is another, empty state. The Durable Task Scheduler also needs the app published with DurableTaskScheduler=true (infra/README.md).')
param durableBackend 'AzureStorage' | 'DurableTaskScheduler' = size.durableBackend

@description('Optional. Whether the SignalR service sends its events to the app. Its key exists only once the app has run: the first provisioning leaves it off, and the hook after the first deployment turns it on.')
param connectUpstream bool = false

@description('Optional. What the fleet does differently from the defaults: settings of Lifecycle:Policy by name, such as { ReconnectGraceMs: 8000 } (docs/settings.md).')
param policy object = {}

@description('Optional. How many hours finished orchestrations are kept.')
@minValue(1)
@maxValue(8760)
param keepRunsHours int = 24

@description('Optional. How many sessions a sweep of reconciliation, every 30 s, asks the SignalR service about by themselves at most: those of which its lists do not tell enough.')
@minValue(1)
@maxValue(1000000)
param maxQuestionsPerSweep int = 5000

@description('Optional. How many group memberships a sweep of reconciliation has joined again at most, before they end.')
@minValue(1)
@maxValue(1000000)
param maxJoinsPerSweep int = 2000

@description('Optional. Whether webhooks may go to private, loopback and link-local addresses. Only where app servers live in the same network.')
param allowPrivateTargets bool = false

@description('Optional. Whether the app looks by itself if clients can open sockets at the SignalR service (docs/evidence.md).')
param canaryEnabled bool = true

@description('Optional. Who is told of alerts; empty for nobody.')
param alertEmail string = ''

@description('Optional. Tags of every resource, besides azd-env-name.')
param tags object = {}

var token = toLower(uniqueString(subscription().id, environmentName, location))
var usesScheduler = durableBackend == 'DurableTaskScheduler'
var allTags = union(tags, { 'azd-env-name': environmentName })
// Named here and not by its module, which comes after the app: the app's settings name the service, and the service's upstream the app.
var signalRName = 'sigr-${token}'
var signalREndpoint = 'https://${signalRName}.service.signalr.net'

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-lifecycle-${environmentName}'
  location: location
  tags: allTags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: { name: 'id-${token}', location: location, tags: allTags }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: { token: token, location: location, tags: allTags, retentionDays: size.retentionDays }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: { name: 'st${token}', location: location, tags: allTags, zoneRedundant: size.zoneRedundant }
}

module vault 'modules/vault.bicep' = {
  scope: group
  params: { name: 'kv-${token}', location: location, tags: allTags, protectKeys: size.protectKeys }
}

module scheduler 'modules/scheduler.bicep' = if (usesScheduler) {
  scope: group
  params: { name: 'dts-${token}', location: location, tags: allTags, sku: size.schedulerSku, units: size.schedulerUnits }
}

module app 'modules/app.bicep' = {
  scope: group
  params: {
    token: token
    location: location
    tags: allTags
    size: size
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    storageName: storage.outputs.name
    packageContainerUrl: storage.outputs.packageContainerUrl
    signalREndpoint: signalREndpoint
    vaultUri: vault.outputs.uri
    applicationInsightsConnection: monitoring.outputs.connection
    usesScheduler: usesScheduler
    schedulerEndpoint: scheduler.?outputs.endpoint ?? ''
    taskHubName: scheduler.?outputs.taskHubName ?? ''
    policy: policy
    keepRunsHours: keepRunsHours
    maxQuestionsPerSweep: maxQuestionsPerSweep
    maxJoinsPerSweep: maxJoinsPerSweep
    allowPrivateTargets: allowPrivateTargets
    canaryEnabled: canaryEnabled
  }
}

module signalR 'modules/signalr.bicep' = {
  scope: group
  params: {
    name: signalRName
    location: location
    tags: allTags
    sku: size.signalRSku
    units: size.signalRUnits
    connectUpstream: connectUpstream
    appName: app.outputs.name
  }
}

module roles 'modules/roles.bicep' = {
  scope: group
  params: {
    principalId: identity.outputs.principalId
    storageName: storage.outputs.name
    signalRName: signalR.outputs.name
    vaultName: vault.outputs.name
    applicationInsightsName: monitoring.outputs.applicationInsightsName
    usesScheduler: usesScheduler
    schedulerName: scheduler.?outputs.name ?? ''
  }
}

module workbook 'modules/workbook.bicep' = {
  scope: group
  params: { location: location, tags: allTags, workspaceId: monitoring.outputs.workspaceId }
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  params: { location: location, tags: allTags, workspaceId: monitoring.outputs.workspaceId, actionGroupId: owner.?outputs.id ?? '' }
}

module owner 'modules/actionGroup.bicep' = if (!empty(alertEmail)) {
  scope: group
  params: { name: 'ag-${token}', tags: allTags, email: alertEmail }
}

@description('The resource group.')
output AZURE_RESOURCE_GROUP string = group.name

@description('The function app, to deploy to.')
output SERVICE_API_NAME string = app.outputs.name

@description('Where the platform calls the API.')
output LIFECYCLE_API_URL string = '${app.outputs.url}/api'

@description('Where app servers negotiate.')
output LIFECYCLE_NEGOTIATE_URL string = '${app.outputs.url}/api/negotiate'

@description('The SignalR service that app servers are sent to; firewalls must let them.')
output LIFECYCLE_SIGNALR_ENDPOINT string = signalREndpoint

@description('The storage account of the queues lifecycle-commands, lifecycle-events and resurrection-dead-letter.')
output LIFECYCLE_STORAGE_ACCOUNT string = storage.outputs.name

@description('The durable backend that is in use.')
output LIFECYCLE_DURABLE_BACKEND string = durableBackend

@description('Application Insights of the app.')
output LIFECYCLE_APPLICATION_INSIGHTS string = monitoring.outputs.applicationInsightsName

@description('The workbook, in the portal.')
output LIFECYCLE_WORKBOOK_URL string = '${environment().portal}/#resource${workbook.outputs.id}/workbook'
