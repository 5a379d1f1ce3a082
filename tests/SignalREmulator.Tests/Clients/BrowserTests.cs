using Lifecycle.SignalREmulator.Tests.Support;

namespace Lifecycle.SignalREmulator.Tests.Clients;

public sealed class BrowserTests
{
    // A page of another origin could not even negotiate: the emulator left its preflight unanswered.
    [Fact]
    public async Task A_page_of_another_origin_may_negotiate_and_only_that()
    {
        await using var emulator = await Emulator.StartAsync();
        using var http = new HttpClient { BaseAddress = emulator.Address };
        Assert.Equal(Page, await AllowedAsync(http, "/client/negotiate?hub=apps"));
        Assert.Null(await AllowedAsync(http, "/api/hubs/apps/:send"));
        Assert.Null(await AllowedAsync(http, "/_faults/drop"));
    }

    const string Page = "http://localhost:5090";

    static async Task<string?> AllowedAsync(HttpClient http, string path)
    {
        using var preflight = new HttpRequestMessage(HttpMethod.Options, path);
        preflight.Headers.Add("Origin", Page);
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        preflight.Headers.Add("Access-Control-Request-Headers", "authorization,x-requested-with");
        using var answer = await http.SendAsync(preflight);
        return answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var origins) ? Assert.Single(origins) : null;
    }
}
