// The SignalR service, in serverless mode: it holds the sockets and tells the app of each.

@description('Required. Its name.')
@minLength(3)
@maxLength(63)
param name string

@description('Required. The region.')
param location string

@description('Required. Tags.')
param tags object

@description('Required. Its tier.')
param sku 'Free_F1' | 'Standard_S1' | 'Premium_P1'

@description('Required. Its units, 1,000 connections each.')
param units int

@description('Required. Whether its events are sent to the app.')
param connectUpstream bool

@description('Required. The function app that they are sent to.')
param appName string

// Clients of the standard libraries ping every 15 s. 20 s is the least that forgives one of them being late, and finds a peer that was
// powered off ten seconds sooner than the 30 s by default. Being wrong costs a reconnect within the grace window, no webhook.
var clientTimeoutSeconds = 20

// How often the service pings: clients that wait 30 s in vain may miss two of them.
var keepAliveSeconds = 10

resource app 'Microsoft.Web/sites@2025-03-01' existing = {
  name: appName
}

resource signalR 'Microsoft.SignalRService/signalR@2025-01-01-preview' = {
  name: name
  location: location
  tags: tags
  kind: 'SignalR'
  sku: { name: sku, capacity: units }
  properties: {
    disableLocalAuth: true
    disableAadAuth: false
    tls: { clientCertEnabled: false }
    features: [
      { flag: 'ServiceMode', value: 'Serverless' }
      { flag: 'EnableConnectivityLogs', value: 'True' }
    ]
    serverless: {
      connectionTimeoutInSeconds: clientTimeoutSeconds
      keepAliveIntervalInSeconds: keepAliveSeconds
    }
    upstream: {
      templates: connectUpstream ? [
        {
          hubPattern: 'apps,relay'
          categoryPattern: 'connections,messages'
          eventPattern: '*'
          // The extension takes its own system key only, which the host makes when it first runs.
          urlTemplate: 'https://${app.properties.defaultHostName}/runtime/webhooks/signalr?code=${listKeys('${app.id}/host/default', '2025-03-01').systemkeys.signalr_extension}'
        }
      ] : []
    }
  }
}

@description('Its name.')
output name string = signalR.name
