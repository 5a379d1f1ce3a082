using System.Diagnostics.Metrics;
using Lifecycle.Entities;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;

namespace Lifecycle.Functions.Units;

/// <summary>A signal that an operation asked for.</summary>
sealed record Signal(EntityInstanceId To, string Operation, object? Input, DateTimeOffset? At);

/// <summary>One operation on an entity: what it finds, and what it asks of the runtime.</summary>
/// <typeparam name="TState">The entity's state.</typeparam>
sealed class MockedOperation<TState>
    where TState : class
{
    readonly Mock<TaskEntityContext> context = new();
    readonly Mock<TaskEntityState> state = new();
    readonly Mock<TaskEntityOperation> operation = new();

    /// <summary>Prepares it.</summary>
    public MockedOperation(EntityInstanceId id, TState? found, string name, object input)
    {
        context.Setup(c => c.Id).Returns(id);
        context
            .Setup(c => c.SignalEntity(It.IsAny<EntityInstanceId>(), It.IsAny<string>(), It.IsAny<object?>(), It.IsAny<SignalEntityOptions?>()))
            .Callback((EntityInstanceId to, string what, object? with, SignalEntityOptions? options) => Signals.Add(new(to, what, with, options?.SignalTime)));
        state.Setup(s => s.HasState).Returns(found is not null);
        state.Setup(s => s.GetState(It.IsAny<Type>())).Returns(found);
        state.Setup(s => s.SetState(It.IsAny<object?>())).Callback((object? stored) => Stored.Add((TState?)stored));
        operation.Setup(o => o.Name).Returns(name);
        operation.Setup(o => o.Context).Returns(context.Object);
        operation.Setup(o => o.State).Returns(state.Object);
        operation.Setup(o => o.HasInput).Returns(true);
        operation.Setup(o => o.GetInput(input.GetType())).Returns(input);
    }

    /// <summary>The signals, in order.</summary>
    public List<Signal> Signals { get; } = [];

    /// <summary>The states that were set.</summary>
    public List<TState?> Stored { get; } = [];

    /// <summary>Runs it.</summary>
    public async Task<object?> RunAsync(ITaskEntity entity) => await entity.RunAsync(operation.Object);
}

/// <summary>What entities need and these tests do not look at.</summary>
static class Instruments
{
    public static InvariantWatch Invariants(LifecycleMetrics metrics) => new(new DecisionJudge(), metrics, NullLogger<InvariantWatch>.Instance);

    public static LifecycleMetrics Make() => new(Mock.Of<IMeterFactory>(f => f.Create(It.IsAny<MeterOptions>()) == new Meter("units")));
}
