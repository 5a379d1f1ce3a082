using System.Globalization;

namespace Lifecycle;

/// <summary>Effects in words.</summary>
static class EffectText
{
    /// <summary>What was done; null for what only counts.</summary>
    public static string? Of(Effect effect) => effect switch
    {
        ArmTimer timer => $"arm the {timer.Kind.ToString().ToLowerInvariant()} timer for {Time(timer.DueAt)}",
        AskGate ask => $"ask the app's gate{(ask.At is { } at ? $" at {Time(at)}" : "")} for webhook {ask.Ask.WebhookId}",
        StartRun run => $"start the orchestration that sends webhook {run.Order.Attempt}",
        SendStopWebhook => "tell the app server of the stop by webhook",
        DeadLetter letter => $"write a dead letter ({letter.Reason})",
        TellApp tell => OfGate(tell.Event),
        PublishTransition transition => $"tell the world: {transition.From.WireName()} to {transition.To.WireName()}",
        LoseMessage lost => $"tell the world that message {lost.Seq} is lost",
        FailMessage failed => $"tell the world that the handler of message {failed.Seq} threw",
        ReportDeaf => "tell operators that the app is deaf",
        CloseConnection close => $"close connection {close.ConnectionId} ({close.Reason})",
        SendAck ack => ack.Ack.Resumed ? "ack: resumed" : "ack: begins clean",
        SendMessage message => $"send message {message.Seq}",
        SendStop => "tell the app to stop",
        SendSuperseded superseded => $"tell connection {superseded.ConnectionId} that another one took over",
        AskToTell => "ask the app how far it has come",
        ChangeGroups or JoinGroups or RestoreGroups or LeaveAllGroups => "put group memberships right",
        SendSubscriptions => "answer the update of subscriptions",
        GiveUpGroups => "give up on group memberships",
        GiveUpClose close => $"give up closing connection {close.ConnectionId}",
        HeldBack held => $"hold the restart back ({held.Reason})",
        _ => null,
    };

    static string OfGate(AppEvent @event) => @event switch
    {
        OutcomeReported { HasAttached: true } outcome => $"tell the app's gate how long webhook {outcome.WebhookId} took, for the pace",
        OutcomeReported outcome => $"tell the app's gate what came of webhook {outcome.WebhookId}: {outcome.Result.Detail}",
        AdmissionReturned => "give a place back to the app's gate",
        AppAttached => "tell the app's gate that the app attached",
        AppAnswered => "tell the app's gate that the app answered",
        SessionGivenUp => "tell the app's gate that it is given up",
        SessionLooping => "tell the app's gate of the crash loop",
        SessionStable => "tell the app's gate that the crash loop is over",
        SessionUnattached => "tell the app's gate that the app lives and cannot attach",
        SessionDeaf => "tell the app's gate that the app is deaf",
        ProbeWanted => "ask the app's gate to look for the app",
        _ => $"tell the app's gate ({@event.GetType().Name})",
    };

    internal static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("HH:mm:ss.fff 'UTC'", CultureInfo.InvariantCulture);
}
