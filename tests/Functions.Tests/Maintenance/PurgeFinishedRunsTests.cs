using Lifecycle.Functions.Settings;
using Lifecycle.Local.FunctionsSdk.DurableTask;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests.Maintenance;

public sealed class PurgeFinishedRunsTests
{
    [Fact]
    public void Runs_that_ended_a_day_ago_are_gone_and_entities_are_not() => TestApp.Run(async app =>
    {
        await app.StartAsync("s1"); // a webhook run, and the app attaches
        await app.AttachAsync("s1");
        await app.Settle(60_000);
        var runs = Runs(app);
        Assert.NotEmpty(runs);
        Assert.All(runs, run => Assert.Equal(Local.Durable.OrchestrationState.Completed, run.State));
        var entities = Entities(app);
        Assert.NotEmpty(entities);

        await app.Settle(Hours(24) - 120_000); // at 00:00 the runs are not yet a day old
        Assert.Equal(runs.Count, Runs(app).Count);
        await app.Settle(Hours(1.1));
        Assert.Empty(Runs(app));
        Assert.Equal(entities, Entities(app));
        Assert.Equal("RUNNING", await app.StateAsync("s1"));
    });

    [Fact]
    public void A_run_is_kept_by_when_it_ended_and_not_by_when_it_began() => TestApp.Run(async app =>
    {
        var client = app.Services.GetRequiredService<EmbeddedDurableBackend>().Client;
        // An orchestrator that there is not fails when it begins: made now, ended in ten hours.
        await client.ScheduleNewOrchestrationInstanceAsync("Missing", null, new StartOrchestrationOptions("late", app.Time.GetUtcNow().AddHours(10)));
        await client.ScheduleNewOrchestrationInstanceAsync("Missing", null, new StartOrchestrationOptions("early", app.Time.GetUtcNow().AddMinutes(1)));
        await client.ScheduleNewOrchestrationInstanceAsync("Missing", null, new StartOrchestrationOptions("waits", app.Time.GetUtcNow().AddDays(30)));
        await app.Settle(Hours(2.5));
        Assert.Equal(["early", "late", "waits"], Runs(app).Select(run => run.InstanceId));
        await app.Settle(Hours(1));
        Assert.Equal(["late", "waits"], Runs(app).Select(run => run.InstanceId));
        await app.Settle(Hours(9));
        Assert.Equal(["late", "waits"], Runs(app).Select(run => run.InstanceId));
        await app.Settle(Hours(2));
        Assert.Equal(["waits"], Runs(app).Select(run => run.InstanceId));
    }, services => services.AddSingleton(SettingsOf(services) with { KeepRunsHours = 2 }));

    static LifecycleSettings SettingsOf(IServiceCollection services) =>
        (LifecycleSettings)services.Single(service => service.ServiceType == typeof(LifecycleSettings)).ImplementationInstance!;

    static double Hours(double hours) => hours * 3_600_000;

    static List<Local.Durable.OrchestrationRecord> Runs(TestApp app) => Store(app).ReadOrchestrations("", null, 1_000);

    static List<string> Entities(TestApp app) => Store(app).ReadEntities("@", null, 1_000).ConvertAll(entity => entity.Id);

    static Local.Durable.DurableStore Store(TestApp app) => app.Services.GetRequiredService<EmbeddedDurableBackend>().Engine.Store;
}
