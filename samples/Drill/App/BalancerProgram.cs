using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Lifecycle.Samples.Drill.App;

/// <summary>What stands in front of the processes of an app: passes webhooks on to one of them, and writes down those that come.</summary>
static class BalancerProgram
{
    /// <summary>Runs until its standard input ends.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        await using var front = new FrontServer(args);
        using var balancer = new Balancer(front.Need("upstreams"));
        front.Web.MapGet(AppProgram.SessionsPath, async (CancellationToken stop) => Results.Json(await balancer.SessionsAsync(stop)));
        front.Web.MapPost(AppProgram.WebhookPath, http => front.Journal.RecordAsync(http, balancer.PassAsync));
        return await front.ServeAsync();
    }
}
