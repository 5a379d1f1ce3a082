using FsCheck.Xunit;

namespace Lifecycle.Tests.Properties;

/// <summary>Evidence in any order and mixture, and clocks that jump: it delays and never holds for ever.</summary>
public sealed class EvidenceProperties
{
    static readonly Policy policy = Policy.Default with { HorizonMs = 120_000, AliveLimitMs = 180_000 };
    static readonly TimeSpan longest = TimeSpan.FromMilliseconds(policy.AliveLimitMs + policy.HorizonMs);

    [Property(MaxTest = 1_000, EndSize = 200)]
    public void No_evidence_holds_a_session_for_longer_than_the_alive_limit_and_the_horizon(byte[] script)
    {
        var world = new EvidenceWorld(policy, script);
        world.Play();

        Assert.True(world.IsAtRest || world.Webhooks > 0, $"{world.Session.State} ({world.Session.Reason}) after {world.Waited}, evidence {world.Session.Evidence}");
        Assert.True(world.Waited <= longest + EvidenceWorld.Slack, $"{world.Waited}, {world.Session.State}");
    }

    // Each copy of a timer was armed again beside the first: nine looks of an outage of ten minutes became five hundred.
    [Property(MaxTest = 500, EndSize = 200)]
    public void What_comes_twice_is_not_armed_twice(byte[] script)
    {
        var world = new EvidenceWorld(policy, script, twice: true);
        world.Play();

        Assert.True(world.MostUnderWay <= 4 + script.Length, $"{world.MostUnderWay} under way");
        Assert.True(world.Waited <= longest + EvidenceWorld.Slack, $"{world.Waited}, {world.Session.State}");
    }

    [Property(MaxTest = 1_000, EndSize = 200)]
    public void No_webhook_goes_out_within_the_alive_limit_while_no_client_can_open_a_socket(byte[] script)
    {
        var world = new EvidenceWorld(policy, script);
        world.Play();

        Assert.Equal(0, world.WebhooksWhileAway);
    }

    [Property(MaxTest = 1_000, EndSize = 200)]
    public void A_sign_of_another_process_changes_nothing(byte[] script)
    {
        var world = new EvidenceWorld(policy, script);
        world.Play(stepsAtMost: 20);
        var before = world.Session;
        var decision = Lifecycle.Rules.Decide(Walk.Id, before, new SignOfLife("somebody else"), world.Now, policy);

        Assert.Equal(before.State, decision.Session.State);
        Assert.Equal(before.Evidence, decision.Session.Evidence with { SignAt = before.Evidence.SignAt });
        Assert.Equal(before.Deadline, decision.Session.Deadline);
        Assert.Empty(decision.Effects);
    }

    [Property(MaxTest = 1_000, EndSize = 200)]
    public void State_is_kept_for_as_long_as_evidence_holds_the_window_open(byte[] script)
    {
        var world = new EvidenceWorld(policy, script);
        world.Play(stepsAtMost: script.Length);

        Assert.True(world.Session.State != AppState.GracePeriod || world.Session.KeptUntil > world.Session.Deadline);
    }
}
