namespace Lifecycle.Azurite;

/// <summary>Waits for what another process brings about.</summary>
public static class Eventually
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(20);
    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Asks again and again until a condition holds.</summary>
    /// <param name="what">What is awaited, for the message of the failure.</param>
    /// <param name="condition">Whether it holds now.</param>
    /// <exception cref="TimeoutException">It did not within 20 seconds.</exception>
    public static async Task HoldsAsync(string what, Func<Task<bool>> condition)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(begun) > patience)
            {
                throw new TimeoutException($"Not within {patience.TotalSeconds} s: {what}.");
            }

            await Task.Delay(pause, TimeProvider.System);
        }
    }

    /// <inheritdoc cref="HoldsAsync(string, Func{Task{bool}})"/>
    public static Task HoldsAsync(string what, Func<bool> condition) => HoldsAsync(what, () => Task.FromResult(condition()));
}
