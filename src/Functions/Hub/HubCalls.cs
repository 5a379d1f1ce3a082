using Lifecycle.Functions.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Hub;

/// <summary>
/// The one catch at the hub's edge. What a function throws goes to whoever called, who is a third party: the Functions host puts the
/// exception with its stack into the answer of a hub method. So nothing leaves here but typed errors, and the log has the rest.
/// </summary>
public sealed partial class HubCalls(ILogger<HubCalls> logger)
{
    const string LogSaysWhy = "the log says why.";

    /// <summary>Runs a hub method and turns whatever goes wrong into its typed error.</summary>
    public async Task<HubAnswer> AnswerAsync(SignalRInvocationContext context, Func<Task> method)
    {
        try
        {
            await method();
            return HubAnswer.Accepted;
        }
        catch (InputException e)
        {
            return HubAnswer.Refused(e.Code, e.Message);
        }
        catch (Exception e)
        {
            LogFailed(context.UserId, context.Event, e);
            return HubAnswer.Refused("internal", $"The call failed; {LogSaysWhy}");
        }
    }

    /// <summary>Handles a connection event, whose only answer is whether it throws: then a connection is refused.</summary>
    /// <exception cref="InputException">The connection is not wanted.</exception>
    /// <exception cref="InvalidOperationException">It could not be handled; the message does not say why.</exception>
    public async Task HandleAsync(SignalRInvocationContext context, Func<Task> handler)
    {
        try
        {
            await handler();
        }
        catch (Exception e) when (e is not InputException)
        {
            LogFailed(context.UserId, context.Event, e);
            throw new InvalidOperationException($"The event could not be handled; {LogSaysWhy}");
        }
    }

    [LoggerMessage(2201, LogLevel.Error, "{Session}: {Event} failed")]
    partial void LogFailed(string? session, string? @event, Exception exception);
}
