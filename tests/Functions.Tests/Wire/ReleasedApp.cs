using System.Text;
using System.Text.Json.Nodes;
using Lifecycle.Functions.Tests.Reconnect;

namespace Lifecycle.Functions.Tests.Wire;

/// <summary>An app server of the released version: what it sends is what its SDK was recorded to send.</summary>
sealed class ReleasedApp(TestApp app, JsonNode recorded)
{
    /// <summary>Calls negotiate as the SDK does; <paramref name="change"/> has the last word on the body.</summary>
    public Task<TestApp.Answer> NegotiateAsync(
        string request, string session, string? token = null, string instance = "i1", string key = TestApp.Key, Action<JsonObject>? change = null)
    {
        var sent = recorded["negotiate"]![request]!;
        var body = sent["body"]!.DeepClone().AsObject();
        (body["sessionId"], body["instanceId"]) = (session, instance);
        if (body.ContainsKey("reconnectToken"))
        {
            body["reconnectToken"] = token ?? throw new ArgumentNullException(nameof(token));
        }

        change?.Invoke(body);
        var headers = sent["headers"]!.AsObject().ToDictionary(h => h.Key, h => h.Key == "x-api-key" ? key : (string)h.Value!);
        var type = headers["content-type"];
        headers.Remove("content-type");
        return app.SendAsync("POST", "/api/negotiate", body.ToJsonString(), type, [.. headers.Select(h => (h.Key, h.Value))]);
    }

    public async Task<AppClient> AttachAsync(string request, string session, string? token = null, string instance = "i1") =>
        await AppClient.ConnectAsync(app, await NegotiateAsync(request, session, token, instance));

    /// <summary>Makes a hub call with the arguments that the SDK was recorded to make it with.</summary>
    public async Task<JsonNode?> CallAsync(AppClient client, string method)
    {
        var arguments = recorded["calls"]![method]!.AsArray().Select(object? (argument) => argument).ToArray();
        var answer = await client.Socket.InvokeAsync(method, arguments);
        await app.Settle();
        return answer is { } json ? JsonNode.Parse(json.GetRawText()) : null;
    }

    /// <summary>From now on webhooks are answered as the SDK was recorded to answer.</summary>
    public void AnswersWebhooks(string answer) => app.WebhookAnswer = _ =>
    {
        var given = recorded["webhookAnswers"]![answer]!;
        var headers = given["headers"]!.AsObject();
        var response = new HttpResponseMessage((System.Net.HttpStatusCode)(int)given["status"]!);
        if (given["body"] is { } body)
        {
            response.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, (string)headers["content-type"]!);
        }

        foreach (var (name, value) in headers.Where(h => h.Key != "content-type" && h.Key != "content-length"))
        {
            response.Headers.TryAddWithoutValidation(name, (string)value!);
        }

        return response;
    };
}
