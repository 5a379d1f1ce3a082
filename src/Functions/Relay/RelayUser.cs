using Lifecycle.Functions.Http;
using Lifecycle.Functions.Hub;
using Microsoft.Azure.Functions.Worker;

namespace Lifecycle.Functions.Relay;

/// <summary>The SignalR user of an app's processes on the hub <c>relay</c>: <c>relay:{packageName}</c>. It comes from the signed token, never from a call.</summary>
static class RelayUser
{
    const string Prefix = "relay:";

    /// <summary>The user id.</summary>
    public static string Of(string packageName) => Prefix + packageName;

    /// <summary>The app that a connection is of.</summary>
    /// <exception cref="InputException">The connection is none that negotiate of the relay has let in.</exception>
    public static string PackageOf(SignalRInvocationContext context) =>
        context.UserId is { } user && user.StartsWith(Prefix, StringComparison.Ordinal) && Identifiers.IsValid(user[Prefix.Length..])
            ? user[Prefix.Length..]
            : throw InputException.Unauthorized($"The connection has no user id of the form {Prefix}package.");

    /// <summary>The process that a connection is of; one that does not call itself anything goes by its connection.</summary>
    public static string InstanceOf(SignalRInvocationContext context) =>
        AttachClaims.Value(context, AttachClaims.Instance) is { } instance && Identifiers.IsValid(instance) ? instance : context.ConnectionId;
}
