using System.Text.Json;

namespace Lifecycle.Infra.Tests.Templates;

[Collection(DeploymentsCollection.Name)]
public sealed class RoleTests(Deployments deployments)
{
    static readonly Dictionary<string, string> roles = new()
    {
        ["b7e6dc6d-f1e8-4753-8033-0f276bb0955b"] = "Storage Blob Data Owner",
        ["974c5e8b-45b9-4653-ba55-5f855dd0fb88"] = "Storage Queue Data Contributor",
        ["0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3"] = "Storage Table Data Contributor",
        ["7e4f1700-ea5a-4f59-8f37-079cfe29dce3"] = "SignalR Service Owner",
        ["b86a8fe4-44ce-4948-aee5-eccb2c155cd7"] = "Key Vault Secrets Officer",
        ["3913510d-42f4-4e42-8a64-420c390055eb"] = "Monitoring Metrics Publisher",
        ["0ad04412-c4d5-4796-b79c-f76d14c8d402"] = "Durable Task Data Contributor",
    };

    [BicepFact]
    public void Roles_OnAzureStorage_AreOneForEachNeed() =>
        Assert.Equal(roles.Values.Where(role => role != "Durable Task Data Contributor"), RolesOf(deployments.OnStorage.Value));

    [BicepFact]
    public void Roles_OnTheScheduler_AreThatOneMore() =>
        Assert.All([deployments.Prod.Value, deployments.Scheduler.Value], d => Assert.Equal(roles.Values, RolesOf(d)));

    [BicepFact]
    public void Roles_AreAllInOneFile()
    {
        var files = Bicep.Files.Where(file => File.ReadAllText(Path.Combine(Bicep.Source, file)).Contains("Microsoft.Authorization/roleAssignments"));
        Assert.Equal(["bicep/modules/roles.bicep"], files.Select(file => file.Replace('\\', '/')));
    }

    static IEnumerable<string> RolesOf(Deployment deployment) => deployment.Of("Microsoft.Authorization/roleAssignments")
        .Select(assignment => assignment.GetProperty("properties"))
        .Select(properties =>
        {
            Assert.Equal("ServicePrincipal", properties.GetProperty("principalType").GetString());
            return roles[properties.GetProperty("roleDefinitionId").GetString()!.Split('/')[^1].TrimEnd('\'', ')', ']')];
        });
}
