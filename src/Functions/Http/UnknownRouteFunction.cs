using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Azure.Functions.Worker;

namespace Lifecycle.Functions.Http;

/// <summary>
/// Whatever else is asked under <c>/api</c>: a problem like any other, where the Functions host would answer an empty 404. That host takes
/// the first function by name whose route fits, so the name of this one must come after those of all other HTTP functions.
/// </summary>
public sealed class UnknownRouteFunction
{
    static readonly ImmutableArray<(TemplateMatcher Route, string Verb)> calls =
    [
        .. from call in HttpFunctions.CallsOf(typeof(UnknownRouteFunction).Assembly)
           from verb in call.Trigger.Methods!
           select (new TemplateMatcher(TemplateParser.Parse(call.Trigger.Route!), []), verb.ToUpperInvariant()),
    ];

    /// <summary>405 where another verb would do, else 404.</summary>
    /// <exception cref="InputException">Always.</exception>
    [Function("UnknownRoute")]
    public IActionResult Answer([HttpTrigger(AuthorizationLevel.Anonymous, Route = "{*path}")] HttpRequest request)
    {
        var path = new PathString($"/{request.RouteValues["path"]}");
        var verbs = calls.Where(call => call.Route.TryMatch(path, [])).Select(call => call.Verb).Distinct().Order(StringComparer.Ordinal).ToList();
        throw verbs.Count == 0
            ? InputException.NotFound("unknown_call", "There is no such call. GET /api/openapi.json describes those that there are.")
            : InputException.MethodNotAllowed(verbs);
    }
}
