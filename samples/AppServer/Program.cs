// An app server: attaches to the sessions Lifecycle asks for (and to those named with --session), shows what arrives.
// dotnet run --project samples/AppServer -- --lifecycle http://localhost:7071 --package com.example.notes --key KEY --secret whsec_...
using Lifecycle.Sdk;

var builder = WebApplication.CreateBuilder(args);
var settings = builder.Configuration;
builder.WebHost.UseUrls(settings["listen"] ?? "http://localhost:5080");
builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Critical); // A lost socket is daily business here, no stack trace.
builder.Services.AddLifecycleAppServer(options =>
{
    options.LifecycleUrl = new Uri(settings["lifecycle"] ?? "http://localhost:7071");
    options.PackageName = settings["package"] ?? "com.example.notes";
    options.WebhookSecrets = settings["secret"]?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
    options.ApiKey = settings["key"] ?? throw new ArgumentException("Say --key KEY: the API key that registering the package showed");
    options.Relay = settings["relay"] is not null; // of a package with the webhookUrl "relay:", which needs no address
    // What Ctrl-C and SIGTERM mean. By default the sessions are handed over to another process of the package, for which a rolling update has
    // 22 s; this one mostly runs alone, and would wait for nobody.
    options.HandOverLimit = TimeSpan.FromSeconds(2);
    if (settings["goodbye"] is not null) options.OnShutdown = ShutdownMode.Goodbye;
});

await using var app = builder.Build();
var server = app.Services.GetRequiredService<AppServer>();
server.ConfigureSessions(session =>
{
    session.ChooseSubscriptions(ack => ack.Subscriptions.Count > 0 ? null : ["audio"]); // null keeps what is in force
    session.On("data", data => Show(session, $"published: {data}"));
    session.OnMessage(message => Show(session, $"message {message.Seq}: {message.Body}"));
    session.OnReconnected(ack => Show(session, $"reconnected, {(ack.Resumed ? "state kept" : "clean start")}, {ack.Missed} messages missed"));
    session.OnRefused(refusal => Show(session, $"refused, {refusal.Code}"));
    session.OnStop(reason => Show(session, $"told to stop: {reason}"));
    session.OnEnded(reason => Show(session, $"ended, {reason}"));
});
app.MapLifecycleWebhook("/lifecycle");
app.MapDelete("/sessions/{id}", (string id) => server.ReleaseAsync(id)); // a goodbye: Lifecycle does not start it again
await app.StartAsync();
if (settings["session"] is { } sessionId) await server.AttachAsync(sessionId);
await app.WaitForShutdownAsync();

static Task Show(AttachedSession session, string text) => Console.Out.WriteLineAsync($"{session.SessionId}: {text}");
