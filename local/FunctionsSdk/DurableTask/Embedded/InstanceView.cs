using Lifecycle.Local.Durable;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Local.FunctionsSdk.DurableTask;

/// <summary>Stored orchestrations as the client shows them.</summary>
static class InstanceView
{
    public static OrchestrationMetadata Of(OrchestrationRecord record, bool inputsAndOutputs) => new(record.Name, record.InstanceId)
    {
        RuntimeStatus = (OrchestrationRuntimeStatus)(int)record.State,
        CreatedAt = record.CreatedAt,
        LastUpdatedAt = record.UpdatedAt,
        SerializedInput = inputsAndOutputs ? record.Input : null,
        SerializedOutput = inputsAndOutputs ? record.Output : null,
        SerializedCustomStatus = record.CustomStatus,
        FailureDetails = record.Failure is { } failure ? EmbeddedJson.FailureOf(failure) : null,
        DataConverter = EmbeddedJson.Converter,
    };

    public static bool Matches(
        OrchestrationRecord record, IEnumerable<OrchestrationRuntimeStatus>? statuses, DateTimeOffset? createdFrom, DateTimeOffset? createdTo) =>
        (statuses is null || statuses.Contains((OrchestrationRuntimeStatus)(int)record.State))
        && (createdFrom is not { } from || record.CreatedAt >= from)
        && (createdTo is not { } to || record.CreatedAt <= to);
}

/// <summary>Pages over stored orchestrations.</summary>
sealed class InstancePages(Func<DurableEngine> engine, OrchestrationQuery query) : AsyncPageable<OrchestrationMetadata>
{
    public override async IAsyncEnumerable<Page<OrchestrationMetadata>> AsPages(string? continuationToken = null, int? pageSizeHint = null)
    {
        var size = PageSize.Of(pageSizeHint ?? query.PageSize);
        var after = continuationToken ?? query.ContinuationToken;
        do
        {
            engine().Statistics.Read();
            var records = engine().Store.ReadOrchestrations(query.InstanceIdPrefix ?? "", after, size);
            after = records.Count == size ? records[^1].InstanceId : null;
            yield return new Page<OrchestrationMetadata>(
                [.. records.Where(r => InstanceView.Matches(r, query.Statuses, query.CreatedFrom, query.CreatedTo)).Select(r => InstanceView.Of(r, query.FetchInputsAndOutputs))], after);
            await Task.CompletedTask;
        }
        while (after is not null);
    }
}
