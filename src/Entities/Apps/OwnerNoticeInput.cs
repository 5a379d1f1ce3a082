namespace Lifecycle.Entities;

/// <summary>The input of the orchestration that tells an app's owner about an incident.</summary>
/// <param name="PackageName">The app.</param>
/// <param name="Kind">Unreachable, or recovered.</param>
/// <param name="Incident">The incident as it stood when the owner was to be told.</param>
/// <param name="Attempt">Which try this is, from 1.</param>
public sealed record OwnerNoticeInput(string PackageName, OwnerNoticeKind Kind, Incident Incident, int Attempt = 1)
{
    /// <summary>The orchestrator's function name.</summary>
    public const string OrchestratorName = "OwnerNotice";

    /// <summary>The orchestration's instance id: one a notice.</summary>
    public string InstanceId => $"{OrchestratorName}-{Incident.Id}-{Kind}";

    /// <summary>The notice's id; every retry carries it.</summary>
    public string WebhookId => $"wh_{Incident.Id}_{Kind}".ToLowerInvariant();

    /// <summary>The input for an effect.</summary>
    public static OwnerNoticeInput Of(string packageName, TellOwner tell) => new(packageName, tell.Kind, tell.Incident);
}
