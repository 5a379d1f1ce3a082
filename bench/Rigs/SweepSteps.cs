using Lifecycle.Entities;
using Lifecycle.Functions.Hub;
using Lifecycle.Local.Durable;
using Lifecycle.Local.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Bench.Rigs;

/// <summary>Counts what the deployed app's sweep asks of the SignalR service, on virtual time.</summary>
static class SweepSteps
{
    static readonly TimeSpan between = TimeSpan.FromSeconds(30);
    static readonly TimeSpan settle = TimeSpan.FromSeconds(40); // the youngest are left alone for ten seconds

    /// <summary>The calls of one sweep of so many attached sessions: pages of rolls, and questions about single ones.</summary>
    /// <param name="sessions">How many.</param>
    /// <param name="lists">Whether the service can list who is in a group.</param>
    public static (int Pages, int Questions) Count(int sessions, bool lists)
    {
        (int, int) counted = default;
        var time = new VirtualTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        time.Run(async () => counted = await CountAsync(time, sessions, lists));
        return counted;
    }

    static async Task<(int Pages, int Questions)> CountAsync(VirtualTimeProvider time, int sessions, bool lists)
    {
        CountedConnections? counted = null;
        await using var host = await VirtualHost.StartAsync(time, azureStorage: false, aligned: true, services => services.AddTransient<IAppConnections>(
            provider => counted ??= new CountedConnections(provider.GetRequiredService<Apps>(), lists)));
        await host.RegisterAsync(TimeSpan.FromSeconds(6));
        for (var i = 0; i < sessions; i++)
        {
            await host.ConnectAsync(host.NewClient(), i);
        }

        await Task.Delay(settle, time);
        var before = (counted!.Pages, counted.Questions);
        await Task.Delay(between, time);
        return (counted.Pages - before.Pages, counted.Questions - before.Questions);
    }
}
