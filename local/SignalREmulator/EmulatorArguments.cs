using System.Globalization;

namespace Lifecycle.Local.SignalR;

/// <summary>The command line of the standalone emulator.</summary>
sealed record EmulatorArguments(string Upstream, string[]? UpstreamHubs, int Port, string AccessKey, int? Seed, AllowedCallers Callers)
{
    const int DefaultPort = 8888;

    /// <exception cref="FormatException">An argument is wrong; the message is one line for the user.</exception>
    public static EmulatorArguments Parse(string[] args)
    {
        string? upstream = null;
        string[]? hubs = null;
        string? key = null;
        int? port = null;
        int? seed = null;
        var callers = AllowedCallers.Loopback;
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : throw new FormatException($"{args[i]} needs a value. See --help.");
            switch (args[i])
            {
                case "--upstream":
                    upstream = value;
                    break;
                case "--upstream-hubs":
                    hubs = value.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
                    break;
                case "--access-key":
                    key = value.Length > 0 ? value : throw new FormatException("--access-key must not be empty.");
                    break;
                case "--port":
                    port = Number(args[i], value, 0, ushort.MaxValue);
                    break;
                case "--seed":
                    seed = Number(args[i], value, 0, int.MaxValue);
                    break;
                case "--allowed-hosts":
                    callers = new(AllowedCallers.Split(value));
                    break;
                default:
                    throw new FormatException($"{args[i]} is not an argument. See --help.");
            }
        }
        return new(
            upstream ?? throw new FormatException("--upstream URL is missing. See --help."),
            hubs, port ?? DefaultPort, key ?? SignalRServiceOptions.DevelopmentAccessKey, seed, callers);
    }

    static int Number(string name, string value, int least, int most)
        => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new FormatException($"{name} must be a whole number from {least} to {most}.");
}
