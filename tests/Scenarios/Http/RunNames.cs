namespace Lifecycle.Scenarios.Http;

/// <summary>The names of one run on the deployment: its own, so that nothing of an earlier run, or of anybody else, is met.</summary>
sealed class RunNames(string run)
{
    public static RunNames New() => new(Guid.NewGuid().ToString("n")[..8]);

    public string Package(string package) => $"{package}.{run}";

    public AppSessionId Outside(AppSessionId id) => new($"{run}-{id.SessionId}", Package(id.PackageName));

    /// <summary>The scenario's name for what the deployment calls so; null for a stranger.</summary>
    public AppSessionId? Inside(string sessionId, string package) =>
        sessionId.StartsWith($"{run}-", StringComparison.Ordinal) && InsidePackage(package) is { } name
            ? new AppSessionId(sessionId[(run.Length + 1)..], name)
            : null;

    public string? InsidePackage(string package) =>
        package.EndsWith($".{run}", StringComparison.Ordinal) ? package[..^(run.Length + 1)] : null;
}
