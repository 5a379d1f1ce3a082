namespace Lifecycle.Simulator.Tests.Planted;

/// <summary>The breaker never opens: every session tries by itself.</summary>
sealed class LetsEverybodyTry : PlantedFault
{
    public override int Rule => 6;

    public override AppDecision Decide(string package, AppGate gate, AppEvent @event, DateTimeOffset now, Policy policy, bool hasHealthUrl)
    {
        var decision = base.Decide(package, gate, @event, now, policy, hasHealthUrl);
        return @event is AdmissionAsked ? decision with { Admission = Admission.Go(now) } : decision;
    }
}

/// <summary>The probe of an app that is away never goes out, and everybody waits for its verdict until they are given up.</summary>
sealed class LeavesSessionsInLine : PlantedFault
{
    public override int Rule => 6;

    public override AppDecision Decide(string package, AppGate gate, AppEvent @event, DateTimeOffset now, Policy policy, bool hasHealthUrl)
    {
        var decision = base.Decide(package, gate, @event, now, policy, hasHealthUrl);
        return decision.Admission is { Kind: AdmissionKind.Go, Probe: true } ? decision with { Admission = Admission.Wait(now.AddSeconds(30), new Ticket(1, 1, false)) } : decision;
    }
}
