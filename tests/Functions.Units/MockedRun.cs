using Lifecycle.Entities;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Moq;
using Moq.Protected;

namespace Lifecycle.Functions.Units;

/// <summary>What an orchestrator asked for, in order.</summary>
/// <param name="What">An operation, an activity, or <c>timer</c>.</param>
/// <param name="With">Its input, or how long it was to wait.</param>
sealed record Call(string What, object? With);

/// <summary>The context of one run's orchestrator, whose clock moves by its timers alone.</summary>
sealed class MockedRun
{
    readonly Queue<Func<RunOrder>> answers;
    DateTime now = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);

    /// <summary>Prepares it.</summary>
    /// <param name="input">Its input.</param>
    /// <param name="answers">What the entity answers, or how it fails, one after the other; the last of them for ever.</param>
    public MockedRun(RunInput input, params Func<RunOrder>[] answers)
    {
        this.answers = new(answers);
        // The base has what is not abstract: the timer by its length, and the loggers that keep silent on replay.
        Context = new() { CallBase = true };
        Context.Setup(c => c.GetInput<RunInput>()).Returns(input);
        Context.Setup(c => c.CurrentUtcDateTime).Returns(() => now);
        Context.Setup(c => c.Entities).Returns(Entities.Object);
        Context.Setup(c => c.CreateTimer(It.IsAny<DateTime>(), It.IsAny<CancellationToken>())).Returns(WaitAsync);
        Context.Protected().SetupGet<ILoggerFactory>("LoggerFactory").Returns(new LoggerFactory([new FakeLoggerProvider(Logs)]));
        Entities
            .Setup(e => e.CallEntityAsync<RunOrder>(
                It.IsAny<EntityInstanceId>(), It.IsAny<string>(), It.IsAny<object?>(), It.IsAny<CallEntityOptions?>()))
            .Returns(AnswerAsync);
    }

    /// <summary>The context, for what else a test sets up.</summary>
    public Mock<TaskOrchestrationContext> Context { get; }

    /// <summary>Its entities.</summary>
    public Mock<TaskOrchestrationEntityFeature> Entities { get; } = new();

    /// <summary>What was asked for so far.</summary>
    public List<Call> Calls { get; } = [];

    /// <summary>What was logged.</summary>
    public FakeLogCollector Logs { get; } = new();

    /// <summary>How long each timer was to wait.</summary>
    public IEnumerable<TimeSpan> Waits => Calls.Select(call => call.With).OfType<TimeSpan>();

    /// <summary>Sets up an activity.</summary>
    public void OnActivity<TResult>(string name, Func<TResult> result) => Context
        .Setup(c => c.CallActivityAsync<TResult>(new TaskName(name), It.IsAny<object?>(), It.IsAny<TaskOptions?>()))
        .Returns(async (TaskName _, object? input, TaskOptions? _) =>
        {
            Calls.Add(new(name, input));
            await Task.CompletedTask;
            return result();
        });

    Task WaitAsync(DateTime until, CancellationToken cancellation)
    {
        Calls.Add(new("timer", until - now));
        now = until;
        return Task.CompletedTask;
    }

    async Task<RunOrder> AnswerAsync(EntityInstanceId id, string operation, object? input, CallEntityOptions? options)
    {
        Calls.Add(new(operation, input));
        await Task.CompletedTask;
        return (answers.Count > 1 ? answers.Dequeue() : answers.Peek())();
    }
}
