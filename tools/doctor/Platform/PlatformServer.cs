using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lifecycle.Doctor.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Doctor.Platform;

/// <summary>
/// Lifecycle's part of the wire, played by a script: negotiate, and SignalR connections. It has two base addresses, so that sessions can be sent
/// from one to the other.
/// </summary>
sealed class PlatformServer : IAsyncDisposable
{
    /// <summary>The path of the other base address.</summary>
    public const string Elsewhere = "/elsewhere";

    readonly WebApplication _app;
    readonly TimeProvider _time;

    PlatformServer(WebApplication app, TimeProvider time) => (_app, _time) = (app, time);

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Where apps reach it.</summary>
    public Uri PublicUrl { get; private set; } = null!;

    /// <summary>Who plays; null: nobody does.</summary>
    public Examination? Examination { get; set; }

    /// <exception cref="IOException">It cannot listen there.</exception>
    public static async Task<PlatformServer> StartAsync(DoctorOptions options, TimeProvider time)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(options.Listen.GetLeftPart(UriPartial.Authority));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        var app = builder.Build();
        var self = new PlatformServer(app, time);
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan });
        foreach (var place in (string[])["", Elsewhere])
        {
            app.Map($"{place}/api/negotiate", (HttpContext http) => self.NegotiateAsync(http, place));
            app.MapPost($"{place}/client/negotiate", (Delegate)self.NegotiateTransportAsync);
            app.Map($"{place}/client", self.ConnectAsync);
            app.MapPost($"{place}/doctor/{{what}}", (Delegate)self.EchoAsync);
        }
        await ListenAsync(app, options.Listen);
        self.PublicUrl = options.PublicUrl ?? self.Address;
        return self;
    }

    static async Task ListenAsync(WebApplication app, Uri address)
    {
        try
        {
            await app.StartAsync();
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            await app.DisposeAsync();
            throw new IOException($"The doctor cannot listen at {address.GetLeftPart(UriPartial.Authority)} ({e.GetBaseException().Message}): say an address of this machine that is free with --listen.", e);
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>The base address of a place.</summary>
    public Uri BaseOf(string place) => new(PublicUrl.AbsoluteUri.TrimEnd('/') + place);

    async Task NegotiateAsync(HttpContext http, string place)
    {
        var call = await NegotiateCall.ReadAsync(http, place);
        if (call.SessionId is not { } session || Examination?.Find(session) is not { } scene)
        {
            Examination?.Stray(call);
            await RefuseAsync(http, NegotiateReply.Refuse(404, "not_found"));
            return;
        }
        await AnswerAsync(http, scene, call, scene.Negotiated(call));
    }

    async Task AnswerAsync(HttpContext http, Scene scene, NegotiateCall call, NegotiateReply reply)
    {
        if (reply.Delay != TimeSpan.Zero) await Task.Delay(reply.Delay, _time, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (http.RequestAborted.IsCancellationRequested) return;
        (call.AnsweredAt, call.IsRedirected) = (scene.Now, reply is { Status: 200, Raw: null, Drops: false });
        if (reply.Drops) http.Abort();
        else if (reply.Status != 200) await RefuseAsync(http, reply);
        else if (reply.Raw is { } raw) await http.Response.WriteAsync(raw);
        else await RedirectAsync(http, scene, call, reply);
    }

    Task RedirectAsync(HttpContext http, Scene scene, NegotiateCall call, NegotiateReply reply) => http.Response.WriteAsJsonAsync(new JsonObject
    {
        ["url"] = (reply.Url ?? new Uri($"{BaseOf(call.Place).AbsoluteUri.TrimEnd('/')}/client/?hub=apps&doctor=1")).AbsoluteUri,
        ["accessToken"] = scene.Run.Tickets.Issue(scene, call),
        ["ackWithinMs"] = reply.AckWithinMs,
        ["furtherField"] = new JsonObject { ["as"] = "docs/wire.md allows" },
    });

    static Task RefuseAsync(HttpContext http, NegotiateReply reply)
    {
        http.Response.StatusCode = reply.Status;
        if (reply.RetryAfter is { } wait) http.Response.Headers.RetryAfter = wait;
        http.Response.ContentType = reply.Problem is null ? "text/html" : "application/problem+json";
        return http.Response.WriteAsync(reply.Problem is null ? reply.Raw ?? "" : new JsonObject
        {
            ["type"] = WireText.ProblemPrefix + reply.Problem,
            ["title"] = "Refused by the doctor",
            ["status"] = reply.Status,
            ["detail"] = "This is a check.",
        }.ToJsonString());
    }

    // SignalR's own: which transports there are.
    IResult NegotiateTransportAsync(HttpContext http)
    {
        if (Examination?.Tickets.Find(http) is not { } ticket) return Results.StatusCode(StatusCodes.Status401Unauthorized);
        if (ticket.Scene.TransportStatus is { } status) return Results.StatusCode(status);
        return Results.Json(new
        {
            connectionId = Guid.NewGuid().ToString("n"),
            connectionToken = Guid.NewGuid().ToString("n"),
            negotiateVersion = 1,
            availableTransports = new[] { new { transport = "WebSockets", transferFormats = new[] { "Text", "Binary" } } },
        });
    }

    async Task ConnectAsync(HttpContext http)
    {
        if (!http.WebSockets.IsWebSocketRequest || Examination?.Tickets.Find(http) is not { } ticket)
        {
            http.Response.StatusCode = http.WebSockets.IsWebSocketRequest ? StatusCodes.Status401Unauthorized : StatusCodes.Status400BadRequest;
            return;
        }
        ticket.Uses++;
        ticket.KeepsQuery = http.Request.Query["hub"] == "apps";
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        var reader = new RecordReader(socket);
        try
        {
            if (await IsGreetedAsync(socket, reader, ticket, http.RequestAborted)) await ServeAsync(socket, reader, ticket, http);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            ticket.Scene.Tell("a socket broke off before it was open");
        }
    }

    static async Task<bool> IsGreetedAsync(WebSocket socket, RecordReader reader, Ticket ticket, CancellationToken cancellation)
    {
        var record = await reader.NextAsync(cancellation);
        if (ticket.Scene.IsMute)
        {
            ticket.Scene.Tell("a handshake, not answered");
            while (record is not null) record = await reader.NextAsync(cancellation);
            return false;
        }
        var isJson = record is not null && IsHandshake(record);
        // Of several sockets with one token a good handshake behind it does not mend a strange one.
        if (record is not null && (!isJson || ticket.Handshake is null)) ticket.Handshake = record;
        ticket.Scene.Tell(isJson ? "handshake" : $"a handshake that is none of SignalR's JSON protocol, version 1: {record?[..Math.Min(record.Length, 80)]}");
        await socket.SendAsync(Encoding.UTF8.GetBytes((isJson ? "{}" : "{\"error\":\"only json 1 is spoken\"}") + RecordReader.Separator), WebSocketMessageType.Text, true, cancellation);
        return isJson;
    }

    static bool IsHandshake(string record)
    {
        try
        {
            var handshake = JsonElement.Parse(record);
            return handshake.GetProperty("protocol").GetString() == "json" && handshake.GetProperty("version").GetInt32() >= 1;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return false;
        }
    }

    async Task ServeAsync(WebSocket socket, RecordReader reader, Ticket ticket, HttpContext http)
    {
        var scene = ticket.Scene;
        var hub = new HubSocket(socket, scene, ticket.Call, () => BreakOff(http)) { OpenedAt = scene.Now };
        scene.Opened(hub);
        var serving = hub.ServeAsync(reader, http.RequestAborted);
        var pinging = hub.PingAsync(_time, http.RequestAborted);
        await scene.OnOpen(hub);
        await serving;
        scene.Pulse();
        http.Abort();
        await pinging;
    }

    static void BreakOff(HttpContext http)
    {
        try
        {
            http.Abort();
        }
        catch (ObjectDisposedException)
        {
            // The request is over.
        }
    }

    async Task<IResult> EchoAsync(HttpContext http, string what)
    {
        try
        {
            var said = (await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted)).RootElement;
            if (said.GetProperty("sessionId").GetString() is not { } session || Examination?.Find(session) is not { } scene) return Results.NotFound();
            scene.Echoed(new Echo(scene.Now, what, said));
            return Results.NoContent();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return Results.BadRequest();
        }
    }
}
