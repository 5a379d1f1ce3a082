using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Lifecycle.Local.FunctionsSdk.Hosting;

/// <summary>
/// The app's host: the generic one with the embedded runtime around it. What a person can put right is told in one line per problem on
/// stderr, and the process ends with exit code 1.
/// </summary>
sealed class EmbeddedHost(IHost inner) : IHost, IAsyncDisposable
{
    HostRuntime? _runtime;

    public IServiceProvider Services => inner.Services;

    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            _runtime = Services.GetRequiredService<HostRuntime>();
            await _runtime.StartAsync(inner, cancellationToken);
        }
        catch (StartProblemException e) when (!Services.GetRequiredService<HostPlan>().ThrowStartProblems)
        {
            var console = Services.GetRequiredService<HostConsole>();
            foreach (var problem in e.Problems)
                console.Error.WriteLine(problem.ReplaceLineEndings(" "));
            Environment.ExitCode = 1;
            // Run() waits for this and ends.
            Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        }
    }

    public Task StopAsync(CancellationToken cancellationToken = default) => _runtime?.StopAsync() ?? Task.CompletedTask;

    public void Dispose() => inner.Dispose();

    public ValueTask DisposeAsync()
    {
        if (inner is IAsyncDisposable later)
            return later.DisposeAsync();
        inner.Dispose();
        return ValueTask.CompletedTask;
    }
}
