using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Http;

/// <summary>A route such as <c>api/sessions/{sessionId}/apps/{packageName?}</c>: whole segments, optional and catch-all ones last.</summary>
sealed class RouteTemplate
{
    readonly Segment[] _segments;

    RouteTemplate(Segment[] segments)
    {
        _segments = segments;
        // Two routes that differ in parameter names only are the same route.
        Shape = string.Join('/', segments.Select(s => s.Kind == SegmentKind.Literal ? s.Text.ToLowerInvariant() : $"{{{s.Constraint}{(s.Kind == SegmentKind.CatchAll ? "*" : "")}}}"));
        // Literals win over parameters, constrained ones over free ones, catch-all comes last; segment by segment from the left.
        Precedence = string.Concat(segments.Select(s => s.Kind switch
        {
            SegmentKind.Literal => '1',
            SegmentKind.CatchAll => '5',
            _ => s.Constraint.Length > 0 ? '2' : '3',
        }));
    }

    enum SegmentKind
    {
        Literal,
        Parameter,
        Optional,
        CatchAll,
    }

    public string Shape { get; }

    public string Precedence { get; }

    public IEnumerable<string> Parameters => _segments.Where(s => s.Kind != SegmentKind.Literal).Select(s => s.Text);

    /// <summary>The parameters of a trigger's route; none when it is not well-formed.</summary>
    public static IReadOnlyList<string> ParameterNames(HttpTriggerAttribute trigger) =>
        TryParse(trigger.Route ?? "", out var template, out _) ? [.. template.Parameters] : [];

    public static bool TryParse(
        string text, [NotNullWhen(true)] out RouteTemplate? template, [NotNullWhen(false)] out string? problem)
    {
        template = null;
        problem = null;
        var parts = text.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var segments = new Segment[parts.Length];
        for (var i = 0; i < parts.Length && problem is null; i++)
        {
            segments[i] = Parse(parts[i], out problem);
            if (segments[i].Kind is SegmentKind.Optional or SegmentKind.CatchAll && i < parts.Length - 1)
                problem = $"has the optional or catch-all part '{parts[i]}' before the end of its route.";
            else if (segments[i].Kind != SegmentKind.Literal && segments.Take(i).Any(s => s.Kind != SegmentKind.Literal && string.Equals(s.Text, segments[i].Text, StringComparison.OrdinalIgnoreCase)))
                problem = $"has the parameter '{segments[i].Text}' twice in its route.";
        }
        if (problem is null)
            template = new(segments);
        return problem is null;
    }

    public bool TryMatch(ReadOnlySpan<char> path, RouteValueDictionary values)
    {
        path = path.Trim('/');
        foreach (var segment in _segments)
        {
            if (segment.Kind == SegmentKind.CatchAll)
            {
                values[segment.Text] = path.IsEmpty ? null : path.ToString();
                return true;
            }
            if (path.IsEmpty)
                return segment.Kind == SegmentKind.Optional;
            var end = path.IndexOf('/');
            var part = end < 0 ? path : path[..end];
            path = end < 0 ? [] : path[(end + 1)..];
            if (segment.Kind == SegmentKind.Literal)
            {
                if (!part.Equals(segment.Text, StringComparison.OrdinalIgnoreCase))
                    return false;
            }
            else if (part.IsEmpty || !Fits(segment.Constraint, part))
                return false;
            else
                // The path comes decoded but for '%2F', which must not be taken for a separator.
                values[segment.Text] = part.ToString().Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        }
        return path.IsEmpty;
    }

    static Segment Parse(string part, out string? problem)
    {
        problem = null;
        if (!part.Contains('{') && !part.Contains('}'))
            return new(SegmentKind.Literal, part, "");
        if (part[0] != '{' || part[^1] != '}' || part.AsSpan(1, part.Length - 2).ContainsAny('{', '}'))
        {
            problem = $"has the route part '{part}', which is neither plain text nor one parameter such as {{name}}.";
            return default;
        }
        var name = part[1..^1];
        var kind = name.StartsWith('*') ? SegmentKind.CatchAll : name.EndsWith('?') ? SegmentKind.Optional : SegmentKind.Parameter;
        name = name.TrimStart('*').TrimEnd('?');
        var colon = name.IndexOf(':');
        var constraint = colon < 0 ? "" : name[(colon + 1)..];
        if (constraint is not ("" or "int" or "long" or "guid" or "bool" or "alpha"))
            problem = $"has the route part '{part}' with a constraint that the embedded host does not know; it knows int, long, guid, bool and alpha.";
        if (colon >= 0)
            name = name[..colon];
        if (name.Length == 0)
            problem = $"has the route part '{part}' without a name.";
        return new(kind, name, constraint);
    }

    static bool Fits(string constraint, ReadOnlySpan<char> part) => constraint switch
    {
        "int" => int.TryParse(part, NumberStyles.Integer, CultureInfo.InvariantCulture, out _),
        "long" => long.TryParse(part, NumberStyles.Integer, CultureInfo.InvariantCulture, out _),
        "guid" => Guid.TryParse(part, out _),
        "bool" => bool.TryParse(part, out _),
        "alpha" => !part.ContainsAnyExcept("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
        _ => true,
    };

    readonly record struct Segment(SegmentKind Kind, string Text, string Constraint);
}
