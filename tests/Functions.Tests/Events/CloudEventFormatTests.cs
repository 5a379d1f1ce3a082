using System.Text;
using CloudNative.CloudEvents.Extensions;
using CloudNative.CloudEvents.SystemTextJson;
using Lifecycle.Entities;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests.Events;

/// <summary>What is sent, read by a library that was not written here.</summary>
public sealed class CloudEventFormatTests
{
    [Fact]
    public void Every_event_and_dead_letter_is_a_valid_CloudEvent()
    {
        var sink = new FlakySink();
        TestApp.Run(
            async app =>
            {
                await app.StartAsync("s+1@x");
                await app.AttachAsync("s+1@x");
                app.WebhookAnswer = _ => new(System.Net.HttpStatusCode.Gone);
                await app.StartAsync("s2");
                await app.Settle(5_000);
                await app.CallAsync("DELETE", "/api/sessions/s+1@x");
                await app.Settle(5_000);
            },
            services => services.AddSingleton<IEventSink>(sink));

        Assert.Equal(8, sink.Taken.Count);
        Assert.Equal(
            [SessionEvents.TransitionType, SessionEvents.DeadLetterType], sink.Taken.Select(r => Read(r).Type!).Distinct());
        Assert.All(sink.Taken, record =>
        {
            var read = Read(record);
            Assert.True(read.IsValid);
            Assert.Equal((record.Id, record.At), (read.Id, read.Time));
            Assert.Equal($"/lifecycle/apps/{TestApp.Package}", read.Source!.ToString());
            Assert.Contains(read.Subject, (string[])["s+1@x:com.example.notes", "s2:com.example.notes"]);
            Assert.Equal(CloudEvent.Text(record.Sequence), read[Sequence.SequenceAttribute]);
            Assert.Equal("application/json", read.DataContentType);
        });
    }

    static CloudNative.CloudEvents.CloudEvent Read(OutboxRecord record) => new JsonEventFormatter().DecodeStructuredModeMessage(
        Encoding.UTF8.GetBytes(record.Body), new System.Net.Mime.ContentType(CloudEvent.ContentType), [Sequence.SequenceAttribute]);
}
