using System.Net;
using Lifecycle.Local.SignalR;

namespace Lifecycle.Scenarios.Http;

/// <summary>What is looked at before anything is played: a line that names what is missing is worth more than a play that fails.</summary>
static class Preflight
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(10);

    /// <summary>What is missing, in one line; null when nothing is.</summary>
    public static async Task<string?> WhatIsWrongAsync(HttpArguments arguments)
    {
        using var http = new HttpClient { Timeout = patience };
        var api = new LifecycleApi(http, arguments.Api, arguments.Key, TimeProvider.System);
        if (!await IsHealthyAsync(api))
        {
            return $"Nobody healthy answers at {new Uri(arguments.Api, "api/health")}.";
        }

        var (status, _) = await api.SendAsync(HttpMethod.Get, "api/apps/com.example.nobody");
        if (status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            return "The host takes no call without a function key, or not with this one: name one by --key.";
        }

        if (arguments.Faults is { } emulator && !await HasFaultsAsync(http, emulator))
        {
            return $"There is no SignalR emulator with faults at {emulator}: leave --signalr-faults out, or start this repository's.";
        }

        return arguments.IsSignalRNamed && await RefusalAsync(arguments.SignalR!) is { } refusal ? $"--signalr: {refusal}" : null;
    }

    /// <summary>An emulator can have another key than the one for development: then nobody publishes, and the rest is played.</summary>
    public static async Task<HttpArguments> WithoutWrongGuessAsync(HttpArguments arguments) =>
        arguments is { IsSignalRNamed: false, SignalR: { } guessed } && await RefusalAsync(guessed) is not null ? arguments with { SignalR = null } : arguments;

    // One that has just started, or is busy, may answer 503 for a while; nobody at all is known at once.
    static async Task<bool> IsHealthyAsync(LifecycleApi api)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var (status, _) = await api.SendAsync(HttpMethod.Get, "api/health");
            if (status != HttpStatusCode.ServiceUnavailable || TimeProvider.System.GetElapsedTime(begun) > patience)
            {
                return status == HttpStatusCode.OK;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System);
        }
    }

    static async Task<bool> HasFaultsAsync(HttpClient http, Uri emulator) =>
        (await new LifecycleApi(http, emulator, null, TimeProvider.System).SendAsync(HttpMethod.Get, "_faults")).Status == HttpStatusCode.OK;

    static async Task<string?> RefusalAsync(ServiceConnectionString signalR)
    {
        using var service = new RestServiceApi(signalR);
        try
        {
            await service.ExistsAsync("apps", SendTarget.User("nobody"));
            return null;
        }
        catch (HttpRequestException e)
        {
            return e.Message;
        }
    }
}
