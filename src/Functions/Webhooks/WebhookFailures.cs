using System.Net.Sockets;
using System.Security.Authentication;

namespace Lifecycle.Functions.Webhooks;

/// <summary>What a failed request says about the target, from its innermost cause that is known.</summary>
static class WebhookFailures
{
    public static WebhookFailure Of(HttpRequestException failure)
    {
        for (Exception? cause = failure; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case ForbiddenTargetException:
                    return WebhookFailure.Forbidden;
                // Not for every failed handshake: one that breaks off is a connection that broke.
                case AuthenticationException:
                    return WebhookFailure.Tls;
                case OperationCanceledException or TimeoutException:
                    return WebhookFailure.Timeout;
                case SocketException socket:
                    return Of(socket.SocketErrorCode);
                case HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError, InnerException: not SocketException }:
                    return WebhookFailure.UnknownHost;
            }
        }

        return WebhookFailure.Network;
    }

    static WebhookFailure Of(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => WebhookFailure.Refused,
        SocketError.TimedOut => WebhookFailure.Timeout,
        SocketError.HostNotFound or SocketError.NoData => WebhookFailure.UnknownHost,
        SocketError.TryAgain or SocketError.NoRecovery => WebhookFailure.NameService,
        _ => WebhookFailure.Network,
    };
}
