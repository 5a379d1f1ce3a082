using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Lifecycle.Samples.Drill.App;

/// <summary>What stands in front of an app whose pod is gone: answers 503 to everything, and writes down the webhooks that it turns away.</summary>
static class IngressProgram
{
    /// <summary>Runs until its standard input ends.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        await using var front = new FrontServer(args);
        front.Web.Run(http => http.Request.Path == AppProgram.WebhookPath ? front.Journal.RecordAsync(http, TurnAway) : TurnAway(http));
        return await front.ServeAsync();
    }

    static Task TurnAway(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return http.Response.WriteAsync("no healthy upstream");
    }
}
