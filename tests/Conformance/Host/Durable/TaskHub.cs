using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Lifecycle.Local.Durable;
using Lifecycle.Local.FunctionsSdk.DurableTask;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Protobuf;

namespace Lifecycle.Conformance.Host.Durable;

/// <summary>
/// The task hub as the worker's durable client reaches it: the calls that the app makes, on the embedded engine. Others are refused by
/// the base class.
/// </summary>
sealed class TaskHub(EngineHolder holder) : TaskHubSidecarService.TaskHubSidecarServiceBase
{
    const int UsualPage = 100;

    /// <inheritdoc/>
    public override async Task<SignalEntityResponse> SignalEntity(SignalEntityRequest request, ServerCallContext context)
    {
        var transaction = new DurableTransaction();
        transaction.Send(new DurableMessage
        {
            Target = request.InstanceId,
            Kind = MessageKind.Signal,
            Name = request.Name,
            Payload = request.Input,
            DueAt = request.ScheduledTime?.ToDateTimeOffset(),
        });
        await holder.Engine.CommitAsync(transaction);
        return new SignalEntityResponse();
    }

    /// <inheritdoc/>
    public override Task<GetEntityResponse> GetEntity(GetEntityRequest request, ServerCallContext context)
    {
        var found = holder.Engine.Store.ReadEntity(request.InstanceId);
        return Task.FromResult(new GetEntityResponse { Exists = found is not null, Entity = found is null ? null : Write(found, request.IncludeState) });
    }

    /// <inheritdoc/>
    public override Task<QueryEntitiesResponse> QueryEntities(QueryEntitiesRequest request, ServerCallContext context)
    {
        var query = request.Query;
        var size = query.PageSize ?? UsualPage;
        var page = holder.Engine.Store.ReadEntities(query.InstanceIdStartsWith ?? "@", query.ContinuationToken, size);
        var answer = new QueryEntitiesResponse { ContinuationToken = page.Count == size ? page[^1].Id : null };
        answer.Entities.Add(page.Select(found => Write(found, query.IncludeState)));
        return Task.FromResult(answer);
    }

    /// <inheritdoc/>
    public override async Task<CreateInstanceResponse> StartInstance(CreateInstanceRequest request, ServerCallContext context)
    {
        var client = new EmbeddedDurableClient(() => holder.Engine, TimeProvider.System);
        var input = JsonElement.Parse(request.Input ?? "null");
        return new CreateInstanceResponse
        {
            InstanceId = await client.ScheduleNewOrchestrationInstanceAsync(request.Name, input, new StartOrchestrationOptions(request.InstanceId), context.CancellationToken),
        };
    }

    /// <inheritdoc/>
    public override Task<GetInstanceResponse> GetInstance(GetInstanceRequest request, ServerCallContext context)
    {
        if (holder.Engine.Store.ReadOrchestration(request.InstanceId) is not { } found)
        {
            return Task.FromResult(new GetInstanceResponse());
        }

        var state = Write(found);
        (state.Input, state.Output) = request.GetInputsAndOutputs ? (found.Input, found.Output) : (null, null);
        return Task.FromResult(new GetInstanceResponse { Exists = true, OrchestrationState = state });
    }

    /// <inheritdoc/>
    public override Task<QueryInstancesResponse> QueryInstances(QueryInstancesRequest request, ServerCallContext context)
    {
        var query = request.Query;
        var size = query.MaxInstanceCount > 0 ? query.MaxInstanceCount : UsualPage;
        var page = holder.Engine.Store.ReadOrchestrations(query.InstanceIdPrefix ?? "", query.ContinuationToken, size);
        var answer = new QueryInstancesResponse { ContinuationToken = page.Count == size ? page[^1].InstanceId : null };
        answer.OrchestrationState.Add(page.Where(found => Matches(found, query)).Select(Write));
        return Task.FromResult(answer);
    }

    /// <inheritdoc/>
    public override async Task<PurgeInstancesResponse> PurgeInstances(PurgeInstancesRequest request, ServerCallContext context)
    {
        var transaction = new DurableTransaction();
        transaction.Purge(request.InstanceId);
        await holder.Engine.CommitAsync(transaction);
        return new PurgeInstancesResponse { DeletedInstanceCount = transaction.PurgedCount };
    }

    static bool Matches(OrchestrationRecord found, InstanceQuery query) =>
        (query.RuntimeStatus.Count == 0 || query.RuntimeStatus.Contains((OrchestrationStatus)(int)found.State))
        && (query.CreatedTimeTo is not { } to || found.CreatedAt <= to.ToDateTimeOffset());

    static EntityMetadata Write(EntityRecord found, bool withState) => new()
    {
        InstanceId = found.Id,
        LastModifiedTime = Timestamp.FromDateTimeOffset(found.ModifiedAt),
        SerializedState = withState ? found.State : null,
    };

    static Microsoft.DurableTask.Protobuf.OrchestrationState Write(OrchestrationRecord found) => new()
    {
        InstanceId = found.InstanceId,
        Name = found.Name,
        OrchestrationStatus = (OrchestrationStatus)(int)found.State,
        CreatedTimestamp = Timestamp.FromDateTimeOffset(found.CreatedAt),
        LastUpdatedTimestamp = Timestamp.FromDateTimeOffset(found.UpdatedAt),
        CustomStatus = found.CustomStatus,
    };
}
