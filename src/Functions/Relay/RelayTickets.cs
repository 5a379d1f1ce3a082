using System.Globalization;
using Lifecycle.Functions.Tokens;

namespace Lifecycle.Functions.Relay;

/// <summary>
/// What a process shows with its answer: that it, over this connection, was asked this, and until when the answer is waited for. Signed, so that
/// any instance can check it and nothing is stored for a webhook that is answered where it is waited for.
/// </summary>
sealed class RelayTickets(TokenKeys keys, TimeProvider time)
{
    const string Version = "lrp1";

    /// <summary>The ticket of one try. Throws what the place of the keys throws.</summary>
    /// <param name="packageName">The app.</param>
    /// <param name="connectionId">The connection that is asked.</param>
    /// <param name="tryId">Names the try; hexadecimal.</param>
    /// <param name="patience">For how long it is waited.</param>
    public string Issue(string packageName, string connectionId, string tryId, TimeSpan patience)
    {
        var expires = (time.GetUtcNow() + patience + RelaySchedule.TicketSlack).ToUnixTimeMilliseconds();
        // A bar is in no identifier; what the service calls a connection comes last, whatever it is made of.
        return SignedText.Write(keys.Current(), Version, string.Create(CultureInfo.InvariantCulture, $"{packageName}|{tryId}|{expires}|{connectionId}"));
    }

    /// <summary>What a ticket is found to be. Throws what the place of the keys throws.</summary>
    /// <param name="text">The ticket.</param>
    /// <param name="packageName">The app that shows it.</param>
    /// <param name="connectionId">The connection over which it is shown.</param>
    public TicketVerdict Check(string text, string packageName, string connectionId)
    {
        if (SignedText.Read(text, Version, keys)?.Split('|', 4) is not [var package, var tryId, var expires, var connection]
            || package != packageName || connection != connectionId)
        {
            return TicketVerdict.NotAsked;
        }

        return time.GetUtcNow().ToUnixTimeMilliseconds() >= long.Parse(expires, CultureInfo.InvariantCulture) ? TicketVerdict.TooLate : new TicketVerdict(tryId, null);
    }
}

/// <summary>What a ticket is found to be.</summary>
/// <param name="Try">The try that it is of; null when it is not good.</param>
/// <param name="Refusal">Why it is not: the hub error's code.</param>
sealed record TicketVerdict(string? Try, string? Refusal)
{
    /// <summary>Not ours, damaged, or of another connection.</summary>
    public static TicketVerdict NotAsked { get; } = new(null, "not_asked");

    /// <summary>Nobody waits any more.</summary>
    public static TicketVerdict TooLate { get; } = new(null, "too_late");
}
