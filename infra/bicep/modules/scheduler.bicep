// The Durable Task Scheduler with one task hub. Its timers run when they are due, so deadlines need no alignment.

@description('Required. Its name.')
@minLength(3)
@maxLength(64)
param name string

@description('Required. The region.')
param location string

@description('Required. Tags.')
param tags object

@description('Required. Its tier.')
param sku 'Consumption' | 'Dedicated'

@description('Required. Its capacity units, where it is Dedicated.')
@minValue(1)
@maxValue(3)
param units int

resource scheduler 'Microsoft.DurableTask/schedulers@2025-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    // Who may connect is decided by role, not by address: instances of the plan have no address of their own.
    ipAllowlist: ['0.0.0.0/0']
    sku: sku == 'Dedicated' ? { name: sku, capacity: units } : { name: sku }
  }

  resource hub 'taskHubs' = {
    name: 'lifecycle'
    properties: {}
  }
}

@description('Its name.')
output name string = scheduler.name

@description('Its address.')
output endpoint string = scheduler.properties.endpoint

@description('The task hub of the app.')
output taskHubName string = scheduler::hub.name
