using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace Lifecycle.Functions.Console;

/// <summary>A file of the console, compressed as the browser takes it. Writes by itself, so that no part of MVC has to be registered in either host.</summary>
sealed class ConsoleFileAnswer(ConsoleFile file, ConsoleSecurity security) : IActionResult
{
    static readonly string[] encodings = ["br", "gzip"];

    public async Task ExecuteResultAsync(ActionContext context)
    {
        var (request, response) = (context.HttpContext.Request, context.HttpContext.Response);
        var headers = response.Headers;
        headers.CacheControl = file.CacheControl;
        headers.ETag = file.ETag;
        headers.Vary = HeaderNames.AcceptEncoding;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.ContentSecurityPolicy = file.Inline is { } inline ? security.PolicyFor(inline) : "default-src 'none'; frame-ancestors 'none'";
        if (request.Headers.IfNoneMatch.ToString().Contains(file.ETag, StringComparison.Ordinal))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var encoding = EncodingFor(request);
        if (encoding is not null)
        {
            headers.ContentEncoding = encoding;
        }

        var content = file.In(encoding);
        response.ContentType = file.ContentType;
        response.ContentLength = content.Length;
        await response.Body.WriteAsync(content, context.HttpContext.RequestAborted);
    }

    static string? EncodingFor(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().AcceptEncoding.Where(one => one.Quality is not 0).Select(one => one.Value.ToString()).ToList();
        return encodings.FirstOrDefault(encoding => accepted.Contains(encoding, StringComparer.OrdinalIgnoreCase));
    }
}
