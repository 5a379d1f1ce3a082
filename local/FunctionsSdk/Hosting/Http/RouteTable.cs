using Lifecycle.Local.FunctionsSdk.Hosting.Functions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Http;

/// <summary>The routes of all HTTP functions, best match first.</summary>
sealed class RouteTable
{
    static readonly Comparer<Route> s_byPrecedence = Comparer<Route>.Create((a, b) => string.CompareOrdinal(a.Template.Precedence, b.Template.Precedence));

    readonly List<Route> _routes = [];

    public int Count => _routes.Count;

    /// <summary>Adds a function. Returns null, or in words that follow the function's name what is wrong with its route.</summary>
    public string? Add(FunctionEntry entry, string prefix)
    {
        var trigger = (HttpTriggerAttribute)entry.Trigger;
        // As in Azure, a leading slash in a route does not lead out of the prefix.
        var text = $"{prefix}/{(trigger.Route ?? entry.Name).TrimStart('/')}";
        if (!RouteTemplate.TryParse(text, out var template, out var problem))
            return problem;
        var route = new Route(template, trigger.Methods is { Length: > 0 } methods ? methods : null, entry);
        if (_routes.Find(r => r.Template.Shape == template.Shape && r.Overlaps(route)) is { } other)
            return $"has the same route and method as function '{other.Entry.Name}': {text}.";
        var at = _routes.BinarySearch(route, s_byPrecedence);
        _routes.Insert(at < 0 ? ~at : at + 1, route);
        return null;
    }

    /// <summary>Finds the function for a request, or null. A known path with another method is unknown, as in the Functions host.</summary>
    public FunctionEntry? Match(string method, string path, out RouteValueDictionary values)
    {
        values = [];
        foreach (var route in _routes)
        {
            if (!route.Accepts(method))
                continue;
            if (route.Template.TryMatch(path, values))
                return route.Entry;
            values.Clear();
        }
        return null;
    }

    sealed record Route(RouteTemplate Template, string[]? Methods, FunctionEntry Entry)
    {
        public bool Accepts(string method) => Methods is null || Methods.Contains(method, StringComparer.OrdinalIgnoreCase);

        public bool Overlaps(Route other) => Methods is null || other.Methods is null || Methods.Any(other.Accepts);
    }
}
