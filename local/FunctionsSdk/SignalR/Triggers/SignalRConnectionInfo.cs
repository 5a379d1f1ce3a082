namespace Microsoft.Azure.Functions.Worker;

/// <summary>What a client needs to connect to the SignalR service.</summary>
public sealed class SignalRConnectionInfo
{
    /// <summary>The client endpoint of the hub.</summary>
    public string Url { get; set; } = null!;

    /// <summary>The access token, a JWT.</summary>
    public string AccessToken { get; set; } = null!;
}
