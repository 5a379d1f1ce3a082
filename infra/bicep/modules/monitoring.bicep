// Log Analytics and Application Insights: metrics, traces and logs, written by identity only.

@description('Required. The part of names that is the installation\'s own.')
param token string

@description('Required. The region.')
param location string

@description('Required. Tags.')
param tags object

@description('Required. How long data is kept, in days.')
param retentionDays int

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' = {
  name: 'log-${token}'
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    features: { disableLocalAuth: true }
  }
}

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' = {
  name: 'appi-${token}'
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    IngestionMode: 'LogAnalytics'
    DisableLocalAuth: true
  }
}

@description('The workspace, which queries and alerts read.')
output workspaceId string = workspace.id

@description('The name of Application Insights.')
output applicationInsightsName string = applicationInsights.name

@description('Where telemetry is sent. No secret: without local authentication its key opens nothing.')
output connection string = applicationInsights.properties.ConnectionString
