using System.Text.Json;
using System.Text.Json.Nodes;
using Lifecycle.Functions.Tests.Reconnect;
using Lifecycle.Local.SignalR;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests.Wire;

/// <summary>What an app server of the released version has to do with Lifecycle, from its first start to its last stop.</summary>
sealed class ReleasedConversation(TestApp app, JsonNode recorded)
{
    readonly ReleasedApp sdk = new(app, recorded);
    readonly Transcript transcript = new();
    readonly List<(string Name, AppClient Client)> clients = [];

    public async Task<JsonObject> PlayAsync()
    {
        await app.PutAppAsync(policy: new { reconnectGraceMs = 1_000, connectTimeoutMs = 3_000 });
        sdk.AnswersWebhooks("accepted");
        var attached = await AttachAsync(await StartAsync(), "s1");
        attached = await ComeBackAsync(attached);
        await CallInVainAsync(attached);
        attached = await IsHeldAsync(attached);
        attached = await CloseAsStaleAsync(attached);
        await ResurrectAsync(attached);
        await BufferAsync();
        await InitAndStopAsync();
        await ReleaseAsync();
        await AnswerOtherwiseAsync();
        await SaysNothingAsync();
        foreach (var (name, client) in clients)
        {
            transcript.Put($"heard/{name}", string.Join(' ', client.Received.Select(r => r.Target)) + (client.Reason is { Length: > 0 } reason ? $", {reason}" : ""));
        }

        return transcript.Content;
    }

    async Task<AppClient> StartAsync()
    {
        await app.StartAsync();
        await PutWebhookAsync("session_request");
        var answer = await sdk.NegotiateAsync("first", "s1");
        transcript.Put("negotiate", Parse(answer.Text));
        var client = Note("start", await AppClient.ConnectAsync(app, answer));
        transcript.Put("acks/fresh", Parse(client.Ack));
        return client;
    }

    async Task<AppClient> AttachAsync(AppClient client, string session)
    {
        transcript.Put("answers/setSubscriptions", await sdk.CallAsync(client, "setSubscriptions"));
        transcript.Put("subscriptions/accepted", Parse(client.Of("subscriptions")[^1]));
        await sdk.CallAsync(client, "setSubscriptions"); // the version that it names is the one before by now
        transcript.Put("subscriptions/refused", Parse(client.Of("subscriptions")[^1]));
        await PostAsync(session, "one");
        transcript.Put("message", Parse(client.Of("message")[^1]));
        return client;
    }

    async Task<AppClient> ComeBackAsync(AppClient client)
    {
        await DropAsync(client);
        var back = Note("reconnect", await sdk.AttachAsync("again", "s1", client.Token));
        transcript.Put("acks/resumed", Parse(back.Ack));
        await DropAsync(back);
        transcript.Put("problems/reconnect_token_invalid", Problem(await sdk.NegotiateAsync("again", "s1", back.Token[..^4] + "AAAA")));
        transcript.Put("problems/reconnect_token_mismatch", Problem(await sdk.NegotiateAsync("again", "s1", back.Token, instance: "i9")));
        var without = Note("withoutToken", await sdk.AttachAsync("withoutToken", "s1"));
        transcript.Put("acks/withoutToken", Parse(without.Ack));
        await DropAsync(without);
        var refused = Note("afterRefusedConnect", await sdk.AttachAsync("afterRefusedConnect", "s1", without.Token));
        transcript.Put("acks/afterRefusedConnect", Parse(refused.Ack));
        return refused;
    }

    async Task CallInVainAsync(AppClient client)
    {
        transcript.Put("problems/unauthorized", Problem(await sdk.NegotiateAsync("first", "s1", key: "not-the-key-at-all")));
        transcript.Put("problems/unknown_field", Problem(await sdk.NegotiateAsync("first", "s1", change: body => body["unheardOf"] = 1)));
        var error = await Assert.ThrowsAsync<HubException>(() => client.Socket.InvokeAsync("unheardOf", new { seq = 1 }));
        transcript.Put("unknownMethod", error.Message);
    }

    async Task<AppClient> IsHeldAsync(AppClient client)
    {
        sdk.AnswersWebhooks("held");
        app.Webhooks.Clear();
        client.Socket.Drop();
        await HasWebhookAsync("resurrection_request");
        await PutWebhookAsync("resurrection_request");
        await app.Settle(2_300); // for two seconds an app that says yes may come without more ado
        transcript.Put("after/held", await app.StateAsync());
        var back = Note("whenAsked", await sdk.AttachAsync("whenAsked", "s1", client.Token));
        transcript.Put("acks/whenAsked", Parse(back.Ack));
        sdk.AnswersWebhooks("accepted");
        return back;
    }

    async Task<AppClient> CloseAsStaleAsync(AppClient client)
    {
        var (early, earlier) = (await sdk.NegotiateAsync("withoutToken", "s1"), await sdk.NegotiateAsync("withoutToken", "s1"));
        await app.Settle();
        var late = Note("superseding", await AppClient.ConnectAsync(app, await sdk.NegotiateAsync("again", "s1", client.Token)));
        transcript.Put("superseded", Parse(client.Of("superseded")[^1]));
        transcript.Put("closes/superseded", client.Reason);
        transcript.Put("closes/stale_token", Note("staleToken", await sdk.AttachAsync("again", "s1", client.Token)).Reason);
        transcript.Put("closes/superseded_late", Note("supersededLate", await AppClient.ConnectAsync(app, early)).Reason);
        await DropAsync(late);
        transcript.Put("closes/stale_connect", Note("staleConnect", await AppClient.ConnectAsync(app, earlier)).Reason);
        transcript.Put("closes/not_started", Note("notStarted", await sdk.AttachAsync("first", "nobody")).Reason);
        return Note("afterStale", await sdk.AttachAsync("again", "s1", late.Token));
    }

    async Task ResurrectAsync(AppClient client)
    {
        await PostAsync("s1", "two"); // sent to a process that is lost before it says that it has handled it
        app.Webhooks.Clear();
        client.Socket.Drop();
        await HasWebhookAsync("resurrection_request");
        await PutWebhookAsync("resurrection_request", "lost");
        var successor = Note("resurrected", await sdk.AttachAsync("first", "s1", instance: "i2"));
        transcript.Put("acks/resurrected", Parse(successor.Ack));
    }

    // What was sent counts as handled, and is sent again within the minute only to who says that it did not arrive.
    async Task BufferAsync()
    {
        await app.StartAsync("s2");
        var client = Note("sending", await sdk.AttachAsync("first", "s2"));
        await PostAsync("s2", "one");
        await PostAsync("s2", "two");
        await DropAsync(client);
        var soon = Note("soon", await sdk.AttachAsync("again", "s2", client.Token));
        transcript.Put("sentAgain/soon", Seqs(soon));
        await app.Settle(200_000);
        await PostAsync("s2", "three");
        await DropAsync(soon);
        await PostAsync("s2", "four");
        var later = Note("later", await sdk.AttachAsync("again", "s2", soon.Token));
        transcript.Put("sentAgain/later", Seqs(later));
        transcript.Put("acks/missed", Parse(later.Ack));
        await DropAsync(later);
        await app.Settle(1_500);
        transcript.Put("acks/afterGrace", Parse(Note("afterGrace", await sdk.AttachAsync("again", "s2", later.Token)).Ack));
    }

    async Task InitAndStopAsync()
    {
        ReconcileTests.Lose(app, "connected");
        await app.StartAsync("s3");
        var client = Note("init", await sdk.AttachAsync("first", "s3"));
        await app.Settle(41_000);
        app.Services.GetRequiredService<SignalRServiceCore>().Faults.Clear();
        transcript.Put("acks/initWanted", Parse(client.Ack));
        transcript.Put("answers/init", await sdk.CallAsync(client, "init"));
        transcript.Put("acks/afterInit", Parse(client.Ack));
        sdk.AnswersWebhooks("stopped");
        app.Webhooks.Clear();
        await app.CallAsync("POST", $"/api/sessions/s3/apps/{TestApp.Package}/stop", new { reason = "user_left" });
        await HasWebhookAsync("stop_request");
        await PutWebhookAsync("stop_request");
        transcript.Put("stop", Parse(client.Of("stop")[^1]));
        transcript.Put("closes/stopped", client.Reason);
        transcript.Put("after/stopped", await app.StateAsync("s3"));
    }

    async Task ReleaseAsync()
    {
        sdk.AnswersWebhooks("accepted");
        await app.StartAsync("s4");
        var client = Note("release", await sdk.AttachAsync("first", "s4"));
        transcript.Put("answers/release", await sdk.CallAsync(client, "release"));
        client.Socket.Close();
        await app.Settle(5_000);
        transcript.Put("after/release", await app.StateAsync("s4"));
    }

    async Task AnswerOtherwiseAsync()
    {
        foreach (var answer in (string[])["leaving", "no-match"])
        {
            sdk.AnswersWebhooks(answer);
            await app.StartAsync($"answered-{answer}");
            await app.Settle(200);
            transcript.Put($"after/{answer}", await app.StateAsync($"answered-{answer}"));
        }
    }

    // No hint and no token: the SDKs leave the hint out only where an application tells them to.
    async Task SaysNothingAsync()
    {
        var other = await sdk.NegotiateAsync("first", "s2", instance: "i2", change: body => body.Remove("reconnect"));
        transcript.Put("acks/otherProcess", Parse(Note("otherProcess", await AppClient.ConnectAsync(app, other)).Ack));
    }

    AppClient Note(string name, AppClient client)
    {
        clients.Add((name, client));
        return client;
    }

    async Task DropAsync(AppClient client)
    {
        client.Socket.Drop();
        await app.Settle();
    }

    async Task PostAsync(string session, string body)
    {
        await app.CallAsync("POST", $"/api/sessions/{session}/apps/{TestApp.Package}/messages", new { body });
        await app.Settle();
    }

    async Task HasWebhookAsync(string type)
    {
        for (var waited = 0; waited < 120; waited++)
        {
            await app.Settle(500);
            if (app.Webhooks.Count > 0)
            {
                Assert.Equal(type, (string?)(await BodyAsync(app.Webhooks[^1]))["type"]);
                return;
            }
        }

        Assert.Fail($"No {type} within a minute");
    }

    async Task PutWebhookAsync(string type, string? name = null)
    {
        var webhook = Assert.Single(app.Webhooks);
        var body = await BodyAsync(webhook);
        Assert.Equal(type, (string?)body["type"]);
        transcript.Put($"webhooks/{name ?? type}/headers", new JsonObject(webhook.Headers.Select(h => KeyValuePair.Create(h.Key, (JsonNode?)(h.Key == "User-Agent" ? string.Join(' ', h.Value) : $"<{h.Key}>")))));
        transcript.Put($"webhooks/{name ?? type}/body", body);
    }

    static async Task<JsonNode> BodyAsync(HttpRequestMessage webhook) => Parse(await webhook.Content!.ReadAsStringAsync())!;

    static JsonArray Seqs(AppClient client) => [.. client.Messages.Select(m => (JsonNode)m.Seq)];

    internal static JsonObject Problem(TestApp.Answer answer) => new()
    {
        ["status"] = answer.Status,
        ["contentType"] = answer.ContentType,
        ["retryAfter"] = answer.RetryAfter is null ? null : "<seconds>",
        ["body"] = Parse(answer.Text),
    };

    static JsonNode? Parse(string text) => JsonNode.Parse(text);

    static JsonNode? Parse(JsonElement json) => JsonNode.Parse(json.GetRawText());
}
