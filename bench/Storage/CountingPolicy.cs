using Azure.Core;
using Azure.Core.Pipeline;

namespace Lifecycle.Bench.Storage;

/// <summary>Which service a client asks.</summary>
enum StorageService
{
    Queue,
    Table,
    Blob,
}

/// <summary>Counts every request of a client, tries that the client makes again among them: each is paid for.</summary>
sealed class CountingPolicy(StorageService service, RequestLog log) : HttpPipelinePolicy
{
    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        await ProcessNextAsync(message, pipeline);
        log.Add(NameOf(message));
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        ProcessNext(message, pipeline);
        log.Add(NameOf(message));
    }

    string NameOf(HttpMessage message)
    {
        var (method, at) = (message.Request.Method, message.Request.Uri);
        return service switch
        {
            StorageService.Queue => StorageRequest.OfQueue(method, at.Path, method == RequestMethod.Get ? message.Response.Content.ToString() : ""),
            StorageService.Table => StorageRequest.OfTable(method, at.Path),
            _ => StorageRequest.OfBlob(method, at.Path, at.Query),
        };
    }
}
