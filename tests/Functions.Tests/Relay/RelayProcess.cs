using System.Text;
using System.Text.Json;
using Lifecycle.Local.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests.Relay;

/// <summary>A process of an app that holds a relay connection open, on virtual time.</summary>
sealed class RelayProcess
{
    readonly VirtualClient client;

    RelayProcess(TestApp app, string instance) => (client, Instance) = (new VirtualClient(app.Services.GetRequiredService<SignalRServiceCore>()), instance);

    public string Instance { get; }

    public string ConnectionId => client.ConnectionId!;

    public bool IsConnected => client.IsConnected;

    /// <summary>The webhooks that it was sent.</summary>
    public List<JsonElement> Webhooks { get; } = [];

    /// <summary>The types of those.</summary>
    public IEnumerable<string> Types => Webhooks.Select(webhook => BodyOf(webhook).GetProperty("type").GetString()!);

    /// <summary>What it answers; null for nothing.</summary>
    public Func<JsonElement, object?> Answer { get; set; } = webhook => new { ticket = webhook.GetProperty("ticket").GetString(), status = 202 };

    /// <summary>What its answers were answered.</summary>
    public List<JsonElement> Replies { get; } = [];

    public static JsonElement BodyOf(JsonElement webhook) => JsonSerializer.Deserialize<JsonElement>(webhook.GetProperty("body").GetString()!);

    public static string Header(JsonElement webhook, string name) => webhook.GetProperty("headers").GetProperty(name).GetString()!;

    /// <summary>Connected, but it has not said that it takes webhooks.</summary>
    public static async Task<RelayProcess> ConnectAsync(TestApp app, string instance = "i1", string package = TestApp.Package)
    {
        var process = new RelayProcess(app, instance);
        await process.ConnectAsync(app, package);
        return process;
    }

    /// <summary>Connected, and takes webhooks.</summary>
    public static async Task<RelayProcess> StartAsync(TestApp app, string instance = "i1")
    {
        var process = await ConnectAsync(app, instance);
        Assert.Null(await process.CallAsync("ready"));
        await app.Settle();
        return process;
    }

    async Task ConnectAsync(TestApp app, string package)
    {
        var answer = await app.CallAsync("POST", "/api/relay/negotiate", new { packageName = package, instanceId = Instance }, ("x-api-key", TestApp.Key));
        Assert.Equal(200, answer.Status);
        client.Invoked += (target, arguments) => Take(target, arguments[0]);
        await client.ConnectAsync(answer.Json.GetProperty("url").GetString()!, answer.Json.GetProperty("accessToken").GetString()!);
    }

    /// <summary>Calls a hub method; the code of its error, or null when it was accepted.</summary>
    public async Task<string?> CallAsync(string method, params object?[] arguments)
    {
        var reply = (await client.InvokeAsync(method, arguments))!.Value;
        return reply.GetProperty("ok").GetBoolean() ? null : reply.GetProperty("error").GetProperty("code").GetString();
    }

    /// <summary>Its socket is lost, and the service notices.</summary>
    public void Drop() => client.Drop();

    /// <summary>Its machine loses power.</summary>
    public void GoSilent() => client.GoSilent();

    async void Take(string target, JsonElement webhook)
    {
        Assert.Equal("webhook", target);
        Webhooks.Add(webhook);
        if (Answer(webhook) is { } answer && client.IsConnected)
        {
            Replies.Add((await client.InvokeAsync("answer", answer))!.Value);
        }
    }
}
