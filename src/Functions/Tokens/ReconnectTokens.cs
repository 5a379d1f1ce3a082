using System.Globalization;
using Lifecycle.Entities;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Tokens;

/// <summary>
/// Reconnect tokens: signed texts (<see cref="SignedText"/>). Signature, expiry and whom a token is for are checked here; whether it was used already
/// is for the rules to say, by its epoch.
/// </summary>
sealed partial class ReconnectTokens(TokenKeys keys, TimeProvider time, ILogger<ReconnectTokens> logger) : IReconnectTokens
{
    /// <summary>How long a token is good: longer than sockets live for the most part, for only an attach brings a new one.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <summary>The longest text that can be a token, in characters.</summary>
    public const int MaxLength = SignedText.MaxLength;

    /// <summary>How long a take-over token is good; whether it was used, or its invitation is void, is for the rules to say.</summary>
    public static readonly TimeSpan TakeOverLifetime = TimeSpan.FromHours(1);

    const string Version = "lrt1";
    const string TakeOverVersion = "lto1";

    /// <inheritdoc/>
    public string? Issue(AppSessionId id, string? instanceId, long epoch, string? life)
    {
        try
        {
            var expires = (time.GetUtcNow() + Lifetime).ToUnixTimeSeconds();
            // A bar is in no identifier.
            var claims = string.Create(CultureInfo.InvariantCulture, $"{id.SessionId}|{id.PackageName}|{instanceId}|{epoch}|{expires}|{life}");
            return SignedText.Write(keys.Current(), Version, claims);
        }
        catch (Exception e)
        {
            LogNotIssued(id, e);
            return null;
        }
    }

    /// <inheritdoc/>
    public string? IssueTakeOver(AppSessionId id, Invitation invitation)
    {
        try
        {
            var expires = (time.GetUtcNow() + TakeOverLifetime).ToUnixTimeSeconds();
            return SignedText.Write(keys.Current(), TakeOverVersion, string.Create(CultureInfo.InvariantCulture, $"{id.SessionId}|{id.PackageName}|{invitation.Leaving}|{invitation.Id}|{expires}"));
        }
        catch (Exception e)
        {
            LogNotIssued(id, e);
            return null;
        }
    }

    /// <summary>What a take-over token is found to be. Throws what the place of the keys throws.</summary>
    /// <param name="text">The token.</param>
    /// <param name="id">The app session that the connection is for.</param>
    public TakeOverVerdict CheckTakeOver(string text, AppSessionId id)
    {
        if (SignedText.Read(text, TakeOverVersion, keys)?.Split('|') is not [var session, var package, _, var invitation, var expires])
        {
            return TakeOverVerdict.Invalid;
        }

        return new AppSessionId(session, package) != id ? TakeOverVerdict.Mismatch
            : time.GetUtcNow().ToUnixTimeSeconds() >= long.Parse(expires, CultureInfo.InvariantCulture) ? TakeOverVerdict.Expired
            : new TakeOverVerdict(null, invitation);
    }

    /// <summary>What a token is found to be. Throws what the place of the keys throws.</summary>
    /// <param name="text">The token.</param>
    /// <param name="id">The app session that the connection is for.</param>
    /// <param name="instanceId">The app process that presents it, as it calls itself; null when it does not say.</param>
    public TokenVerdict Check(string text, AppSessionId id, string? instanceId)
    {
        return SignedText.Read(text, Version, keys) is { } claims ? Read(claims, id, instanceId) : TokenVerdict.Invalid;
    }

    TokenVerdict Read(string claims, AppSessionId id, string? instanceId)
    {
        var parts = claims.Split('|');
        // Earlier versions bound a token to no life.
        if (parts is not [var session, var package, var instance, var epoch, var expires, .. { Length: <= 1 } life])
        {
            return TokenVerdict.Invalid;
        }

        if (new AppSessionId(session, package) != id || (instance.Length > 0 && instanceId is not null && instance != instanceId))
        {
            return TokenVerdict.Mismatch;
        }

        return time.GetUtcNow().ToUnixTimeSeconds() >= long.Parse(expires, CultureInfo.InvariantCulture)
            ? TokenVerdict.Expired
            : TokenVerdict.Good(long.Parse(epoch, CultureInfo.InvariantCulture), instance.Length > 0 ? instance : instanceId, life is [{ Length: > 0 } its] ? its : null);
    }

    [LoggerMessage(3021, LogLevel.Error, "{Session}: no reconnect token could be issued; the app will reconnect without one")]
    partial void LogNotIssued(AppSessionId session, Exception exception);
}

/// <summary>What a presented take-over token is found to be.</summary>
/// <param name="Refusal">Why it is not good: the problem's code; null when it is.</param>
/// <param name="Invitation">The invitation that it is bound to.</param>
sealed record TakeOverVerdict(string? Refusal, string? Invitation = null)
{
    /// <summary>Not ours, damaged, or its key is gone.</summary>
    public static TakeOverVerdict Invalid { get; } = new("take_over_token_invalid");

    /// <summary>Too old.</summary>
    public static TakeOverVerdict Expired { get; } = new("take_over_token_expired");

    /// <summary>Of another session or package.</summary>
    public static TakeOverVerdict Mismatch { get; } = new("take_over_token_mismatch");
}

/// <summary>What a presented token is found to be.</summary>
/// <param name="Refusal">Why it is not good: the problem's code; null when it is.</param>
/// <param name="Epoch">The epoch of the attach that it was issued with.</param>
/// <param name="InstanceId">The app process that it was issued to, or that presents it.</param>
/// <param name="Life">The session's correlation id at that attach; null when it says none.</param>
sealed record TokenVerdict(string? Refusal, long Epoch = 0, string? InstanceId = null, string? Life = null)
{
    /// <summary>Not ours, damaged, or its key is gone.</summary>
    public static TokenVerdict Invalid { get; } = new("reconnect_token_invalid");

    /// <summary>Too old.</summary>
    public static TokenVerdict Expired { get; } = new("reconnect_token_expired");

    /// <summary>Of another session, package or instance.</summary>
    public static TokenVerdict Mismatch { get; } = new("reconnect_token_mismatch");

    /// <summary>Genuine.</summary>
    public static TokenVerdict Good(long epoch, string? instanceId, string? life) => new(null, epoch, instanceId, life);
}
