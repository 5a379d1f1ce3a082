using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>Which app sessions are meant; all of what it names must hold. It can be stored, and has one text for what it says.</summary>
public sealed record SessionFilter
{
    /// <summary>The states that they are in; none for any.</summary>
    public ImmutableArray<AppState> States { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Their app; null for any.</summary>
    public NameFilter? Package { get; init; }

    /// <summary>Their user session; null for any.</summary>
    public NameFilter? Session { get; init; }

    /// <summary>Whose fault their last transition is, or who caused it; null for any.</summary>
    public Blame? Blame { get; init; }

    /// <summary>They came into their state then or later; null for whenever.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Whether it means every session that there is.</summary>
    [JsonIgnore]
    public bool IsEmpty => States.IsEmpty && Package is null && Session is null && Blame is null && Since is null;

    /// <summary>What the keys of all that are meant begin with: only those need to be read.</summary>
    [JsonIgnore]
    public string KeysFrom => Session switch
    {
        null => "",
        { IsPrefix: true } => Session.Text,
        _ => $"{Session.Text}:{Package?.Text}",
    };

    /// <summary>Whether a session with this id can be meant.</summary>
    public bool Matches(AppSessionId id) => Session?.Matches(id.SessionId) != false && Package?.Matches(id.PackageName) != false;

    /// <summary>Whether a session in this state since then can be meant.</summary>
    public bool Matches(AppState state, DateTimeOffset since) => (States.IsEmpty || States.Contains(state)) && !(since < Since);

    /// <summary>Whether it is meant.</summary>
    public bool Matches(SessionBrief session) =>
        Matches(session.Id) && Matches(session.State, session.Since) && (Blame is not { } blame || session.Blame == blame);

    /// <summary>Equal when they mean the same.</summary>
    public bool Equals(SessionFilter? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <summary>What it says, for logs and to tell one from another: the same for all that mean the same.</summary>
    public override string ToString() => string.Join(
        ' ',
        new[]
        {
            States.IsEmpty ? null : $"state={string.Join(',', States.Distinct().Order().Select(state => state.WireName()))}",
            Package is null ? null : $"package={Package}",
            Session is null ? null : $"session={Session}",
            Blame is { } blame ? $"blame={blame.WireName()}" : null,
            Since is { } since ? $"since={since.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture)}" : null,
        }.Where(part => part is not null));
}
