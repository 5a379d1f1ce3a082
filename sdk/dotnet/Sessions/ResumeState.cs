namespace Lifecycle.Sdk.Sessions;

/// <summary>What this process knows of a session over its connections, and shows when it comes back. Not thread-safe.</summary>
sealed class ResumeState(AttachOptions options)
{
    /// <summary>Whether this process still holds the session's state; null lets Lifecycle infer.</summary>
    public bool? Hint { get; private set; } = options.Reconnect;

    /// <summary>The newest reconnect token; good once.</summary>
    public string? Token { get; private set; }

    /// <summary>The last message that was handed to the app; null when none is known.</summary>
    public long? LastSeq { get; private set; } = options.LastSeq;

    /// <summary>An ack came.</summary>
    /// <param name="ack">The ack.</param>
    /// <param name="isRepeat">It came before on this connection and has the numbers of the attach: what arrived since then was handled.</param>
    public void Acked(AckPayload ack, bool isRepeat)
    {
        // From here on this process holds the session's state.
        (Hint, Token) = (true, ack.Token ?? Token);
        LastSeq = (ack.Resumed || isRepeat) && LastSeq > ack.Seq ? LastSeq : ack.Seq;
    }

    /// <summary>Whether a message is a new one; then it counts as handed over.</summary>
    public bool Take(long seq)
    {
        if (seq <= LastSeq) return false;
        LastSeq = seq;
        return true;
    }

    /// <summary>The token is spent or was refused: hint and instance id have to do.</summary>
    public void ForgetToken() => Token = null;
}
