using System.Diagnostics.CodeAnalysis;

namespace Lifecycle;

/// <summary>Names one app session. Its text form <c>{sessionId}:{packageName}</c> is the SignalR user id and the entity key.</summary>
/// <param name="SessionId">The user session.</param>
/// <param name="PackageName">The app.</param>
public readonly record struct AppSessionId(string SessionId, string PackageName)
{
    /// <summary>Reads the text form; false unless both parts are valid identifiers.</summary>
    public static bool TryParse([NotNullWhen(true)] string? key, out AppSessionId id) => TryParse(key, Identifiers.IsValid, out id);

    /// <summary>Reads the text form of a key that was validated at the edge, by this version or one before.</summary>
    /// <exception cref="FormatException">The key is not an app session's.</exception>
    public static AppSessionId Parse(string key) =>
        TryParse(key, Identifiers.IsStored, out var id) ? id : throw new FormatException($"'{key}' is not a key of the form session:package.");

    static bool TryParse([NotNullWhen(true)] string? key, Func<string, bool> isIdentifier, out AppSessionId id)
    {
        id = default;
        var colon = key?.IndexOf(':') ?? -1;
        if (colon < 0)
        {
            return false;
        }

        id = new AppSessionId(key![..colon], key[(colon + 1)..]);
        return isIdentifier(id.SessionId) && isIdentifier(id.PackageName);
    }

    /// <summary>The entity key and SignalR user id.</summary>
    public override string ToString() => $"{SessionId}:{PackageName}";

    /// <summary>The SignalR group that a subscription to the stream is membership of.</summary>
    public string GroupOf(string stream) => $"{SessionId}/{stream}";
}
