using Lifecycle.Functions.Http;

namespace Lifecycle.Functions.Fleet;

/// <summary>Reads which app sessions a caller means.</summary>
static class FilterInput
{
    /// <summary>The filter of a query.</summary>
    /// <param name="query">Has the parameters, and takes what is wrong.</param>
    public static SessionFilter Read(QueryInput query) => Read(
        query.Text("state")?.Split(','), query.Text("package"), query.Text("session"), query.Text("blame"), query.Text("since"), "", query.Errors);

    /// <summary>The filter of its texts.</summary>
    /// <param name="states">Names of states.</param>
    /// <param name="package">A package, or the beginning of one.</param>
    /// <param name="session">A user session, or the beginning of one.</param>
    /// <param name="blame">Whose fault.</param>
    /// <param name="since">A time.</param>
    /// <param name="within">What is written before the names of fields.</param>
    /// <param name="errors">Takes what is wrong.</param>
    public static SessionFilter Read(
        IReadOnlyList<string?>? states, string? package, string? session, string? blame, string? since, string within, IDictionary<string, string> errors) => new()
        {
            States = [.. (states ?? []).Select(state => StateOf(state, $"{within}state", errors)).OfType<AppState>().Distinct().Order()],
            Package = NameOf(package, $"{within}package", errors),
            Session = NameOf(session, $"{within}session", errors),
            Blame = BlameOf(blame, $"{within}blame", errors),
            Since = TimeOf(since, $"{within}since", errors),
        };

    static AppState? StateOf(string? text, string field, IDictionary<string, string> errors)
    {
        if (AppStates.All.Where(state => state != AppState.None && state.WireName() == text).Select(state => (AppState?)state).FirstOrDefault() is { } state)
        {
            return state;
        }

        errors[field] = $"must be one or more of {string.Join(", ", AppStates.All.Where(known => known != AppState.None).Select(known => known.WireName()))}";
        return null;
    }

    static NameFilter? NameOf(string? text, string field, IDictionary<string, string> errors)
    {
        NameFilter? filter = null;
        if (text is null || NameFilter.TryParse(text, out filter))
        {
            return filter;
        }

        errors[field] = NameFilter.Rule;
        return null;
    }

    static Blame? BlameOf(string? text, string field, IDictionary<string, string> errors)
    {
        if (text is null)
        {
            return null;
        }

        if (Blames.Names.Index().Where(name => name.Item == text).Select(name => (Blame?)name.Index).FirstOrDefault() is { } blame)
        {
            return blame;
        }

        errors[field] = $"must be one of {string.Join(", ", Blames.Names)}";
        return null;
    }

    static DateTimeOffset? TimeOf(string? text, string field, IDictionary<string, string> errors)
    {
        if (text is null)
        {
            return null;
        }

        if (IsoTime.Read(text) is { } time)
        {
            return time;
        }

        errors[field] = IsoTime.Rule;
        return null;
    }
}
