using Lifecycle.Local.FunctionsSdk.Hosting.Http;
using Lifecycle.Local.FunctionsSdk.Hosting.Queues;
using Lifecycle.Local.FunctionsSdk.Hosting.SignalR;
using Lifecycle.Local.FunctionsSdk.Hosting.Timers;
using Microsoft.Extensions.Configuration;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Functions;

/// <summary>All functions of the app, with the tables by which they are found.</summary>
sealed class FunctionCatalog
{
    FunctionCatalog(
        IReadOnlyList<FunctionEntry> entries, RouteTable routes, SignalRTable hubs, IReadOnlyList<TimerEntry> timers, IReadOnlyList<QueueEntry> queues)
    {
        Entries = entries;
        Routes = routes;
        Hubs = hubs;
        Timers = timers;
        Queues = queues;
    }

    public IReadOnlyList<FunctionEntry> Entries { get; }

    public RouteTable Routes { get; }

    public SignalRTable Hubs { get; }

    public IReadOnlyList<TimerEntry> Timers { get; }

    public IReadOnlyList<QueueEntry> Queues { get; }

    /// <summary>Finds and checks the functions.</summary>
    /// <exception cref="StartProblemException">One line per function that cannot run, and why.</exception>
    public static FunctionCatalog Load(HostPlan plan, string routePrefix, IConfiguration configuration)
    {
        var scanner = new FunctionScanner(plan.AspNetCore);
        scanner.Scan(plan.FunctionTypes ?? (plan.FunctionAssemblies ?? FunctionScanner.DefaultAssemblies()).SelectMany(a => a.GetTypes()));
        var problems = new List<string>(scanner.Problems);
        var routes = new RouteTable();
        var hubs = new SignalRTable();
        var timers = new List<TimerEntry>();
        var queues = new List<QueueEntry>();
        foreach (var entry in scanner.Entries)
        {
            var problem = entry.Kind switch
            {
                TriggerKind.Http => routes.Add(entry, routePrefix),
                TriggerKind.SignalR => hubs.Add(entry),
                TriggerKind.Timer => TimerEntry.Add(timers, entry, configuration),
                TriggerKind.Queue => QueueEntry.Add(queues, entry, configuration),
                _ => null,
            };
            if (problem is not null)
                problems.Add($"Function '{entry.Name}' ({entry.Definition.EntryPoint}) {problem}");
        }
        return problems.Count == 0
            ? new(scanner.Entries, routes, hubs, timers, queues)
            : throw new StartProblemException(problems);
    }
}
