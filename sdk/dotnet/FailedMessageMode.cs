namespace Lifecycle.Sdk;

/// <summary>What becomes of a message whose handler throws. Every error is logged.</summary>
public enum FailedMessageMode
{
    /// <summary>It is set aside: Lifecycle is told that it failed, and the next message follows.</summary>
    SetAside,
    /// <summary>
    /// The handlers that threw run again after 1 s, and once more 2 s later; the messages behind it wait. What still throws then is set aside. A message
    /// that is between two runs when a successor takes over is run by that one.
    /// </summary>
    SendAgain,
}
