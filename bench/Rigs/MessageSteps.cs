using Lifecycle.Local.Durable;
using Lifecycle.Local.SignalR;

namespace Lifecycle.Bench.Rigs;

/// <summary>What messages cost, with and without being told what is handled, and what a hand-over costs; on virtual time.</summary>
static class MessageSteps
{
    public const string Plain = "message, ten a second, to a client that does not tell";
    public const string Telling = "message, ten a second, to a client that tells every 2.5 s";
    public const string HandOver = "hand-over with a message open";

    const int Messages = 600;
    static readonly TimeSpan every = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan tells = TimeSpan.FromSeconds(2.5);
    static readonly TimeSpan settle = TimeSpan.FromSeconds(5);

    /// <summary>The steps in order, each with its counts per message, or per hand-over.</summary>
    /// <param name="sessions">How many sessions are handed over.</param>
    /// <param name="azureStorage">Whether timers behave as on Azure Storage.</param>
    public static IReadOnlyList<(string Step, Counts Counts)> Count(int sessions, bool azureStorage)
    {
        var counted = new List<(string, Counts)>();
        var time = new VirtualTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        time.Run(async () =>
        {
            await using var host = await VirtualHost.StartAsync(time, azureStorage, aligned: true);
            await host.RegisterAsync(new { allowUnsolicited = true });
            counted.Add((Plain, await FlowAsync(host, time, session: 0, version: null)));
            counted.Add((Telling, await FlowAsync(host, time, session: 1, version: Wire.Version)));
            counted.Add((HandOver, await HandOverAllAsync(host, time, sessions)));
        });
        return counted;
    }

    static async Task<Counts> FlowAsync(VirtualHost host, VirtualTimeProvider time, int session, int? version)
    {
        var (client, handled, told) = (host.NewClient(), 0L, 0L);
        client.Invoked += (target, arguments) => handled = target == "message" ? arguments[0].GetProperty("seq").GetInt64() : handled;
        await host.ConnectAsync(client, session, "i1", version, takeOverToken: null);
        await Task.Delay(settle, time);
        var before = Counts.Of(host);
        for (var n = 0; n < Messages; n++)
        {
            await host.PostAsync(session);
            await Task.Delay(every, time);
            if (version is not null && handled > told && n % (int)(tells / every) == 0)
            {
                client.Send("done", new { seq = told = handled });
            }
        }

        return Counts.Of(host).Per(Messages, before);
    }

    static async Task<Counts> HandOverAllAsync(VirtualHost host, VirtualTimeProvider time, int sessions)
    {
        var clients = new Dictionary<int, VirtualClient>();
        host.SuccessorAsked = (session, token) => _ = host.ConnectAsync(host.NewClient(), session, "i2", Wire.Version, token);
        for (var session = 2; session < sessions + 2; session++)
        {
            clients[session] = host.NewClient();
            await host.ConnectAsync(clients[session], session, "i1", Wire.Version, takeOverToken: null);
            await Task.Delay(every, time);
            await host.PostAsync(session);
        }

        await Task.Delay(settle, time);
        var before = Counts.Of(host);
        foreach (var client in clients.Values)
        {
            client.Invoked += (target, _) => EndIf(target == "superseded", client);
            client.Send("handOver");
            await Task.Delay(settle, time);
        }

        return Counts.Of(host).Per(sessions, before);
    }

    static void EndIf(bool isOver, VirtualClient client)
    {
        if (isOver)
        {
            client.Send("done", new { seq = 1, last = true });
            client.Close();
        }
    }
}
