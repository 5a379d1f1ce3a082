using System.Collections.Concurrent;
using Lifecycle.Sdk;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Samples.Drill.App;

/// <summary>What an app server itself knows about one of its sessions.</summary>
sealed record SessionFacts(
    string SessionId, string State, bool Resumed, string? CorrelationId, IReadOnlyList<string> Subscriptions, long SubscriptionsVersion, int Reconnected,
    IReadOnlyList<int> Handled);

/// <summary>The app's own business: it subscribes in every new session, and keeps a book of its sessions on disk.</summary>
sealed partial class SessionDesk
{
    /// <summary>What the app listens to in every session.</summary>
    public static readonly string[] Streams = ["audio", "transcript"];

    readonly AppServer server;
    readonly string book;
    readonly MessageDesk messages;
    readonly ILogger logger;
    readonly Lock gate = new();
    readonly IReadOnlyList<string[]> afterReconnect;
    readonly ConcurrentDictionary<string, int> reconnected = new();
    readonly ConcurrentDictionary<string, ConcurrentQueue<int>> handled = new();

    /// <param name="server">The app server.</param>
    /// <param name="book">The file of its sessions.</param>
    /// <param name="messages">Handles its messages.</param>
    /// <param name="afterReconnect">What it subscribes to after its reconnects, one after the other; none to keep what is in force.</param>
    /// <param name="logger">Told of what did not work.</param>
    public SessionDesk(AppServer server, string book, MessageDesk messages, IReadOnlyList<string[]> afterReconnect, ILogger logger)
    {
        (this.server, this.book, this.messages, this.afterReconnect, this.logger) = (server, book, messages, afterReconnect, logger);
        server.ConfigureSessions(session =>
        {
            session.OnReconnected(_ =>
            {
                var count = reconnected.AddOrUpdate(session.SessionId, 1, (_, count) => count + 1);
                return afterReconnect.Count > 0 ? SetAsync(session, afterReconnect[(count - 1) % afterReconnect.Count]) : SubscribeAsync(session);
            });
            session.OnMessage(async message =>
                handled.GetOrAdd(session.SessionId, _ => new()).Enqueue(await messages.HandleAsync(session.SessionId, message)));
            _ = GreetAsync(session);
        });
    }

    /// <summary>Attaches to every session in the book: what a process does that comes back without being asked.</summary>
    public void ComeBack()
    {
        if (!File.Exists(book)) return;
        foreach (var sessionId in File.ReadAllLines(book).Distinct()) _ = AttachAsync(sessionId);
    }

    /// <summary>Every session as it stands now.</summary>
    public IReadOnlyList<SessionFacts> Facts() =>
        [.. server.Sessions.Select(session => new SessionFacts(
            session.SessionId, session.State.ToString(), session.Ack?.Resumed ?? false, session.Ack?.CorrelationId,
            session.Subscriptions, session.SubscriptionsVersion, reconnected.GetValueOrDefault(session.SessionId),
            [.. handled.GetValueOrDefault(session.SessionId) ?? []]))];

    async Task GreetAsync(AttachedSession session)
    {
        await Task.Yield(); // The server lists the session when it has been configured.
        if (await AttachAsync(session.SessionId))
        {
            lock (gate) File.AppendAllText(book, session.SessionId + "\n");
            await SubscribeAsync(session);
        }
    }

    /// <summary>Attaches to a session. Whether it is attached; false when that was refused for good.</summary>
    public async Task<bool> AttachAsync(string sessionId)
    {
        try
        {
            await server.AttachAsync(sessionId);
            return true;
        }
        catch (AttachException e)
        {
            LogNotAttached(sessionId, e.Message);
            return false;
        }
    }

    Task SubscribeAsync(AttachedSession session) => session.Subscriptions.Count > 0 ? Task.CompletedTask : SetAsync(session, Streams);

    async Task SetAsync(AttachedSession session, string[] streams)
    {
        try
        {
            await session.SetSubscriptionsAsync(streams);
        }
        catch (Exception e) when (e is InvalidOperationException or TimeoutException)
        {
            LogNotSubscribed(session.SessionId, e.Message); // The connection was lost meanwhile; the reconnect tries again.
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Session {SessionId} was not attached: {Reason}")]
    partial void LogNotAttached(string sessionId, string reason);

    [LoggerMessage(2, LogLevel.Warning, "Session {SessionId} is not subscribed: {Reason}")]
    partial void LogNotSubscribed(string sessionId, string reason);
}
