using Xunit;

namespace Lifecycle.Azurite;

/// <summary>
/// Azurite's queue service on a free port, with its data in a folder of its own. Share it by a collection fixture: it takes a
/// second to start.
/// </summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    readonly string data = Directory.CreateTempSubdirectory("lifecycle-azurite-").FullName;
    readonly int port = FreePort.Draw();
    AzuriteProcess? process;

    /// <summary>Addresses the queue service, also while it is stopped.</summary>
    public string ConnectionString => EmulatorAccount.ConnectionString(("Queue", port));

    /// <summary>Starts the service, on the same port and data every time. Nothing happens when it runs.</summary>
    public async Task StartAsync() => process ??= await AzuriteProcess.StartAsync("queue.mjs", services: 1, ["--queuePort", $"{port}", "--location", data]);

    /// <summary>Stops the service and keeps its data. Nothing happens when it is stopped.</summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref process, null) is { } running)
        {
            await running.DisposeAsync();
        }
    }

    /// <inheritdoc/>
    public Task InitializeAsync() => StartAsync();

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(data, recursive: true);
    }
}
