namespace Lifecycle;

/// <summary>Whether the durable engine works, as far as pulses tell.</summary>
/// <param name="Works">It answers.</param>
/// <param name="Lag">How far it is behind.</param>
public readonly record struct EngineHealth(bool Works, TimeSpan Lag);
