namespace Lifecycle.Local.FunctionsSdk.Hosting;

/// <summary>Where the host speaks to the person who started it. Replaced in tests.</summary>
sealed record HostConsole(TextWriter Out, TextWriter Error)
{
    public static HostConsole System { get; } = new(Console.Out, Console.Error);
}
