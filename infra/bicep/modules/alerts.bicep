// The alerts, one per query alert-*.kql. Each query returns one row with one number when there is something to say, and the number is
// compared with a threshold here. What to do about each stands in docs/operations-alerts.md.

@description('Where the alert rules are stored: the location of the workspace.')
param location string

@description('Tags of the alert rules.')
param tags object

@description('Resource id of the Log Analytics workspace that the app\'s logs and metrics arrive in.')
param workspaceId string

@description('Resource id of the action group that is told. Empty: the alerts are seen in the portal only.')
param actionGroupId string = ''

@description('What the names of the alert rules begin with.')
param namePrefix string = 'lifecycle'

@description('Percent of resurrections, of at least 20 within an hour, that woke an app that was alive. A few clients are always slow; one in twenty means that the grace window is too short for many.')
@minValue(1)
@maxValue(100)
param falseResurrectionsPercent int = 5

@description('Sessions given up within 15 minutes, besides those whose app says that they are gone. Single ones are matters of single users; ten within minutes have one cause.')
@minValue(1)
param evictedSessions int = 10

@description('Dead letters within a day. Every one is a session that stays dead until somebody acts, so the first one counts; it is not urgent.')
@minValue(1)
param deadLetters int = 1

@description('Seconds that a timer of a grace window or a stop ran late. A killed instance\'s timers run within 90 s on another one; later is a backlog.')
@minValue(1)
param timerLatenessSeconds int = 90

@description('Percent of the tries to tell events to one destination that failed within 15 minutes. A single failed try is repeated within a minute and harms nobody; half of them is an outage.')
@minValue(1)
@maxValue(100)
param eventsFailedPercent int = 50

@description('Apps whose breaker was open or probing for 15 minutes. One app that is away is its owner\'s matter, who is told; three at once may have a cause on our side. Raise it by the number of apps that are known to be dead.')
@minValue(1)
param openBreakers int = 3

@description('Minutes within 15 in which no client could open a socket at the SignalR service, as one instance saw it. A restart of the service\'s front end is over sooner.')
@minValue(1)
@maxValue(15)
param serviceAwayMinutes int = 2

@description('Decisions within an hour that broke an invariant, or could not be judged. None is right, so the first one counts.')
@minValue(1)
param brokenInvariants int = 1

@description('Minutes without a report of a sweep, which runs every 30 s: the app is down, or its telemetry is. Figures arrive up to five minutes late, and a restart of everything takes a minute.')
@minValue(5)
@maxValue(59)
param silentMinutes int = 15

var guide = 'See docs/operations-alerts.md#alert-'

// Severity: 1 someone must act now, 2 users notice, 3 look at it in the morning.
var alerts = [
  {
    name: 'false-resurrections'
    title: 'Lifecycle: apps are woken that are alive'
    says: 'Too many resurrections woke an app whose old process was alive.'
    severity: 2
    every: 'PT15M'
    window: 'PT1H'
    query: loadTextContent('../../kql/alert-false-resurrections.kql')
    column: 'FalsePercent'
    threshold: falseResurrectionsPercent
  }
  {
    name: 'evictions'
    title: 'Lifecycle: sessions are being given up'
    says: 'Many sessions were given up within minutes.'
    severity: 1
    every: 'PT5M'
    window: 'PT15M'
    query: loadTextContent('../../kql/alert-evictions.kql')
    column: 'Sessions'
    threshold: evictedSessions
  }
  {
    name: 'dead-letters'
    title: 'Lifecycle: dead letters of the last day'
    says: 'Sessions were given up within the last day and stay dead until somebody acts.'
    severity: 3
    every: 'PT1H'
    window: 'P1D'
    query: loadTextContent('../../kql/alert-dead-letters.kql')
    column: 'DeadLetters'
    threshold: deadLetters
  }
  {
    name: 'timer-lateness'
    title: 'Lifecycle: timers run late'
    says: 'Timers of grace windows or stops run later than the loss of an instance explains.'
    severity: 2
    every: 'PT5M'
    window: 'PT15M'
    query: loadTextContent('../../kql/alert-timer-lateness.kql')
    column: 'Seconds'
    threshold: timerLatenessSeconds
  }
  {
    name: 'events-failed'
    title: 'Lifecycle: events do not reach the platform'
    says: 'Events or dead letters cannot be told to the platform. They are kept and tried again.'
    severity: 1
    every: 'PT5M'
    window: 'PT15M'
    query: loadTextContent('../../kql/alert-events-failed.kql')
    column: 'FailedPercent'
    threshold: eventsFailedPercent
  }
  {
    name: 'breaker-open'
    title: 'Lifecycle: several apps are away'
    says: 'Several apps have been away for the whole window.'
    severity: 2
    every: 'PT5M'
    window: 'PT15M'
    query: loadTextContent('../../kql/alert-breaker-open.kql')
    column: 'Apps'
    threshold: openBreakers
  }
  {
    name: 'service-away'
    title: 'Lifecycle: the SignalR service lets no client in'
    says: 'No client can open a socket at the SignalR service, as an instance of the app sees it.'
    severity: 1
    every: 'PT5M'
    window: 'PT15M'
    query: loadTextContent('../../kql/alert-service-away.kql')
    column: 'Minutes'
    threshold: serviceAwayMinutes
  }
  {
    name: 'invariants'
    title: 'Lifecycle: a decision broke an invariant'
    says: 'A decision on a session, or of the gate of an app, broke what must hold after every decision.'
    severity: 2
    every: 'PT5M'
    window: 'PT1H'
    query: loadTextContent('../../kql/alert-invariants.kql')
    column: 'Violations'
    threshold: brokenInvariants
  }
  {
    name: 'silent'
    title: 'Lifecycle: the app is silent'
    says: 'No sweep has been reported: the app is down, or what it tells does not arrive.'
    severity: 1
    every: 'PT5M'
    window: 'PT1H'
    query: loadTextContent('../../kql/alert-silent.kql')
    column: 'Minutes'
    threshold: silentMinutes
  }
]

// The tables exist only once the app has sent its first data, so the queries are not validated when the rules are made.
resource rules 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [
  for alert in alerts: {
    name: '${namePrefix}-${alert.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: alert.title
      description: '${alert.says} ${guide}${alert.name}'
      severity: alert.severity
      enabled: true
      autoMitigate: true
      skipQueryValidation: true
      scopes: [workspaceId]
      evaluationFrequency: alert.every
      windowSize: alert.window
      criteria: {
        allOf: [
          {
            query: alert.query
            timeAggregation: 'Maximum'
            metricMeasureColumn: alert.column
            operator: 'GreaterThanOrEqual'
            threshold: alert.threshold
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: empty(actionGroupId) ? [] : [actionGroupId] }
    }
  }
]

@description('Resource ids of the alert rules.')
output ids array = [for (alert, i) in alerts: rules[i].id]
