using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Http;

/// <summary>A response kept in memory, with the callbacks that a server would run.</summary>
sealed class InProcessResponse : IHttpResponseFeature, IHttpResponseBodyFeature
{
    readonly MemoryStream _body = new();
    readonly Stack<(Func<object, Task> Callback, object State)> _starting = [];
    readonly Stack<(Func<object, Task> Callback, object State)> _completed = [];
    PipeWriter? _writer;

    public int StatusCode { get; set; } = StatusCodes.Status200OK;

    public string? ReasonPhrase { get; set; }

    public IHeaderDictionary Headers { get; set; } = new HeaderDictionary();

    public bool HasStarted { get; private set; }

    public Stream Stream => _body;

    public PipeWriter Writer => _writer ??= PipeWriter.Create(_body, new StreamPipeWriterOptions(leaveOpen: true));

    Stream IHttpResponseFeature.Body { get; set; } = System.IO.Stream.Null;

    public void OnStarting(Func<object, Task> callback, object state) => _starting.Push((callback, state));

    public void OnCompleted(Func<object, Task> callback, object state) => _completed.Push((callback, state));

    public void DisableBuffering()
    {
    }

    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (HasStarted)
            return;
        while (_starting.TryPop(out var starting))
            await starting.Callback(starting.State);
        HasStarted = true;
    }

    public async Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        await SendFileFallback.SendFileAsync(Stream, path, offset, count, cancellationToken);

    public Task CompleteAsync() => StartAsync();

    /// <summary>Ends the response and makes the client's view of it.</summary>
    public async Task<HttpResponseMessage> ToMessageAsync(HttpRequestMessage request)
    {
        await StartAsync();
        if (_writer is not null)
            await _writer.CompleteAsync();
        var message = new HttpResponseMessage((HttpStatusCode)StatusCode)
        {
            RequestMessage = request,
            ReasonPhrase = ReasonPhrase,
            Content = new ByteArrayContent(_body.ToArray()),
        };
        foreach (var header in Headers)
            if (!message.Headers.TryAddWithoutValidation(header.Key, header.Value.AsEnumerable()))
                message.Content.Headers.TryAddWithoutValidation(header.Key, header.Value.AsEnumerable());
        while (_completed.TryPop(out var completed))
            await completed.Callback(completed.State);
        return message;
    }
}
