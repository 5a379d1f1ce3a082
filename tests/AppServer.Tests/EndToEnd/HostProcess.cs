using System.Diagnostics;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json;
using Lifecycle.Sdk.Tests.Support;

namespace Lifecycle.Sdk.Tests.EndToEnd;

/// <summary>Lifecycle itself on the embedded runtime, as a process that can be killed and started again where it was.</summary>
public sealed class HostProcess : IAsyncLifetime
{
    public const string Package = "com.example.notes";
    public const string Key = "a-key-of-16-or-more";

    static readonly string[] Foreign = ["ASPNETCORE_", "Embedded", "Lifecycle", "AzureSignalR", "AzureWebJobs"];

    readonly string _folder = Directory.CreateTempSubdirectory("lifecycle-sdk-").FullName;
    readonly HttpClient _http = new();
    Process? _process;

    public Uri Api { get; private set; } = null!;

    public Uri SignalR { get; private set; } = null!;

    /// <summary>Where reconnect tokens and webhook secrets have their keys.</summary>
    public string Keys => Path.Combine(_folder, "data.keys");

    public Task InitializeAsync() => StartAsync();

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await KillAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public async Task StartAsync()
    {
        var ready = Path.Combine(_folder, "ready");
        File.Delete(ready);
        var start = new ProcessStartInfo(Dotnet,
        [
            Path.Combine(AppContext.BaseDirectory, "host", "Lifecycle.Functions.dll"), "--port", $"{Api?.Port ?? 0}", "--signalr-port", $"{SignalR?.Port ?? 0}",
            "--data", Path.Combine(_folder, "data"), "--ready-file", ready, "--Logging:LogLevel:Default=Warning",
        ])
        { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(key => Foreign.Any(f => key.StartsWith(f, StringComparison.OrdinalIgnoreCase))).ToArray())
            start.Environment.Remove(name);
        var process = _process = new Process { StartInfo = start };
        var said = new List<string?>();
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await Eventually.HoldsAsync("the host to serve", () => process.HasExited
            ? throw new InvalidOperationException($"The host ended: {string.Join('\n', said)}")
            : Task.FromResult(File.Exists(ready)), seconds: 60);
        using var told = JsonDocument.Parse(await File.ReadAllTextAsync(ready));
        Api = new Uri(told.RootElement.GetProperty("api").GetString()!);
        SignalR = new Uri(told.RootElement.GetProperty("signalr").GetString()!);

        void Keep(string? line)
        {
            lock (said) said.Add(line);
        }
    }

    public async Task KillAsync()
    {
        if (_process is null) return;
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    public Task PutAppAsync(string webhookUrl, int graceMs = 6000, string package = Package) =>
        CallAsync(HttpMethod.Put, $"api/apps/{package}", new { webhookUrl, apiKey = Key, policy = new { reconnectGraceMs = graceMs } });

    public Task StartSessionAsync(string session, string package = Package) =>
        CallAsync(HttpMethod.Post, $"api/sessions/{session}/apps/{package}/start", new { });

    public async Task<string> SendMessageAsync(string session, object body, string package = Package) =>
        (await CallAsync(HttpMethod.Post, $"api/sessions/{session}/apps/{package}/messages", new { body })).GetProperty("outcome").GetString()!;

    public Task<JsonElement> SessionAsync(string session, string package = Package) =>
        CallAsync(HttpMethod.Get, $"api/sessions/{session}/apps/{package}");

    public Task<JsonElement> AppHealthAsync(string package) => CallAsync(HttpMethod.Get, $"api/apps/{package}/health");

    /// <summary>Aborts the sockets of an app session.</summary>
    public async Task DropAsync(string session, string package = Package)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri(SignalR, "/_faults/drop"), new { userId = $"{session}:{package}" });
        answer.EnsureSuccessStatusCode();
    }

    public Task WaitForStateAsync(string session, string package, params string[] states) => Eventually.HoldsAsync(
        $"{session} to be {string.Join(" or ", states)}",
        async () => Array.IndexOf(states, (await SessionAsync(session, package)).GetProperty("state").GetString()) >= 0, seconds: 30);

    async Task<JsonElement> CallAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(Api, path)) { Content = body is null ? null : JsonContent.Create(body) };
        using var answer = await _http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {(int)answer.StatusCode} {text}");
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <summary>The dotnet that runs the tests: it may not be on the path.</summary>
    static string Dotnet => Path.GetFullPath(Path.Combine(
        RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
}
