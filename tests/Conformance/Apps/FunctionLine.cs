using Lifecycle.Conformance.Host;
using Lifecycle.Local.FunctionsSdk.Hosting.Functions;
using Microsoft.Azure.Functions.Worker;

namespace Lifecycle.Conformance.Apps;

/// <summary>What a function is bound to, as one line.</summary>
static class FunctionLine
{
    /// <summary>As the stand-in reads it from the attributes.</summary>
    public static string Of(FunctionEntry entry) => Line(entry.Name, entry.Trigger switch
    {
        HttpTriggerAttribute http => Http(http.AuthLevel.ToString(), http.Methods ?? [], http.Route),
        SignalRTriggerAttribute hub => SignalR(hub.HubName, hub.Category, hub.Event, hub.ParameterNames, hub.ConnectionStringSetting),
        TimerTriggerAttribute timer => Timer(timer.Schedule),
        QueueTriggerAttribute queue => Queue(queue.QueueName, queue.Connection),
        EntityTriggerAttribute entity => $"entity {entity.EntityName}",
        OrchestrationTriggerAttribute orchestration => $"orchestration {orchestration.Orchestration}",
        ActivityTriggerAttribute activity => $"activity {activity.Activity}",
        var other => other.GetType().Name,
    });

    /// <summary>As the worker tells it to its host.</summary>
    public static string Of(LoadedFunction function) => Line(function.Name, function.TriggerType switch
    {
        "httpTrigger" => Http(function.Setting("authLevel"), function.Settings("methods"), function.Setting("route")),
        "signalRTrigger" => SignalR(
            function.Setting("hubName"), function.Setting("category"), function.Setting("event"), function.Settings("parameterNames"), function.Setting("connectionStringSetting")),
        "timerTrigger" => Timer(function.Setting("schedule")),
        "queueTrigger" => Queue(function.Setting("queueName"), function.Setting("connection")),
        "entityTrigger" => $"entity {function.Setting("entityName")}",
        "orchestrationTrigger" => $"orchestration {function.Setting("orchestration")}",
        "activityTrigger" => $"activity {function.Setting("activity")}",
        var other => other,
    });

    static string Line(string name, string trigger) => $"{name}: {trigger}".TrimEnd();

    static string Http(string? level, string[] methods, string? route) => $"http {level} {string.Join(',', methods)} {route}";

    static string SignalR(string? hub, string? category, string? @event, string[] parameters, string? connection) =>
        $"signalr {hub} {category} {@event}({string.Join(',', parameters)}) {connection}";

    static string Timer(string? schedule) => $"timer {schedule}";

    static string Queue(string? queue, string? connection) => $"queue {queue} {connection}";
}
