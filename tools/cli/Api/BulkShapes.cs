namespace Lifecycle.Cli.Api;

/// <summary>What a bulk action would do.</summary>
sealed record BulkForecast(string Action, int Matched, int Looked, bool Complete, IReadOnlyList<string> Sample);

/// <summary>The name of a bulk action that was accepted.</summary>
sealed record BulkAccepted(string BulkId);

/// <summary>How far a bulk action has come.</summary>
sealed record BulkProgress(string BulkId, string? Action, string State, int Looked, int Done, int Failed, IReadOnlyList<BulkError>? Errors)
{
    public bool IsOver => State != "running";
}

/// <summary>An app session that was not told.</summary>
sealed record BulkError(string Name, string Reason);
