using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Lifecycle.Functions.Http;

/// <summary>A JSON body with a status. Writes by itself, so that no part of MVC has to be registered in either host.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="body">Serialized in camelCase, nulls left out; null for no body.</param>
/// <param name="contentType">The media type.</param>
public sealed class JsonAnswer(int status, object? body, string contentType = "application/json") : IActionResult
{
    /// <summary>How every HTTP body is read and written.</summary>
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The address of what the request made.</summary>
    public string? Location { get; init; }

    /// <summary>How long the caller should wait before asking again; told in whole seconds, rounded up.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The methods that would do.</summary>
    public IReadOnlyList<string> Allow { get; init; } = [];

    /// <inheritdoc/>
    public async Task ExecuteResultAsync(ActionContext context)
    {
        var response = context.HttpContext.Response;
        response.StatusCode = status;
        if (Location is not null)
        {
            response.Headers.Location = Location;
        }

        if (RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        if (Allow.Count > 0)
        {
            response.Headers.Allow = string.Join(", ", Allow);
        }

        if (body is not null)
        {
            var bytes = body as byte[] ?? JsonSerializer.SerializeToUtf8Bytes(body, body.GetType(), Options);
            response.ContentType = contentType;
            response.ContentLength = bytes.Length;
            await response.Body.WriteAsync(bytes);
        }
    }

    /// <summary>200 with a body.</summary>
    public static JsonAnswer Ok(object body) => new(StatusCodes.Status200OK, body);

    /// <summary>202: it will be done; look there.</summary>
    public static JsonAnswer Accepted(string location, object body) => new(StatusCodes.Status202Accepted, body) { Location = location };

    /// <summary>204.</summary>
    public static JsonAnswer NoContent { get; } = new(StatusCodes.Status204NoContent, null);
}
