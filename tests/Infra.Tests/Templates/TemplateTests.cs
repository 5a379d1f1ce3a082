using System.Text.Json;
using System.Text.RegularExpressions;
using Lifecycle.Azurite;

namespace Lifecycle.Infra.Tests.Templates;

[Collection(DeploymentsCollection.Name)]
public sealed class TemplateTests(Deployments deployments)
{
    [BicepFact]
    public void Build_AndLint_HaveNothingToSay()
    {
        Assert.NotEmpty(Bicep.Files);
        Assert.Equal("", deployments.Cli.Complaints("build", "bicep/main.bicep")); // and every module that it wires
        Assert.All(Bicep.Files, file => Assert.Equal("", deployments.Cli.Complaints("lint", file)));
    }

    [BicepFact]
    public void Parameters_OfEverySize_CompileToADeployment() =>
        Assert.All(deployments.All, d => Assert.Equal(("[]", true), (d.Deployment.Diagnostics.GetRawText(), d.Deployment.Resources.Count > 15)));

    [BicepFact]
    public void Parameters_AllSayWhatTheyAreFor() =>
        Assert.All(
            deployments.Template.GetProperty("parameters").EnumerateObject(),
            p => Assert.Matches("^(Required|Optional)\\. ", p.Value.GetProperty("metadata").GetProperty("description").GetString()));

    [BicepFact]
    public void Outputs_HaveWhatAClientNeeds() =>
        Assert.Superset(
            new HashSet<string> { "LIFECYCLE_API_URL", "LIFECYCLE_NEGOTIATE_URL", "LIFECYCLE_SIGNALR_ENDPOINT", "LIFECYCLE_STORAGE_ACCOUNT", "SERVICE_API_NAME", "LIFECYCLE_WORKBOOK_URL" },
            deployments.Template.GetProperty("outputs").EnumerateObject().Select(o => o.Name).ToHashSet());

    // The one key of all is the host's own for the SignalR extension, and it stays between the two services.
    [BicepFact]
    public void Template_HandsNoSecretToAnybody()
    {
        var text = deployments.Template.GetRawText();
        Assert.DoesNotMatch("(?i)accountkey|sharedaccesskey|primarykey|instrumentationkey\"|connectionstrings?\\(", text);
        Assert.Equal(["systemkeys.signalr_extension"], Regex.Matches(text, @"list[A-Z]\w*\(.*?'[0-9-]+'\)\.([A-Za-z_.]+)").Select(m => m.Groups[1].Value));
        Assert.All(Outputs(deployments.Template), output => Assert.DoesNotMatch("(?i)listkeys|secret|password", output));
    }

    [BicepFact]
    public void Upstream_IsSetOnlyOnceItsKeyIsThere()
    {
        const string Type = "Microsoft.SignalRService/signalR";
        Assert.Empty(deployments.Azd.Value.PropertiesOf(Type).GetProperty("upstream").GetProperty("templates").EnumerateArray());
        var upstream = deployments.Scheduler.Value.PropertiesOf(Type).GetProperty("upstream").GetProperty("templates").EnumerateArray().Single();
        Assert.Equal(("apps,relay", "connections,messages", "*"), (Text(upstream, "hubPattern"), Text(upstream, "categoryPattern"), Text(upstream, "eventPattern")));
        Assert.Contains("/runtime/webhooks/signalr?code=", Text(upstream, "urlTemplate"));
    }

    [BicepFact]
    public void EveryResource_TakesIdentitiesOnlyAndTls12AtLeast() => Assert.All(deployments.All, d =>
    {
        var storage = d.Deployment.PropertiesOf("Microsoft.Storage/storageAccounts");
        Assert.False(storage.GetProperty("allowSharedKeyAccess").GetBoolean());
        Assert.False(storage.GetProperty("allowBlobPublicAccess").GetBoolean());
        Assert.Equal(("TLS1_2", true), (Text(storage, "minimumTlsVersion"), storage.GetProperty("supportsHttpsTrafficOnly").GetBoolean()));
        Assert.True(d.Deployment.PropertiesOf("Microsoft.SignalRService/signalR").GetProperty("disableLocalAuth").GetBoolean());
        Assert.True(d.Deployment.PropertiesOf("Microsoft.Insights/components").GetProperty("DisableLocalAuth").GetBoolean());
        Assert.True(d.Deployment.PropertiesOf("Microsoft.OperationalInsights/workspaces").GetProperty("features").GetProperty("disableLocalAuth").GetBoolean());
        Assert.True(d.Deployment.PropertiesOf("Microsoft.KeyVault/vaults").GetProperty("enableRbacAuthorization").GetBoolean());
        var site = d.Deployment.PropertiesOf("Microsoft.Web/sites");
        Assert.Equal((true, "1.2", "Disabled"), (site.GetProperty("httpsOnly").GetBoolean(), Text(site.GetProperty("siteConfig"), "minTlsVersion"), Text(site.GetProperty("siteConfig"), "ftpsState")));
        Assert.All(d.Deployment.Of("Microsoft.Web/sites/basicPublishingCredentialsPolicies"), p => Assert.False(p.GetProperty("properties").GetProperty("allow").GetBoolean()));
    });

    [BicepFact]
    public void SignalR_NoticesADeadPeerEarlyAndForgivesOneLatePing() => Assert.All(deployments.All, d =>
    {
        const int PingOfStandardClients = 15, TimeoutOfStandardClients = 30;
        var signalR = d.Deployment.PropertiesOf("Microsoft.SignalRService/signalR");
        Assert.Contains(signalR.GetProperty("features").EnumerateArray(), f => (Text(f, "flag"), Text(f, "value")) == ("ServiceMode", "Serverless"));
        Assert.InRange(signalR.GetProperty("serverless").GetProperty("connectionTimeoutInSeconds").GetInt32(), PingOfStandardClients + 1, 2 * PingOfStandardClients);
        Assert.InRange(signalR.GetProperty("serverless").GetProperty("keepAliveIntervalInSeconds").GetInt32(), 1, TimeoutOfStandardClients / 2);
    });

    [BicepFact]
    public void App_RunsIsolatedOnFlexWithWhatIsAlwaysReady()
    {
        var prod = deployments.Prod.Value.PropertiesOf("Microsoft.Web/sites").GetProperty("functionAppConfig");
        Assert.Equal(("dotnet-isolated", "10.0"), (Text(prod.GetProperty("runtime"), "name"), Text(prod.GetProperty("runtime"), "version")));
        Assert.Equal(["http=2", "durable=2"], Ready(prod));
        Assert.Equal(["durable=1"], Ready(deployments.Dev.Value.PropertiesOf("Microsoft.Web/sites").GetProperty("functionAppConfig")));
        Assert.Equal("FC1", Text(deployments.Prod.Value.Of("Microsoft.Web/serverfarms").Single().GetProperty("sku"), "name"));
    }

    [BicepFact]
    public void Scheduler_OfProduction_IsHighlyAvailableAndThereOnlyWhenItIsTheBackend()
    {
        const string Type = "Microsoft.DurableTask/schedulers";
        Assert.All([deployments.Prod.Value, deployments.Scheduler.Value], d =>
        {
            var sku = d.PropertiesOf(Type).GetProperty("sku");
            Assert.Equal(("Dedicated", 3), (Text(sku, "name"), sku.GetProperty("capacity").GetInt32()));
        });
        Assert.All([deployments.Dev.Value, deployments.Azd.Value, deployments.OnStorage.Value], d => Assert.Empty(d.Of(Type)));
    }

    // An app without the provider's package never starts on the scheduler, and that would be seen only after the deployment.
    [Theory]
    [InlineData(0)]
    [InlineData(0, "LIFECYCLE_SIZE=dev")]
    [InlineData(1, "LIFECYCLE_SIZE=prod")]
    [InlineData(0, "LIFECYCLE_SIZE=prod", "DurableTaskScheduler=true")]
    [InlineData(0, "LIFECYCLE_SIZE=prod", "LIFECYCLE_DURABLE_BACKEND=AzureStorage")]
    [InlineData(1, "LIFECYCLE_DURABLE_BACKEND=DurableTaskScheduler")]
    public async Task Azd_BeforeItPackages_LooksWhetherTheBackendIsInThePackage(int code, params string[] environment)
    {
        if (OperatingSystem.IsWindows())
        {
            return; // its twin in PowerShell is not everywhere
        }

        Assert.Contains("prepackage:\n    posix:\n      shell: sh\n      run: ./infra/check-backend.sh", RepositoryFiles.Read("azure.yaml"));
        var set = new Dictionary<string, string> { ["LIFECYCLE_SIZE"] = "", ["LIFECYCLE_DURABLE_BACKEND"] = "", ["DurableTaskScheduler"] = "" };
        foreach (var variable in environment)
        {
            set[variable.Split('=')[0]] = variable.Split('=')[1];
        }

        var (ended, said) = await NodePackage.RunAsync("sh", RepositoryFiles.PathOf("infra"), ["check-backend.sh"], set);
        Assert.Equal((code, code != 0), (ended, said.Contains("DurableTaskScheduler=true")));
    }

    [BicepFact]
    public void Queues_AreTheOnesThatTheAppUses() => Assert.All(deployments.All, d => Assert.Equal(
        Lifecycle.Functions.Events.QueueMaker.Queues,
        d.Deployment.Of("Microsoft.Storage/storageAccounts/queueServices/queues").Select(q => q.GetProperty("name").GetString()!.Split('/')[^1])));

    static IEnumerable<string> Ready(JsonElement config) => config.GetProperty("scaleAndConcurrency").GetProperty("alwaysReady").EnumerateArray()
        .Select(group => $"{Text(group, "name")}={group.GetProperty("instanceCount").GetInt32()}");

    // Of the template and of every module in it.
    static IEnumerable<string> Outputs(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member =>
            member.Name == "outputs" && member.Value.ValueKind == JsonValueKind.Object
                ? member.Value.EnumerateObject().Select(output => output.Value.TryGetProperty("value", out var value) ? value.GetRawText() : "")
                : Outputs(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Outputs),
        _ => [],
    };

    static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
