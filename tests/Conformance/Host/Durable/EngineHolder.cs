using Lifecycle.Local.Durable;

namespace Lifecycle.Conformance.Host.Durable;

/// <summary>The engine, once there is one: it needs to know the functions, and the worker needs the task hub's address before it has any.</summary>
sealed class EngineHolder
{
    DurableEngine? engine;

    public DurableEngine Engine
    {
        get => engine ?? throw new InvalidOperationException("There is no durable engine yet.");
        set => engine = value;
    }
}
