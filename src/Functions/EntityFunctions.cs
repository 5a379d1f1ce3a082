using Lifecycle.Entities;
using Microsoft.Azure.Functions.Worker;

namespace Lifecycle.Functions;

/// <summary>The triggers of the durable entities.</summary>
public static class EntityFunctions
{
    /// <summary>One app session.</summary>
    [Function(AppSessionEntity.Name)]
    public static Task AppSession([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync<AppSessionEntity>();

    /// <summary>One user session.</summary>
    [Function(UserSessionEntity.Name)]
    public static Task UserSession([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync<UserSessionEntity>();

    /// <summary>One app.</summary>
    [Function(AppEntity.Name)]
    public static Task App([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync<AppEntity>();

    /// <summary>The processes of one app whose webhooks are relayed.</summary>
    [Function(RelayEntity.Name)]
    public static Task Relay([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync<RelayEntity>();

    /// <summary>One pulse of the engine.</summary>
    [Function(PulseEntity.Name)]
    public static Task Pulse([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync<PulseEntity>();

    /// <summary>That somebody looks on.</summary>
    [Function(ConsoleWatchEntity.Name)]
    public static Task ConsoleWatch([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync<ConsoleWatchEntity>();

    /// <summary>What is known of the whole fleet.</summary>
    [Function(FleetEntity.Name)]
    public static Task Fleet([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync<FleetEntity>();
}
