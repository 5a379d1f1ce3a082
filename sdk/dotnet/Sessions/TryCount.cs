namespace Lifecycle.Sdk.Sessions;

/// <summary>
/// Which try to attach this is since the last ack, or since the process began to attach. To Lifecycle a second try is a sign of life: whoever
/// makes one is not dead, whatever keeps it from attaching. Not thread-safe: only the session's loop counts.
/// </summary>
sealed class TryCount
{
    /// <summary>The highest number of the wire; it stays there.</summary>
    public const int Most = 1_000_000;

    /// <summary>The number of the try that is under way, from 1; 0 before the first one and after an ack.</summary>
    public int Number { get; private set; }

    /// <summary>Since the last ack a try got an address from negotiate and could not open the socket there.</summary>
    public bool IsConnectRefused { get; private set; }

    /// <summary>Another try begins.</summary>
    public void Begin() => Number = Math.Min(Number + 1, Most);

    /// <summary>The try that is under way has an address, and no socket could be opened there.</summary>
    public void ConnectRefused() => IsConnectRefused = true;

    /// <summary>It is attached: the next loss begins a count of its own.</summary>
    public void Acked() => (Number, IsConnectRefused) = (0, false);
}
