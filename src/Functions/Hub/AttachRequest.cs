namespace Lifecycle.Functions.Hub;

/// <summary>What an app server asks for at <c>negotiate</c>, validated.</summary>
/// <param name="Id">The app session it wants to attach to.</param>
/// <param name="InstanceId">The app process, as it calls itself.</param>
/// <param name="Reconnect">The hint: true, false (the app is fresh), or null to infer.</param>
public sealed record AttachRequest(AppSessionId Id, string? InstanceId, bool? Reconnect);
