using System.Text.Json;

namespace Lifecycle.Infra.Tests.Templates;

/// <summary>What each way to deploy leads to, compiled once for all tests.</summary>
public sealed class Deployments : IDisposable
{
    readonly Bicep bicep = Bicep.Runs ? new Bicep() : null!;
    readonly Lazy<JsonElement> template;

    public Deployments()
    {
        template = new(() => bicep.Build("bicep/main.bicep"));
        Dev = new(() => Of("dev.bicepparam"));
        Prod = new(() => Of("prod.bicepparam"));
        Azd = new(() => Of("main.bicepparam"));
        OnStorage = new(() => Of("prod.bicepparam", ("LIFECYCLE_DURABLE_BACKEND", "AzureStorage")));
        Scheduler = new(() => Of(
            "main.bicepparam",
            ("LIFECYCLE_SIZE", "prod"),
            ("LIFECYCLE_DURABLE_BACKEND", "DurableTaskScheduler"),
            ("LIFECYCLE_CONNECT_UPSTREAM", "true"),
            ("LIFECYCLE_ALERT_EMAIL", "owner@example.com"),
            ("LIFECYCLE_POLICY", """{"ReconnectGraceMs":8000,"Resurrect":false}""")));
    }

    /// <summary>The template before any parameter.</summary>
    public JsonElement Template => template.Value;

    public Lazy<Deployment> Dev { get; }

    public Lazy<Deployment> Prod { get; }

    /// <summary>Production on the backend that it does not have by itself.</summary>
    public Lazy<Deployment> OnStorage { get; }

    /// <summary>The first provisioning by azd, nothing set.</summary>
    public Lazy<Deployment> Azd { get; }

    /// <summary>A later one with everything that can be chosen chosen.</summary>
    public Lazy<Deployment> Scheduler { get; }

    public IEnumerable<(string Name, Deployment Deployment)> All =>
        [("dev", Dev.Value), ("prod", Prod.Value), ("prod on Azure Storage", OnStorage.Value), ("azd", Azd.Value), ("scheduler", Scheduler.Value)];

    internal Bicep Cli => bicep;

    public void Dispose() => bicep?.Dispose();

    Deployment Of(string parameters, params (string Name, string Value)[] environment)
    {
        // Nothing of the developer's own environment: azd sets these in its shells.
        var clean = new[] { "AZURE_ENV_NAME", "AZURE_LOCATION", "LIFECYCLE_SIZE", "LIFECYCLE_DURABLE_BACKEND", "LIFECYCLE_CONNECT_UPSTREAM", "LIFECYCLE_POLICY", "LIFECYCLE_ALERT_EMAIL" }
            .Where(name => environment.All(e => e.Name != name) && Environment.GetEnvironmentVariable(name) is not null);
        return clean.Any()
            ? throw new InvalidOperationException($"Unset {string.Join(", ", clean)}: the templates would be compiled with them.")
            : new Deployment(bicep.Snapshot(parameters, environment));
    }
}

/// <summary>The resources of one deployment.</summary>
public sealed class Deployment(JsonElement snapshot)
{
    public IReadOnlyList<JsonElement> Resources { get; } = [.. snapshot.GetProperty("predictedResources").EnumerateArray()];

    public string Text { get; } = snapshot.GetRawText();

    public JsonElement Diagnostics => snapshot.GetProperty("diagnostics");

    public IReadOnlyList<JsonElement> Of(string type) => [.. Resources.Where(r => r.GetProperty("type").GetString() == type)];

    public JsonElement PropertiesOf(string type) => Of(type).Single().GetProperty("properties");

    public IReadOnlyDictionary<string, string> AppSettings => PropertiesOf("Microsoft.Web/sites/config").EnumerateObject()
        .ToDictionary(setting => setting.Name, setting => setting.Value.GetString()!);
}

/// <summary>Tests that share the compiled templates.</summary>
[CollectionDefinition(Name)]
public sealed class DeploymentsCollection : ICollectionFixture<Deployments>
{
    public const string Name = "deployments";
}
