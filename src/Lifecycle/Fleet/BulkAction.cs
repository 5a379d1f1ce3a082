using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>What can be asked of many app sessions at once. Numbers are stored: never reuse one.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BulkAction>))]
public enum BulkAction
{
    /// <summary>Malformed: nothing is asked.</summary>
    None = 0,

    /// <summary>Start their apps.</summary>
    [JsonStringEnumMemberName("start")] Start = 1,

    /// <summary>Stop them.</summary>
    [JsonStringEnumMemberName("stop")] Stop = 2,

    /// <summary>Try the evicted ones again.</summary>
    [JsonStringEnumMemberName("revive")] Revive = 3,
}
