namespace Lifecycle;

public static partial class Rules
{
    static Decision OnInitialized(Turn turn, Initialized initialized)
    {
        var session = turn.Before;
        var connected = new Connected(initialized.ConnectionId, initialized.InstanceId, initialized.Reconnect);
        if (session.State != AppState.Running || session.Attachment!.ConnectionId != initialized.ConnectionId)
        {
            return OnConnected(turn, connected); // its connected event was lost or is late: the connection itself is the proof
        }

        var fresh = initialized.Reconnect == false && session.Attachment is { Resumed: true, Initialized: false };
        return fresh ? DeclareFresh(turn, initialized) : Confirm(turn, initialized);
    }

    static Decision Confirm(Turn turn, Initialized initialized)
    {
        var after = WithInit(turn.Before, initialized);
        return turn.Do(AckTo(turn, after)).Stay(Reasons.Duplicate, after);
    }

    static Decision DeclareFresh(Turn turn, Initialized initialized)
    {
        var before = turn.Before;
        var told = WithInit(before, initialized);
        var after = (told with
        {
            Attachment = told.Attachment! with { Resumed = false },
            CorrelationId = NewCorrelation(turn, before.Epoch, initialized.ConnectionId),
            Subscriptions = before.Subscriptions.Cleared(),
            Tally = before.Tally with { Connects = before.Tally.Connects + 1, Reconnects = before.Tally.Reconnects - 1 },
        }).Expecting(before.Mailbox.Cleared());
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
