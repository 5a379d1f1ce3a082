using System.Globalization;
using Lifecycle.Local.Durable;
using Lifecycle.Local.FunctionsSdk.DurableTask;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lifecycle.CrashWorker;

/// <summary>
/// A durable app under load, made to be killed. Every signal that was acknowledged is written to <c>acknowledged.log</c>, so that
/// the checks after the kills know what must be there. With <c>finish</c> it sends nothing and lets all come to its end.
/// </summary>
static class Program
{
    const int Entities = 20;
    const int Senders = 4;

    static async Task<int> Main(string[] args)
    {
        var (folder, finish) = (args[0], args.Length > 1 && args[1] == "finish");
        var store = DurableStore.InFolder(folder);
        var services = new ServiceCollection().BuildServiceProvider();
        var backend = new EmbeddedDurableBackend(() => store, new DurableOptions(), TimeProvider.System, services, NullLoggerFactory.Instance);
        backend.AddEntity(nameof(Ledger), (dispatcher, _) => dispatcher.DispatchAsync<Ledger>());
        backend.AddOrchestrator("work", Work);
        backend.AddActivity("touch", typeof(string), (input, _) => Touch(folder, (string)input!));
        await backend.StartAsync(CancellationToken.None);
        Console.WriteLine("ready");
        return finish ? await FinishAsync(backend, folder) : await LoadAsync(backend, folder);
    }

    // Activity, timer, entity call: one of each kind of step that a kill can fall into.
    static async Task<object?> Work(TaskOrchestrationContext context)
    {
        await context.CallActivityAsync<string>("touch", context.InstanceId);
        await context.CreateTimer(TimeSpan.FromMilliseconds(50), CancellationToken.None);
        return await context.Entities.CallEntityAsync<long>(new EntityInstanceId(nameof(Ledger), "orchestrations"), "Take", $"o 1 {context.InstanceId}");
    }

    static async Task<object?> Touch(string folder, string instance)
    {
        await AppendAsync(Path.Combine(folder, "touched.log"), instance);
        return "";
    }

    static async Task<int> LoadAsync(EmbeddedDurableBackend backend, string folder)
    {
        var run = Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "-" + TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(async sender =>
        {
            for (var n = 0; ; n++)
            {
                var entity = new EntityInstanceId(nameof(Ledger), $"e{(n + sender) % Entities}");
                var line = $"{run}-{sender} {n} {entity.Key}";
                await backend.Client.Entities.SignalEntityAsync(entity, n % 5 == 0 ? "Arm" : "Take", line);
                if (n % 20 == 0)
                {
                    await backend.Client.ScheduleNewOrchestrationInstanceAsync("work", null, new StartOrchestrationOptions($"{run}-{sender}-{n}"));
                    line += $" {run}-{sender}-{n}";
                }

                await AppendAsync(Path.Combine(folder, "acknowledged.log"), line);
            }
        }));
        return 0;
    }

    static readonly SemaphoreSlim file = new(1);

    static async Task AppendAsync(string path, string line)
    {
        await file.WaitAsync();
        try
        {
            await File.AppendAllTextAsync(path, line + "\n");
        }
        finally
        {
            file.Release();
        }
    }

    // Prints every ledger and orchestration for the test to compare.
    static async Task<int> FinishAsync(EmbeddedDurableBackend backend, string folder)
    {
        for (var quiet = 0; quiet < 3;)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
            quiet = backend.Engine.Store.ReadMessages().Count == 0 ? quiet + 1 : 0;
        }

        var lines = new List<string>();
        await foreach (var entity in backend.Client.Entities.GetAllEntitiesAsync<LedgerState>(new EntityQuery { InstanceIdStartsWith = "@ledger@" }))
        {
            lines.AddRange(entity.State!.Taken.Select(line => $"taken {entity.Id.Key} {line}"));
            lines.Add($"timers {entity.Id.Key} {entity.State.Armed} {entity.State.Fired}");
        }

        await foreach (var instance in backend.Client.GetAllInstancesAsync())
        {
            lines.Add($"orchestration {instance.InstanceId} {instance.RuntimeStatus}");
        }

        await File.WriteAllLinesAsync(Path.Combine(folder, "result.log"), lines);
        await backend.StopAsync(CancellationToken.None);
        return 0;
    }
}

/// <summary>Remembers every line it was given, and arms timers.</summary>
public sealed class Ledger : TaskEntity<LedgerState>
{
    /// <summary>Takes a line.</summary>
    public long Take(string line)
    {
        State!.Taken.Add(line);
        return State.Taken.Count;
    }

    /// <summary>Takes a line and arms a timer.</summary>
    public void Arm(string line)
    {
        State!.Taken.Add(line);
        State.Armed++;
        Context.SignalEntity(Context.Id, nameof(Fire), null, new SignalEntityOptions { SignalTime = TimeProvider.System.GetUtcNow().AddMilliseconds(300) });
    }

    /// <summary>The timer.</summary>
    public void Fire() => State!.Fired++;
}

/// <summary>What a ledger stores.</summary>
public sealed class LedgerState
{
    /// <summary>The lines, in the order they were taken.</summary>
    public List<string> Taken { get; set; } = [];

    /// <summary>Timers armed.</summary>
    public int Armed { get; set; }

    /// <summary>Timers fired.</summary>
    public int Fired { get; set; }
}
