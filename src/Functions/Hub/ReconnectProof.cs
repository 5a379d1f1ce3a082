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
        var invited = request.TakeOverToken is { } takeOver ? WithTakeOver(request, takeOver) : request;
        if (request.Token is not { } token)
        {
            return invited;
        }

        var verdict = Judge(request, () => tokens.Check(token, request.Id, request.InstanceId));
        if (verdict.Refusal is not { } code)
        {
            return invited with { InstanceId = verdict.InstanceId, TokenEpoch = verdict.Epoch, TokenLife = verdict.Life };
        }

        LogRefused(request.Id, code);
        throw InputException.Unauthorized(code, "The reconnect token is not good. Negotiate again without it, with the same instance id.");
    }

    AttachRequest WithTakeOver(AttachRequest request, string token)
    {
        var verdict = Judge(request, () => tokens.CheckTakeOver(token, request.Id));
        if (verdict.Refusal is not { } code)
        {
            return request with { TakeOver = verdict.Invitation };
        }

        LogRefused(request.Id, code);
        throw InputException.Unauthorized(code, "The take-over token is not good. Negotiate again without it.");
    }

    T Judge<T>(AttachRequest request, Func<T> check)
    {
        try
        {
            return check();
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
