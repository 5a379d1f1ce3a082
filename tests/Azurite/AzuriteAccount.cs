namespace Lifecycle.Azurite;

/// <summary>Azurite's queues, tables and blobs on free ports, in memory: a whole storage account, as a durable backend needs it.</summary>
public sealed class AzuriteAccount : IAsyncDisposable
{
    readonly AzuriteProcess process;

    AzuriteAccount(AzuriteProcess process, string connectionString) => (this.process, ConnectionString) = (process, connectionString);

    /// <summary>Addresses all three services.</summary>
    public string ConnectionString { get; }

    /// <summary>Starts an empty one.</summary>
    public static async Task<AzuriteAccount> StartAsync()
    {
        var (blob, queue, table) = (FreePort.Draw(), FreePort.Draw(), FreePort.Draw());
        string[] arguments = ["--blobPort", $"{blob}", "--queuePort", $"{queue}", "--tablePort", $"{table}", "--inMemoryPersistence"];
        return new(
            await AzuriteProcess.StartAsync("storage.mjs", services: 3, arguments),
            EmulatorAccount.ConnectionString(("Blob", blob), ("Queue", queue), ("Table", table)));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => process.DisposeAsync();
}
