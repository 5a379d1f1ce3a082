namespace Lifecycle.Conformance;

/// <summary>What the worker tells its host of the app's functions, against what the stand-in finds.</summary>
[Collection(nameof(BothHosts))]
public sealed class FunctionTests
{
    [SkippableFact]
    public Task Every_function_loads_with_the_bindings_that_the_stand_in_sees() => BothHosts.AgreeAsync(play =>
    {
        play.Transcript.AddUnordered("functions", play.App.Functions);
        return Task.CompletedTask;
    });
}
