// The function app on the Flex Consumption plan, with every setting that it reads. None of them is a secret.

import { sizeType } from '../sizes.bicep'

@description('Required. The part of names that is the installation\'s own.')
param token string

@description('Required. The region.')
param location string

@description('Required. Tags.')
param tags object

@description('Required. How large it is.')
param size sizeType

@description('Required. The app\'s identity.')
param identityId string

@description('Required. Its client id.')
param identityClientId string

@description('Required. The storage account.')
param storageName string

@description('Required. Where the package is deployed to.')
param packageContainerUrl string

@description('Required. The SignalR service.')
param signalREndpoint string

@description('Required. The key vault.')
param vaultUri string

@description('Required. Where telemetry is sent.')
param applicationInsightsConnection string

@description('Required. Whether the Durable Task Scheduler is the backend, and not Azure Storage.')
param usesScheduler bool

@description('Required. The scheduler; empty where there is none.')
param schedulerEndpoint string

@description('Required. Its task hub; empty likewise.')
param taskHubName string

@description('Required. Settings of the fleet\'s policy, by name.')
param policy object

@description('Required. How many hours finished orchestrations are kept.')
param keepRunsHours int

@description('Required. How many sessions a sweep asks about.')
param maxQuestionsPerSweep int

@description('Required. How many group memberships a sweep has joined again.')
param maxJoinsPerSweep int

@description('Required. Whether webhooks may go to private addresses.')
param allowPrivateTargets bool

@description('Required. Whether the app looks by itself if clients can open sockets at the SignalR service.')
param canaryEnabled bool

// What host.json says of the durable backend is Azure Storage; an app setting of this form comes over it.
var durableTask = 'AzureFunctionsJobHost__extensions__durableTask'
var schedulerSettings = usesScheduler ? {
  '${durableTask}__hubName': taskHubName
  '${durableTask}__storageProvider__type': 'azureManaged'
  '${durableTask}__storageProvider__connectionStringName': 'DURABLE_TASK_SCHEDULER_CONNECTION_STRING'
  DURABLE_TASK_SCHEDULER_CONNECTION_STRING: 'Endpoint=${schedulerEndpoint};Authentication=ManagedIdentity;ClientID=${identityClientId}'
} : {}

var policySettings = toObject(items(policy), entry => 'Lifecycle__Policy__${entry.key}', entry => string(entry.value))

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: 'plan-${token}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true, zoneRedundant: size.zoneRedundant }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: 'func-${token}'
  location: location
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    // This plan has no health check of the platform. On one that has, healthCheckPath is /api/health/live, and not /api/health: an outage of the SignalR
    // service is the same for all instances, and restarts none of them to any use (docs/fleet-api.md#health).
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
    }
    functionAppConfig: {
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainerUrl
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: size.instanceMemoryMB
        maximumInstanceCount: size.maximumInstances
        alwaysReady: filter([
          { name: 'http', instanceCount: size.alwaysReadyHttp }
          { name: 'durable', instanceCount: size.alwaysReadyDurable }
        ], group => group.instanceCount > 0)
      }
    }
  }

  resource settings 'config' = {
    name: 'appsettings'
    properties: union({
      AzureWebJobsStorage__accountName: storageName
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__clientId: identityClientId
      AzureSignalRConnectionString__serviceUri: signalREndpoint
      AzureSignalRConnectionString__credential: 'managedidentity'
      AzureSignalRConnectionString__clientId: identityClientId
      APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsightsConnection
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
      AZURE_CLIENT_ID: identityClientId
      Lifecycle__Canary__Enabled: string(canaryEnabled)
      Lifecycle__DurableBackend: usesScheduler ? 'Exact' : 'AzureStorage'
      Lifecycle__KeepRunsHours: string(keepRunsHours)
      Lifecycle__KeyRing__KeyVaultUri: vaultUri
      Lifecycle__Reconciliation__MaxQuestionsPerSweep: string(maxQuestionsPerSweep)
      Lifecycle__Reconciliation__MaxJoinsPerSweep: string(maxJoinsPerSweep)
      Lifecycle__Webhooks__AllowPrivateTargets: string(allowPrivateTargets)
    }, policySettings, schedulerSettings)
  }

  // Deployments come by identity: nobody may publish with a password.
  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

@description('Its name.')
output name string = app.name

@description('Its address.')
output url string = 'https://${app.properties.defaultHostName}'
