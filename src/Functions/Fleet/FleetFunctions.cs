using Lifecycle.Functions.Canary;
using Lifecycle.Functions.Engine;
using Lifecycle.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions.Fleet;

/// <summary>The whole fleet at once: <c>/api/fleet</c>.</summary>
public sealed class FleetFunctions(FleetBook book, ServiceReach reach, EnginePulse pulse)
{
    /// <summary>Shows counts, rates, incidents and how the platform fares. One entity is read for it, however large the fleet is.</summary>
    [Function("GetFleet")]
    [Api("Shows the fleet as the last sweep found it: counts by state and app, rates, open incidents, and how the platform fares.")]
    [Answers(StatusCodes.Status200OK, "The fleet.", typeof(FleetView))]
    public async Task<IActionResult> Get(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "fleet")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        new QueryInput(request).Done();
        var (lag, look) = (pulse.LagAsync(client, cancellation), reach.LookAsync(cancellation));
        var fleet = await book.ReadAsync(client, cancellation);
        return JsonAnswer.Ok(FleetView.Of(fleet, PlatformView.Of(fleet, CanaryView.Of(await look, reach.SeenAt), await lag)));
    }
}
