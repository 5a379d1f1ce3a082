using System.Diagnostics;
using System.Text.Json;

namespace Lifecycle.Functions.Tests.Webhooks;

/// <summary>One webhook as it arrived, and the secret that a receiver would verify it with.</summary>
sealed record ReceivedWebhook(string Secret, IReadOnlyDictionary<string, string> Headers, string Body, long Now)
{
    public static async Task<ReceivedWebhook> OfAsync(HttpRequestMessage request, string secret, DateTimeOffset now) => new(
        secret,
        request.Headers.Where(h => h.Key.StartsWith("webhook-")).ToDictionary(h => h.Key, h => h.Value.Single()),
        await request.Content!.ReadAsStringAsync(),
        now.ToUnixTimeMilliseconds());
}

/// <summary>The npm package <c>standardwebhooks</c>, in a Node process.</summary>
static class StandardWebhooks
{
    public const string Verified = "verified";

    static readonly TimeSpan patience = TimeSpan.FromMinutes(2);
    static readonly Lazy<Task<string>> folder = new(InstallAsync);

    /// <summary>What the package says about each webhook: verified, or why not.</summary>
    public static async Task<string[]> VerifyAsync(params ReceivedWebhook[] webhooks)
    {
        var output = await RunAsync("node", await folder.Value, JsonSerializer.Serialize(webhooks, JsonSerializerOptions.Web), "verify.mjs");
        return JsonSerializer.Deserialize<string[]>(output)!;
    }

    // Once: npm writes the file that is looked for at its very end.
    static async Task<string> InstallAsync()
    {
        var js = ProjectFolder();
        if (!File.Exists(Path.Combine(js, "node_modules", ".package-lock.json")))
        {
            await RunAsync("npm", js, "", "ci", "--no-audit", "--no-fund");
        }

        return js;
    }

    static async Task<string> RunAsync(string program, string folder, string input, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Start(start);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var late = new CancellationTokenSource(patience);
        await process.WaitForExitAsync(late.Token);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} failed: {await output}{await errors}");
        return await output;
    }

    static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException($"These tests need Node.js 20 or later with npm on the PATH: {start.FileName} did not start.", e);
        }
    }

    static string ProjectFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "js", "verify.mjs")))
            {
                return Path.Combine(folder.FullName, "js");
            }
        }

        throw new InvalidOperationException("The folder js of the test project is not above the test assembly.");
    }
}
