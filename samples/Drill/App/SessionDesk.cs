using System.Collections.Concurrent;
using Lifecycle.Sdk;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Samples.Drill.App;

/// <summary>What an app server itself knows about one of its sessions.</summary>
sealed record SessionFacts(
    string SessionId, string State, bool Resumed, string? CorrelationId, IReadOnlyList<string> Subscriptions, long SubscriptionsVersion, int Reconnected);

/// <summary>The app's own business: it subscribes in every new session, and keeps a book of its sessions on disk.</summary>
sealed partial class SessionDesk
{
    /// <summary>What the app listens to in every session.</summary>
    public static readonly string[] Streams = ["audio", "transcript"];

    readonly AppServer server;
    readonly string book;
    readonly ILogger logger;
    readonly Lock gate = new();
    readonly ConcurrentDictionary<string, int> reconnected = new();

    public SessionDesk(AppServer server, string book, ILogger logger)
    {
        (this.server, this.book, this.logger) = (server, book, logger);
        server.ConfigureSessions(session =>
        {
            session.OnReconnected(ack =>
            {
                reconnected.AddOrUpdate(session.SessionId, 1, (_, count) => count + 1);
                return SubscribeAsync(session);
            });
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
            session.Subscriptions, session.SubscriptionsVersion, reconnected.GetValueOrDefault(session.SessionId)))];

    async Task GreetAsync(AttachedSession session)
    {
        await Task.Yield(); // The server lists the session when it has been configured.
        if (await AttachAsync(session.SessionId))
        {
            lock (gate) File.AppendAllText(book, session.SessionId + "\n");
            await SubscribeAsync(session);
        }
    }

    async Task<bool> AttachAsync(string sessionId)
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

    async Task SubscribeAsync(AttachedSession session)
    {
        if (session.Subscriptions.Count > 0) return;
        try
        {
            await session.SetSubscriptionsAsync(Streams);
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
