namespace Lifecycle;

public static partial class Rules
{
    static Decision OnInitialized(Turn turn, Initialized initialized)
    {
        var session = turn.Before;
        if (session.State != AppState.Running || session.Attachment!.ConnectionId != initialized.ConnectionId)
        {
            return Prove(turn, initialized, initialized.InstanceId, initialized.Reconnect);
        }

        var fresh = initialized.Reconnect == false && session.Attachment is { Resumed: true, Initialized: false, TakenOver: false };
        return fresh ? DeclareFresh(turn, initialized) : Confirm(turn, initialized);
    }

    // Its connected event was lost or is late, or the service was wrong when it did not know the connection: whatever comes over it is the proof.
    static Decision Prove(Turn turn, HubCall call, string? instanceId = null, bool? reconnect = null)
    {
        var said = ClaimOf(call);
        var connected = said with { InstanceId = instanceId ?? said.InstanceId, Reconnect = reconnect ?? said.Reconnect };
        return turn.Before.MissingConnection == call.ConnectionId
            ? Admit(turn, connected with { TokenEpoch = turn.Before.AttachedEpoch, TokenLife = null, TakeOver = null }) // what its token was good for has been
            : OnConnected(turn, connected);
    }

    static Connected ClaimOf(HubCall call) => call.Negotiated ?? new Connected(call.ConnectionId);

    static Decision Confirm(Turn turn, Initialized initialized)
    {
        var after = WithInit(turn.Before, initialized);
        return turn.Do(AckTo(turn, after)).Stay(Reasons.Duplicate, after);
    }

    static Decision DeclareFresh(Turn turn, Initialized initialized)
    {
        var before = turn.Before;
        var told = WithoutSuccession(turn, WithInit(before, initialized), Reasons.Superseded);
        var after = (told with
        {
            Attachment = told.Attachment! with { Resumed = false },
            CorrelationId = NewCorrelation(turn, before.Epoch, initialized.ConnectionId),
            Subscriptions = before.Subscriptions.Cleared(),
            Tally = before.Tally with { Connects = before.Tally.Connects + 1, Reconnects = before.Tally.Reconnects - 1 },
        }).Expecting(before.Mailbox.Cleared(told.Attachment.Tells));
        after = GroupsLeft(turn, after);
        turn.Do(AckTo(turn, after));
        return turn.Move(AppState.Running, Reasons.DeclaredFresh, _ => after);
    }

    static AppSession WithInit(AppSession session, Initialized initialized) => session with
    {
        Attachment = session.Attachment! with
        {
            Initialized = true,
            InstanceId = initialized.InstanceId ?? session.Attachment.InstanceId,
        },
        InstanceId = initialized.InstanceId ?? session.InstanceId,
    };
}
