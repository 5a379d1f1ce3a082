namespace Lifecycle.Sdk;

/// <summary>What becomes of the sessions when this process stops.</summary>
public enum ShutdownMode
{
    /// <summary>This process goes, the app does not: sockets close without a goodbye, and Lifecycle starts the sessions elsewhere.</summary>
    Drain,
    /// <summary>The app is done: every session is released, and Lifecycle starts none of them again.</summary>
    Goodbye,
}
