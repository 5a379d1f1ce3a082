// An app server that speaks the doctor contract (docs/doctor.md): what `lifecycle doctor` asks for in messages, it does.
// LIFECYCLE_API_KEY=… LIFECYCLE_WEBHOOK_SECRET=… dotnet run --project samples/DoctorContract -- --lifecycle http://127.0.0.1:7075 --package com.example.notes
using Lifecycle.Samples.DoctorContract;
using Lifecycle.Sdk;

var builder = WebApplication.CreateSlimBuilder(args);
var settings = builder.Configuration;
var lifecycle = new Uri(settings["lifecycle"] ?? "http://127.0.0.1:7075");
builder.WebHost.UseUrls(settings["listen"] ?? "http://127.0.0.1:5080");
builder.Logging.SetMinimumLevel(LogLevel.None);
builder.Services.AddLifecycleAppServer(options =>
{
    options.LifecycleUrl = lifecycle;
    options.PackageName = settings["package"] ?? "com.example.notes";
    options.ApiKey = settings["LIFECYCLE_API_KEY"] ?? "";
    options.WebhookSecrets = settings["LIFECYCLE_WEBHOOK_SECRET"]?.Split(' ') ?? [];
});

await using var app = builder.Build();
using var contract = new ContractApp(lifecycle);
contract.Serve(app.Services.GetRequiredService<AppServer>());
app.MapLifecycleWebhook("/lifecycle");
await app.StartAsync();
Console.Out.WriteLine($"listening on {app.Urls.First()}");
await app.WaitForShutdownAsync();
