namespace Lifecycle.Sdk.Sessions;

/// <summary>What this process knows of a session over its connections, and shows when it comes back. Not thread-safe.</summary>
sealed class ResumeState(AttachOptions options)
{
    /// <summary>Whether this process still holds the session's state; null lets Lifecycle infer.</summary>
    public bool? Hint { get; private set; } = options.Reconnect;

    /// <summary>The newest reconnect token; good once.</summary>
    public string? Token { get; private set; }

    /// <summary>What a webhook gave this process to take the session over with; gone with the first ack behind it.</summary>
    public string? TakeOverToken { get; private set; } = options.TakeOverToken;

    string? _shown;

    /// <summary>The last message that was handed to the app; null when none is known.</summary>
    public long? LastSeq { get; private set; } = options.LastSeq;

    /// <summary>An ack came.</summary>
    /// <param name="ack">The ack.</param>
    /// <param name="isRepeat">It came before on this connection and has the numbers of the attach: what arrived since then was handled.</param>
    public void Acked(AckPayload ack, bool isRepeat)
    {
        // From here on this process holds the session's state.
        (Hint, Token, TakeOverToken) = (true, ack.Token ?? Token, null);
        LastSeq = (ack.Resumed || isRepeat) && LastSeq > ack.Seq ? LastSeq : ack.Seq;
    }

    /// <summary>Whether a message is a new one; then it counts as handed over.</summary>
    public bool Take(long seq)
    {
        if (seq <= LastSeq) return false;
        LastSeq = seq;
        return true;
    }

    /// <summary>A webhook asks for the session again, with a token.</summary>
    public void TakeOver(string token) => TakeOverToken = token;

    /// <summary>The one token that an attempt shows: both would be judged, and only the younger can be good.</summary>
    public (string? Token, string? TakeOverToken) Show()
    {
        _shown = TakeOverToken;
        return (TakeOverToken is null ? Token : null, TakeOverToken);
    }

    /// <summary>The token that was shown is spent or was refused: what is left has to do.</summary>
    public void ForgetToken()
    {
        // Not one that a webhook has brought since.
        if (_shown is null) Token = null;
        else if (_shown == TakeOverToken) TakeOverToken = null;
        _shown = null;
    }
}
