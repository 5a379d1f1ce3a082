using Microsoft.Azure.Functions.Worker;

namespace Lifecycle.FunctionsSdk.Tests.Hosting.Queues;

/// <summary>The queue functions of the tests.</summary>
public static class QueueSamples
{
    public sealed record Order(string Item, int Count);

    public sealed class Text(QueueJournal journal)
    {
        [Function("Text")]
        public void Run([QueueTrigger("%QueueOfTheTest%")] string message) => journal.Lines.Enqueue(message);
    }

    public sealed class Typed(QueueJournal journal)
    {
        [Function("Typed")]
        public void Run([QueueTrigger("%QueueOfTheTest%")] Order order) => journal.Lines.Enqueue($"{order.Count} {order.Item}");
    }

    public sealed class Binary(QueueJournal journal)
    {
        [Function("Binary")]
        public void Run([QueueTrigger("%QueueOfTheTest%", Connection = "Storage")] BinaryData message) => journal.Lines.Enqueue(message.ToString());
    }

    public sealed class ThirdTime(QueueJournal journal, TimeProvider time)
    {
        [Function("ThirdTime")]
        public void Run([QueueTrigger("%QueueOfTheTest%")] string message)
        {
            journal.Lines.Enqueue($"{time.GetTimestamp()}");
            if (journal.Lines.Count < 3)
                throw new InvalidOperationException("unlucky");
        }
    }

    public sealed class Never(QueueJournal journal)
    {
        [Function("Never")]
        public Task Run([QueueTrigger("%QueueOfTheTest%")] string message)
        {
            journal.Lines.Enqueue(message);
            throw new InvalidOperationException("unlucky");
        }
    }

    public sealed class Slow(QueueJournal journal, TimeProvider time)
    {
        [Function("Slow")]
        public async Task Run([QueueTrigger("%QueueOfTheTest%")] string message)
        {
            journal.Lines.Enqueue(message);
            await Task.Delay(TimeSpan.FromSeconds(5), time);
        }
    }

    public sealed class Held(QueueJournal journal)
    {
        [Function("Held")]
        public async Task Run([QueueTrigger("%QueueOfTheTest%")] string message, CancellationToken cancellation)
        {
            journal.Lines.Enqueue("begun");
            await journal.Release.Task.WaitAsync(cancellation);
            journal.Lines.Enqueue("ended");
        }
    }
}
