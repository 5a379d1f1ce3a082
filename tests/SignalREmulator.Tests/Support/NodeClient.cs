using System.Diagnostics;
using System.Text.Json;

namespace Lifecycle.SignalREmulator.Tests.Support;

/// <summary>The JavaScript client in a Node process of its own.</summary>
sealed class NodeClient : IAsyncDisposable
{
    static readonly Lazy<Task<string>> folder = new(InstallAsync);
    readonly Process process;

    NodeClient(Process process) => this.process = process;

    public Inbox<JsonElement> Events { get; } = new("an event of the JavaScript client");

    public static async Task<NodeClient> StartAsync(string url, string token, string transport, string protocol)
    {
        var process = Start("node", await folder.Value, "client.mjs", url, token, transport, protocol);
        var client = new NodeClient(process);
        process.OutputDataReceived += (_, line) => client.Take(line.Data);
        process.ErrorDataReceived += (_, line) => client.Take(line.Data is null ? null : JsonSerializer.Serialize(new { @event = "stderr", value = line.Data }));
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return client;
    }

    public async Task<JsonElement> NextAsync(string name)
    {
        var next = await Events.NextAsync(e => e.GetProperty("event").GetString() is var n && (n == name || n is "stderr" or "failed"));
        Assert.Equal(name, next.GetProperty("event").GetString());
        return next.TryGetProperty("value", out var value) ? value : default;
    }

    public async Task<JsonElement> InvokeAsync(string method, params object[] args)
    {
        await CommandAsync(new { command = "invoke", method, args });
        return await NextAsync("result");
    }

    public Task StopAsync() => CommandAsync(new { command = "stop" });

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }
        await process.WaitForExitAsync();
        process.Dispose();
    }

    async Task CommandAsync(object command)
    {
        await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(command));
        await process.StandardInput.FlushAsync();
    }

    void Take(string? line)
    {
        if (line is not null)
        {
            Events.Add(JsonSerializer.Deserialize<JsonElement>(line));
        }
    }

    static async Task<string> InstallAsync()
    {
        var js = Path.Combine(ProjectFolder(), "js");
        if (!File.Exists(Path.Combine(js, "node_modules", ".package-lock.json")))
        {
            using var npm = Start("npm", js, "ci", "--no-audit", "--no-fund");
            var output = npm.StandardOutput.ReadToEndAsync();
            var errors = await npm.StandardError.ReadToEndAsync();
            await npm.WaitForExitAsync();
            Assert.True(npm.ExitCode == 0, $"npm ci failed in tests/SignalREmulator.Tests/js: {await output}{errors}");
        }
        return js;
    }

    static Process Start(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException($"These tests need Node.js 18 or later with npm on the PATH: {program} did not start.", e);
        }
    }

    static string ProjectFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "js", "client.mjs")))
            {
                return folder.FullName;
            }
        }
        throw new InvalidOperationException("The folder js of the test project is not above the test assembly.");
    }
}
