namespace Lifecycle.Sdk;

/// <summary>What becomes of the sessions when this process stops.</summary>
public enum ShutdownMode
{
    /// <summary>This process goes, the app does not: sockets close without a goodbye, and Lifecycle starts the sessions elsewhere.</summary>
    Drain,
    /// <summary>The app is done: every session is released, and Lifecycle starts none of them again.</summary>
    Goodbye,
}

/// <summary>How a shutdown went.</summary>
/// <param name="Mode">What was done.</param>
/// <param name="Sessions">How many sessions there were.</param>
/// <param name="Released">To how many of them Lifecycle confirmed the goodbye. The others it will ask for again.</param>
/// <param name="HandlersFinished">False when handlers still ran when the limit was over.</param>
public sealed record ShutdownResult(ShutdownMode Mode, int Sessions, int Released, bool HandlersFinished);
