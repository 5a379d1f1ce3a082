using System.Text.RegularExpressions;

namespace Lifecycle.Infra.Tests.Queries;

/// <summary>One query of <c>infra/kql</c>, read as far as the tests need it: not a parser of the language.</summary>
/// <param name="Name">Its file name without the ending.</param>
/// <param name="Text">All of it.</param>
sealed partial record KqlFile(string Name, string Text)
{
    public static IReadOnlyList<KqlFile> All { get; } =
        [.. RepositoryFiles.In("infra/kql", "*.kql")
            .Select(path => new KqlFile(Path.GetFileNameWithoutExtension(path), File.ReadAllText(path)))
            .OrderBy(file => file.Name, StringComparer.Ordinal)];

    public bool IsAlert => Name.StartsWith("alert-", StringComparison.Ordinal);

    /// <summary>Without comments, which may say what they like.</summary>
    public string Code => Comment().Replace(Text, "");

    /// <summary>What is read of one table: from its name up to the end of the statement or the next table.</summary>
    public IEnumerable<KqlPart> Parts =>
        Part().Matches(Code).Select(match => new KqlPart(Name, match.Groups["table"].Value, match.Value));

    public override string ToString() => Name;

    [GeneratedRegex(@"^\s*//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\bApp(?<table>Metrics|Traces)\b(?:(?!\bApp(?:Metrics|Traces)\b)[^;])*")]
    private static partial Regex Part();
}

/// <summary>A comparison with literals: <c>left == "literal"</c> or <c>left in ("a", "b")</c>.</summary>
/// <param name="Property">The member of Properties that stands on the left, by itself or by another name; or the column.</param>
/// <param name="IsProperty">Whether it is a member of Properties.</param>
/// <param name="Operator">The operator.</param>
/// <param name="Literals">What it is compared with.</param>
sealed record KqlComparison(string Property, bool IsProperty, string Operator, IReadOnlyList<string> Literals)
{
    /// <summary>Whether the literals are whole values, not parts of them.</summary>
    public bool IsOfWholeValues => Operator is "==" or "!=" or "in" or "!in";
}

/// <summary>What a query does with one table.</summary>
/// <param name="File">The query.</param>
/// <param name="Table">Metrics or Traces.</param>
/// <param name="Text">The part.</param>
sealed partial record KqlPart(string File, string Table, string Text)
{
    public bool IsOfMetrics => Table == "Metrics";

    public IReadOnlyList<string> Metrics => [.. Metric().Matches(Text).Select(match => match.Groups["name"].Value).Distinct()];

    /// <summary>Members of Properties, each with the function that converts it; an empty one where there is none.</summary>
    public IReadOnlyList<(string Conversion, string Name)> Properties =>
        [.. Property().Matches(Text).Select(match => (match.Groups["conversion"].Value, match.Groups["name"].Value)).Distinct()];

    public IReadOnlyList<int> EventIds =>
        [.. Comparisons.Where(c => c is { IsProperty: true, Property: "EventId" }).SelectMany(c => c.Literals).Select(int.Parse).Distinct()];

    public IEnumerable<KqlComparison> Comparisons
    {
        get
        {
            var names = Alias().Matches(Text).ToLookup(match => match.Groups["alias"].Value, match => match.Groups["name"].Value);
            foreach (Match match in Comparison().Matches(Text))
            {
                string[] literals = [.. Literal().Matches(match.Groups["right"].Value).Select(literal => literal.Groups["value"].Value)];
                var name = match.Groups["name"];
                var column = match.Groups["column"].Value;
                var property = name.Success ? name.Value : names[column].FirstOrDefault();
                yield return new KqlComparison(property ?? column, property is not null, match.Groups["operator"].Value, literals);
            }
        }
    }

    public override string ToString() => $"{File}: {Table}";

    [GeneratedRegex(@"""(?<name>lifecycle\.[^""]*)""")]
    private static partial Regex Metric();

    [GeneratedRegex(@"(?:(?<conversion>to\w+)\()?\bProperties\b(?:\.(?<name>\w+))?")]
    private static partial Regex Property();

    [GeneratedRegex(@"(?<alias>\w+)\s*=\s*tostring\(Properties\.(?<name>\w+)\)")]
    private static partial Regex Alias();

    [GeneratedRegex(@"(?:\w+\(Properties\.(?<name>\w+)\)|\b(?<column>\w+))\s*(?<operator>[!=]=|[!=]~|(?:!|\b)(?:in|has|contains|startswith|endswith)~?)\s*(?<right>""[^""]*""|\(\s*""[^)]*\))")]
    private static partial Regex Comparison();

    [GeneratedRegex(@"""(?<value>[^""]*)""")]
    private static partial Regex Literal();
}
