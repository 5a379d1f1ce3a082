using Lifecycle.Functions.Hub;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.SignalRService;
using Microsoft.Azure.SignalR.Management;

namespace Lifecycle.Functions.Console;

/// <summary>
/// The hub <c>console</c>: the class's name is the hub's. Its clients look on and say nothing: it has no functions, and no upstream names it.
/// </summary>
[SignalRConnection(DefaultConnectionStringName)]
public sealed class Console : ServerlessHub, IConsoleClients
{
    /// <summary>The user that the service's own logs tell its connections by.</summary>
    public const string User = "lifecycle-console";

    /// <summary>The message, with an array of transitions.</summary>
    public const string Transitions = "transitions";

    static readonly TimeSpan lifetime = TimeSpan.FromMinutes(10);
    readonly TimeProvider time;

    /// <summary>Takes the hub's context from the services, at the moment when it is made.</summary>
    public Console(IServiceProvider services, TimeProvider time)
        : base(services) => this.time = time;

    /// <inheritdoc/>
    public Task SendAsync(IReadOnlyList<object> transitions, CancellationToken cancellation) => CallLimit.RunAsync(
        async late =>
        {
            await Clients.All.SendCoreAsync(Transitions, [WirePayload.Of(transitions)], late);
            return true;
        },
        Apps.Patience,
        time,
        cancellation);

    /// <summary>Where to connect, and the token to show there, as SignalR clients read it.</summary>
    public Task<BinaryData> InviteAsync() => NegotiateAsync(new NegotiationOptions { UserId = User, TokenLifetime = lifetime });
}

/// <summary>Everybody who looks on.</summary>
public interface IConsoleClients
{
    /// <summary>Sends one message.</summary>
    Task SendAsync(IReadOnlyList<object> transitions, CancellationToken cancellation);
}
