using Lifecycle.Entities;
using Lifecycle.Functions.Canary;
using Lifecycle.Functions.Console;
using Lifecycle.Functions.Engine;
using Lifecycle.Functions.Events;
using Lifecycle.Functions.Fleet;
using Lifecycle.Functions.Http;
using Lifecycle.Functions.Hub;
using Lifecycle.Functions.Maintenance;
using Lifecycle.Functions.Moves;
using Lifecycle.Functions.Relay;
using Lifecycle.Functions.Runs;
using Lifecycle.Functions.Secrets;
using Lifecycle.Functions.Settings;
using Lifecycle.Functions.Telemetry;
using Lifecycle.Functions.Tokens;
using Lifecycle.Functions.Webhooks;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions;

/// <summary>Puts the app together. Tests and scenarios use the same method and then replace clock and network.</summary>
public static class LifecycleApp
{
    /// <summary>Adds everything that the functions need.</summary>
    /// <exception cref="SettingException">A setting is missing or malformed; the message names it.</exception>
    public static FunctionsApplicationBuilder AddLifecycle(this FunctionsApplicationBuilder builder)
    {
        var settings = LifecycleSettings.Read(builder.Configuration, builder.Environment.IsDevelopment());
        KeyRingPlace.Prepare(settings.KeyRing);
        builder.Logging.AddLifecycleFilters(builder.Configuration);
        builder.ConfigureFunctionsWebApplication();
        builder.UseMiddleware<ProblemMiddleware>();

        // Nothing here may configure JsonSerializerOptions or the worker's serializer: the Durable extension writes stored state, inputs and
        // results with it, on the side of the client as on that of the worker, and what was written before could not be read any more.
        var services = builder.Services;
        // Before the hub, which would stop the start with a message of its own.
        services.AddHostedService<SignalRSetting>();
        services.AddServerlessHub<Apps>();
        services.AddLifecycleTelemetry(TelemetrySetting.Read(builder.Configuration));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(settings);
        services.AddSingleton(settings.Fleet);
        services.AddSingleton(typeof(DurableBackend), settings.Backend);
        // Not singletons: the hub finds its context when it is made, and one that is made before the context is there never finds it.
        services.AddTransient<Apps>();
        services.AddTransient<IAppConnections>(provider => provider.GetRequiredService<Apps>());
        services.AddCanary();
        services.AddConsole();
        services.AddRelay();
        services.AddSingleton<IDecisionJudge, DecisionJudge>();
        services.AddSingleton<InvariantWatch>();
        services.AddTransient<EffectExecutor>();
        services.AddSingleton<EventOutage>();
        services.AddSingleton<EventSender>();
        services.AddScoped<OutboxFlusher>();
        services.AddEventSink(builder.Configuration, builder.Environment.IsDevelopment());
        services.AddSingleton<HubCalls>();
        services.AddSingleton<AppDirectory>();
        services.AddSingleton<EnginePulse>();
        services.AddSingleton<SignsOfLife>();
        services.AddSingleton<ReturningProcesses>();
        services.AddSingleton<IReturningProcesses>(provider => provider.GetRequiredService<ReturningProcesses>());
        services.AddSingleton<HeldSessions>();
        services.AddHostedService(provider => provider.GetRequiredService<HeldSessions>());
        services.AddSingleton<SessionCommands>();
        services.AddSingleton<Receipts>();
        services.AddSingleton<StoredEntities>();
        services.AddSingleton<EntityScan>();
        services.AddSingleton<StoredSessions>();
        services.AddSingleton<FleetBook>();
        services.AddSingleton<ImportCheck>();
        services.AddSingleton<ReconcileCursor>();
        services.AddTransient<RollCaller>();
        services.AddSingleton(provider => KeyRingPlace.Open(
            settings.KeyRing, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton<SecretVault>();
        services.AddSingleton(provider => new TokenKeys(
            KeyRingPlace.OpenTokenKeys(settings.KeyRing, provider.GetRequiredService<ILoggerFactory>()),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<TokenKeys>>()));
        services.AddSingleton<ReconnectTokens>();
        services.AddSingleton<IReconnectTokens>(provider => provider.GetRequiredService<ReconnectTokens>());
        services.AddSingleton(provider => new ReconnectProof(
            provider.GetRequiredService<ReconnectTokens>(), provider.GetRequiredService<ILogger<ReconnectProof>>()));
        services.AddSingleton(new WebhookTargets(settings.AllowPrivateTargets));
        services.TryAddSingleton(provider => WebhookTransport.OverNetwork(
            provider.GetRequiredService<WebhookTargets>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<WebhookSender>();
        services.AddTransient<AppWebhooks>();
        services.AddSingleton<HealthEndpoint>();
        services.AddSingleton<HealthSeats>();
        services.AddHostedService(provider => provider.GetRequiredService<HealthSeats>());
        return builder;
    }
}
