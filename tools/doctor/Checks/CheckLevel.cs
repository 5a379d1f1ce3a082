using System.Text.Json.Serialization;

namespace Lifecycle.Doctor;

/// <summary>How much a check weighs.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CheckLevel>))]
public enum CheckLevel
{
    /// <summary>The wire demands it: without it sessions are lost, doubled or open to others.</summary>
    [JsonStringEnumMemberName("must")]
    Must = 1,

    /// <summary>It works without, and worse.</summary>
    [JsonStringEnumMemberName("should")]
    Should = 2,
}

/// <summary>What a check came to.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CheckVerdict>))]
public enum CheckVerdict
{
    /// <summary>As expected.</summary>
    [JsonStringEnumMemberName("pass")]
    Pass = 1,

    /// <summary>Not as expected.</summary>
    [JsonStringEnumMemberName("fail")]
    Fail = 2,

    /// <summary>Not looked at; the result says why.</summary>
    [JsonStringEnumMemberName("skipped")]
    Skipped = 3,
}
