namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>Where a Functions app begins.</summary>
public class FunctionsApplication
{
    /// <summary>A builder with the settings, logging and services of a Functions app in place.</summary>
    /// <param name="args">The command line; it wins over the environment and local.settings.json.</param>
    public static FunctionsApplicationBuilder CreateBuilder(string[] args) => new(args);
}
