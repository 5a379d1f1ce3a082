using Lifecycle.Samples.Drill.Api;

namespace Lifecycle.Samples.Drill.Processes;

/// <summary>A host that somebody else has started. The drill's app servers listen on this machine's loopback, so it must run here, too.</summary>
sealed class HostElsewhere(DrillArguments arguments, HttpClient http, TimeProvider time) : ILifecycleHost
{
    static readonly TimeSpan startLimit = TimeSpan.FromSeconds(10);

    public Uri Api { get; } = arguments.Api!;

    public string? Key { get; } = arguments.Key;

    public Uri? SignalR { get; } = arguments.Faults;

    public SceneNeeds Offers => SignalR is null ? SceneNeeds.Nothing : SceneNeeds.Faults;

    public async Task StartAsync(CancellationToken cancellation)
    {
        await Until.HoldsAsync($"a healthy host at {Api.Authority}", startLimit, time, () => MissingAsync(new Uri(Api, "/api/health"), cancellation), cancellation);
        if (SignalR is { } emulator && await MissingAsync(new Uri(emulator, "/_faults"), cancellation) is { } seen)
            throw new DrillException($"there is no SignalR emulator with faults at {emulator.Authority}: {seen}");
    }

    public Task KillAsync() => throw new NotSupportedException("Somebody else's host is not killed.");

    public void RequireRunning()
    {
        // Nothing is known of its process; who waits for an answer says so when there is none.
    }

    public void Dispose()
    {
        // It was there before, and stays.
    }

    async Task<string?> MissingAsync(Uri address, CancellationToken cancellation)
    {
        try
        {
            using var answer = await http.GetAsync(address, cancellation);
            return answer.IsSuccessStatusCode ? null : $"{address.AbsolutePath} answers {(int)answer.StatusCode}";
        }
        catch (HttpRequestException e)
        {
            return e.Message;
        }
    }
}
