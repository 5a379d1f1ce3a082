namespace Lifecycle.Local.FunctionsSdk.Hosting.Settings;

/// <summary>How the embedded durable runtime treats time.</summary>
enum EmbeddedTiming
{
    /// <summary>Timers fire when they are due.</summary>
    Exact,

    /// <summary>As the Azure Storage backend does: early by up to a second, truncated delays, re-sends.</summary>
    AzureStorage,
}
