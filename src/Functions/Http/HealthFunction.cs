using Lifecycle.Functions.Canary;
using Lifecycle.Functions.Engine;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Http;

/// <summary>
/// <c>GET /api/health</c>: this instance serves, and what it needs works. <c>GET /api/health/live</c>: it serves. Who restarts instances, or takes them out, must ask the
/// second one: an outage of the SignalR service is the same for all of them, and no restart ends it.
/// </summary>
public sealed partial class HealthFunction(EnginePulse pulse, ServiceReach reach, TimeProvider time, ILogger<HealthFunction> logger)
{
    const string Storage = "storage";
    const string Engine = "engine";
    const string SignalR = "signalr";

    static readonly TimeSpan askAgain = TimeSpan.FromSeconds(2);

    /// <summary>Answers within a second.</summary>
    [Function("Health")]
    [Api("Says whether this instance is ready: the durable storage can be written, the durable engine works, and clients can open sockets at the SignalR service.")]
    [Answers(StatusCodes.Status200OK, "It is.", typeof(HealthAnswer))]
    [Answers(StatusCodes.Status503ServiceUnavailable, "It is not; errors says which of storage, engine and signalr does not work, and what is known.")]
    public async Task<IActionResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        var errors = new Dictionary<string, string>();
        var look = reach.LookAsync(cancellation);
        var lag = await CheckAsync(client, errors, cancellation);
        if (await look is { IsOutOfReach: true, AwaySince: var since })
        {
            errors[SignalR] = $"No client can open a socket at the SignalR service, since {since:u}.";
        }

        return errors.Count == 0
            ? JsonAnswer.Ok(new HealthAnswer("ok", time.GetUtcNow(), (long)(lag ?? TimeSpan.Zero).TotalMilliseconds))
            : throw InputException.NotReady(errors.Keys.Any(part => part != SignalR) ? "engine_not_ready" : "signalr_away", errors, lag, askAgain);
    }

    /// <summary>Asks nothing and nobody.</summary>
    [Function("HealthLive")]
    [Api("Says that this instance serves, whatever else does not work.")]
    [Answers(StatusCodes.Status200OK, "It does.", typeof(LivenessAnswer))]
    public IActionResult Live([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health/live")] HttpRequest request) =>
        JsonAnswer.Ok(new LivenessAnswer("ok", time.GetUtcNow()));

    async Task<TimeSpan?> CheckAsync(DurableTaskClient client, Dictionary<string, string> errors, CancellationToken cancellation)
    {
        try
        {
            var health = await pulse.CheckAsync(client, cancellation);
            if (!health.Works)
            {
                errors[Engine] = $"The durable engine has not carried out anything for {health.Lag.TotalSeconds:0} s.";
            }

            return health.Lag;
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            LogUnreachable(e);
            var (part, what) = e switch
            {
                StorageUnwritableException => (Storage, "The durable storage cannot be written; the log says why."),
                TimeoutException => (Engine, "The durable backend does not answer."),
                _ => (Engine, "The durable backend cannot be reached; the log says why."),
            };
            errors[part] = what;
            return null;
        }
    }

    [LoggerMessage(2002, LogLevel.Warning, "Health: the durable backend cannot be reached")]
    partial void LogUnreachable(Exception exception);
}
