using System.Text.Json;

namespace Lifecycle.Cli.Tests.Support;

/// <summary>Calls the command line in this process, and keeps what it writes.</summary>
sealed record CommandLine
{
    /// <summary>The host that is asked; null for what the command line says.</summary>
    public Uri? Url { get; init; }

    /// <summary>Variables of the environment.</summary>
    public Dictionary<string, string> Variables { get; init; } = [];

    /// <summary>What is typed on the standard input; null when nobody can be asked.</summary>
    public string? Typed { get; init; }

    /// <summary>The standard input, instead of what is typed.</summary>
    public TextReader? Input { get; init; }

    /// <summary>The width of the terminal that the output goes to; null when it is redirected.</summary>
    public int? Terminal { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public async Task<CliResult> RunAsync(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await RunAsync(args, output, error, CancellationToken.None);
        return new CliResult(code, output.ToString().ReplaceLineEndings("\n"), error.ToString().ReplaceLineEndings("\n"));
    }

    /// <summary>The same with writers that can be read meanwhile.</summary>
    public Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        var variables = new Dictionary<string, string>(Variables);
        if (Url is not null) variables.TryAdd("LIFECYCLE_URL", Url.AbsoluteUri);
        return CliProgram.RunAsync(args, new CliWorld
        {
            In = Input ?? new StringReader(Typed ?? ""),
            Out = TextWriter.Synchronized(output),
            Error = TextWriter.Synchronized(error),
            IsInputTerminal = (Input ?? (object?)Typed) is not null,
            IsOutputTerminal = Terminal is not null,
            Width = Terminal ?? 80,
            Time = Time,
            Variable = name => variables.GetValueOrDefault(name),
        }, cancellation);
    }

    /// <summary>The same, done.</summary>
    public async Task<CliResult> DoneAsync(params string[] args)
    {
        var result = await RunAsync(args);
        Assert.True(result.Code == 0, $"lifecycle {string.Join(' ', args)} ended with {result.Code}: {result.Error}{result.Out}");
        return result;
    }
}

/// <summary>What came of a call.</summary>
sealed record CliResult(int Code, string Out, string Error)
{
    /// <summary>The standard output, which is one line of JSON.</summary>
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Assert.Single(Out.TrimEnd('\n').Split('\n')));
}
