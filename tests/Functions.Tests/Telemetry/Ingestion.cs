using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Tests.Telemetry;

/// <summary>Stands in for Application Insights: takes what the exporter sends and keeps it.</summary>
sealed class Ingestion : IAsyncDisposable
{
    readonly WebApplication server;
    readonly ConcurrentQueue<JsonElement> received = [];

    Ingestion(WebApplication server) => this.server = server;

    /// <summary>Every envelope, in the order in which it came.</summary>
    public IReadOnlyCollection<JsonElement> Received => received;

    public string ConnectionString =>
        $"InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint={server.Urls.Single()}/;LiveEndpoint={server.Urls.Single()}/";

    public static async Task<Ingestion> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var server = builder.Build();
        var ingestion = new Ingestion(server);
        server.Urls.Add("http://127.0.0.1:0");
        server.MapPost("/v2.1/track", ingestion.TrackAsync);
        await server.StartAsync();
        return ingestion;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    // A body is one JSON document a line.
    async Task<IResult> TrackAsync(HttpRequest request)
    {
        using var body = request.Headers.ContentEncoding == "gzip" ? new GZipStream(request.Body, CompressionMode.Decompress) : request.Body;
        using var reader = new StreamReader(body);
        var count = 0;
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
        {
            received.Enqueue(JsonSerializer.Deserialize<JsonElement>(line));
            count++;
        }

        return Results.Json(new { itemsReceived = count, itemsAccepted = count, errors = Array.Empty<object>() });
    }
}
