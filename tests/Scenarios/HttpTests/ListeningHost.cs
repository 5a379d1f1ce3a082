using System.Text.Json;
using Lifecycle.Functions;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

namespace Lifecycle.Scenarios.Http;

/// <summary>The deployed app on the embedded runtime in real time, on free ports of this machine, with an engine as slow as Azure Storage.</summary>
sealed class ListeningHost : IAsyncDisposable
{
    readonly string folder;
    readonly IHost host;

    ListeningHost(string folder, IHost host) => (this.folder, this.host) = (folder, host);

    public Uri Api { get; private set; } = null!;

    public Uri SignalR { get; private set; } = null!;

    public static async Task<ListeningHost> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("lifecycle-play-").FullName;
        var ready = Path.Combine(folder, "ready");
        var builder = FunctionsApplication.CreateBuilder(
        [
            "--port=0", "--signalr-port=0", $"--data={Path.Combine(folder, "data")}", $"--ready-file={ready}", "--timing=azure-storage", "--engine-latency=100",
            "--Logging:LogLevel:Default=None", $"--Lifecycle:KeyRing:Folder={Path.Combine(folder, "keys")}",
        ]);
        builder.FunctionAssemblies = [typeof(LifecycleApp).Assembly];
        builder.ThrowStartProblems = true;
        builder.AddLifecycle();
        var started = new ListeningHost(folder, builder.Build());
        await started.host.StartAsync();
        using var said = JsonDocument.Parse(await File.ReadAllTextAsync(ready));
        started.Api = new Uri(said.RootElement.GetProperty("api").GetString()! + "/");
        started.SignalR = new Uri(said.RootElement.GetProperty("signalr").GetString()!);
        return started;
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
