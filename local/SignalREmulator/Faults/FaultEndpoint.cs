using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lifecycle.Local.SignalR;

/// <summary>Faults over HTTP, for drills against an emulator in another process. Only for callers on the same machine.</summary>
sealed class FaultEndpoint(SignalRServiceCore core)
{
    static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
    };

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } caller || !IPAddress.IsLoopback(caller))
        {
            context.Response.StatusCode = 403;
            return;
        }
        try
        {
            await HandleAsync(context);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or BadHttpRequestException)
        {
            context.Response.StatusCode = (e as BadHttpRequestException)?.StatusCode ?? 400;
            await context.Response.WriteAsJsonAsync(new { error = e.Message });
        }
    }

    async Task HandleAsync(HttpContext context)
    {
        switch (context.Request.Method, context.Request.Path.Value!.TrimEnd('/'))
        {
            case ("GET", "/_faults"):
                await context.Response.WriteAsJsonAsync(State(), json);
                break;
            case ("DELETE", "/_faults"):
                core.Faults.Clear();
                context.Response.StatusCode = 204;
                break;
            case ("POST", "/_faults/drop"):
                var order = await ReadAsync<DropOrder>(context);
                await context.Response.WriteAsJsonAsync(new { dropped = core.Faults.Drop(order) }, json);
                break;
            case ("POST", "/_faults/refuse"):
                core.Faults.RefuseConnections = (await ReadAsync<Refusal>(context)).Refuse;
                context.Response.StatusCode = 204;
                break;
            case ("POST", "/_faults/upstream"):
                core.Faults.Add((await ReadAsync<FaultBody>(context)).ToFault());
                context.Response.StatusCode = 204;
                break;
            default:
                context.Response.StatusCode = 404;
                break;
        }
    }

    object State() => new
    {
        connections = core.ConnectionCount,
        refuseConnections = core.Faults.RefuseConnections,
        upstream = core.Faults.Rules.Select(FaultBody.From),
        fired = Enum.GetValues<UpstreamFaultKind>().ToDictionary(k => JsonNamingPolicy.CamelCase.ConvertName(k.ToString()), core.Faults.Fired)
    };

    // A page of any origin can send a form, or text, without asking; JSON it cannot.
    static async Task<T> ReadAsync<T>(HttpContext context) => !context.Request.HasJsonContentType()
        ? throw new BadHttpRequestException("The body must be JSON, with the content type application/json.", StatusCodes.Status415UnsupportedMediaType)
        : await JsonSerializer.DeserializeAsync<T>(context.Request.Body, json) ?? throw new JsonException("The body is null.");

    sealed record Refusal(bool Refuse = true);

    sealed record FaultBody
    {
        public required UpstreamFaultKind Kind { get; init; }

        public string Event { get; init; } = "*";

        public string? Hub { get; init; }

        public string? UserId { get; init; }

        public int? Count { get; init; }

        public double Probability { get; init; } = 1;

        public double DelayMs { get; init; }

        public bool KeepOrder { get; init; }

        public UpstreamFault ToFault() => new()
        {
            Kind = Kind,
            Event = Event,
            Hub = Hub,
            UserId = UserId,
            Count = Count,
            Probability = Probability,
            Delay = TimeSpan.FromMilliseconds(Math.Clamp(DelayMs, -1, 1e9)),
            KeepOrder = KeepOrder
        };

        public static FaultBody From(UpstreamFault fault) => new()
        {
            Kind = fault.Kind,
            Event = fault.Event,
            Hub = fault.Hub,
            UserId = fault.UserId,
            Count = fault.Count,
            Probability = fault.Probability,
            DelayMs = fault.Delay.TotalMilliseconds,
            KeepOrder = fault.KeepOrder
        };
    }
}
