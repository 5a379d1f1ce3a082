using System.Text.Json;

namespace Lifecycle.Sdk.Sessions;

/// <summary>
/// What a connection reports to its session, on the receive loop of the SignalR client and in the order of the wire.
/// The connection comes along so that the session can tell the current one from a leftover.
/// </summary>
interface IConnectionEvents
{
    /// <summary>True when the connection counts as attached; false when it is a leftover or Lifecycle wants to be told first who it is.</summary>
    bool OnAck(IConnection connection, AckPayload ack);

    void OnSubscriptions(IConnection connection, SubscriptionsPayload subscriptions);

    void OnMessage(IConnection connection, MessagePayload message);

    void OnTarget(IConnection connection, string target, JsonElement argument);

    void OnStop(IConnection connection, string? reason);

    /// <summary>Handed over: the connection stays open until this side has told what it did and closes it.</summary>
    void OnSuperseded(IConnection connection, bool isHandedOver);

    void OnTell(IConnection connection);

    void OnMove(IConnection connection, MovePayload move);
}
