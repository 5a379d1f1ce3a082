// Who is told of alerts.

@description('Required. Its name.')
param name string

@description('Required. Tags.')
param tags object

@description('Required. The address.')
param email string

resource group 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: name
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'Lifecycle'
    emailReceivers: [{ name: 'owner', emailAddress: email, useCommonAlertSchema: true }]
  }
}

@description('Its resource id.')
output id string = group.id
