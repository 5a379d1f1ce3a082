using System.Text.Json;

namespace Lifecycle.Infra.Tests.Templates;

[Collection(DeploymentsCollection.Name)]
public sealed class MonitoringTests(Deployments deployments)
{
    const string AlertType = "Microsoft.Insights/scheduledQueryRules";

    [BicepFact]
    public void Alerts_AreThoseThatOperatorsNeed()
    {
        var names = deployments.Prod.Value.Of(AlertType).Select(alert => alert.GetProperty("name").GetString()!);
        Assert.Superset(
            new HashSet<string> { "false-resurrections", "evictions", "dead-letters", "timer-lateness", "silent" },
            names.Select(name => name.Replace("lifecycle-", "")).ToHashSet());
    }

    [BicepFact]
    public void Alerts_AskTheWorkspaceAndSayWhatToDo() => Assert.All(deployments.All, d => Assert.All(d.Deployment.Of(AlertType), alert =>
    {
        var properties = alert.GetProperty("properties");
        Assert.True(properties.GetProperty("enabled").GetBoolean());
        Assert.Contains("docs/operations-alerts.md#alert-", properties.GetProperty("description").GetString());
        var criterion = properties.GetProperty("criteria").GetProperty("allOf").EnumerateArray().Single();
        Assert.False(string.IsNullOrWhiteSpace(criterion.GetProperty("query").GetString()));
        Assert.True(criterion.TryGetProperty("threshold", out _));
    }));

    [BicepFact]
    public void Alerts_ReachSomebodyWhenThereIsSomebody()
    {
        Assert.All(deployments.Scheduler.Value.Of(AlertType), alert => Assert.NotEqual("[]", ActionsOf(alert)));
        Assert.Equal("owner@example.com", deployments.Scheduler.Value.PropertiesOf("Microsoft.Insights/actionGroups").GetProperty("emailReceivers")[0].GetProperty("emailAddress").GetString());
        Assert.Empty(deployments.Azd.Value.Of("Microsoft.Insights/actionGroups"));
        Assert.All(deployments.Azd.Value.Of(AlertType), alert => Assert.Equal("[]", ActionsOf(alert)));
    }

    [BicepFact]
    public void Workbook_IsReadableJsonOfQueriesOverTheWorkspace()
    {
        const string Workspace = "/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/log-test";
        var alone = new Deployment(deployments.Cli.SnapshotOfModule("workbook.bicep", "param location = 'westeurope'", "param tags = {}", $"param workspaceId = '{Workspace}'"));
        var workbook = alone.PropertiesOf("Microsoft.Insights/workbooks");
        var content = JsonSerializer.Deserialize<JsonElement>(workbook.GetProperty("serializedData").GetString()!);
        Assert.Equal("Notebook/1.0", content.GetProperty("version").GetString());
        var queries = Queries(content).ToList();
        Assert.True(queries.Count >= 10);
        Assert.All(queries, query => Assert.Matches("AppMetrics|AppTraces", query));
    }

    static string ActionsOf(JsonElement alert) =>
        alert.GetProperty("properties").TryGetProperty("actions", out var actions) && actions.TryGetProperty("actionGroups", out var groups) ? groups.GetRawText() : "[]";

    static IEnumerable<string> Queries(JsonElement item) => item.ValueKind switch
    {
        JsonValueKind.Object => item.EnumerateObject().SelectMany(member =>
            member.Name == "query" && member.Value.ValueKind == JsonValueKind.String ? [member.Value.GetString()!] : Queries(member.Value)),
        JsonValueKind.Array => item.EnumerateArray().SelectMany(Queries),
        _ => [],
    };
}
