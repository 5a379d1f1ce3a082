using System.Net.Http.Json;
using System.Text.Json;
using Lifecycle.Sdk;

namespace Lifecycle.Samples.DoctorContract;

/// <summary>What an app server does that speaks the doctor contract: the orders that messages bring, and telling that they are carried out.</summary>
/// <param name="lifecycle">The base address of the app's Lifecycle, which is the doctor.</param>
public class ContractApp(Uri lifecycle) : IDisposable
{
    readonly HttpClient _http = new();

    /// <summary>Every session that begins speaks it.</summary>
    public void Serve(AppServer server) => server.ConfigureSessions(session =>
    {
        session.OnMessage(message => DoAsync(session, message));
        session.On("doctor", said => TellAsync("published", new { sessionId = session.SessionId, said }));
    });

    /// <summary>The handler of messages: it returns when the order is carried out.</summary>
    public virtual async Task DoAsync(AttachedSession session, AppMessage message)
    {
        if (message.Body.ValueKind != JsonValueKind.Object || !message.Body.TryGetProperty("doctor", out var what)) return;
        if (what.GetString() == "sleep") await Task.Delay(message.Body.GetProperty("ms").GetInt32());
        await TellAsync("handled", new { sessionId = session.SessionId, seq = message.Seq, n = message.Body.GetProperty("n").GetInt32() });
        switch (what.GetString())
        {
            case "fail":
                throw new InvalidOperationException("The doctor wants this handler to fail");
            case "release":
                _ = session.ReleaseAsync();
                break;
            case "subscribe":
                await SubscribeAsync(session, [.. message.Body.GetProperty("streams").EnumerateArray().Select(stream => stream.GetString()!)]);
                break;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        GC.SuppressFinalize(this);
    }

    // The set may have changed meanwhile: the answer has the newer version, which the next call names.
    static async Task SubscribeAsync(AttachedSession session, string[] streams)
    {
        for (var tries = 0; tries < 3; tries++)
        {
            if ((await session.SetSubscriptionsAsync(streams)).Accepted) return;
        }
    }

    async Task TellAsync(string what, object said)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri(lifecycle, $"/doctor/{what}"), said);
    }
}
