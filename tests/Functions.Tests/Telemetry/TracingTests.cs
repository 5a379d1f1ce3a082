using System.Diagnostics;
using Lifecycle.Entities;

namespace Lifecycle.Functions.Tests.Telemetry;

public sealed class TracingTests
{
    [Fact]
    public void One_trace_leads_from_the_lost_socket_to_the_webhook_and_to_the_ack()
    {
        var spans = new List<Activity>();
        using var listener = Listen(spans);
        TestApp.Run(async app =>
        {
            await app.StartAsync("traced");
            var first = await app.AttachAsync("traced");
            first.Drop();
            await app.Settle(12_000);
            await app.AttachAsync("traced", "i2");
        });

        var mine = spans.Where(span => Equals(span.GetTagItem("lifecycle.subject"), $"traced:{TestApp.Package}") || span.OperationName == "lifecycle.send_ack").ToList();
        var lost = mine.Single(span => span.OperationName == "lifecycle.tell disconnected");
        var story = mine.Where(span => span.TraceId == lost.TraceId).ToList();
        Assert.Equal(
            ["lifecycle.tell disconnected", "lifecycle.disconnected", "lifecycle.timer_fired", "lifecycle.attempt_admitted", "lifecycle.webhook resurrection_request", "lifecycle.connected", "lifecycle.send_ack"],
            story.Select(span => span.OperationName).Where(name => !name.StartsWith("lifecycle.attempt_", StringComparison.Ordinal) || name.EndsWith("_admitted", StringComparison.Ordinal)).Distinct().OrderBy(Place));

        // Everything hangs on the loss, but for what an operation did itself.
        var attach = story.Single(span => span.OperationName == "lifecycle.connected");
        Assert.All(story.Except([lost]), span => Assert.Equal(span.OperationName == "lifecycle.send_ack" ? attach.SpanId : lost.SpanId, span.ParentSpanId));
        Assert.Equal("RUNNING", attach.GetTagItem("lifecycle.to"));

        // The attach has a trace of its own, too: that of the new connection. A link leads there.
        var arrival = mine.Last(span => span.OperationName == "lifecycle.tell connected");
        Assert.Contains(attach.Links, link => link.Context.TraceId == arrival.TraceId);
        Assert.NotEqual(lost.TraceId, arrival.TraceId);
    }

    [Fact]
    public void The_start_of_an_app_is_a_trace_too()
    {
        var spans = new List<Activity>();
        using var listener = Listen(spans);
        TestApp.Run(async app =>
        {
            await app.StartAsync("begun");
            await app.AttachAsync("begun");
        });

        var mine = spans.Where(span => Equals(span.GetTagItem("lifecycle.subject"), $"begun:{TestApp.Package}")).ToList();
        var asked = mine.Single(span => span.OperationName == "lifecycle.tell start");
        Assert.Equal(asked.SpanId, mine.Single(span => span.OperationName == "lifecycle.webhook session_request").ParentSpanId);
        Assert.Equal(asked.SpanId, mine.Single(span => span.OperationName == "lifecycle.connected").ParentSpanId);
    }

    static int Place(string name) => name switch
    {
        "lifecycle.tell disconnected" => 0,
        "lifecycle.disconnected" => 1,
        "lifecycle.timer_fired" => 2,
        "lifecycle.attempt_admitted" => 3,
        "lifecycle.webhook resurrection_request" => 4,
        "lifecycle.connected" => 5,
        _ => 6,
    };

    static ActivityListener Listen(List<Activity> spans)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == LifecycleTracing.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                lock (spans)
                {
                    spans.Add(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
