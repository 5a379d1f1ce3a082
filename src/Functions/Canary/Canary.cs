using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.SignalRService;
using Microsoft.Azure.SignalR.Management;

namespace Lifecycle.Functions.Canary;

/// <summary>
/// The hub <c>canary</c>: the class's name is the hub's. It has no functions, and no upstream names it: a connection to it is no call of the app.
/// </summary>
[SignalRConnection(DefaultConnectionStringName)]
public sealed class Canary : ServerlessHub
{
    /// <summary>The user that the service's own logs tell its connections by.</summary>
    public const string User = "lifecycle-canary";

    static readonly TimeSpan lifetime = TimeSpan.FromMinutes(1);

    /// <summary>Takes the hub's context from the services, at the moment when it is made.</summary>
    public Canary(IServiceProvider services)
        : base(services)
    {
    }

    /// <summary>Where to connect, and with which token; asks the service for it where the app has an identity and no key.</summary>
    public async Task<SignalRConnectionInfo> InviteAsync()
    {
        var json = await NegotiateAsync(new NegotiationOptions { UserId = User, TokenLifetime = lifetime });
        return JsonSerializer.Deserialize<SignalRConnectionInfo>(json, JsonSerializerOptions.Web)
            ?? throw new InvalidDataException("The SignalR service does not say where to connect.");
    }
}
