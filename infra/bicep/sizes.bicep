// How large an installation is. The two below are starting points; any other value of the type will do.

@export()
@description('How large an installation is.')
type sizeType = {
  @description('Instances that are always ready for HTTP functions and the events of the SignalR service. 0 lets the first event after a pause wait for an instance to start, seconds of a grace window of six.')
  @minValue(0)
  @maxValue(100)
  alwaysReadyHttp: int

  @description('Instances that are always ready for entities, orchestrations and activities: durable timers of an idle app run only when one of them is there.')
  @minValue(0)
  @maxValue(100)
  alwaysReadyDurable: int

  @description('The most instances of each group.')
  @minValue(1)
  @maxValue(1000)
  maximumInstances: int

  @description('Memory of an instance, in MB.')
  instanceMemoryMB: 512 | 2048 | 4096

  @description('Whether plan, storage and SignalR span availability zones. Needs a region that has them, and SignalR Premium.')
  zoneRedundant: bool

  @description('Tier of the SignalR service. Free_F1 takes 20 connections and 20,000 messages a day.')
  signalRSku: 'Free_F1' | 'Standard_S1' | 'Premium_P1'

  @description('Units of the SignalR service: 1,000 connections each. One app session is one connection.')
  @minValue(1)
  @maxValue(100)
  signalRUnits: int

  @description('Where entities and orchestrations live. Azure Storage needs nothing more than the account that the app has anyway; the Durable Task Scheduler has no partitions and no polls (docs/operations-cost.md#which-backend).')
  durableBackend: 'AzureStorage' | 'DurableTaskScheduler'

  @description('Tier of the Durable Task Scheduler, where it is the backend.')
  schedulerSku: 'Consumption' | 'Dedicated'

  @description('Capacity units of a Dedicated scheduler: 2,000 actions per second each. It is highly available with 3 only.')
  @minValue(1)
  @maxValue(3)
  schedulerUnits: int

  @description('How long logs and metrics are kept, in days.')
  @minValue(30)
  @maxValue(730)
  retentionDays: int

  @description('Whether a deleted key vault stays recoverable for 90 days and cannot be purged: with the keys in it every signing secret is lost.')
  protectKeys: bool
}

@export()
@description('For trying it: cheap, and gone without a trace.')
var dev sizeType = {
  alwaysReadyHttp: 0
  alwaysReadyDurable: 1
  maximumInstances: 40
  instanceMemoryMB: 2048
  zoneRedundant: false
  signalRSku: 'Standard_S1'
  signalRUnits: 1
  durableBackend: 'AzureStorage'
  schedulerSku: 'Consumption'
  schedulerUnits: 1
  retentionDays: 30
  protectKeys: false
}

@export()
@description('For thousands of sessions that people look at.')
var prod sizeType = {
  alwaysReadyHttp: 2
  alwaysReadyDurable: 2
  maximumInstances: 100
  instanceMemoryMB: 2048
  zoneRedundant: true
  signalRSku: 'Premium_P1'
  signalRUnits: 10
  durableBackend: 'DurableTaskScheduler'
  schedulerSku: 'Dedicated'
  schedulerUnits: 3
  retentionDays: 90
  protectKeys: true
}
