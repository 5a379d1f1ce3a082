namespace Lifecycle.Doctor;

/// <summary>What the doctor is told on a command line.</summary>
/// <param name="Options">Whom to look at.</param>
/// <param name="Json">Where the JSON report goes: a file, <c>-</c> for the standard output, null for nowhere.</param>
/// <param name="Html">Where the page goes; null for nowhere.</param>
/// <param name="Docs">Where the repository's files can be read; for the links of the page.</param>
/// <param name="Verbose">Whether everything is told.</param>
public sealed record DoctorArguments(DoctorOptions Options, string? Json, string? Html, Uri? Docs, bool Verbose)
{
    /// <summary>The variables that are read where key and secrets are not given as options: whoever lists processes sees options.</summary>
    public const string KeyVariable = "LIFECYCLE_API_KEY", SecretVariable = "LIFECYCLE_WEBHOOK_SECRET";

    /// <summary>How it is used.</summary>
    public const string Usage = """
        doctor URL --package NAME [--key KEY] [--secret WHSEC [--secret OLDER]] [options]

          URL                 the webhook address of the app server
          --package NAME      the package that it serves
          --key KEY           the API key that it shows; or LIFECYCLE_API_KEY
          --secret WHSEC      the webhook secret that it has; twice when it has two; or LIFECYCLE_WEBHOOK_SECRET, separated by a space
          --listen URL        where the doctor listens: the app's Lifecycle URL (http://127.0.0.1:7075)
          --public-url URL    the same as the app sees it, if that is another one
          --pid N             the app's process: it is sent SIGTERM at the end
          --leave COMMAND     instead: a command of the shell upon which it leaves
          --contract WORD     ask, spoken or unspoken: the doctor contract (ask)
          --only CHECK        a check, or a prefix such as message-*; may be said several times
          --except CHECK      not this one, in the same form
          --patience S        how many seconds the app may take until it listens (60)
          --json FILE         the report as JSON; - for the standard output
          --html FILE         the report as a page
          --docs URL          where the repository's files can be read, for the page's links
          --verbose           all checks, and what happened in those that failed
        """;

    static readonly HashSet<string> known = ["package", "key", "secret", "listen", "public-url", "pid", "leave", "contract", "only", "except", "patience", "json", "html", "docs"];

    /// <summary>Reads them.</summary>
    /// <param name="arguments">As a shell gives them.</param>
    /// <param name="variable">Reads a variable of the environment.</param>
    /// <exception cref="ArgumentException">They are wrong; says how, and never a secret.</exception>
    public static DoctorArguments Read(IReadOnlyList<string> arguments, Func<string, string?> variable)
    {
        var (url, said, verbose) = Split(arguments);
        var options = new DoctorOptions
        {
            WebhookUrl = Address(url ?? throw new ArgumentException("the webhook URL is missing"), "the webhook URL"),
            PackageName = One("package") ?? throw new ArgumentException("--package is missing"),
            ApiKey = One("key") ?? variable(KeyVariable) ?? throw new ArgumentException($"--key is missing, and {KeyVariable} is not set"),
            Secrets = said["secret"].Any() ? [.. said["secret"]] : variable(SecretVariable)?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [],
            Listen = One("listen") is { } listen ? Address(listen, "--listen") : new Uri($"http://127.0.0.1:{DoctorOptions.DefaultPort}"),
            PublicUrl = One("public-url") is { } address ? Address(address, "--public-url") : null,
            ProcessId = One("pid") is { } pid ? Number(pid, "--pid") : null,
            LeaveCommand = One("leave"),
            Contract = One("contract") is { } word ? Word(word) : ContractMode.Ask,
            Only = [.. said["only"]],
            Except = [.. said["except"]],
            Patience = TimeSpan.FromSeconds(One("patience") is { } patience ? Number(patience, "--patience") : 60),
        };
        options.Validate();
        return new DoctorArguments(options, One("json"), One("html"), One("docs") is { } docs ? Address(docs, "--docs") : null, verbose);

        string? One(string name) => said[name].ToList() switch
        {
            [] => null,
            [var value] => value,
            _ => throw new ArgumentException($"--{name} is said twice"),
        };
    }

    static (string? Url, ILookup<string, string> Said, bool Verbose) Split(IReadOnlyList<string> arguments)
    {
        string? url = null;
        var (said, verbose) = (new List<(string Name, string Value)>(), false);
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] == "--verbose") verbose = true;
            else if (arguments[i].StartsWith("--", StringComparison.Ordinal))
            {
                var name = arguments[i][2..];
                if (!known.Contains(name)) throw new ArgumentException($"there is no option --{name}");
                said.Add((name, ++i < arguments.Count ? arguments[i] : throw new ArgumentException($"--{name} has no value")));
            }
            else if (url is null) url = arguments[i];
            else throw new ArgumentException("more than one URL is given");
        }
        return (url, said.ToLookup(pair => pair.Name, pair => pair.Value), verbose);
    }

    static Uri Address(string text, string what) => Uri.TryCreate(text, UriKind.Absolute, out var url) ? url : throw new ArgumentException($"{what} must be an absolute address");

    static int Number(string text, string what) => int.TryParse(text, out var number) ? number : throw new ArgumentException($"{what} must be a whole number");

    static ContractMode Word(string word) => word switch
    {
        "ask" => ContractMode.Ask,
        "spoken" => ContractMode.Spoken,
        "unspoken" => ContractMode.Unspoken,
        _ => throw new ArgumentException("--contract must be ask, spoken or unspoken"),
    };
}
