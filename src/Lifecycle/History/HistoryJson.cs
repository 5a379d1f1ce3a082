using System.Collections;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Lifecycle;

/// <summary>
/// How a history writes what was decided upon: without what is as it is at first, without the text of messages, and
/// without what is written beside it (the policy).
/// </summary>
static class HistoryJson
{
    // What a field is that is not written. Its initialiser makes the same of it when it is read.
    static readonly FrozenDictionary<Type, object> first = new object[]
    {
        AppSession.None, Policy.Default, Mailbox.Empty, new SessionTally(), SubscriptionSet.Empty, Memberships.Unknown, Evidence.None, Life.None, Chores.None, HistoryMarks.None,
        new Attachment(), new ResurrectionRun { Id = "", Reason = RunReason.None }, new HistoryState(),
    }.ToFrozenDictionary(value => value.GetType());

    /// <summary>A session without what the rules do not look at: the trail, and the answers to those who posted messages.</summary>
    public static AppSession Bare(AppSession session) => session with { Trail = [], Mailbox = session.Mailbox with { Receipts = [] } };

    /// <summary>The options of everything in a history.</summary>
    public static JsonSerializerOptions Options { get; } = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // it goes into stored state, never into a page
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { NameTypes, LeaveOut, Shorten } },
    };

    static void NameTypes(JsonTypeInfo type)
    {
        if (type.Type != typeof(SessionEvent) && type.Type != typeof(Effect) && type.Type != typeof(AppEvent))
        {
            return;
        }

        type.PolymorphismOptions = new JsonPolymorphismOptions();
        foreach (var derived in type.Type.Assembly.GetTypes().Where(other => other.IsSubclassOf(type.Type) && !other.IsAbstract))
        {
            type.PolymorphismOptions.DerivedTypes.Add(new JsonDerivedType(derived, derived.Name));
        }
    }

    static void LeaveOut(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (IsNotLookedAt(type.Type, property))
            {
                property.ShouldSerialize = static (_, _) => false;
            }
            else if (first.TryGetValue(type.Type, out var at) && property.Get is { } get)
            {
                var unset = get(at);
                property.ShouldSerialize = (_, value) => !IsSame(value, unset);
            }
        }
    }

    // Two empty arrays need not be equal.
    static bool IsSame(object? value, object? other) => Equals(value, other) || (value is ICollection { Count: 0 } && other is ICollection { Count: 0 });

    // An event may carry the policy, which is kept beside it.
    static bool IsNotLookedAt(Type type, JsonPropertyInfo property) => property.PropertyType == typeof(Policy) && type != typeof(HistoryState) && type != typeof(GateRecord);

    static void Shorten(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            property.CustomConverter = property.Name switch
            {
                "Body" when property.PropertyType == typeof(string) => new TextLength(),
                nameof(Mailbox.Kept) when type.Type == typeof(Mailbox) => new KeptMessages(),
                _ => property.CustomConverter,
            };
        }
    }

    static string TextOf(int length) => new('x', length);

    static int LengthOf(string text)
    {
        const int Quotes = 2;
        return StoredText.BytesOf(text) - Quotes;
    }

    /// <summary>Keeps how large the text of a message is and not what it says: the rules look at nothing else, and it is nobody's business in a history.</summary>
    sealed class TextLength : JsonConverter<string>
    {
        public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => TextOf(reader.GetInt32());

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteNumberValue(LengthOf(value));
    }

    /// <summary>Keeps messages as numbers: of each by how much its number and time (in ticks) are more than of the one before, and its length.</summary>
    sealed class KeptMessages : JsonConverter<ImmutableArray<KeptMessage>>
    {
        public override ImmutableArray<KeptMessage> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var (kept, seq, ticks) = (ImmutableArray.CreateBuilder<KeptMessage>(), 0L, 0L);
            foreach (var message in reader.GetString()!.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                var parts = message.Split(',').Select(part => long.Parse(part, CultureInfo.InvariantCulture)).ToArray();
                (seq, ticks) = (seq + parts[0], ticks + parts[1]);
                kept.Add(new KeptMessage(seq, new DateTimeOffset(ticks, TimeSpan.Zero), TextOf((int)parts[2])));
            }

            return kept.ToImmutable();
        }

        public override void Write(Utf8JsonWriter writer, ImmutableArray<KeptMessage> value, JsonSerializerOptions options)
        {
            var (seq, ticks) = (0L, 0L);
            var texts = new List<string>(value.Length);
            foreach (var message in value)
            {
                texts.Add(string.Create(CultureInfo.InvariantCulture, $"{message.Seq - seq},{message.At.UtcTicks - ticks},{LengthOf(message.Body)}"));
                (seq, ticks) = (message.Seq, message.At.UtcTicks);
            }

            writer.WriteStringValue(string.Join(' ', texts));
        }
    }
}

/// <summary>What a decision was made upon, as a history keeps it.</summary>
sealed record HistoryState
{
    /// <summary>The session before it.</summary>
    [JsonPropertyName("s")]
    public AppSession Session { get; init; } = AppSession.None;

    /// <summary>The app's policy.</summary>
    [JsonPropertyName("y")]
    public Policy Policy { get; init; } = Policy.Default;

    /// <summary>What had happened to it before.</summary>
    [JsonPropertyName("m")]
    public HistoryMarks Marks { get; init; } = HistoryMarks.None;
}
