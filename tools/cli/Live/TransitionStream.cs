using System.Text.Json;
using Lifecycle.Cli.Api;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;

namespace Lifecycle.Cli.Live;

/// <summary>
/// Hears of transitions as they happen, by the hub <c>console</c> (docs/console.md): it comes back by itself when the stream is interrupted, and says so. What
/// happens meanwhile is not told.
/// </summary>
sealed class TransitionStream(ApiClient api, TimeProvider time, IStreamListener listener)
{
    static readonly TimeSpan usualRenewal = TimeSpan.FromMinutes(1);
    static readonly TimeSpan firstWait = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan longestWait = TimeSpan.FromSeconds(30);

    /// <summary>Hears until it is cancelled.</summary>
    /// <exception cref="CliException">The first time: the host cannot be reached, or has no such stream.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var invitation = await InviteAsync(cancellation);
        for (var tries = 0; ; tries++)
        {
            var why = invitation is null ? "" : await ServeAsync(invitation, onLive: () => tries = 0, cancellation);
            if (tries == 0) listener.Interrupted(why);
            // In half to whole: those who lost it together do not come back together.
            var wait = firstWait * Math.Pow(2, Math.Min(tries, 10));
            await Task.Delay((wait < longestWait ? wait : longestWait) * (0.5 + Random.Shared.NextDouble() / 2), time, cancellation);
            invitation = await TryInviteAsync(cancellation);
        }
    }

    // Until it is lost; why.
    async Task<string> ServeAsync(Invitation invitation, Action onLive, CancellationToken cancellation)
    {
        await using var hub = new HubConnectionBuilder()
            .WithUrl(invitation.Url, http =>
            {
                http.AccessTokenProvider = () => Task.FromResult<string?>(invitation.AccessToken);
                http.Transports = HttpTransportType.WebSockets;
                http.CloseTimeout = TimeSpan.FromSeconds(1);
            })
            .Build();
        var lost = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        hub.On<JsonElement>("transitions", Hear);
        hub.Closed += error =>
        {
            lost.TrySetResult(error?.Message ?? "the service closed it");
            return Task.CompletedTask;
        };
        try
        {
            await hub.StartAsync(cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            return e.Message;
        }
        onLive();
        listener.Live();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var renewing = RenewAsync(invitation.RenewWithinMs is { } ms ? TimeSpan.FromMilliseconds(ms) : usualRenewal, over.Token);
        try
        {
            return await lost.Task.WaitAsync(cancellation);
        }
        finally
        {
            await over.CancelAsync();
            await renewing;
        }
    }

    // By this the host knows that somebody looks. One that fails ends nothing: the next one may do.
    async Task RenewAsync(TimeSpan within, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await Task.Delay(within * 0.9, time, cancellation);
                await TryInviteAsync(cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The stream is over.
        }
    }

    void Hear(JsonElement batch)
    {
        foreach (var item in batch.EnumerateArray())
        {
            if (item.TryGetProperty("dropped", out var dropped)) listener.Dropped(dropped.GetInt32());
            else if (item.Deserialize<Transition>(JsonSerializerOptions.Web) is { } transition) listener.Hear(transition, item.GetRawText());
        }
    }

    async Task<Invitation?> TryInviteAsync(CancellationToken cancellation)
    {
        try
        {
            return await InviteAsync(cancellation);
        }
        catch (CliException)
        {
            return null;
        }
    }

    async Task<Invitation> InviteAsync(CancellationToken cancellation) => (await api.PostAsync("console/negotiate", null, cancellation)).Read<Invitation>();

    sealed record Invitation(Uri Url, string AccessToken, double? RenewWithinMs)
    {
        /// <summary>Without the token.</summary>
        public override string ToString() => $"Invitation to {Url.GetLeftPart(UriPartial.Path)}";
    }
}

/// <summary>Hears what a <see cref="TransitionStream"/> hears; one call at a time.</summary>
interface IStreamListener
{
    /// <summary>The stream is there, the first time or again.</summary>
    void Live();

    /// <summary>It is not, for now.</summary>
    void Interrupted(string why);

    /// <param name="transition">One transition.</param>
    /// <param name="json">The same as it came.</param>
    void Hear(Transition transition, string json);

    /// <summary>So many were left out: more happened than is told at once.</summary>
    void Dropped(int count);
}

/// <summary>One transition as it is told live.</summary>
sealed record Transition(DateTimeOffset At, string SessionId, string PackageName, string From, string To, string? Reason, string? Blame, long Epoch);
