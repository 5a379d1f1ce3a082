using Lifecycle.Entities;
using Lifecycle.Functions.Canary;
using Lifecycle.Functions.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lifecycle.Scenarios;

/// <summary>What two hosts see of the SignalR service, each with a canary of its own. Whatever happens, either may have to do with it.</summary>
sealed class TwoHosts : IServiceWatch, IDisposable
{
    static readonly LifecycleSettings settings = LifecycleSettings.Read(new ConfigurationBuilder().Build(), isDevelopment: true);

    readonly TimeProvider time;
    readonly LifecycleMetrics metrics;
    readonly Func<bool> accepting;
    readonly Random random;
    readonly List<Func<DateTimeOffset, CancellationToken, Task>> handlers = [];
    ServiceWatch[] hosts;
    bool isBlind;

    public TwoHosts(TimeProvider time, LifecycleMetrics metrics, Func<bool> accepting, int seed)
    {
        (this.time, this.metrics, this.accepting, random) = (time, metrics, accepting, new Random(seed));
        hosts = [Host(first: true), Host(first: false)];
    }

    /// <summary>The host that has to do with it. Both see the same unless one is blind, so that the first one can do everything.</summary>
    public ServiceWatch Any() => isBlind ? hosts[random.Next(2)] : hosts[0];

    public ServiceSight Last => Any().Last;

    public bool TakesClient() => Any().TakesClient();

    public void Blind(bool blind) => isBlind = blind;

    public void OnBack(Func<DateTimeOffset, CancellationToken, Task> handler)
    {
        handlers.Add(handler);
        hosts.ToList().ForEach(host => host.OnBack(handler));
    }

    /// <summary>New processes, which know nothing.</summary>
    public void Restart()
    {
        Dispose();
        hosts = [Host(first: true), Host(first: false)];
    }

    public ValueTask<ServiceSight> LookAsync(CancellationToken cancellation) => Any().LookAsync(cancellation);

    public void Suspect() => Any().Suspect();

    public void Attached(DateTimeOffset? negotiatedAt) => Any().Attached(negotiatedAt);

    public void Lost() => Any().Lost();

    public void Dispose() => hosts.ToList().ForEach(host => host.Dispose());

    ServiceWatch Host(bool first)
    {
        var host = new ServiceWatch(new Canary(() => accepting() && !(isBlind && first)), settings, metrics, time, NullLogger<ServiceWatch>.Instance, random);
        handlers.ForEach(host.OnBack);
        return host;
    }

    sealed class Canary(Func<bool> opens) : ICanary
    {
        public Task<bool> OpensAsync(CancellationToken cancellation) => Task.FromResult(opens());
    }
}
