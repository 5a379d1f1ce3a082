using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Lifecycle.Conformance.Apps;
using Lifecycle.Local.Durable;
using Lifecycle.Local.SignalR;

namespace Lifecycle.Conformance.Recording;

/// <summary>A story being played in one host: what it does, and what came of it.</summary>
/// <param name="App">The app in its host.</param>
/// <param name="Transcript">What came of it.</param>
/// <param name="WebhookAddress">The endpoint of apps that the story registers.</param>
sealed record Play(IHostedApp App, Transcript Transcript, Uri WebhookAddress)
{
    public const string Package = "com.example.notes";
    public const string Key = "test-key-0123456789";

    static readonly TimeSpan patience = TimeSpan.FromSeconds(15);
    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Calls the API with JSON, and keeps the answer.</summary>
    public Task<JsonElement> CallAsync(string method, string path, object? body = null, params (string Name, string Value)[] headers) =>
        SendAsync(method, path, body is null ? null : JsonSerializer.Serialize(body, JsonSerializerOptions.Web), "application/json", headers);

    /// <summary>Calls the API with any text, and keeps the answer.</summary>
    public async Task<JsonElement> SendAsync(
        string method, string path, string? body, string contentType = "application/json", params (string Name, string Value)[] headers)
    {
        var (line, text) = await AskAsync(method, path, body, contentType, headers);
        Transcript.Add("answers", line);
        return text.Length > 0 && text[0] is '{' or '[' ? JsonSerializer.Deserialize<JsonElement>(text) : default;
    }

    /// <summary>Registers the app. The usual windows are wider than a busy machine needs; a story that waits for the end of one makes it small.</summary>
    public Task RegisterAsync(int reconnectGraceMs = 30_000, int connectTimeoutMs = 30_000, int stopTimeoutMs = 30_000, string? webhookUrl = null) => CallAsync("PUT", $"/api/apps/{Package}", new
    {
        webhookUrl = webhookUrl ?? WebhookAddress.ToString(),
        apiKey = Key,
        policy = new { reconnectGraceMs, connectTimeoutMs, stopTimeoutMs, initialSpreadMs = 0, backoffBaseMs = 100, backoffCapMs = 200 },
    });

    /// <summary>Negotiates as the app and connects; what the connection hears is kept.</summary>
    public Task<VirtualClient> AttachAsync(string session, string instance = "i1", bool? reconnect = null) =>
        ConnectAsync("/api/negotiate", new { sessionId = session, packageName = Package, instanceId = instance, reconnect }, HeardBy(session, instance));

    /// <summary>The same for the connection over which a process gets webhooks.</summary>
    public Task<VirtualClient> ConnectRelayAsync(string instance) =>
        ConnectAsync("/api/relay/negotiate", new { packageName = Package, instanceId = instance }, HeardBy("relay", instance));

    async Task<VirtualClient> ConnectAsync(string negotiate, object body, string section)
    {
        var told = await CallAsync("POST", negotiate, body, ("x-api-key", Key));
        var client = new VirtualClient(App.SignalR);
        client.Invoked += (target, arguments) => Transcript.Add(section, $"{target}({string.Join(", ", arguments.Select(Plain.Json))})");
        client.Closed += end => Transcript.Add(section, $"closed {(end.WithClose ? $"as '{end.Error}'" : "without a word")}, may come again: {end.AllowReconnect}");
        await client.ConnectAsync(told.GetProperty("url").GetString()!, told.GetProperty("accessToken").GetString()!);
        return client;
    }

    /// <summary>Waits until a connection has heard as many calls of a method, or its end.</summary>
    public Task UntilHeardAsync(string session, string target, int times = 1, string instance = "i1") => UntilAsync(
        $"{instance} of {session} hears {target}",
        () => Transcript.Sections.GetValueOrDefault(HeardBy(session, instance))?.Count(line => line.StartsWith(target, StringComparison.Ordinal)) >= times);

    /// <summary>Calls a hub method and keeps what it answers.</summary>
    public async Task InvokeAsync(VirtualClient client, string method, params object?[] arguments)
    {
        try
        {
            var result = await client.InvokeAsync(method, arguments);
            Transcript.Add("hub answers", $"{method} -> {(result is { } value ? Plain.Json(value) : "nothing")}");
        }
        catch (Microsoft.AspNetCore.SignalR.HubException e)
        {
            Transcript.Add("hub answers", $"{method} -> error: {Plain.Text(e.Message)}");
        }
    }

    /// <summary>Runs a function that answers nobody, and keeps what it throws.</summary>
    public async Task RunAsync(string what, Func<Task> run)
    {
        try
        {
            await run();
            Transcript.Add("runs", $"{what} -> done");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Transcript.Add("runs", $"{what} -> {Plain.Text(e.Message)}");
        }
    }

    /// <summary>Signals an entity, as anybody could who has the task hub; several operations arrive together.</summary>
    public async Task SignalAsync(string entity, params (string Operation, string? Input)[] operations)
    {
        var transaction = new DurableTransaction();
        foreach (var (operation, input) in operations)
        {
            transaction.Send(new DurableMessage { Target = entity, Kind = MessageKind.Signal, Name = operation, Payload = input });
        }

        await App.Engine.CommitAsync(transaction);
    }

    /// <summary>Stores an entity's state as it is given.</summary>
    public async Task StoreAsync(string entity, string state)
    {
        var transaction = new DurableTransaction();
        transaction.SaveEntity(entity, state, App.Time.GetUtcNow());
        await App.Engine.CommitAsync(transaction);
    }

    /// <summary>Waits for a state of an app session.</summary>
    public Task UntilStateAsync(string session, string state) => UntilAsync($"{session} is {state}", async () =>
    {
        var (_, text) = await AskAsync("GET", $"/api/sessions/{session}/apps/{Package}", null, "", []);
        return JsonSerializer.Deserialize<JsonElement>(text) is var answer && answer.TryGetProperty("state", out var now) && now.GetString() == state;
    });

    /// <summary>What is at a path, kept nowhere: what is waited for, or has a name that is drawn at random.</summary>
    public async Task<JsonElement> ReadAsync(string path) => JsonSerializer.Deserialize<JsonElement>((await AskAsync("GET", path, null, "", [])).Text);

    /// <summary>Waits until all that is under way has come to its end; what is due later stays.</summary>
    public Task UntilIdleAsync() => UntilAsync("nothing is under way", () => App.Engine.Store.ReadMessages().TrueForAll(message => message.DueAt > App.Time.GetUtcNow()));

    /// <summary>Waits until no webhook's run is under way.</summary>
    public Task UntilRunsAreOverAsync() =>
        UntilAsync("the runs are over", () => App.Engine.Store.ReadOrchestrations("ResurrectionRun", null, 10).TrueForAll(run => run.IsOver));

    /// <summary>Keeps what is stored, sent and logged at the end.</summary>
    public async Task EndAsync()
    {
        await UntilIdleAsync();
        var store = App.Engine.Store;
        Transcript.AddUnordered("stored entities", store.ReadEntities("@", null, 1000).Select(entity => $"{entity.Id} {Plain.Body(entity.State)}"));
        Transcript.AddUnordered("orchestrations", store.ReadOrchestrations("", null, 1000).Select(LineOf));
        Transcript.AddUnordered("webhooks", App.Webhooks.Received.Select(LineOf));
        // What others log is theirs; the engine is the same one, and says what operations threw.
        Transcript.AddUnordered("log", App.Logs.Where(log => log.Category.StartsWith("Lifecycle.", StringComparison.Ordinal) && !IsHosts(log)).Select(LineOf));
        Transcript.Close();
    }

    static bool IsHosts(LogLine log) => log.Category.StartsWith("Lifecycle.Local.", StringComparison.Ordinal) && log.Category != "Lifecycle.Local.Durable";

    static string LineOf(LogLine log) => $"{log.Category} {log.Level} {log.Event}: {Plain.Text(log.Message)}{(log.Error is null ? "" : $" ({Plain.Text(log.Error.Split('\n')[0])})")}";

    static string LineOf(OrchestrationRecord run) =>
        $"{Plain.Text(run.InstanceId)} of {run.Name} {run.State}, input {Plain.Body(run.Input ?? "null")}, output {Plain.Body(run.Output ?? "null")}, failure {run.Failure?.Message}";

    static string LineOf(string webhook) => webhook.Split('\n', 2) is [var head, var body] ? $"{Plain.Text(head)}\n{Plain.Body(body)}" : webhook;

    static string HeardBy(string session, string instance) => $"what {instance} of {session} hears";

    /// <summary>Waits for something to hold.</summary>
    /// <exception cref="TimeoutException">It does not.</exception>
    public async Task UntilAsync(string what, Func<Task<bool>> holds)
    {
        for (var begun = App.Time.GetTimestamp(); !await holds(); await Task.Delay(pause, App.Time))
        {
            if (App.Time.GetElapsedTime(begun) > patience)
            {
                throw new TimeoutException($"It did not come to pass that {what}. {App.GetType().Name} logged:\n{string.Join('\n', App.Logs)}");
            }
        }
    }

    /// <summary>Waits for something to hold that can be asked at once.</summary>
    public Task UntilAsync(string what, Func<bool> holds) => UntilAsync(what, () => Task.FromResult(holds()));

    async Task<(string Line, string Text)> AskAsync(string method, string path, string? body, string contentType, (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "http://localhost" + path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        // As of any client that says what it sends: also when that is nothing.
        if (body is not null || method == "POST")
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body ?? ""));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }

        using var response = await App.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return ($"{method} {path} -> {(int)response.StatusCode} {HeadersOf(response)}{(text.Length > 0 ? "\n" + Plain.Body(text) : "")}", text);
    }

    static string HeadersOf(HttpResponseMessage response)
    {
        // When it was sent, by which server and in which pieces is not the app's.
        string[] framing = ["Date", "Server", "Transfer-Encoding", "Content-Length", "Content-Type"];
        var others = response.Headers.Concat(response.Content.Headers)
            .Where(header => !framing.Contains(header.Key, StringComparer.OrdinalIgnoreCase))
            .Select(header => $"; {header.Key.ToLowerInvariant()}={Plain.Text(string.Join(", ", header.Value))}")
            .Order(StringComparer.Ordinal);
        return response.Content.Headers.ContentType + string.Concat(others);
    }
}
