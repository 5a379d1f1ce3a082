using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>A decision as a line of a history. Names are short: there are many lines.</summary>
sealed record HistoryHead
{
    [JsonPropertyName("t")]
    public long Ticks { get; init; }

    [JsonPropertyName("u"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long LastTicks { get; init; }

    [JsonPropertyName("n"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int More { get; init; }

    [JsonPropertyName("w")]
    public string EventName { get; init; } = "";

    [JsonPropertyName("a")]
    public int From { get; init; }

    [JsonPropertyName("b")]
    public int To { get; init; }

    [JsonPropertyName("k")]
    public int Kind { get; init; }

    [JsonPropertyName("r")]
    public string Reason { get; init; } = "";

    [JsonPropertyName("l"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Blame { get; init; }

    [JsonPropertyName("h")]
    public string Fingerprint { get; init; } = "";

    [JsonPropertyName("e")]
    public JsonElement? Event { get; init; }

    [JsonPropertyName("d")]
    public JsonElement? State { get; init; }

    public static HistoryHead Of(RememberedDecision decision) => new()
    {
        Ticks = decision.At.UtcTicks,
        EventName = decision.EventName,
        From = (int)decision.From,
        To = (int)decision.To,
        Kind = (int)decision.Outcome.Kind,
        Reason = decision.Outcome.Reason,
        Blame = (int)decision.Outcome.Blame,
        Fingerprint = decision.Fingerprint,
    };

    /// <summary>The decision; without event and state where there is none, and where this version does not know what another one wrote.</summary>
    /// <param name="state">The state, put together; null for none.</param>
    public RememberedDecision ToDecision(JsonNode? state)
    {
        var (@event, upon) = Known(state);
        return new(At(Ticks), EventName, (AppState)From, (AppState)To, new Outcome((OutcomeKind)Kind, Reason, (Blame)Blame), Fingerprint)
        {
            LastAt = At(LastTicks == 0 ? Ticks : LastTicks),
            Times = More + 1,
            Event = @event,
            Upon = upon,
        };
    }

    (SessionEvent? Event, HistoryState? Upon) Known(JsonNode? state)
    {
        try
        {
            return state is not null && Event?.Deserialize<SessionEvent>(HistoryJson.Options) is { } told ? (told, state.Deserialize<HistoryState>(HistoryJson.Options)) : (null, null);
        }
        catch (JsonException)
        {
            return (null, null);
        }
    }

    static DateTimeOffset At(long ticks) => new(ticks, TimeSpan.Zero);
}
