using System.Collections.Concurrent;
using Azure.Storage.Queues;
using Lifecycle.Azurite;
using Lifecycle.FunctionsSdk.Tests.Support;
using Lifecycle.Local.FunctionsSdk.Hosting;
using Lifecycle.Local.FunctionsSdk.Hosting.Queues;
using Lifecycle.Local.FunctionsSdk.Hosting.Settings;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.FunctionsSdk.Tests.Hosting.Queues;

/// <summary>Hosts with queue functions, and the queue of this test that they read.</summary>
sealed class QueueRig(AzuriteFixture azurite)
{
    public const string Setting = "QueueOfTheTest";

    readonly string _name = "q" + Guid.NewGuid().ToString("n");

    /// <summary>What the functions of all hosts of this test did.</summary>
    public QueueJournal Journal { get; } = new();

    public string Name => _name;

    public static QueueOptions Quick { get; } = new() { MaxPollingInterval = TimeSpan.FromMilliseconds(200), MessageEncoding = QueueEncoding.None };

    public QueueOptions Options { get; init; } = Quick;

    public QueueLease Lease { get; init; } = QueueLease.Official;

    public QueueClient Queue => new(azurite.ConnectionString, _name);

    public QueueClient Poison => new(azurite.ConnectionString, _name + "-poison");

    public Task<TestHost> StartAsync(params Type[] functions) => StartAsync(Configure, functions);

    public static Task<TestHost> StartAsync(Action<FunctionsApplicationBuilder> configure, params Type[] functions) => TestHost.StartAsync(
        builder =>
        {
            builder.Configuration[EmbeddedSettings.ListenKey] = "true";
            builder.Configuration[EmbeddedSettings.PortKey] = "0";
            builder.Configuration[EmbeddedSettings.SignalRPortKey] = "0";
            configure(builder);
        },
        functions);

    /// <summary>Puts a message, and makes the queue for the first one.</summary>
    public async Task SendAsync(string text)
    {
        await Queue.CreateIfNotExistsAsync();
        await Queue.SendMessageAsync(text);
    }

    public Task WhenGoneAsync() => Eventually.HoldsAsync("the message is deleted", async () => await CountAsync(Queue) == 0);

    public Task WhenPoisonAsync() => Eventually.HoldsAsync("the message is in the poison queue", async () =>
        await Poison.ExistsAsync() && await CountAsync(Poison) == 1);

    // Hidden messages count as well, so none means that all were deleted.
    static async Task<int> CountAsync(QueueClient queue) => (await queue.GetPropertiesAsync()).Value.ApproximateMessagesCount;

    void Configure(FunctionsApplicationBuilder builder)
    {
        builder.Configuration["AzureWebJobsStorage"] = azurite.ConnectionString;
        builder.Configuration[Setting] = _name;
        builder.Services.AddSingleton(new HostJson("api", Options));
        builder.Services.AddSingleton(Lease);
        builder.Services.AddSingleton(Journal);
    }
}

/// <summary>What functions of a test did.</summary>
public sealed class QueueJournal
{
    public ConcurrentQueue<string> Lines { get; } = [];

    /// <summary>Ends the function that holds its message.</summary>
    public TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
