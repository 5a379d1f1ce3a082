namespace Lifecycle.Sdk.Tests.Support;

/// <summary>Where a service falls silent.</summary>
public enum SilentAt
{
    Never,
    Negotiate,
    ServiceNegotiate,
    Upgrade,
    Handshake,
}
