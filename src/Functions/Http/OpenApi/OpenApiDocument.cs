using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Lifecycle.Functions.Http;

/// <summary>
/// The OpenAPI 3.1 document of the HTTP functions of an assembly: routes, verbs and keys from their triggers, words and shapes from
/// <see cref="ApiAttribute"/> and <see cref="AnswersAttribute"/>, schemas from the types that are read and written.
/// </summary>
static partial class OpenApiDocument
{
    const string FunctionKey = "functionKey";
    const string AppKey = "appKey";

    static readonly AnswersAttribute[] everywhere =
        [new(StatusCodes.Status400BadRequest, "The input is wrong; errors says which of it."), new(StatusCodes.Status500InternalServerError, "It failed.")];

    static readonly AnswersAttribute[] whereABodyIsRead =
    [
        new(StatusCodes.Status413PayloadTooLarge, "The body is larger than 16 KiB; of an import, than 1 MiB."),
        new(StatusCodes.Status415UnsupportedMediaType, "The body is not JSON; or a POST has neither a body nor a header that a form cannot send, such as content-type: application/json."),
    ];

    /// <summary>The document.</summary>
    /// <param name="assembly">Where the functions are.</param>
    /// <param name="prefix">What comes before every route, such as <c>/api</c>.</param>
    /// <exception cref="InvalidOperationException">An HTTP function is not described.</exception>
    public static JsonObject Of(Assembly assembly, string prefix)
    {
        var schemas = new OpenApiSchemas();
        var paths = new JsonObject();
        foreach (var (method, function, trigger) in HttpFunctions.CallsOf(assembly).OrderBy(f => f.Trigger.Route, StringComparer.Ordinal))
        {
            var api = method.GetCustomAttribute<ApiAttribute>() ?? throw new InvalidOperationException($"The HTTP function {function} has no {nameof(ApiAttribute)}.");
            // OpenAPI has no parameter for the rest of a path.
            var path = $"{prefix}/{trigger.Route!.Replace("{*", "{", StringComparison.Ordinal)}";
            var item = paths[path]?.AsObject() ?? (JsonObject)(paths[path] = new JsonObject());
            item[trigger.Methods!.Single().ToLowerInvariant()] = OperationOf(method, function, trigger, api, schemas);
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = "Lifecycle", ["version"] = "1", ["description"] = "Keeps app servers attached to user sessions. What is sent over SignalR, by webhooks and by queues is in docs/wire.md." },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = schemas.ToJson(), ["securitySchemes"] = SecuritySchemes() },
        };
    }

    static JsonObject OperationOf(MethodInfo method, string function, HttpTriggerAttribute trigger, ApiAttribute api, OpenApiSchemas schemas)
    {
        var operation = new JsonObject { ["operationId"] = function, ["summary"] = api.Summary };
        if (ParametersOf(trigger.Route!, api) is { Count: > 0 } parameters)
        {
            operation["parameters"] = parameters;
        }

        if (api.Body is not null)
        {
            operation["requestBody"] = new JsonObject { ["content"] = ContentOf("application/json", api.Body, schemas) };
        }

        operation["responses"] = ResponsesOf([.. method.GetCustomAttributes<AnswersAttribute>(), .. everywhere, .. ReadsBody(trigger) ? whereABodyIsRead : []], schemas);
        var key = api.ByApp ? AppKey : trigger.AuthLevel == AuthorizationLevel.Anonymous ? null : FunctionKey;
        operation["security"] = key is null ? new JsonArray() : new JsonArray(new JsonObject { [key] = new JsonArray() });
        return operation;
    }

    static bool ReadsBody(HttpTriggerAttribute trigger) => trigger.Methods!.Single().ToUpperInvariant() is "POST" or "PUT";

    static JsonArray ParametersOf(string route, ApiAttribute api)
    {
        var parameters = new JsonArray();
        foreach (Match part in RoutePart().Matches(route))
        {
            var schema = new JsonObject { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = Identifiers.MaxLength, ["pattern"] = @"^(?!\.{1,2}$)[A-Za-z0-9._@+-]+$" };
            parameters.Add(ParameterOf(part.Groups["name"].Value, "path", Identifiers.Rule, schema));
        }

        foreach (var (text, type) in api.Query.Select(text => (text, "integer")).Concat(api.QueryTexts.Select(text => (text, "string"))))
        {
            var parts = text.Split(": ", 2);
            parameters.Add(ParameterOf(parts[0], "query", parts[1], new JsonObject { ["type"] = type }));
        }

        return parameters;
    }

    static JsonObject ParameterOf(string name, string place, string description, JsonObject schema) => new()
    {
        ["name"] = name,
        ["in"] = place,
        ["required"] = place == "path",
        ["description"] = description,
        ["schema"] = schema,
    };

    static JsonObject ResponsesOf(IEnumerable<AnswersAttribute> answers, OpenApiSchemas schemas)
    {
        var responses = new JsonObject();
        foreach (var answer in answers.OrderBy(answer => answer.Status))
        {
            var response = new JsonObject { ["description"] = answer.When };
            if (answer.Status >= StatusCodes.Status400BadRequest)
            {
                response["content"] = ContentOf(Problem.MediaType, typeof(Problem), schemas);
            }
            else if (answer.Body is not null)
            {
                response["content"] = ContentOf("application/json", answer.Body, schemas);
            }

            responses[$"{answer.Status}"] = response;
        }

        return responses;
    }

    static JsonObject ContentOf(string mediaType, Type body, OpenApiSchemas schemas) =>
        new() { [mediaType] = new JsonObject { ["schema"] = schemas.Reference(body) } };

    static JsonObject SecuritySchemes() => new()
    {
        [FunctionKey] = new JsonObject { ["type"] = "apiKey", ["in"] = "header", ["name"] = "x-functions-key", ["description"] = "A function key of the app in Azure; locally none is asked for." },
        [AppKey] = new JsonObject { ["type"] = "apiKey", ["in"] = "header", ["name"] = "x-api-key", ["description"] = "The API key of the app that attaches." },
    };

    [GeneratedRegex(@"\{\*?(?<name>\w+)\}")]
    private static partial Regex RoutePart();
}
