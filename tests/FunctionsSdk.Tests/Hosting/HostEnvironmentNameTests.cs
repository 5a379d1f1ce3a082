using Lifecycle.Local.FunctionsSdk.Hosting;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

namespace Lifecycle.FunctionsSdk.Tests.Hosting;

public class HostEnvironmentNameTests
{
    static string Read(string? functions, string? dotnet) =>
        HostEnvironmentName.Read(name => name == "AZURE_FUNCTIONS_ENVIRONMENT" ? functions : name == "DOTNET_ENVIRONMENT" ? dotnet : null);

    [Fact]
    public void Read_WithNothingSet_IsDevelopment() => Assert.Equal("Development", Read(null, ""));

    [Fact]
    public void Read_TakesTheFunctionsVariableBeforeTheGeneralOne()
    {
        Assert.Equal("Staging", Read("Staging", "Production"));
        Assert.Equal("Production", Read(null, "Production"));
    }

    [Fact]
    public void CreateBuilder_HasTheEnvironment() =>
        Assert.Equal(HostEnvironmentName.Read(Environment.GetEnvironmentVariable), FunctionsApplication.CreateBuilder([]).Environment.EnvironmentName);
}
