using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using Lifecycle.Entities;
using Lifecycle.Functions.Maintenance;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions.Fleet;

/// <summary>
/// Finds app sessions by a filter. Of a stored session it reads what the filter needs, in the order of what that costs: first its key, then the first few
/// characters of its state, where its state's name stands, and only of those that can be meant the rest, and of that only what a list shows.
/// </summary>
public sealed class StoredSessions(EntityScan scan, StoredEntities stored)
{
    // Session, Schema, State and Since are the first that is written, and take some 110.
    const int Beginning = 512;

    static readonly FrozenDictionary<string, AppState> states = AppStates.All.ToFrozenDictionary(state => state.WireName(), StringComparer.Ordinal);

    /// <summary>Reads one piece of the sessions that are meant.</summary>
    /// <param name="client">Reaches them.</param>
    /// <param name="filter">Which are meant.</param>
    /// <param name="from">Where it begins.</param>
    /// <param name="bounds">Where it ends.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="means">What else must hold; null for nothing.</param>
    internal Task<ScanPiece<SessionBrief>> ReadAsync(
        DurableTaskClient client, SessionFilter filter, ScanCursor from, ScanBounds bounds, CancellationToken cancellation, Func<SessionBrief, bool>? means = null) => scan.ReadAsync(
            client,
            new ScanRange(AppSessionEntity.Name, filter.KeysFrom),
            from,
            bounds,
            row => TakeIf(filter, row) is { } brief && means?.Invoke(brief) != false ? brief : null,
            cancellation);

    SessionBrief? TakeIf(SessionFilter filter, StoredRow row)
    {
        var id = AppSessionId.Parse(row.Id.Key);
        if (!filter.Matches(id) || (Peek(row.State.Value) is var (state, since) && !filter.Matches(state, since)))
        {
            return null;
        }

        var session = stored.Read<Document>(row.Id, row.State)?.Session;
        return session is { State: not AppState.None } && BriefOf(id, session) is var brief && filter.Matches(brief) ? brief : null;
    }

    /// <summary>The state and its time, as far as they stand at the beginning of what is stored; null when they must be looked for.</summary>
    internal static (AppState State, DateTimeOffset Since)? Peek(string json)
    {
        Span<byte> bytes = stackalloc byte[Beginning * 3];
        var reader = new Utf8JsonReader(bytes[..Encoding.UTF8.GetBytes(json.AsSpan(0, Math.Min(json.Length, Beginning)), bytes)], isFinalBlock: false, default);
        try
        {
            return PeekIn(ref reader);
        }
        catch (JsonException)
        {
            return null; // whoever reads all of it says so
        }
    }

    static (AppState State, DateTimeOffset Since)? PeekIn(ref Utf8JsonReader reader)
    {
        AppState? state = null;
        DateTimeOffset? since = null;
        if (!reader.Read() || !reader.Read() || !IsNamed(ref reader, "session"u8) || !reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        while ((state is null || since is null) && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isState, isSince) = (IsNamed(ref reader, "state"u8), IsNamed(ref reader, "since"u8));
            if (!reader.Read() || reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                return null;
            }

            state = isState && reader.TokenType == JsonTokenType.String && states.TryGetValue(reader.GetString()!, out var named) ? named : state;
            since = isSince && reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var at) ? at : since;
        }

        return state is { } found && since is { } then ? (found, then) : null;
    }

    static bool IsNamed(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
        reader.TokenType == JsonTokenType.PropertyName && Ascii.EqualsIgnoreCase(reader.ValueSpan, name);

    static SessionBrief BriefOf(AppSessionId id, StoredSession session) => new()
    {
        Id = id,
        State = session.State,
        Since = session.Since,
        Reason = session.Reason,
        Blame = session.Trail is [.., var last] ? last.Blame : Blame.Unknown,
        Epoch = session.Epoch,
        InstanceId = session.InstanceId,
        Deadline = session.Deadline,
        Attempt = session.Run?.Attempt,
        StartAskedAt = session.StartAskedAt,
    };

    // Of AppSessionDocument, by the same names.
    sealed record Document(StoredSession? Session);

    sealed record StoredSession(
        AppState State,
        DateTimeOffset Since,
        string? Reason,
        long Epoch,
        string? InstanceId,
        DateTimeOffset? Deadline,
        DateTimeOffset? StartAskedAt,
        StoredRun? Run,
        StoredStep[]? Trail);

    sealed record StoredRun(int Attempt);

    sealed record StoredStep(Blame Blame);
}
