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

    /// <summary>One pulse of the engine.</summary>
    [Function(PulseEntity.Name)]
    public static Task Pulse([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync<PulseEntity>();
}
