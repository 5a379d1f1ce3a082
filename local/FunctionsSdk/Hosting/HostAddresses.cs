namespace Lifecycle.Local.FunctionsSdk.Hosting;

/// <summary>Where the host serves.</summary>
/// <param name="Api">The API's base address, without the prefix of its routes.</param>
/// <param name="SignalR">The SignalR service's, embedded or not.</param>
sealed record HostAddresses(Uri Api, Uri SignalR);
