namespace Lifecycle.Local.FunctionsSdk.Hosting.Settings;

/// <summary>How the texts of queue messages are written.</summary>
enum QueueEncoding
{
    /// <summary>UTF-8 in Base64.</summary>
    Base64,

    /// <summary>As they are.</summary>
    None,
}
