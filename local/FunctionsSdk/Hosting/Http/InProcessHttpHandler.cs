using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Http;

/// <summary>
/// Sends HTTP requests to the host in memory: through the same pipeline as over a socket, on the caller's thread. Use it with
/// <see cref="HttpMessageInvoker"/> under virtual time.
/// </summary>
sealed class InProcessHttpHandler(HttpDispatcher dispatcher, IServiceProvider services) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var context = new DefaultHttpContext { RequestServices = services, RequestAborted = cancellationToken };
        await FillAsync(context.Request, request);
        var response = new InProcessResponse();
        context.Features.Set<IHttpResponseFeature>(response);
        context.Features.Set<IHttpResponseBodyFeature>(response);
        await dispatcher.HandleAsync(context);
        return await response.ToMessageAsync(request);
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        throw new NotSupportedException("The host answers asynchronously.");

    static async Task FillAsync(HttpRequest target, HttpRequestMessage source)
    {
        var uri = source.RequestUri ?? throw new InvalidOperationException("The request has no address.");
        if (!uri.IsAbsoluteUri)
            uri = new Uri(new Uri("http://localhost"), uri);
        target.Method = source.Method.Method;
        target.Protocol = "HTTP/1.1";
        target.Scheme = uri.Scheme;
        target.Host = HostString.FromUriComponent(uri);
        target.Path = PathString.FromUriComponent(uri);
        target.QueryString = QueryString.FromUriComponent(uri);
        foreach (var header in source.Headers)
            target.Headers.Append(header.Key, header.Value.ToArray());
        if (source.Content is not { } content)
            return;
        var body = new MemoryStream();
        await content.CopyToAsync(body);
        body.Position = 0;
        foreach (var header in content.Headers)
            target.Headers.Append(header.Key, header.Value.ToArray());
        target.ContentLength = body.Length;
        target.Body = body;
    }
}
