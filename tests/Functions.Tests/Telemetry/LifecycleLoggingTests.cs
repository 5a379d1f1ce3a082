using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Tests.Telemetry;

/// <summary>
/// Function keys were to be read in Application Insights: the worker's web server told, at Information, of every request with its query,
/// "Request starting HTTP/1.1 PUT …/api/apps/com.example.notes?code=…".
/// </summary>
public sealed class LifecycleLoggingTests
{
    [Theory]
    [InlineData("Microsoft.AspNetCore.Hosting.Diagnostics")]
    [InlineData("Microsoft.AspNetCore.Routing.EndpointMiddleware")]
    [InlineData("Microsoft.DurableTask.Worker.Orchestrations")]
    [InlineData("System.Net.Http.HttpClient.Default.LogicalHandler")]
    public void Log_OfAFramework_HasItsWarningsOnly(string category) => Assert.Equal((false, true), LevelsOf(category));

    [Fact]
    public void Log_OfTheApp_HasWhatItSays() => Assert.Equal((true, true), LevelsOf(typeof(LifecycleApp).FullName!));

    [Fact]
    public void Log_OfAFrameworkThatASettingNames_IsAsTheSettingSays()
    {
        const string Setting = "--Logging:LogLevel:Microsoft.DurableTask=Information";
        Assert.Equal((true, true), LevelsOf("Microsoft.DurableTask.Worker.Orchestrations", Setting));
        Assert.Equal((false, true), LevelsOf("Microsoft.AspNetCore.Hosting.Diagnostics", Setting));
    }

    static (bool Information, bool Warning) LevelsOf(string category, params string[] settings)
    {
        var builder = FunctionsApplication.CreateBuilder(["--Embedded:Listen=false", "--data=:memory:", .. settings]);
        builder.FunctionAssemblies = [typeof(LifecycleApp).Assembly];
        using var host = builder.AddLifecycle().Build();
        var logger = host.Services.GetRequiredService<ILoggerFactory>().CreateLogger(category);
        return (logger.IsEnabled(LogLevel.Information), logger.IsEnabled(LogLevel.Warning));
    }
}
