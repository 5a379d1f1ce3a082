using System.IO.Compression;
using System.Text.Json;
using Lifecycle.Cli.Tests.Support;

namespace Lifecycle.Cli.Tests;

/// <summary>The tool as somebody has it who has nothing else: packed, installed from a folder, run as processes.</summary>
public sealed class ToolTests(ToolFixture tool) : IClassFixture<ToolFixture>
{
    [Fact]
    public async Task Tool_FromNothingInstalled_HandlesAFirstSignedWebhook()
    {
        await using var dev = tool.Start("dev", "--port", "0", "--signalr-port", "0", "--data", Path.Combine(tool.Folder, "data"), "--json");
        var serving = JsonSerializer.Deserialize<JsonElement>(await dev.FirstLineAsync());
        var url = serving.GetProperty("api").GetString()!;
        var port = FreePort.Find();
        using var http = new HttpClient();

        var registered = JsonSerializer.Deserialize<JsonElement>(await tool.RunAsync(url, "register", NotesApp.Package, "--webhook", NotesApp.WebhookAt(port), "--json"));
        await using var app = await NotesApp.StartAsync(new Uri(url), port, registered.GetProperty("apiKey").GetString()!, registered.GetProperty("webhookSecret").GetString()!);
        var started = await tool.RunAsync(url, "start", "s1", NotesApp.Package, "--wait");
        var explained = await tool.RunAsync(url, "explain", "s1", NotesApp.Package);

        Assert.Equal("s1", Assert.Single(app.Webhooks).SessionId);
        Assert.StartsWith("It runs", started);
        Assert.StartsWith("It runs", explained);
        Assert.Contains("<title>", await http.GetStringAsync(serving.GetProperty("console").GetString()));
        await app.DisposeAsync();
        Assert.Equal(0, await dev.InterruptAsync());
    }

    [Fact]
    public async Task Tool_PortIsTaken_SaysSoInOneLine()
    {
        await using var dev = tool.Start("dev", "--port", "0", "--signalr-port", "0", "--data", ":memory:", "--json");
        var taken = new Uri(JsonSerializer.Deserialize<JsonElement>(await dev.FirstLineAsync()).GetProperty("api").GetString()!).Port;

        await using var second = tool.Start("dev", "--port", $"{taken}", "--signalr-port", "0", "--data", ":memory:");

        Assert.Equal(ExitCode.No, await second.EndAsync());
        Assert.Contains($"Port {taken} is taken by another process.", second.Error);
        Assert.DoesNotContain("   at ", second.Error);
    }

    [Fact]
    public void Package_HasWhatAPackageNeedsAndNobodysSettings()
    {
        using var package = ZipFile.OpenRead(tool.Package);
        var names = package.Entries.Select(entry => entry.FullName).ToList();
        using var spec = new StreamReader(package.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open());
        var text = spec.ReadToEnd();

        Assert.Contains("README.md", names);
        Assert.DoesNotContain(names, name => name.Contains("local.settings", StringComparison.Ordinal));
        Assert.Contains("<license type=\"expression\">MIT</license>", text);
        Assert.Contains("DotnetTool", text);
    }
}
