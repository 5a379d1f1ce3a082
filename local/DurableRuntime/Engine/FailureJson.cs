using System.Text.Json;

namespace Lifecycle.Local.Durable;

/// <summary>Failures as payloads of messages.</summary>
public static class FailureJson
{
    /// <summary>The payload of a failure.</summary>
    public static string Write(FailureInfo failure) => JsonSerializer.Serialize(failure);

    /// <summary>The failure in a payload.</summary>
    public static FailureInfo Read(string payload) => JsonSerializer.Deserialize<FailureInfo>(payload)!;
}
