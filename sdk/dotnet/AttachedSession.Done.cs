using System.Collections.Immutable;
using Lifecycle.Sdk.Sessions;

namespace Lifecycle.Sdk;

/// <summary>Messages from their arrival until Lifecycle is told that they are handled.</summary>
public sealed partial class AttachedSession
{
    readonly DoneTeller _done;
    readonly MessageRunner _messages;

    void IConnectionEvents.OnMessage(IConnection connection, MessagePayload payload)
    {
        lock (_gate)
        {
            // Before the ack nobody knows in which order the number stands; and what comes behind a hand-over is the successor's.
            if (_connection != connection || _end is not null || _state != SessionState.Attached || _handlers.WorkStopped.IsCompleted) return;
            if (_resume.Take(payload.Seq))
            {
                var (message, handlers, order) = (new AppMessage(payload.Seq, payload.Body), _onMessage.Now, _done.Order);
                _handlers.PostWork(() => HandleAsync(message, handlers, order, payload.Prompt == true));
                return;
            }
            LogRepeated(SessionId, payload.Seq, _resume.LastSeq);
            _done.CameAgain(payload.Seq, payload.Prompt == true);
        }
    }

    async Task HandleAsync(AppMessage message, ImmutableArray<Func<AppMessage, Task>> handlers, long order, bool isPrompt)
    {
        if (await _messages.RunAsync(message, handlers, _handlers.WorkStopped) is { } handled) _done.Handled(order, handled, isPrompt);
    }

    void IConnectionEvents.OnTell(IConnection connection)
    {
        if (IsCurrent(connection)) _done.Tell();
    }

    Task SayDoneAsync(IConnection connection, DonePayload done, CancellationToken cancellation) => CallAsync(connection, async token =>
    {
        await connection.CallAsync("done", [done], token);
        return true;
    }, "done", cancellation);
}
