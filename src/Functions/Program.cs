using Lifecycle.Functions;
using Lifecycle.Functions.Settings;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

try
{
    var builder = FunctionsApplication.CreateBuilder(args);
    builder.AddLifecycle();
    builder.Build().Run();
}
catch (SettingException e)
{
    // One line, for whoever reads the log stream: the host shows what a worker says here.
    Console.Error.WriteLine(e.Message);
    Environment.ExitCode = 1;
}
