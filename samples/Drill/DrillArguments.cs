using System.Globalization;

namespace Lifecycle.Samples.Drill;

/// <summary>The command line of the drill.</summary>
sealed record DrillArguments
{
    public const string Usage = "usage: [--keep] [--api URL [--key K] [--signalr-faults URL] [--allow-ms N]] [SCENE...]. --keep keeps the folder with the logs.";

    const string KeepOption = "--keep";

    /// <summary>Whether the folder with the logs stays.</summary>
    public bool Keep { get; init; }

    /// <summary>The host that is already there; null for one of the drill's own.</summary>
    public Uri? Api { get; init; }

    /// <summary>Its function key, if it asks for one.</summary>
    public string? Key { get; init; }

    /// <summary>Its SignalR emulator, if it is this repository's.</summary>
    public Uri? Faults { get; init; }

    /// <summary>By how much a host that is already there may be later, besides what its health says of its engine.</summary>
    public TimeSpan Allow { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The scenes to play; none for all.</summary>
    public IReadOnlyList<string> Scenes { get; init; } = [];

    /// <exception cref="FormatException">An argument is wrong; the message is one line for the user.</exception>
    public static DrillArguments Parse(string[] args)
    {
        var read = new DrillArguments();
        for (var i = 0; i < args.Length; i++)
        {
            read = args[i] switch
            {
                KeepOption => read with { Keep = true },
                "--api" => read with { Api = Host(Address(args[i], Value(args, ref i))) },
                "--key" => read with { Key = Value(args, ref i) },
                "--signalr-faults" => read with { Faults = Address(args[i], Value(args, ref i)) },
                "--allow-ms" => read with { Allow = Milliseconds(Value(args, ref i)) },
                var option when option.StartsWith('-') => throw new FormatException($"{option} is not an option."),
                var scene => read with { Scenes = [.. read.Scenes, scene] },
            };
        }
        return read.Api is null && (read.Key ?? read.Faults?.OriginalString) is not null
            ? throw new FormatException("--key and --signalr-faults are about a host that is already there: --api URL is missing.")
            : read;
    }

    static string Value(string[] args, ref int at) => ++at < args.Length ? args[at] : throw new FormatException($"{args[at - 1]} needs a value.");

    static Uri Address(string option, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new FormatException($"{option} must be an address that begins with http:// or https://.");

    // With and without /api: both are written.
    static Uri Host(Uri api) => new(api.GetLeftPart(UriPartial.Authority));

    static TimeSpan Milliseconds(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ms)
        ? TimeSpan.FromMilliseconds(ms)
        : throw new FormatException("--allow-ms must be a whole number of milliseconds.");
}
