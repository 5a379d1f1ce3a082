using Microsoft.Extensions.Hosting;

namespace Lifecycle.Local.FunctionsSdk.Hosting;

/// <summary>The name of the environment: Development unless told otherwise, as with the Functions tools.</summary>
static class HostEnvironmentName
{
    static readonly string[] s_variables = ["AZURE_FUNCTIONS_ENVIRONMENT", "DOTNET_ENVIRONMENT"];

    public static string Read(Func<string, string?> variable) =>
        s_variables.Select(variable).FirstOrDefault(name => !string.IsNullOrEmpty(name)) ?? Environments.Development;
}
