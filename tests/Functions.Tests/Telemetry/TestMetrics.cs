using System.Diagnostics.Metrics;
using Lifecycle.Entities;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests.Telemetry;

/// <summary>Instruments for tests that need some and do not look at them.</summary>
static class TestMetrics
{
    public static LifecycleMetrics Make() =>
        new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());
}
