// The storage account: durable state (blobs, queues, tables), the platform's queues, and the app's package. Keys are off.

@description('Required. Its name.')
@minLength(3)
@maxLength(24)
param name string

@description('Required. The region.')
param location string

@description('Required. Tags.')
param tags object

@description('Required. Whether data is kept in three availability zones.')
param zoneRedundant bool

var packageContainer = 'app-package'
var queueNames = ['lifecycle-commands', 'lifecycle-events', 'resurrection-dead-letter']

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: zoneRedundant ? 'Standard_ZRS' : 'Standard_LRS' }
  properties: {
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    allowCrossTenantReplication: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }

  resource blobs 'blobServices' = {
    name: 'default'

    resource package 'containers' = {
      name: packageContainer
      properties: { publicAccess: 'None' }
    }
  }

  resource queues 'queueServices' = {
    name: 'default'

    resource queue 'queues' = [for queueName in queueNames: { name: queueName }]
  }
}

@description('Its name, which the app\'s settings carry.')
output name string = account.name

@description('Where the app\'s package is deployed to.')
output packageContainerUrl string = '${account.properties.primaryEndpoints.blob}${packageContainer}'
