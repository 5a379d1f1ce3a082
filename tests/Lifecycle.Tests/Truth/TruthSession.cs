namespace Lifecycle.Tests.Truth;

/// <summary>One session as it is stored, and what is true of it whether or not anybody knows.</summary>
sealed class TruthSession(string name)
{
    public AppSessionId Id { get; } = new(name, Walk.Id.PackageName);

    public AppSession Stored { get; set; } = AppSession.None;

    /// <summary>The socket that is open; null for none.</summary>
    public string? Socket { get; set; }

    /// <summary>The orchestrations that are under way, by instance: one that is started again under its own name is not a second one.</summary>
    public HashSet<string> Orchestrations { get; } = new(StringComparer.Ordinal);
}
