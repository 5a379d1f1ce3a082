namespace Lifecycle.Sdk.Tests.Support;

/// <summary>Waits for what nobody announces.</summary>
static class Eventually
{
    public static Task HoldsAsync(string what, Func<bool> holds, int seconds = 15) => HoldsAsync(what, () => Task.FromResult(holds()), seconds);

    public static async Task HoldsAsync(string what, Func<Task<bool>> holds, int seconds = 15)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            if (TimeProvider.System.GetElapsedTime(start) > TimeSpan.FromSeconds(seconds)) throw new TimeoutException($"Waited {seconds} s in vain for {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }
}
