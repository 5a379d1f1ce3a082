using Lifecycle.Simulator.Plans;

namespace Lifecycle.Simulator.Watching;

/// <summary>Everything that a world decides, in lines: for a trace that is to be read.</summary>
sealed class Journal(TextWriter to)
{
    public void Struck(long at, Stroke stroke) => to.WriteLine($"{At(at)}  -- {stroke.Do}{(stroke.Session is { } s ? $" s{s}" : "")} {stroke.Ms} {stroke.OtherMs} {stroke.Status}");

    public void Crashed(long at, int session, SessionEvent @event) => to.WriteLine($"{At(at)}  s{session} {@event.GetType().Name}: the host dies before it is saved");

    public void Decided(long at, int session, AppSession before, SessionEvent @event, Decision decision)
    {
        var after = decision.Session;
        to.WriteLine($"{At(at)}  s{session} {Short(@event)}: {before.State} -> {after.State} e{after.Epoch} ({decision.Outcome.Kind} {decision.Outcome.Reason}) {after.Run?.Phase} {after.Attachment?.ConnectionId}");
        foreach (var effect in decision.Effects)
        {
            to.WriteLine($"              {Short(effect)}");
        }
    }

    public void Decided(long at, AppEvent @event, AppDecision decision) =>
        to.WriteLine($"{At(at)}  gate {Short(@event)}: {decision.Admission?.Kind} {decision.Admission?.At:HH:mm:ss.fff} breaker {decision.Gate.Breaker.Condition} spacing {decision.Gate.Breaker.SpacingMs} outage {decision.Gate.Breaker.OutageBegan:HH:mm:ss.fff} lost {decision.Gate.LostSince:HH:mm:ss.fff} health {decision.Gate.Health?.Last} incident {decision.Gate.Incident?.Cause}");

    public void Note(long at, string what) => to.WriteLine($"{At(at)}  {what}");

    static string At(long ms) => $"{ms / 1000.0,12:F3}";

    static string Short(object said) => said switch
    {
        PublishTransition p => $"{p.From} -> {p.To} {p.Reason} blame {p.Blame}",
        SendAck a => $"SendAck {a.ConnectionId} resumed {a.Ack.Resumed} e{a.Ack.Epoch} v{a.Ack.SubscriptionsVersion} seq {a.Ack.Seq}",
        StartRun r => $"StartRun {r.RunId} driver {r.Driver} {r.Order.Kind}",
        AskGate a => $"AskGate {a.Ask.RunId} driver {a.Ask.Driver} at {a.At:HH:mm:ss.fff}",
        _ => said.ToString()!.Length > 260 ? said.ToString()![..260] : said.ToString()!,
    };
}
