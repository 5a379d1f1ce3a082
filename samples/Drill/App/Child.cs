using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Lifecycle.Samples.Drill.App;

/// <summary>What the drill and the processes that it starts have agreed upon.</summary>
static class Child
{
    /// <summary>
    /// Says the address of a started server in a file, and serves until SIGTERM, or until its standard input ends: it never outlives the drill.
    /// </summary>
    /// <param name="app">The server.</param>
    /// <param name="readyFile">The file.</param>
    /// <param name="onInputEnd">What comes before its stop when its input ended.</param>
    public static async Task ServeAsync(WebApplication app, string readyFile, Func<Task>? onInputEnd = null)
    {
        // Renamed into place: who waits for the file finds it whole.
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        await File.WriteAllTextAsync(readyFile + ".new", address);
        File.Move(readyFile + ".new", readyFile, overwrite: true);
        var stopped = app.WaitForShutdownAsync();
        if (await Task.WhenAny(stopped, Task.Run(ReadToEnd)) != stopped)
        {
            if (onInputEnd is not null) await onInputEnd();
            app.Lifetime.StopApplication();
        }
        await stopped;
    }

    // The console reads on the caller's thread, whatever it is asked by.
    static void ReadToEnd()
    {
        while (Console.In.ReadLine() is not null)
        {
            // Nothing is ever said; only the end matters.
        }
    }
}
