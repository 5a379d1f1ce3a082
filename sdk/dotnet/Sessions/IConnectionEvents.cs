using System.Text.Json;

namespace Lifecycle.Sdk.Sessions;

/// <summary>
/// What a connection reports to its session, on the receive loop of the SignalR client and in the order of the wire.
/// The connection comes along so that the session can tell the current one from a leftover.
/// </summary>
interface IConnectionEvents
{
    /// <summary>True when the connection counts as attached; false when it is a leftover or Lifecycle wants to be told first who it is.</summary>
    bool OnAck(LifecycleConnection connection, AckPayload ack);

    void OnSubscriptions(LifecycleConnection connection, SubscriptionsPayload subscriptions);

    void OnMessage(LifecycleConnection connection, MessagePayload message);

    void OnTarget(LifecycleConnection connection, string target, JsonElement argument);

    void OnStop(LifecycleConnection connection, string? reason);

    void OnSuperseded(LifecycleConnection connection);
}
