using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Samples.Drill.App;

/// <summary>What the drill and the processes that it starts have agreed upon.</summary>
static class Child
{
    /// <summary>Says the address of a started server in a file, and serves until its standard input ends: it never outlives the drill.</summary>
    public static async Task ServeAsync(WebApplication app, string readyFile)
    {
        // Renamed into place: who waits for the file finds it whole.
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        await File.WriteAllTextAsync(readyFile + ".new", address);
        File.Move(readyFile + ".new", readyFile, overwrite: true);
        while (await Console.In.ReadLineAsync() is not null)
        {
            // Nothing is ever said; only the end matters.
        }
        await app.StopAsync();
    }
}
