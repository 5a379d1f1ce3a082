using System.Net.Sockets;
using Lifecycle.Conformance.Host.Durable;
using Lifecycle.Conformance.Rpc;
using Lifecycle.Local.Durable;
using Lifecycle.Local.SignalR;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Conformance.Host;

/// <summary>
/// A small Functions host: it starts the official worker with the app, loads its functions, and calls them for HTTP requests, events of the
/// emulated SignalR service and the work of the embedded durable engine.
/// </summary>
sealed class WorkerHost : IAsyncDisposable
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(30);
    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(10);

    readonly Stack<IAsyncDisposable> parts = new();
    readonly EngineHolder holder = new();
    readonly string folder;
    readonly ILogger engineLog;
    readonly WorkerChannel channel = new();
    SignalREmulatorServer? signalR;
    RpcServer? rpc;
    WorkerProcess? process;
    DurableStore? store;
    HttpFront? front;

    WorkerHost(string folder, ILogger engineLog) => (this.folder, this.engineLog) = (folder, engineLog);

    /// <summary>The functions that the worker has loaded.</summary>
    public FunctionTable Functions { get; private set; } = new([]);

    /// <summary>Calls them.</summary>
    public WorkerFunctions Worker { get; private set; } = null!;

    /// <summary>The API's address.</summary>
    public Uri Api => front!.Address;

    /// <summary>The emulated SignalR service.</summary>
    public SignalRServiceCore SignalR => signalR!.Core;

    /// <summary>The durable engine.</summary>
    public DurableEngine Engine => holder.Engine;

    /// <summary>What the worker logged so far.</summary>
    public IReadOnlyList<RpcLog> Logs => [.. channel.Logs];

    /// <summary>Starts all of it.</summary>
    /// <param name="folder">The app, built on the official packages.</param>
    /// <param name="settings">The app's settings beside those that say where everything is.</param>
    /// <param name="service">How the SignalR service behaves.</param>
    /// <param name="engineLog">What the engine has to say.</param>
    public static async Task<WorkerHost> StartAsync(
        string folder, IReadOnlyDictionary<string, string> settings, SignalRServiceOptions service, ILogger engineLog)
    {
        var host = new WorkerHost(folder, engineLog);
        try
        {
            await host.StartAsync(settings, service).WaitAsync(patience);
            return host;
        }
        catch (Exception e)
        {
            var said = host.process?.Said;
            await host.DisposeAsync();
            throw new InvalidOperationException($"The official worker did not start. {e.Message}\n{said}", e);
        }
    }

    async Task StartAsync(IReadOnlyDictionary<string, string> settings, SignalRServiceOptions service)
    {
        signalR = Keep(await SignalREmulatorServer.StartAsync(new SignalRServiceCore(service), 0));
        rpc = Keep(await RpcServer.StartAsync(channel, holder));
        var told = new Dictionary<string, string>(settings) { ["AzureSignalRConnectionString"] = SignalR.ConnectionString.ToString() };
        process = Keep(WorkerProcess.Start(folder, rpc.Address, told));
        _ = CloseAfterAsync(process.Ended);
        await await Task.WhenAny(channel.Started, EndedEarlyAsync(process));
        var init = (await AskAsync(new StreamingMessage { WorkerInitRequest = new WorkerInitRequest { HostVersion = "4.0.0", WorkerDirectory = folder, FunctionAppDirectory = folder } })).WorkerInitResponse;
        Worker = new WorkerFunctions(channel, rpc.Address);
        Functions = new FunctionTable(await LoadAsync());
        StartEngine();
        SignalR.Upstream = new SignalREvents(Functions, Worker, service.AccessKey);
        var server = new Uri(init.Capabilities["HttpUri"]);
        await ListeningAsync(server);
        front = Keep(await HttpFront.StartAsync(Functions, Worker, server));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        channel.Terminate();
        while (parts.TryPop(out var part))
        {
            await part.DisposeAsync();
        }

        store?.Dispose();
    }

    async Task<LoadedFunction[]> LoadAsync()
    {
        var found = (await AskAsync(new StreamingMessage { FunctionsMetadataRequest = new FunctionsMetadataRequest { FunctionAppDirectory = folder } })).FunctionMetadataResponse;
        Check("list its functions", found.Result);
        foreach (var metadata in found.FunctionMetadataResults)
        {
            var request = new FunctionLoadRequest { FunctionId = metadata.FunctionId, Metadata = metadata };
            Check($"load {metadata.Name}", (await AskAsync(new StreamingMessage { FunctionLoadRequest = request })).FunctionLoadResponse.Result);
        }

        return [.. found.FunctionMetadataResults.Select(metadata => new LoadedFunction(metadata))];
    }

    void StartEngine()
    {
        store = DurableStore.InMemory();
        holder.Engine = Keep(new DurableEngine(store, new DurableOptions(), TimeProvider.System, new WorkerHandlers(Functions, Worker), engineLog));
        holder.Engine.Start();
    }

    Task<StreamingMessage> AskAsync(StreamingMessage request) => channel.AskAsync(request);

    async Task CloseAfterAsync(Task end)
    {
        await end;
        channel.Close();
    }

    // The worker opens its stream before its HTTP server.
    static async Task ListeningAsync(Uri server)
    {
        for (var listens = false; !listens;)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(server.Host, server.Port);
                listens = true;
            }
            catch (SocketException)
            {
                await Task.Delay(pause);
            }
        }
    }

    static async Task EndedEarlyAsync(WorkerProcess process)
    {
        await process.Ended;
        throw new InvalidOperationException("Its process ended.");
    }

    static void Check(string what, StatusResult result)
    {
        if (result.Status != StatusResult.Types.Status.Success)
        {
            throw new InvalidOperationException($"The worker could not {what}: {result.Exception?.Message}");
        }
    }

    T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        parts.Push(part);
        return part;
    }
}
