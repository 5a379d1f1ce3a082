using System.Text.Json;
using Lifecycle.Bench.Measuring;

namespace Lifecycle.Bench.Rigs;

/// <summary>A real client that obeys <c>move</c>: it attaches at the new place with its token, then says goodbye at the old one and closes that socket.</summary>
sealed class MovingClient(string session, HttpMessageHandler shared) : IAsyncDisposable
{
    readonly TaskCompletionSource moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    AckClient? current;
    long? leftAt;

    /// <summary>The ack of the place where it is attached.</summary>
    public JsonElement Ack => current!.Ack;

    /// <summary>From the beginning of its slot until it was greeted at the new place, negotiation included.</summary>
    public TimeSpan Took { get; private set; }

    /// <summary>For how long it was attached nowhere.</summary>
    public TimeSpan Gap { get; private set; }

    /// <summary>Done when it has moved.</summary>
    public Task MovedAsync() => moved.Task;

    public async Task AttachAsync(Uri api) => current = await OpenAsync(api, token: null);

    public async Task SubscribeAsync(string[] streams) => await current!.SubscribeAsync(streams);

    async Task<AckClient> OpenAsync(Uri api, string? token)
    {
        var client = AckClient.OfLifecycle(api, session, shared, token);
        client.Moved += order => _ = ObeyAsync(order);
        await client.ConnectAsync();
        return client;
    }

    async Task ObeyAsync(JsonElement order)
    {
        try
        {
            await Clock.Wait(TimeSpan.FromMilliseconds(order.GetProperty("afterMs").GetInt32()));
            await MoveAsync(new Uri(order.GetProperty("url").GetString()!));
            moved.TrySetResult();
        }
        catch (Exception e)
        {
            moved.TrySetException(e);
        }
    }

    async Task MoveAsync(Uri to)
    {
        var (old, start) = (current!, Clock.Now);
        old.Lost += () => leftAt ??= Clock.Now;
        current = await OpenAsync(to, old.Ack.GetProperty("token").GetString());
        Took = Clock.Since(start);
        Gap = leftAt is { } left ? Clock.Since(left) : TimeSpan.Zero;
        await old.ReleaseAsync();
        await old.DisposeAsync();
    }

    public ValueTask DisposeAsync() => current?.DisposeAsync() ?? ValueTask.CompletedTask;
}
