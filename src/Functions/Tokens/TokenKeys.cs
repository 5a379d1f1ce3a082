using System.Collections.Immutable;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Tokens;

/// <summary>
/// The keys of reconnect tokens, shared by all instances. A new one is made every thirty days and signs from then on; an old one is
/// good until every token that it signed has expired. Nobody has to rotate them.
/// </summary>
sealed partial class TokenKeys(IXmlRepository repository, TimeProvider time, ILogger<TokenKeys> logger)
{
    /// <summary>How long a key signs.</summary>
    public static readonly TimeSpan Signs = TimeSpan.FromDays(30);

    // Another instance may have made a key a moment ago; whoever sends nonsense must not have the place read all the time.
    static readonly TimeSpan readAgainAfter = TimeSpan.FromSeconds(2);

    readonly Lock gate = new();
    ImmutableArray<TokenKey> keys = [];
    long? readAt;

    /// <summary>The key that signs now; the first one to ask makes it. Throws what the place of the keys throws.</summary>
    public TokenKey Current()
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            return Newest(now) ?? Newest(now, Read()) ?? Make(now);
        }
    }

    /// <summary>The key of this id; null when there is none that is still good. Throws what the place of the keys throws.</summary>
    public TokenKey? Find(string id)
    {
        lock (gate)
        {
            var known = keys.FirstOrDefault(key => key.Id == id);
            if (known is null && (readAt is not { } at || time.GetElapsedTime(at) > readAgainAfter))
            {
                known = Read().FirstOrDefault(key => key.Id == id);
            }

            return known is not null && time.GetUtcNow() < known.CreatedAt + Signs + ReconnectTokens.Lifetime ? known : null;
        }
    }

    TokenKey? Newest(DateTimeOffset now) => Newest(now, keys);

    static TokenKey? Newest(DateTimeOffset now, ImmutableArray<TokenKey> among) =>
        among.Where(key => now < key.CreatedAt + Signs).MaxBy(key => key.CreatedAt);

    ImmutableArray<TokenKey> Read()
    {
        readAt = time.GetTimestamp();
        return keys = [.. repository.GetAllElements().Select(TokenKey.Read).OfType<TokenKey>()];
    }

    TokenKey Make(DateTimeOffset now)
    {
        var key = TokenKey.Make(now);
        repository.StoreElement(key.ToElement(), $"token-key-{key.Id}");
        keys = keys.Add(key);
        LogMade(key.Id);
        return key;
    }

    [LoggerMessage(3020, LogLevel.Information, "Reconnect tokens are signed with the new key {Key} from now on")]
    partial void LogMade(string key);
}
