// The parts of the workbook: each is a query of infra/kql with a sentence on how to read it.
//
// chart: what the portal draws: a table of the whole time range, or a chart over it. unit: 1 percent, 17 a count, 24 seconds.

var rateParts = [
  {
    name: 'reconnect-success'
    title: 'Reconnect success'
    chart: 'timechart'
    unit: 1
    query: loadTextContent('../../kql/reconnect-success.kql')
    how: 'Percent of lost sockets whose app came back within the grace window. Over 100 now and then is right: a loss of one quarter of an hour can end in the next. A lasting fall means that apps come back too late: compare with the latency beside it.'
  }
  {
    name: 'reconnect-latency'
    title: 'Reconnect latency'
    chart: 'timechart'
    unit: 24
    query: loadTextContent('../../kql/reconnect-latency.kql')
    how: 'Seconds from the loss to the attach that kept the state. When p99 comes near the grace window, slower ones find it over and a webhook on its way.'
  }
  {
    name: 'resurrection-rate'
    title: 'Resurrection rate'
    chart: 'timechart'
    unit: 1
    query: loadTextContent('../../kql/resurrection-rate.kql')
    how: 'Percent of lost sockets after which a webhook had to wake the app. It rises when apps are away for longer than the grace window.'
  }
  {
    name: 'false-resurrection-rate'
    title: 'False resurrections'
    chart: 'timechart'
    unit: 1
    query: loadTextContent('../../kql/false-resurrection-rate.kql')
    how: 'Percent of the resurrections that woke an app whose old process was alive. Anything lasting means that the grace window is too short for that fleet\'s clients.'
  }
]

var appParts = [
  {
    name: 'incidents'
    title: 'Incidents'
    chart: 'table'
    unit: 0
    query: loadTextContent('../../kql/incidents.kql')
    how: 'One row per incident, open ones first. An incident that began before the time range is not here: widen it. The breaker, the last outcome and the next probe are as of when the incident was last logged.'
  }
  {
    name: 'breakers'
    title: 'Breakers'
    chart: 'timechart'
    unit: 17
    query: loadTextContent('../../kql/breakers.kql')
    how: 'Apps by the state of their breaker. One open breaker is one app that is away; many at once are something on our side.'
  }
  {
    name: 'sessions'
    title: 'App sessions'
    chart: 'areachart'
    unit: 17
    query: loadTextContent('../../kql/sessions.kql')
    how: 'By state. Running falls and grace_period rises together when sockets are lost; what then goes to backoff waits for its app.'
  }
  {
    name: 'incidents-by-cause'
    title: 'Incidents by cause'
    chart: 'table'
    unit: 0
    query: loadTextContent('../../kql/incidents-by-cause.kql')
    how: 'Counts of the whole time range. An incident that escalates began with lost sessions and then opened the breaker.'
  }
  {
    name: 'owners-told'
    title: 'Owners told'
    chart: 'table'
    unit: 0
    query: loadTextContent('../../kql/owners-told.kql')
    how: 'Each owner hears at most once per incident that the app is unreachable, and once that it has recovered.'
  }
]

var webhookParts = [
  {
    name: 'webhooks'
    title: 'Webhooks by outcome'
    chart: 'timechart'
    unit: 17
    query: loadTextContent('../../kql/webhooks.kql')
    how: 'http_2xx is accepted; 503, 429, timeouts and refused connections are tried again; http_410 and other 4xx end the run. An outcome of its own that starts for many apps at once, such as tls or unknown_host, is about our side.'
  }
  {
    name: 'webhook-failures'
    title: 'Webhooks not accepted, by app'
    chart: 'table'
    unit: 0
    query: loadTextContent('../../kql/webhook-failures.kql')
    how: 'The hundred worst. Tries of one webhook share its id, so failed tells the tries and webhooks how many there were.'
  }
  {
    name: 'webhook-duration'
    title: 'Time to answer'
    chart: 'table'
    unit: 0
    query: loadTextContent('../../kql/webhook-duration.kql')
    how: 'Seconds. A mean near the webhook timeout means that apps do their work before they answer.'
  }
  {
    name: 'runs'
    title: 'Starts and resurrections by outcome'
    chart: 'table'
    unit: 0
    query: loadTextContent('../../kql/runs.kql')
    how: 'not_needed sent no webhook: the app was back before its turn. restarted means that another run took over.'
  }
  {
    name: 'recovery-time'
    title: 'Recovery time'
    chart: 'timechart'
    unit: 24
    query: loadTextContent('../../kql/recovery-time.kql')
    how: 'Seconds from the loss to an attach that starts clean. It includes the time that the app itself was away.'
  }
  {
    name: 'measured-durations'
    title: 'Latency and recovery by the metrics'
    chart: 'table'
    unit: 0
    query: loadTextContent('../../kql/measured-durations.kql')
    how: 'The same durations without percentiles. If the number of attaches differs from the charts above, parts of the log are missing.'
  }
]

var lossParts = [
  {
    name: 'evictions'
    title: 'Evictions by reason'
    chart: 'timechart'
    unit: 17
    query: loadTextContent('../../kql/evictions.kql')
    how: 'Sessions given up. app_gone is the app\'s own word; horizon_over is an outage that lasted; webhook_rejected is a matter of keys or URLs.'
  }
  {
    name: 'dead-letters'
    title: 'Dead letters'
    chart: 'table'
    unit: 0
    query: loadTextContent('../../kql/dead-letters.kql')
    how: 'One row per session given up. Once the app is up again, revive them: POST /api/apps/{packageName}/revive.'
  }
  {
    name: 'attaches'
    title: 'Attaches'
    chart: 'timechart'
    unit: 17
    query: loadTextContent('../../kql/attaches.kql')
    how: 'Clean ones have lost their state; the others kept it. adopted was found by reconciliation because its event was lost.'
  }
  {
    name: 'blame'
    title: 'Whose fault'
    chart: 'timechart'
    unit: 17
    query: loadTextContent('../../kql/blame.kql')
    how: 'Losses that ended, by whose fault they were: attaches and sessions given up. app is a matter of owners; signalr and lifecycle are ours; network of many apps at once is something between them and the service. unknown: clients that do not say which process they are.'
  }
  {
    name: 'held'
    title: 'Resurrections held back'
    chart: 'timechart'
    unit: 17
    query: loadTextContent('../../kql/held.kql')
    how: 'None is normal. Evidence said that the app was not to blame, so no webhook went out: sign_of_life, process_seen and held_by_app, the process lives; service_away and service_back, no client could open a socket; platform_away, this system was away or late.'
  }
  {
    name: 'crash-loops'
    title: 'Apps that do not stay'
    chart: 'timechart'
    unit: 17
    query: loadTextContent('../../kql/crash-loops.kql')
    how: 'None is normal. lost: the app of a session attached and was lost before it was stable, for the second time in a row or later, so its restarts are spaced; its owner was told. stable: a session of such an app is well again.'
  }
  {
    name: 'paces'
    title: 'Learned paces: how they change'
    chart: 'timechart'
    unit: 17
    query: loadTextContent('../../kql/paces.kql')
    how: 'Only of apps with a paceCeiling. grown: answers were quick. lowered: a queue stood before the app. refused: it answered 429 or 503; none is normal, but for one at the end of a doubling. Which app it is, its health says.'
  }
  {
    name: 'graces'
    title: 'Grace windows'
    chart: 'timechart'
    unit: 17
    query: loadTextContent('../../kql/graces.kql')
    how: 'Started by connection_missing: the event of the loss never came, and a sweep found it.'
  }
  {
    name: 'messages'
    title: 'Messages to apps'
    chart: 'timechart'
    unit: 17
    query: loadTextContent('../../kql/messages.kql')
    how: 'buffered waits for its app; refused found no room or nobody to wait for.'
  }
]

var machineParts = [
  {
    name: 'timer-lateness'
    title: 'Timer lateness'
    chart: 'timechart'
    unit: 24
    query: loadTextContent('../../kql/timer-lateness.kql')
    how: 'Seconds that the latest timer of each kind ran after its deadline. About a second is normal; up to a minute and a half is a killed instance; more is a backlog.'
  }
  {
    name: 'engine-lag'
    title: 'Engine lag'
    chart: 'timechart'
    unit: 24
    query: loadTextContent('../../kql/engine-lag.kql')
    how: 'Seconds that pulses stood in the durable engine\'s queue. Below a second is normal; beyond a minute negotiate refuses new connections and no webhooks go out.'
  }
  {
    name: 'canary'
    title: 'Looks at the SignalR service'
    chart: 'timechart'
    unit: 17
    query: loadTextContent('../../kql/canary.kql')
    how: 'The app looks before it wakes an app, and all the time while nobody can open a socket. away says that nobody could: apps are not woken then, for it is not their fault. Some instances open and others away: the network of those instances.'
  }
  {
    name: 'invariants'
    title: 'Invariants broken'
    chart: 'timechart'
    unit: 17
    query: loadTextContent('../../kql/invariants.kql')
    how: 'None is right: any is a defect of Lifecycle, or stored state that somebody else has written. The decision was carried out all the same. unjudged: what judges failed by itself.'
  }
  {
    name: 'broken-decisions'
    title: 'Decisions that broke an invariant'
    chart: 'table'
    unit: 0
    query: loadTextContent('../../kql/broken-decisions.kql')
    how: 'No rows is right. Each row has what was found, in sentences, and the record from which the decision is made again.'
  }
  {
    name: 'stale-arrivals'
    title: 'Stale arrivals by kind'
    chart: 'timechart'
    unit: 17
    query: loadTextContent('../../kql/stale-arrivals.kql')
    how: 'What came late or twice and was ignored, as it should be. A timer or two per reconnect is normal; a rise of connected or disconnected means that events are delivered late.'
  }
  {
    name: 'stops-dropped'
    title: 'Stops that apps were not told of'
    chart: 'timechart'
    unit: 17
    query: loadTextContent('../../kql/stops-dropped.kql')
    how: 'An app that is away hears of a stop once, and of what it answers badly three times; then it is let be. Nothing has to be done: the session is stopped in any case.'
  }
  {
    name: 'relay'
    title: 'Relayed webhooks'
    chart: 'timechart'
    unit: 17
    query: loadTextContent('../../kql/relay.kql')
    how: 'Of apps that have no address. tries: what processes did that were asked; silent ones did not answer in time, and another one was asked (log event 3602). answers: refused ones were malformed, or of a process that was not asked; late ones came when nobody waited any more; passed_on is normal with several instances.'
  }
  {
    name: 'handovers'
    title: 'Hand-overs'
    chart: 'timechart'
    unit: 17
    query: loadTextContent('../../kql/handovers.kql')
    how: 'Processes that left and asked for a successor. taken_over is a deploy that nobody noticed. failed: no process took over in time, so the session waits out its grace window and is resurrected; see whether the new version answers webhooks. lost: the process died before anybody came.'
  }
  {
    name: 'messages-handled'
    title: 'Messages that apps handled'
    chart: 'timechart'
    unit: 17
    query: loadTextContent('../../kql/messages-handled.kql')
    how: 'As apps say, of those whose client tells. failed: a handler of the app threw, and the message was set aside; the event messagefailed says which.'
  }
  {
    name: 'deaf'
    title: 'Deaf apps'
    chart: 'timechart'
    unit: 17
    query: loadTextContent('../../kql/deaf.kql')
    how: 'None is normal. found: an app had a message and finished none for AckTimeoutMs while its socket lived: a handler hangs. replaced: the policy (ReplaceDeaf) had it closed and resurrected. Log event 1111 says which session and message.'
  }
  {
    name: 'moves'
    title: 'Apps that were asked to move'
    chart: 'timechart'
    unit: 17
    query: loadTextContent('../../kql/moves.kql')
    how: 'Told, and failed: attached apps that could not be told in two tries. GET /api/moves names them; ask for the move again.'
  }
  {
    name: 'set-aside'
    title: 'Set aside: what can never be done'
    chart: 'timechart'
    unit: 17
    query: loadTextContent('../../kql/set-aside.kql')
    how: 'None is normal. What was refused for what it is, by the SignalR service or a queue, after its tries; and messages that could neither be sent nor kept. Closes and leaves are given up after half an hour, too. Log events 1106, 1107, 1108 and 1304 say which, and why.'
  }
  {
    name: 'events'
    title: 'Events to the platform'
    chart: 'timechart'
    unit: 17
    query: loadTextContent('../../kql/events.kql')
    how: 'Failed tries are repeated and nothing is lost, but while they last the platform acts on old states.'
  }
  {
    name: 'event-outages'
    title: 'Outages of events'
    chart: 'table'
    unit: 0
    query: loadTextContent('../../kql/event-outages.kql')
    how: 'When an instance could no longer send, when it could again, and which outboxes grew.'
  }
  {
    name: 'sweep-left'
    title: 'Sweeps that did not finish'
    chart: 'table'
    unit: 0
    query: loadTextContent('../../kql/sweep-left.kql')
    how: 'No rows is right. Rows mean that a loss without an event is found later than in 60 s: raise Lifecycle:Reconciliation:MaxQuestionsPerSweep; or, where Unrenewed is set, that subscriptions may end: raise MaxJoinsPerSweep; or, where PassedOver is set, that lists of the SignalR service could not be read.'
  }
]

@export()
@description('The sections of the workbook, in order.')
var sections = [
  { name: 'rates', heading: '## The four rates', parts: rateParts }
  { name: 'apps', heading: '## Apps and their sessions', parts: appParts }
  { name: 'wake', heading: '## Waking apps', parts: webhookParts }
  { name: 'losses', heading: '## What is lost and what is kept', parts: lossParts }
  { name: 'machine', heading: '## The machine itself', parts: machineParts }
]
