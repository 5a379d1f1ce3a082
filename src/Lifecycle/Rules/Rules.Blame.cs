namespace Lifecycle;

/// <content>What a rule knows of whose fault something is, beyond what <see cref="BlameTable"/> says of its reason.</content>
public static partial class Rules
{
    // Nothing holds it back: a whole grace window has passed, or the alive limit.
    static Blame BlameAtExpiry(Turn turn, ServiceSight seen) =>
        seen.For(turn.Before.LostAt).IsAway ? Blame.SignalR : IsAwake(turn) ? turn.Before.Evidence.Blame : Blame.App;

    // Unknown where nothing was lost: then the reason says it.
    static Blame BlameOf(AppSession before, Connected connected) => before switch
    {
        { Run.Reason: RunReason.Start } => Blame.Platform,
        { LostAt: null, State: not AppState.Running } => Blame.Unknown,
        _ when before.MissingConnection == connected.ConnectionId => Blame.SignalR, // it had been there all the while
        _ => before.Evidence.AtAttach(SayingSameProcess(before, connected), connected.Attempt, connected.ConnectRefused),
    };

    static bool? SayingSameProcess(AppSession before, Connected connected) =>
        IsSameProcess(before, connected) ? true : (connected.InstanceId is null || before.InstanceId is null) && connected.Reconnect is null ? null : false;

    // Where nobody is to be attached, whoever posts is to know.
    static Turn BlamingAbsence(Turn turn) => turn.Blaming(turn.Before.Evidence.Blame is not Blame.Unknown and var known ? known : Blame.Platform);
}
