using Lifecycle.Functions.Http;
using Lifecycle.Functions.Tokens;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Hub;

/// <summary>Checks the reconnect token that an app server presents at <c>negotiate</c>.</summary>
public sealed partial class ReconnectProof
{
    static readonly TimeSpan keysRetry = TimeSpan.FromSeconds(2);

    readonly ReconnectTokens tokens;
    readonly ILogger logger;

    internal ReconnectProof(ReconnectTokens tokens, ILogger<ReconnectProof> logger) => (this.tokens, this.logger) = (tokens, logger);

    /// <summary>The request with what its token proves; as it is when it has none.</summary>
    /// <exception cref="InputException">The token is not good, or the keys cannot be read now.</exception>
    public AttachRequest Check(AttachRequest request)
    {
        if (request.Token is not { } token)
        {
            return request;
        }

        var verdict = Judge(token, request);
        if (verdict.Refusal is not { } code)
        {
            return request with { InstanceId = verdict.InstanceId, TokenEpoch = verdict.Epoch, TokenLife = verdict.Life };
        }

        LogRefused(request.Id, code);
        throw InputException.Unauthorized(code, "The reconnect token is not good. Negotiate again without it, with the same instance id.");
    }

    TokenVerdict Judge(string token, AttachRequest request)
    {
        try
        {
            return tokens.Check(token, request.Id, request.InstanceId);
        }
        catch (Exception e) when (e is not InputException)
        {
            LogUnread(request.Id, e);
            throw InputException.NotNow("reconnect_keys_unreadable", "The keys of reconnect tokens cannot be read now.", keysRetry);
        }
    }

    [LoggerMessage(2101, LogLevel.Warning, "{Session}: a reconnect token was refused ({Code})")]
    partial void LogRefused(AppSessionId session, string code);

    [LoggerMessage(2102, LogLevel.Error, "{Session}: the keys of reconnect tokens cannot be read")]
    partial void LogUnread(AppSessionId session, Exception exception);
}
