using System.Globalization;
using Lifecycle.Local.SignalR;

namespace Lifecycle.Scenarios.Http;

/// <summary>The command line of a play against a host that is already there.</summary>
sealed record HttpArguments
{
    public const string Usage =
        "usage: --on http --api URL [--key K] [--signalr-faults URL] [--signalr CONNECTION_STRING] [--webhooks URL] [--webhook-port N] [--allow-ms N] [NAME...]";

    /// <summary>The host, without <c>/api</c>.</summary>
    public required Uri Api { get; init; }

    /// <summary>A function key of the platform; null where the host asks for none.</summary>
    public string? Key { get; init; }

    /// <summary>This repository's SignalR emulator, for faults; null where the service is another one.</summary>
    public Uri? Faults { get; init; }

    /// <summary>The SignalR service, for what publishers do; the emulator with its development key where only that is named.</summary>
    public ServiceConnectionString? SignalR { get; init; }

    /// <summary>Whether the service was named, and not guessed.</summary>
    public bool IsSignalRNamed { get; init; }

    /// <summary>Under which address the host reaches the webhooks of the scenarios' apps; null for this machine's loopback.</summary>
    public Uri? Webhooks { get; init; }

    /// <summary>The local port on which webhooks are received; 0 for any free one.</summary>
    public int WebhookPort { get; init; }

    /// <summary>By how much a recovery may be later than expected, besides what the host's health says of its engine.</summary>
    public double AllowMs { get; init; } = 2_000;

    /// <summary>The scenarios to play; empty for all that can be.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Whether the command line is about a host that is already there.</summary>
    public static bool AreMeant(string[] args) => Array.IndexOf(args, "--on") is >= 0 and var at && args.ElementAtOrDefault(at + 1) == "http";

    /// <exception cref="FormatException">An argument is wrong; the message is one line for the user.</exception>
    public static HttpArguments Parse(string[] args)
    {
        var (options, names) = Split(args);
        var faults = options.TryGetValue("--signalr-faults", out var f) ? Address("--signalr-faults", f) : null;
        return new HttpArguments
        {
            Api = options.TryGetValue("--api", out var api) ? Host(Address("--api", api)) : throw new FormatException("--api URL is missing."),
            Key = options.GetValueOrDefault("--key"),
            Faults = faults,
            SignalR = options.TryGetValue("--signalr", out var service) ? ServiceConnectionString.Parse(service) : EmulatorAt(faults),
            IsSignalRNamed = options.ContainsKey("--signalr"),
            Webhooks = options.TryGetValue("--webhooks", out var webhooks) ? Address("--webhooks", webhooks) : null,
            WebhookPort = (int)Number("--webhook-port", options.GetValueOrDefault("--webhook-port", "0"), ushort.MaxValue),
            AllowMs = Number("--allow-ms", options.GetValueOrDefault("--allow-ms", "2000"), 600_000),
            Names = names,
        };
    }

    static (Dictionary<string, string> Options, List<string> Names) Split(string[] args)
    {
        string[] known = ["--on", "--api", "--key", "--signalr-faults", "--signalr", "--webhooks", "--webhook-port", "--allow-ms"];
        var (options, names) = (new Dictionary<string, string>(), new List<string>());
        for (var i = 0; i < args.Length; i++)
        {
            if (!args[i].StartsWith('-'))
            {
                names.Add(args[i]);
                continue;
            }

            if (!known.Contains(args[i]) || i + 1 == args.Length)
            {
                throw new FormatException(known.Contains(args[i]) ? $"{args[i]} needs a value." : $"{args[i]} is not an option of --on http.");
            }

            options[args[i]] = args[++i];
        }

        return (options, names);
    }

    static Uri Address(string option, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new FormatException($"{option} must be an address that begins with http:// or https://.");

    // Both are written: the host, and what `azd env` calls the API.
    static Uri Host(Uri api)
    {
        var text = api.GetLeftPart(UriPartial.Path).TrimEnd('/');
        return new Uri((text.EndsWith("/api", StringComparison.Ordinal) ? text[..^4] : text) + "/");
    }

    static ServiceConnectionString? EmulatorAt(Uri? faults) => faults is null ? null : new(faults, SignalRServiceOptions.DevelopmentAccessKey);

    static double Number(string option, string text, double most) =>
        double.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most
            ? number
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{option} must be a whole number from 0 to {most}."));
}
