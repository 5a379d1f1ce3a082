using System.Text.Json;
using Lifecycle.Sdk.Sessions;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Sdk;

/// <summary>
/// One user session that this app server is attached to. It survives any number of connections: after a loss it
/// reconnects by itself until it is told not to. Handlers run one at a time, in the order of events, and are kept
/// over reconnects; what a handler throws is logged and does not stop the next one.
/// </summary>
public sealed partial class AttachedSession
{
    readonly SessionContext _context;
    readonly ILogger _logger;
    readonly HandlerQueue _handlers;
    readonly HandlerList<AppMessage> _onMessage = new();
    readonly HandlerList<string> _onStop = new();
    readonly HandlerList<SessionAck> _onReconnected = new();
    readonly HandlerList<EndReason> _onEnded = new();
    readonly HandlerList<RefusedAttempt> _onRefused = new();
    readonly TargetHandlers _onTarget = new();
    readonly ResumeState _resume;
    bool _isReleasing;

    internal AttachedSession(string sessionId, AttachOptions options, SessionContext context)
    {
        SessionId = sessionId;
        _context = context;
        _resume = new ResumeState(options);
        _logger = context.Loggers.CreateLogger<AttachedSession>();
        _handlers = new HandlerQueue(error => LogHandlerFailed(SessionId, error));
        _messages = new MessageRunner(context.Options.OnFailedMessage, context.Time, error => LogHandlerFailed(SessionId, error));
        _done = new DoneTeller(context.Time, SayDoneAsync, error => LogDoneFailed(SessionId, error.Message));
        _address = context.Address;
    }

    /// <summary>The user session.</summary>
    public string SessionId { get; }

    /// <summary>Where the session stands now.</summary>
    public SessionState State
    {
        get
        {
            lock (_gate) return _state;
        }
    }

    /// <summary>The latest ack, or null before the first.</summary>
    public SessionAck? Ack
    {
        get
        {
            lock (_gate) return _ack;
        }
    }

    /// <summary>The number of the last message that was given to the handlers; null when none is known.</summary>
    public long? LastSeq
    {
        get
        {
            lock (_gate) return _resume.LastSeq;
        }
    }

    /// <summary>Completes when the session has ended; never faults. OnEnded handlers run right after.</summary>
    public Task<EndReason> Completion => _completion.Task;

    /// <summary>
    /// Handles messages for the app: each once, in order, over any number of reconnects. A session that starts clean
    /// (<see cref="SessionAck.Resumed"/> false) begins a new order. A message is handled when every handler has returned: Lifecycle is told so, and
    /// what no process has handled is the successor's. Dispose the answer to stop.
    /// </summary>
    public IDisposable OnMessage(Func<AppMessage, Task> handler) => _onMessage.Add(handler);

    /// <summary>Handles Lifecycle's order to shut this session down, with its reason. OnEnded follows.</summary>
    public IDisposable OnStop(Func<string, Task> handler) => _onStop.Add(handler);

    /// <summary>Handles the ack of every connection behind the first one; <see cref="SessionAck.Resumed"/> tells whether state was kept.</summary>
    public IDisposable OnReconnected(Func<SessionAck, Task> handler) => _onReconnected.Add(handler);

    /// <summary>Handles every refused or failed attempt that is made again, and one whose ack is late, with the reason. What is final ends the session: see <see cref="OnEnded"/>.</summary>
    public IDisposable OnRefused(Func<RefusedAttempt, Task> handler) => _onRefused.Add(handler);

    /// <summary>Handles the end of the session.</summary>
    public IDisposable OnEnded(Func<EndReason, Task> handler) => _onEnded.Add(handler);

    /// <summary>
    /// Handles what publishers send to the app's streams under a target of their choice, with one argument of any JSON.
    /// Add it in <see cref="AttachOptions.Configure"/> to miss nothing.
    /// </summary>
    /// <exception cref="ArgumentException">The target is one of the protocol's own.</exception>
    public IDisposable On(string target, Func<JsonElement, Task> handler)
    {
        // Under the gate, or a connection made just now could be left without the target, or get it twice.
        lock (_gate)
        {
            var removal = _onTarget.Add(target, handler, out var isNew);
            if (isNew)
            {
                _connection?.Listen(target);
                _candidate?.Listen(target);
            }
            return removal;
        }
    }

    /// <summary>
    /// Says goodbye and ends the session: Lifecycle will not start it again. True if Lifecycle confirmed; false if it
    /// could not be told (not attached, or no answer), in which case it will ask for the session again after the grace.
    /// </summary>
    public async Task<bool> ReleaseAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate) _isReleasing = true;
        var told = await SayGoodbyeAsync(cancellationToken);
        await EndAsync(new EndReason(EndKind.Released));
        return told;
    }

    /// <summary>Closes the connection without a goodbye: to Lifecycle this is a loss, and it will ask for the session again.</summary>
    public Task CloseAsync() => EndAsync(new EndReason(EndKind.Closed));
}
