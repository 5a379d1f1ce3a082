using Lifecycle.Functions;
using Lifecycle.Functions.Settings;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);
try
{
    builder.AddLifecycle();
}
catch (SettingException e)
{
    Console.Error.WriteLine(e.Message);
    Environment.ExitCode = 1;
    return;
}

builder.Build().Run();
