namespace Lifecycle.Sdk;

/// <summary>What becomes of the sessions when this process stops.</summary>
public enum ShutdownMode
{
    /// <summary>This process goes, the app does not: sockets close without a goodbye, and Lifecycle starts the sessions elsewhere.</summary>
    Drain,
    /// <summary>The app is done: every session is released, and Lifecycle starts none of them again.</summary>
    Goodbye,
    /// <summary>
    /// As a drain, but the sessions stay attached and served until another process has taken each of them over with its state; what nobody has taken
    /// over when <see cref="AppServerOptions.HandOverLimit"/> is over is drained, and so is what is attached to a Lifecycle that knows no hand-over.
    /// </summary>
    HandOver,
}
