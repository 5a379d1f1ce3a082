using Lifecycle.Functions;
using Lifecycle.Functions.Settings;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Lifecycle.Infra.Tests.Templates;

/// <summary>
/// The app is put together with the very settings that the template gives it, and each key that it asks for is written down: so every setting
/// is known to be read, and every one that is read to be set.
/// </summary>
[Collection(DeploymentsCollection.Name)]
public sealed class AppSettingTests(Deployments deployments)
{
    /// <summary>Set for others than our code.</summary>
    static readonly Dictionary<string, string> readByOthers = new()
    {
        ["AzureWebJobsStorage:credential"] = "the Functions host and its extensions",
        ["AzureSignalRConnectionString:credential"] = "the SignalR extension, on both sides",
        ["AzureSignalRConnectionString:clientId"] = "the SignalR extension, on both sides",
        ["AZURE_CLIENT_ID"] = "Azure.Identity, from the environment",
        ["AzureFunctionsJobHost:extensions:durableTask:hubName"] = "the Functions host, over host.json",
        ["AzureFunctionsJobHost:extensions:durableTask:storageProvider:type"] = "the Functions host, over host.json",
        ["AzureFunctionsJobHost:extensions:durableTask:storageProvider:connectionStringName"] = "the Functions host, over host.json",
        ["DURABLE_TASK_SCHEDULER_CONNECTION_STRING"] = "the provider, by the name above",
    };

    /// <summary>Read and not set, for there is another way or a default that the template must not repeat.</summary>
    static readonly Dictionary<string, string> leftOut = new()
    {
        ["AzureWebJobsStorage"] = "a connection string has a key in it",
        ["AzureWebJobsStorage:queueServiceUri"] = "accountName says the same to host and app",
        ["AzureWebJobsStorage__queueServiceUri"] = "the same, as files spell it",
        ["ConnectionStrings:AzureSignalRConnectionString"] = "a connection string has a key in it",
        ["AzureSignalRConnectionString"] = "a connection string has a key in it",
        ["Lifecycle:KeyRing:Folder"] = "the vault takes its place",
        ["Embedded:DataFolder"] = "of the embedded host",
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "Application Insights takes its place",
    };

    [BicepFact]
    public void AppSettings_AreAllReadAndAllThatIsReadIsSet() => Assert.All(deployments.All, d =>
    {
        var settings = Resolved(d.Deployment.AppSettings);
        var asked = KeysAskedFor(settings);
        Assert.Empty(settings.Keys.Except(asked, StringComparer.OrdinalIgnoreCase).Except(readByOthers.Keys, StringComparer.OrdinalIgnoreCase));
        var own = asked.Where(key => !key.StartsWith("Lifecycle:Policy:", StringComparison.OrdinalIgnoreCase));
        Assert.Empty(own.Except(settings.Keys, StringComparer.OrdinalIgnoreCase).Except(leftOut.Keys, StringComparer.OrdinalIgnoreCase));
    });

    [BicepFact]
    public void Settings_ThatAreReadOrSet_AreAllExplained()
    {
        var page = RepositoryFiles.Read("docs/settings.md") + RepositoryFiles.Read("docs/host.md");
        var settings = Resolved(deployments.Scheduler.Value.AppSettings);
        var own = settings.Keys.Concat(KeysAskedFor(settings)).Select(key => key.Replace("__", ":").Replace("ConnectionStrings:", ""))
            .Where(key => !key.StartsWith("Lifecycle:Policy:", StringComparison.OrdinalIgnoreCase) && !key.StartsWith("Embedded:", StringComparison.Ordinal));
        Assert.Empty(own.Where(key => !Names(key).Any(name => page.Contains(name, StringComparison.Ordinal))).Distinct());
    }

    // Parts of a connection are explained in the row of the connection; what is laid over host.json, by its name there.
    static IEnumerable<string> Names(string key) => key switch
    {
        _ when key.StartsWith("AzureFunctionsJobHost:", StringComparison.Ordinal) => [$"`{key["AzureFunctionsJobHost:".Length..].Replace(':', '.')}`", $"`{key.Split(':')[^1]}`"],
        _ when key.Contains(':') && !key.StartsWith("Lifecycle:", StringComparison.Ordinal) => [$"`:{key.Split(':')[^1]}`"],
        _ => [$"`{key}`"],
    };

    [BicepFact]
    public void AppSettings_OfThePolicy_AreThoseThatWereAskedFor()
    {
        var settings = LifecycleSettings.Read(ConfigurationOf(Resolved(deployments.Scheduler.Value.AppSettings), []), isDevelopment: false);
        Assert.Equal(Policy.Default with { ReconnectGraceMs = 8_000, Resurrect = false }, settings.Fleet);
        Assert.DoesNotContain(deployments.Prod.Value.AppSettings.Keys, key => key.StartsWith("Lifecycle__Policy__"));
    }

    [BicepFact]
    public void AppSettings_NameTheBackendThatTheHostUses()
    {
        Assert.All([deployments.Dev.Value.AppSettings, deployments.OnStorage.Value.AppSettings], storage =>
        {
            Assert.Equal("AzureStorage", storage["Lifecycle__DurableBackend"]);
            Assert.DoesNotContain(storage.Keys, key => key.StartsWith("AzureFunctionsJobHost__") || key.StartsWith("DURABLE_TASK"));
        });
        Assert.All([deployments.Prod.Value.AppSettings, deployments.Scheduler.Value.AppSettings], scheduler =>
        {
            Assert.Equal("Exact", scheduler["Lifecycle__DurableBackend"]);
            Assert.Equal("azureManaged", scheduler["AzureFunctionsJobHost__extensions__durableTask__storageProvider__type"]);
            Assert.Contains("Authentication=ManagedIdentity;ClientID=", scheduler[scheduler["AzureFunctionsJobHost__extensions__durableTask__storageProvider__connectionStringName"]]);
        });
    }

    [BicepFact]
    public void AppSettings_HoldNoSecret() => Assert.All(deployments.All, d => Assert.All(
        d.Deployment.AppSettings, setting => Assert.DoesNotMatch("(?i)listkeys|accountkey|accesskey|password|sig=|code=", setting.Value)));

    // What is only known when it is deployed, by what it will look like.
    static Dictionary<string, string> Resolved(IReadOnlyDictionary<string, string> settings) => settings.ToDictionary(
        setting => setting.Key.Replace("__", ":"),
        setting => !setting.Value.Contains("reference(") ? setting.Value : setting.Key switch
        {
            "AzureWebJobsStorage__accountName" => "stexample",
            "APPLICATIONINSIGHTS_CONNECTION_STRING" => "InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint=https://westeurope-5.in.applicationinsights.azure.com/",
            "APPLICATIONINSIGHTS_AUTHENTICATION_STRING" when setting.Value.StartsWith("[format('ClientId={0};Authorization=AAD', ") => "ClientId=00000000-0000-0000-0000-000000000002;Authorization=AAD",
            "Lifecycle__KeyRing__KeyVaultUri" => "https://kv-example.vault.azure.net/",
            _ when setting.Key.EndsWith("lientId", StringComparison.Ordinal) || setting.Key is "AZURE_CLIENT_ID" => "00000000-0000-0000-0000-000000000002",
            "DURABLE_TASK_SCHEDULER_CONNECTION_STRING" or "AzureFunctionsJobHost__extensions__durableTask__hubName" => setting.Value,
            _ => throw new InvalidOperationException($"The setting {setting.Key} is {setting.Value}: what will it look like?"),
        });

    static HashSet<string> KeysAskedFor(Dictionary<string, string> settings)
    {
        var asked = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.Configuration.Sources.Clear();
        builder.Configuration.Sources.Add(new Recording(settings, asked));
        builder.Environment.EnvironmentName = Environments.Production;
        builder.AddLifecycle();
        SignalRSetting.Check(builder.Configuration);
        return asked;
    }

    static IConfigurationRoot ConfigurationOf(Dictionary<string, string> settings, HashSet<string> asked) =>
        new ConfigurationBuilder().Add(new Recording(settings, asked)).Build();

    /// <summary>Settings that write down which of them are asked for.</summary>
    sealed class Recording(Dictionary<string, string> settings, HashSet<string> asked) : ConfigurationProvider, IConfigurationSource
    {
        public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

        public override void Load() => Data = settings.ToDictionary(s => s.Key, s => (string?)s.Value, StringComparer.OrdinalIgnoreCase);

        public override bool TryGet(string key, out string? value)
        {
            asked.Add(key);
            return base.TryGet(key, out value);
        }
    }
}
