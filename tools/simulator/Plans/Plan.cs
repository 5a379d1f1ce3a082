using System.Collections.Immutable;
using System.Text.Json;

namespace Lifecycle.Simulator.Plans;

/// <summary>
/// A world as a value: who is there and what happens when. Together with the commit it is everything: the same plan leads to the same decisions. It is also
/// the file that a failure leaves behind.
/// </summary>
public sealed record Plan
{
    /// <summary>What the worlds of this seed draw.</summary>
    public required ulong Seed { get; init; }

    /// <summary>How many sessions the app has.</summary>
    public required int Sessions { get; init; }

    /// <summary>When the last stroke may fall, in milliseconds. From then on nothing goes wrong any more.</summary>
    public required long FaultsUntilMs { get; init; }

    /// <summary>When everything must have come to rest.</summary>
    public required long UntilMs { get; init; }

    /// <summary>The app's policy, at first.</summary>
    public PolicyOverrides Policy { get; init; } = new();

    /// <summary>The app servers.</summary>
    public AppHabits App { get; init; } = new();

    /// <summary>How long a message within the durable engine takes, at the median.</summary>
    public double HopMs { get; init; } = 6;

    /// <summary>Whether every state is written to JSON and read again between two decisions, as the entities do.</summary>
    public bool Stored { get; init; }

    /// <summary>What happens, in order.</summary>
    public required ImmutableArray<Stroke> Strokes { get; init; }

    /// <summary>The days that all its sessions live together.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public double SessionDays => Sessions * (UntilMs / 86_400_000.0);

    static readonly JsonSerializerOptions options = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>The plan as a file.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, options);

    /// <summary>The plan of a file.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static Plan FromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<Plan>(json, options) ?? throw new FormatException("The file is empty.");
        }
        catch (JsonException e)
        {
            throw new FormatException(e.Message, e);
        }
    }
}
