using System.Net;
using Lifecycle.Sdk.Negotiation;
using Lifecycle.Sdk.Relay;
using Lifecycle.Sdk.Sessions;
using Lifecycle.Sdk.Webhooks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lifecycle.Sdk;

/// <summary>This process as an app server of one package: it attaches to user sessions and keeps them attached.</summary>
public sealed partial class AppServer : IAsyncDisposable
{
    readonly Lock _gate = new();
    readonly Dictionary<string, AttachedSession> _sessions = new(StringComparer.Ordinal);
    readonly HttpMessageInvoker _http;
    readonly SessionContext _context;
    readonly ILogger _logger;
    Action<AttachedSession>? _configure;
    bool _disposed;
    volatile bool _isMoving;

    /// <summary>Makes an app server; nothing is sent before the first attach.</summary>
    /// <param name="options">Copied and validated.</param>
    /// <param name="loggers">Default: no logging.</param>
    /// <param name="time">Default: the system's.</param>
    /// <param name="random">Numbers from 0 to below 1, called from any thread. Default: the shared random.</param>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public AppServer(AppServerOptions options, ILoggerFactory? loggers = null, TimeProvider? time = null, Func<double>? random = null)
        : this(options, MakeHandler(), loggers, time, random)
    {
    }

    internal AppServer(
        AppServerOptions options, HttpMessageHandler handler, ILoggerFactory? loggers, TimeProvider? time, Func<double>? random, Connect? connect = null,
        ConnectRelay? connectRelay = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Options = options.Copy();
        _http = new HttpMessageInvoker(handler);
        loggers ??= NullLoggerFactory.Instance;
        time ??= TimeProvider.System;
        _logger = loggers.CreateLogger<AppServer>();
        WebhookVerifier = Options.WebhookSecrets.Count > 0 ? new WebhookVerifier(Options.WebhookSecrets, time) : null;
        _connectRelay = connectRelay ?? ((redirect, received, factory) => new RelayConnection(redirect, received, factory));
        connect ??= (redirect, events, targets, factory) => new LifecycleConnection(redirect, events, targets, factory);
        _context = new SessionContext(Options, new NegotiateClient(_http, Options, time), connect, loggers, time, random ?? Random.Shared.NextDouble)
        {
            Moved = FollowSessions,
        };
    }

    internal AppServerOptions Options { get; }

    /// <summary>Null when no secrets are configured.</summary>
    internal WebhookVerifier? WebhookVerifier { get; }

    /// <summary>The package that this process serves.</summary>
    public string PackageName => Options.PackageName;

    /// <summary>The id under which Lifecycle knows this process.</summary>
    public string InstanceId => Options.InstanceId;

    /// <summary>The sessions that have not ended, in no order.</summary>
    public IReadOnlyList<AttachedSession> Sessions
    {
        get
        {
            lock (_gate) return [.. _sessions.Values.Where(session => session.State != SessionState.Ended)];
        }
    }

    /// <summary>
    /// Calls this for every session that begins from now on, those that a webhook asks for included, before its first
    /// connection: to add handlers. It must not wait for anything.
    /// </summary>
    public void ConfigureSessions(Action<AttachedSession> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        lock (_gate) _configure += configure;
    }

    /// <summary>The session if this process has it and it has not ended.</summary>
    public AttachedSession? Find(string sessionId)
    {
        // An ended session leaves the table a moment after it has told so.
        lock (_gate) return _sessions.GetValueOrDefault(sessionId) is { State: not SessionState.Ended } session ? session : null;
    }

    /// <summary>
    /// Attaches to a session and waits for the ack, trying until it comes. A session that this process already has is
    /// answered as it is; of the options only <see cref="AttachOptions.TakeOverToken"/> is used, if it is not attached.
    /// </summary>
    /// <param name="sessionId">1 to 128 characters of <c>A-Z a-z 0-9 . _ - @ +</c>, and neither <c>.</c> nor <c>..</c>.</param>
    /// <param name="options">Default: a clean start.</param>
    /// <param name="cancellationToken">Stops trying, and closes the session if this call began it.</param>
    /// <exception cref="ArgumentException">The session id is not one, or <see cref="AttachOptions.LastSeq"/> or <see cref="AttachOptions.TakeOverToken"/> is out of its range.</exception>
    /// <exception cref="AttachException">Lifecycle's answer was final.</exception>
    /// <exception cref="InvalidOperationException">This process does not have the session and is shutting down.</exception>
    public async Task<AttachedSession> AttachAsync(string sessionId, AttachOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (session, isNew) = GetOrBegin(sessionId, options);
        try
        {
            await session.Settled.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (isNew)
        {
            await session.CloseAsync();
            throw;
        }
        return session.Ack is null ? throw new AttachException(sessionId, await session.Completion) : session;
    }

    /// <summary>Says goodbye to a session (see <see cref="AttachedSession.ReleaseAsync"/>). False if this process does not have it, or Lifecycle could not be told.</summary>
    public Task<bool> ReleaseAsync(string sessionId, CancellationToken cancellationToken = default) =>
        Find(sessionId) is { } session ? session.ReleaseAsync(cancellationToken) : Task.FromResult(false);

    /// <summary>
    /// For a handler of a <see cref="Webhooks.WebhookType.ResurrectionRequest"/>: Lifecycle does not see the session's connection. Where this
    /// process holds the session (it was attached here, and has neither ended nor been released since) it comes back at once, without
    /// waiting: with a new connection in the place of the one that it has, or by its next attempt, now. The answer is then
    /// <see cref="Webhooks.WebhookAnswer.Held"/> with <see cref="InstanceId"/>; the default handler does both.
    /// </summary>
    /// <returns>False when the session is not held here, or this process is shutting down: then nothing has happened.</returns>
    public bool TryComeBack(string sessionId) => !Gate.IsClosed && Find(sessionId) is { } session && session.TryComeBack();

    /// <summary>
    /// Begins a session that Lifecycle asks for, without waiting. One that this process still has keeps its state and
    /// proves its connection, or makes a new one; asked to take over what it has, it uses the token if it is not attached.
    /// </summary>
    internal AttachedSession Begin(string sessionId, string? takeOverToken = null)
    {
        var (session, isNew) = GetOrBegin(sessionId, new AttachOptions { TakeOverToken = takeOverToken });
        if (!isNew && takeOverToken is null) _ = session.ReviveAsync();
        return session;
    }

    (AttachedSession Session, bool IsNew) GetOrBegin(string sessionId, AttachOptions? options)
    {
        WireRules.RequireId(sessionId, nameof(sessionId));
        WireRules.RequireSeq(options?.LastSeq, nameof(AttachOptions.LastSeq));
        if (options?.TakeOverToken is not null && !WireRules.IsToken(options.TakeOverToken))
            throw new ArgumentException($"{nameof(AttachOptions.TakeOverToken)} must be {WireRules.TokenRule}", nameof(options));
        var (session, isNew) = FindOrMake(sessionId, options);
        if (isNew)
        {
            LogBegun(sessionId, Options.PackageName);
            _ = RunAsync(session);
        }
        else if (options?.TakeOverToken is { } token)
        {
            session.TakeOver(token);
        }
        return (session, isNew);
    }

    (AttachedSession Session, bool IsNew) FindOrMake(string sessionId, AttachOptions? options)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            // One that is handed over is as good as ended: it only finishes what it has begun.
            if (Find(sessionId) is { IsHandedOver: false } known) return (known, false);
            if (Gate.IsClosed) throw new InvalidOperationException($"The app server is shutting down and takes on no session such as {sessionId}");
            var session = new AttachedSession(sessionId, options ?? new AttachOptions(), _context);
            _configure?.Invoke(session);
            options?.Configure?.Invoke(session);
            _sessions[sessionId] = session;
            return (session, true);
        }
    }

    async Task RunAsync(AttachedSession session)
    {
        await session.RunAsync();
        lock (_gate)
        {
            // A newer session of the same id may have taken the place meanwhile.
            if (_sessions.GetValueOrDefault(session.SessionId) == session) _sessions.Remove(session.SessionId);
        }
        if (_isMoving) FollowSessions();
    }

    /// <summary>A session has moved, or one that had not has ended: when all are at one other address, new ones go there as well.</summary>
    void FollowSessions()
    {
        lock (_gate)
        {
            var addresses = _sessions.Values.Where(session => session.State != SessionState.Ended).Select(session => session.Address).Distinct().ToArray();
            if (addresses is [var only]) _context.Address = only;
            _isMoving = addresses.Length > 1;
            _relay?.Follow([.. addresses.Append(_context.Address).Distinct()]);
        }
    }

    /// <summary>
    /// Closes every session without a goodbye and without waiting for handlers, so that Lifecycle starts them again elsewhere or later.
    /// <see cref="ShutdownAsync"/> before it is the orderly way.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        AttachedSession[] sessions;
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            sessions = [.. _sessions.Values];
        }
        Gate.Close();
        await Gate.EndAsync();
        await StopRelayAsync(new CancellationToken(canceled: true));
        await Task.WhenAll(sessions.Select(session => session.CloseAsync()));
        _http.Dispose();
    }

    static SocketsHttpHandler MakeHandler() => new()
    {
        // The key goes to the configured address only, and a moved front end is found again by DNS.
        AllowAutoRedirect = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        AutomaticDecompression = DecompressionMethods.All,
        UseCookies = false,
    };
}
