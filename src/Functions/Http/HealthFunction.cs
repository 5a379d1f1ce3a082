using Lifecycle.Functions.Engine;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Http;

/// <summary><c>GET /api/health</c>: this instance serves, and the durable engine behind it works.</summary>
public sealed partial class HealthFunction(EnginePulse pulse, TimeProvider time, ILogger<HealthFunction> logger)
{
    static readonly TimeSpan askAgain = TimeSpan.FromSeconds(2);

    /// <summary>Answers within a second.</summary>
    [Function("Health")]
    [Api("Says whether this instance serves and the durable engine works.")]
    [Answers(StatusCodes.Status200OK, "They do.", typeof(HealthAnswer))]
    [Answers(StatusCodes.Status503ServiceUnavailable, "The durable engine does not work; the detail says what is known.")]
    public async Task<IActionResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        var health = await CheckAsync(client, cancellation);
        return health.Works
            ? JsonAnswer.Ok(new HealthAnswer("ok", time.GetUtcNow(), (long)health.Lag.TotalMilliseconds))
            : throw NotReady($"The durable engine has not carried out anything for {health.Lag.TotalSeconds:0} s.");
    }

    async Task<EngineHealth> CheckAsync(DurableTaskClient client, CancellationToken cancellation)
    {
        try
        {
            return await pulse.CheckAsync(client, cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            LogUnreachable(e);
            throw NotReady(e is TimeoutException ? "The durable backend does not answer." : "The durable backend cannot be reached; the log says why.");
        }
    }

    static InputException NotReady(string what) => InputException.NotNow("engine_not_ready", what, askAgain);

    [LoggerMessage(2002, LogLevel.Warning, "Health: the durable backend cannot be reached")]
    partial void LogUnreachable(Exception exception);
}
