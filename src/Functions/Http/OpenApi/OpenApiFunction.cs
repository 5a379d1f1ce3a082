using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace Lifecycle.Functions.Http;

/// <summary><c>GET /api/openapi.json</c>: what can be called, for people and for generators of clients.</summary>
public sealed class OpenApiFunction
{
    const string Prefix = "/api";

    static readonly Lazy<byte[]> document = new(() =>
        JsonSerializer.SerializeToUtf8Bytes(OpenApiDocument.Of(typeof(OpenApiFunction).Assembly, Prefix), new JsonSerializerOptions { WriteIndented = true }));

    /// <summary>The document, OpenAPI 3.1.</summary>
    [Function("OpenApi")]
    [Api("Describes every call, as OpenAPI 3.1.")]
    [Answers(StatusCodes.Status200OK, "This document.")]
    public IActionResult Get([HttpTrigger(AuthorizationLevel.Function, "get", Route = "openapi.json")] HttpRequest request) =>
        new JsonAnswer(StatusCodes.Status200OK, document.Value);
}
