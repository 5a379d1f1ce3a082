// The one identity of the app: to storage, SignalR, Key Vault, Application Insights and the scheduler.

@description('Required. Its name.')
param name string

@description('Required. The region.')
param location string

@description('Required. Tags.')
param tags object

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

@description('Its resource id.')
output id string = identity.id

@description('Its client id, by which an app with several identities chooses it.')
output clientId string = identity.properties.clientId

@description('Its object id, to which roles are assigned.')
output principalId string = identity.properties.principalId
