using System.Diagnostics.Metrics;
using Lifecycle.Entities;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests.Telemetry;

/// <summary>Instruments for tests that need some and do not look at them.</summary>
static class TestMetrics
{
    // One for all who do not look at it: instruments stay in the process for ever, each start of a host goes through all of them, and after a property of a
    // thousand cases the tests behind it took ten minutes.
    public static LifecycleMetrics Shared { get; } = new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());
}
