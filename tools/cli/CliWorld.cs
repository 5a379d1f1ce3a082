namespace Lifecycle.Cli;

/// <summary>What is around the process: replaced in tests.</summary>
sealed record CliWorld
{
    public required TextReader In { get; init; }

    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>Whether a person sees the output: if not it has no colours and nothing that moves, and lines are not wrapped.</summary>
    public bool IsOutputTerminal { get; init; }

    /// <summary>Whether a person can be asked.</summary>
    public bool IsInputTerminal { get; init; }

    /// <summary>The width of the terminal in characters.</summary>
    public int Width { get; init; } = 80;

    /// <summary>The clock, and the zone that times are shown in.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Reads a variable of the environment.</summary>
    public Func<string, string?> Variable { get; init; } = _ => null;

    /// <summary>Whether anything may be coloured (https://no-color.org).</summary>
    public bool IsColoured => IsOutputTerminal && string.IsNullOrEmpty(Variable("NO_COLOR")) && Variable("TERM") != "dumb";

    public static CliWorld OfProcess() => new()
    {
        In = Console.In,
        Out = Console.Out,
        Error = Console.Error,
        IsOutputTerminal = !Console.IsOutputRedirected,
        IsInputTerminal = !Console.IsInputRedirected,
        Width = TerminalWidth(),
        Variable = Environment.GetEnvironmentVariable,
    };

    static int TerminalWidth()
    {
        try
        {
            return Console.IsOutputRedirected || Console.WindowWidth <= 0 ? 80 : Console.WindowWidth;
        }
        catch (IOException)
        {
            return 80; // a terminal that does not say
        }
    }
}
