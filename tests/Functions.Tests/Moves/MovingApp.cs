using System.Text.Json;
using Lifecycle.Functions.Tests.Reconnect;

namespace Lifecycle.Functions.Tests.Moves;

/// <summary>
/// An app server's process in one session that obeys <c>move</c> by the wire alone: it waits for its slot, attaches at the new place with its token, then
/// says goodbye at the old one and closes that socket.
/// </summary>
sealed class MovingApp(string session, Func<string?, TestApp> placeOf)
{
    const string Instance = "i1";

    readonly List<AppClient> clients = [];
    readonly List<(DateTimeOffset From, DateTimeOffset? To)> attached = [];
    readonly List<Task> moves = [];

    public string Session => session;

    public AppClient Client => clients[^1];

    /// <summary>The installation that it is attached at.</summary>
    public TestApp? Place { get; private set; }

    /// <summary>Every message that came, at either place.</summary>
    public IReadOnlyList<(long Seq, string Body)> Messages => [.. clients.SelectMany(client => client.Messages)];

    /// <summary>The longest time in which it was attached nowhere.</summary>
    public TimeSpan LongestGap => attached.Zip(attached.Skip(1))
        .Select(two => two.First.To is { } end && end < two.Second.From ? two.Second.From - end : TimeSpan.Zero)
        .DefaultIfEmpty().Max();

    /// <summary>Done when every move that it was told has ended.</summary>
    public Task MovedAsync() => Task.WhenAll(moves);

    public async Task AttachAsync(TestApp at, string? token = null)
    {
        long? lastSeq = Messages is { Count: > 0 } handled ? handled[^1].Seq : null;
        var answer = await AppClient.NegotiateAsync(at, Instance, token: token, lastSeq: lastSeq, session: session);
        Assert.Equal(200, answer.Status);
        var client = await AppClient.ConnectAsync(at, answer);
        Assert.True(client.Of("ack").Count > 0, $"{session} was not greeted: {client.Reason}");
        client.Socket.Invoked += (target, arguments) => Obey(target, arguments[0]);
        clients.Add(client);
        Place = at;
        attached.Add((at.Time.GetUtcNow(), null));
    }

    /// <summary>Loses its socket.</summary>
    public void Drop()
    {
        Client.Socket.Drop();
        attached[^1] = (attached[^1].From, Place!.Time.GetUtcNow());
    }

    void Obey(string target, JsonElement order)
    {
        if (target == "move")
        {
            moves.Add(MoveAsync(order));
        }
    }

    async Task MoveAsync(JsonElement order)
    {
        var (old, from) = (Client, Place!);
        await Task.Delay(TimeSpan.FromMilliseconds(order.GetProperty("afterMs").GetInt32()), from.Time);
        var to = placeOf(order.TryGetProperty("url", out var url) ? url.GetString() : null);
        await AttachAsync(to, old.Token);
        if (to != from)
        {
            await old.Socket.InvokeAsync("release");
        }

        old.Socket.Close();
        attached[^2] = (attached[^2].From, from.Time.GetUtcNow());
    }
}
