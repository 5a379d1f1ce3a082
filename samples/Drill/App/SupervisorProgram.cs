using System.Reflection;
using System.Text.Json;
using Lifecycle.Samples.Drill.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Lifecycle.Samples.Drill.App;

/// <summary>A notice to the owner of an app.</summary>
sealed record OwnerNotice(string Id, string Type, DateTimeOffset At);

/// <summary>
/// Accepts every webhook and starts a process of the app for its session; until the app is mended, that process exits soon after it has attached.
/// Is the owner's endpoint, too.
/// </summary>
static class SupervisorProgram
{
    public const string OwnerPath = "/owner";

    // From its ack: long enough to be RUNNING, and far from stable.
    const int ExitAfterMs = 300;

    /// <summary>Runs until its standard input ends; its processes end with it.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        await using var front = new FrontServer(args);
        using var crew = new Crew(args, front.Need("ready"), front.Need("mended"));
        var owner = new Journal(front.Need("notices"));
        front.Web.MapPost(AppProgram.WebhookPath, http => front.Journal.RecordAsync(http, crew.TakeAsync));
        front.Web.MapPost(OwnerPath, async http => owner.Write(await NoticeAsync(http)));
        return await front.ServeAsync();
    }

    static async Task<OwnerNotice> NoticeAsync(HttpContext http)
    {
        using var body = await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
        return new OwnerNotice(http.Request.Headers["webhook-id"].ToString(), body.RootElement.GetProperty("type").GetString()!, TimeProvider.System.GetUtcNow());
    }

    /// <summary>The processes that were started.</summary>
    sealed class Crew(string[] arguments, string file, string mended) : IDisposable
    {
        readonly List<ChildProcess> started = [];

        public async Task TakeAsync(HttpContext http)
        {
            using var body = await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
            http.Response.StatusCode = StatusCodes.Status202Accepted;
            if (body.RootElement.GetProperty("type").GetString() != "stop_request") Start(body.RootElement.GetProperty("sessionId").GetString()!);
        }

        public void Dispose()
        {
            lock (started) started.ForEach(process => process.Dispose());
        }

        // What is said last counts.
        void Start(string sessionId)
        {
            var id = Guid.NewGuid().ToString("n")[..8];
            string[] own = ["--instance", id, "--port", "0", "--ready", $"{file}.{id}", "--attach", sessionId, "--exit-after-ms", File.Exists(mended) ? "0" : $"{ExitAfterMs}"];
            lock (started) started.Add(ChildProcess.Start(Assembly.GetExecutingAssembly().Location, ["app", .. arguments, .. own], $"{file}.{id}.log", Secrets()));
        }

        static (string, string)[] Secrets() =>
            [.. new[] { AppOptions.KeyVariable, AppOptions.SecretVariable }.Select(name => (name, Environment.GetEnvironmentVariable(name) ?? ""))];
    }
}
