using System.Text.Json;

namespace Lifecycle.Functions.Tests.Events;

/// <summary>An event as its receiver reads it.</summary>
sealed record Told(string Id, string Type, string Subject, string Sequence, JsonElement Data)
{
    public string Step => $"{Data.GetProperty("from").GetString()}>{Data.GetProperty("to").GetString()}";

    public bool IsTransition => Type == SessionEvents.TransitionType;

    public static Told Of(OutboxRecord record) => Of(JsonSerializer.Deserialize<JsonElement>(record.Body));

    public static Told Of(JsonElement json) => new(
        json.GetProperty("id").GetString()!,
        json.GetProperty("type").GetString()!,
        json.GetProperty("subject").GetString()!,
        json.GetProperty("sequence").GetString()!,
        json.GetProperty("data"));

    /// <summary>The transitions of one app session, repetitions left out, checked to be in order and without a gap.</summary>
    public static IReadOnlyList<string> Steps(IEnumerable<OutboxRecord> records, string session = "s1")
    {
        var told = records.Select(Of).Where(e => e.Subject == $"{session}:{TestApp.Package}").DistinctBy(e => e.Id).ToList();
        Assert.Equal(told.Select(e => e.Sequence).Order(StringComparer.Ordinal).Distinct(), told.Select(e => e.Sequence));
        return [.. told.Where(e => e.IsTransition).Select(e => e.Step)];
    }
}
