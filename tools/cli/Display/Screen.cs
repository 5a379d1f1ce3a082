using System.Globalization;
using Lifecycle.Doctor;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Lifecycle.Cli.Display;

/// <summary>What a person reads: on the standard output what was asked for, on the standard error all else.</summary>
sealed class Screen
{
    // So wide that nothing is wrapped: who reads lines by a program wants whole ones.
    const int PlainWidth = 4000;

    readonly TextWriter raw;

    Screen(TextWriter raw, IAnsiConsole output, IAnsiConsole errors, bool isTerminal) => (this.raw, Out, Error, IsTerminal) = (raw, output, errors, isTerminal);

    public IAnsiConsole Out { get; }

    public IAnsiConsole Error { get; }

    public bool IsTerminal { get; }

    public static Screen Of(CliWorld world) => new(world.Out, Make(world, world.Out), Make(world, world.Error), world.IsOutputTerminal);

    /// <summary>A line of JSON as it is.</summary>
    public void Json(string text) => raw.WriteLine(text);

    /// <summary>A sentence, wrapped between words.</summary>
    public void Say(string text) => Say(text, Style.Plain);

    /// <inheritdoc cref="Say(string)"/>
    public void Say(string text, Style style) => Out.Write(new Rows(new Text(Printable(text), style)));

    /// <summary>A line that is copied, or read by a shell: whole, however wide the terminal is.</summary>
    public void Line(string text) => raw.WriteLine(Printable(text));

    /// <summary>A sentence beside the output: progress, what to do next.</summary>
    public void Note(string text) => Error.Write(new Rows(new Text(Printable(text), Color.Grey)));

    /// <summary>What went wrong, and what stands below it.</summary>
    public void Trouble(string text, IReadOnlyList<string> details)
    {
        Error.Write(new Rows(new Text(Printable(text), Color.Red)));
        foreach (var detail in details) Error.Write(new Rows(new Text($"  {Printable(detail)}")));
    }

    public void Blank() => Out.WriteLine();

    public void Show(IRenderable what) => Out.Write(what);

    /// <summary>A table with these columns; plain lines where nobody looks.</summary>
    public Table Table(params IReadOnlyList<string> columns)
    {
        var table = new Table().Border(IsTerminal ? TableBorder.Rounded : TableBorder.None).BorderColor(Color.Grey);
        foreach (var column in columns) table.AddColumn(new TableColumn(new Text(column, new Style(decoration: Decoration.Bold))) { Padding = new Padding(0, 0, IsTerminal ? 0 : 2, 0) });
        if (IsTerminal) foreach (var column in table.Columns) column.Padding = new Padding(1, 0);
        return table;
    }

    /// <summary>Facts, one below the other: what is not known is left out.</summary>
    public void Facts(params IReadOnlyList<(string Name, string? Value)> facts)
    {
        var grid = new Grid().AddColumn(new GridColumn { Padding = new Padding(2, 0, 2, 0), NoWrap = true }).AddColumn(new GridColumn { Padding = new Padding(0, 0) });
        foreach (var (name, value) in facts.Where(fact => !string.IsNullOrEmpty(fact.Value)))
            grid.AddRow(new Text(Printable(name), Color.Grey), new Text(Printable(value!)));
        Out.Write(grid);
    }

    /// <summary>A cell: of one line, so that nothing in it looks like a row.</summary>
    public static Text Cell(string? text, Style? style = null) => new(PlainText.LineOf(text ?? ""), style);

    /// <summary>A number as it is written everywhere.</summary>
    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>What others wrote, without what would move the cursor.</summary>
    public static string Printable(string text) => PlainText.Of(text);

    static IAnsiConsole Make(CliWorld world, TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = world.IsColoured ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = world.IsColoured ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = world.IsOutputTerminal && world.IsColoured ? InteractionSupport.Detect : InteractionSupport.No,
        });
        console.Profile.Width = world.IsOutputTerminal ? world.Width : PlainWidth;
        return console;
    }
}
