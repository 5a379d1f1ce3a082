using System.Text;
using System.Text.Json;

namespace Lifecycle.SignalREmulator.Tests.Support;

/// <summary>An app that writes down what it is told and answers as a test says.</summary>
sealed class RecordingUpstream : IUpstream
{
    public Inbox<Received> Events { get; } = new("an upstream event");

    /// <summary>The hub whose events it takes; null for all of them.</summary>
    public string? Hub { get; set; }

    public Func<Received, Task<UpstreamResponse>> Answer { get; set; } = received => Task.FromResult(
        received.Message.InvocationId is { } id && received.Name == "echo"
            ? Result(received, received.Message.Arguments[0])
            : new UpstreamResponse(200, null, default));

    public static UpstreamResponse Status(int status) => new(status, null, default);

    public static UpstreamResponse Result(Received received, JsonElement? result, string? error = null) => new(
        200, null, UpstreamMessage.WriteCompletion(received.Request.ContentType, received.Message.InvocationId!, result, error));

    public bool Takes(string hub) => Hub is null || Hub == hub;

    public async Task<UpstreamResponse> SendAsync(UpstreamRequest request, CancellationToken cancellation)
    {
        var received = new Received(request, UpstreamMessage.Read(request.ContentType, request.Body));
        var response = Answer(received);
        Events.Add(received);
        return await response;
    }

    public Task<Received> NextAsync(string name) => Events.NextAsync(e => e.Name == name);

    public sealed record Received(UpstreamRequest Request, UpstreamMessage Message)
    {
        public string Name => Request.Headers["X-ASRS-Event"];

        public string ConnectionId => Request.Headers["X-ASRS-Connection-Id"];

        public string? UserId => Request.Headers.GetValueOrDefault("X-ASRS-User-Id");

        public string Body => Encoding.UTF8.GetString(Request.Body.Span);
    }
}
