using System.Security.Claims;
using Lifecycle.Local.SignalR;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Azure.SignalR.Management;

namespace Lifecycle.Local.FunctionsSdk.SignalR;

/// <summary>A hub behind an <see cref="IServiceApi"/>.</summary>
sealed class ApiHubContext : ServiceHubContext
{
    // Names that a token needs for itself; an app's claim of that name travels under a prefix, as with the official library.
    static readonly HashSet<string> systemClaims =
        ["aud", "exp", "iat", "nbf", "iss", "actort", "acr", "azp", "c_hash", "jti", "nonce"];

    readonly IServiceApi api;
    readonly string hub;
    readonly TimeProvider time;

    public ApiHubContext(IServiceApi api, string hub, TimeProvider time)
    {
        this.api = api;
        this.hub = hub.ToLowerInvariant();
        this.time = time;
        Clients = new ApiHubClients(api, this.hub);
        Groups = new ApiGroupManager(api, this.hub);
        UserGroups = new ApiUserGroupManager(api, this.hub);
        ClientManager = new ApiClientManager(api, this.hub);
    }

    public override IHubClients Clients { get; }

    public override GroupManager Groups { get; }

    public override UserGroupManager UserGroups { get; }

    public override ClientManager ClientManager { get; }

    public override ValueTask<NegotiationResponse> NegotiateAsync(
        NegotiationOptions negotiationOptions, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var options = negotiationOptions ?? new();
        var service = api.ConnectionString;
        var token = AccessToken.Create(
            service.AccessKey, service.ClientAudience(hub), time.GetUtcNow(), options.TokenLifetime, TokenClaims(options));
        return new(new NegotiationResponse { Url = service.ClientUrl(hub), AccessToken = token });
    }

    static IEnumerable<KeyValuePair<string, string>> TokenClaims(NegotiationOptions options)
    {
        if (options.UserId is { } user)
        {
            yield return new(AccessToken.UserIdClaim, user);
        }
        if (options.IsDiagnosticClient)
        {
            yield return new("asrs.s.dc", "true");
        }
        if (options.EnableDetailedErrors)
        {
            yield return new(AccessToken.DetailedErrorsClaim, bool.TrueString);
        }
        var subject = false;
        foreach (var claim in options.Claims ?? options.HttpContext?.User.Claims ?? [])
        {
            var taken = systemClaims.Contains(claim.Type) || (claim.Type == "sub" && subject);
            subject |= claim.Type == "sub";
            // A .NET identity's name identifier is what the service reads as the user id under its short name.
            var type = claim.Type == ClaimTypes.NameIdentifier ? "nameid" : claim.Type;
            yield return new(taken ? $"asrs.u.{claim.Type}" : type, claim.Value);
        }
    }
}
