using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace Lifecycle.Functions.Http;

/// <summary><c>GET /api/health</c>: this instance serves.</summary>
public sealed class HealthFunction(TimeProvider time)
{
    /// <summary>Answers 200 while the host takes requests.</summary>
    [Function("Health")]
    [Api("Says that this instance serves.")]
    [Answers(StatusCodes.Status200OK, "It does.", typeof(HealthAnswer))]
    public IActionResult Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequest request) =>
        JsonAnswer.Ok(new HealthAnswer("ok", time.GetUtcNow()));
}
