namespace Lifecycle.Sdk.Sessions;

/// <summary>What this process knows of a session over its connections, and shows when it comes back. Not thread-safe.</summary>
sealed class ResumeState(bool? hint)
{
    bool _hasState;

    /// <summary>Whether this process still holds the session's state; null lets Lifecycle infer.</summary>
    public bool? Hint { get; private set; } = hint;

    /// <summary>The newest reconnect token; good once.</summary>
    public string? Token { get; private set; }

    /// <summary>The last message that was handed to the app.</summary>
    public long Last { get; private set; }

    /// <summary>The same for the wire; null before the first ack.</summary>
    public long? LastSeq => _hasState ? Last : null;

    public void Acked(AckPayload ack)
    {
        // From here on this process holds the session's state.
        (_hasState, Hint, Token) = (true, true, ack.Token ?? Token);
        Last = ack.Resumed ? Math.Max(Last, ack.Seq) : ack.Seq;
    }

    /// <summary>Whether a message is a new one; then it counts as handed over.</summary>
    public bool Take(long seq)
    {
        if (seq <= Last) return false;
        Last = seq;
        return true;
    }

    /// <summary>The token is spent or was refused: hint and instance id have to do. False when there was none.</summary>
    public bool ForgetToken()
    {
        var had = Token is not null;
        Token = null;
        return had;
    }
}
