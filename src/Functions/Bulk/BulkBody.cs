using System.Text.Json;
using System.Text.Json.Serialization;
using Lifecycle.Functions.Fleet;
using Lifecycle.Functions.Http;

namespace Lifecycle.Functions.Bulk;

/// <summary>The body of a bulk action.</summary>
sealed record BulkBody
{
    const string Code = "invalid_bulk";
    const int MaxReason = 256;

    /// <summary>Which app sessions are meant.</summary>
    public BulkFilter? Filter { get; init; }

    /// <summary>Whether they are only counted; true if absent.</summary>
    public bool? DryRun { get; init; }

    /// <summary>Whether a filter that says nothing means every session there is. Nobody stops the fleet by a typing error.</summary>
    public bool? All { get; init; }

    /// <summary>Why, for the log; at most 256 characters. Of a stop it is told to the apps as well.</summary>
    public string? Reason { get; init; }

    /// <exception cref="InputException">Something of it is wrong.</exception>
    public BulkPlan Validated(BulkAction action, string id, DateTimeOffset now)
    {
        var errors = new Dictionary<string, string>();
        var filter = FilterInput.Read(Filter?.State, Filter?.Package, Filter?.Session, Filter?.Blame, Filter?.Since, "filter.", errors);
        if (errors.Count == 0 && filter.IsEmpty && All != true)
        {
            errors["filter"] = "must say which app sessions are meant; or \"all\": true means every one that there is";
        }

        if (Reason is { Length: > MaxReason })
        {
            errors["reason"] = $"must be at most {MaxReason} characters";
        }

        return errors.Count == 0
            ? new BulkPlan(id, action, filter, now) { Reason = string.IsNullOrEmpty(Reason) ? null : Reason }
            : throw InputException.Invalid(Code, errors);
    }
}

/// <summary>Which app sessions a bulk action means; all of what it names must hold.</summary>
sealed record BulkFilter
{
    /// <summary>A state, or several: an array, or a text with commas as in an address.</summary>
    [JsonConverter(typeof(OneOrMany))]
    public IReadOnlyList<string?>? State { get; init; }

    /// <summary>An app, or the beginning of its name with * behind it.</summary>
    public string? Package { get; init; }

    /// <summary>A user session, or the beginning of its id with * behind it.</summary>
    public string? Session { get; init; }

    /// <summary>Whose fault their last transition is.</summary>
    public string? Blame { get; init; }

    /// <summary>They came into their state then or later, ISO 8601.</summary>
    public string? Since { get; init; }

    sealed class OneOrMany : JsonConverter<IReadOnlyList<string?>>
    {
        public override IReadOnlyList<string?>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String ? reader.GetString()!.Split(',') : JsonSerializer.Deserialize<string?[]>(ref reader, options);

        public override void Write(Utf8JsonWriter writer, IReadOnlyList<string?> value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value, options);
    }
}
