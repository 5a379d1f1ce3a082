using Lifecycle.Doctor.Checks;

namespace Lifecycle.Doctor;

/// <summary>All checks, in the order of the report.</summary>
public static class CheckList
{
    /// <summary>The check without which the others say nothing.</summary>
    internal const string Attaches = "attach-in-time";

    /// <summary>The groups, and what each looks at.</summary>
    public static IReadOnlyList<(string Group, string About)> Groups { get; } =
    [
        ("webhook", "Webhooks: signatures, times, repetitions, and what else may come to the address."),
        ("attach", "From a webhook to a connection."),
        ("negotiate", "What negotiate is told, and what becomes of each of its answers."),
        ("ack", "Acks: late, repeated, from a Lifecycle of version 1; and `init`."),
        ("reconnect", "Coming back after a loss: when, and with what."),
        ("close", "Every way in which a connection can end, and which of them is final."),
        ("hub", "What a SignalR connection has to live with: pings, silence, the unknown."),
        ("subscriptions", "The set of streams: kept, replaced, in conflict."),
        ("message", "Messages: in order, once, over reconnects."),
        ("done", "Telling what is handled."),
        ("end", "Stop, goodbye, and being replaced."),
        ("takeover", "Being the successor of another process."),
        ("move", "Going to another connection, here or elsewhere."),
        ("leave", "The process leaves: SIGTERM. Needs a process id or a command."),
    ];

    /// <summary>The checks.</summary>
    public static IReadOnlyList<Check> All { get; } =
    [
        .. SignatureChecks.All, .. WebhookChecks.All, .. AttachChecks.All, .. NegotiateSaysChecks.All, .. NegotiateAnswerChecks.All, .. AckChecks.All, .. ReconnectChecks.All,
        .. CloseChecks.All, .. HubChecks.All, .. SubscriptionChecks.All, .. MessageChecks.All, .. DoneChecks.All, .. EndChecks.All, .. TakeOverChecks.All, .. MoveChecks.All,
        .. LeaveChecks.All,
    ];
}
