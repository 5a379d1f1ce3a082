using System.Net;
using System.Text.Json;

namespace Lifecycle.Cli.Api;

/// <summary>Turns an answer that is no success into a sentence: problem details (RFC 9457) where there are any.</summary>
static class Refusal
{
    const string UnknownCall = "urn:lifecycle:problem:unknown_call";

    public static CliException Of(HttpResponseMessage response, string text, Uri address)
    {
        var host = address.AbsoluteUri.TrimEnd('/');
        var status = (int)response.StatusCode;
        if (Read(response, text) is { } problem) return Of(problem, text, status, response.Headers.RetryAfter?.ToString(), host);
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new(ExitCode.No, $"{host} wants a function key (HTTP {status}): give one with --key, or in LIFECYCLE_KEY. Azure shows them under App keys.") { Status = status },
            HttpStatusCode.NotFound => new(ExitCode.No, $"{host} has no such call (HTTP 404): is --url right, and the host of this version?") { Status = status },
            _ => new(ExitCode.No, $"{host} answered HTTP {status}{(response.ReasonPhrase is { Length: > 0 } reason ? $" ({reason})" : "")}.") { Status = status },
        };
    }

    static CliException Of(Problem problem, string text, int status, string? retryAfter, string host)
    {
        var details = problem.Errors?.Select(error => $"{error.Key} {error.Value}").ToList() ?? [];
        // The sentence of bad input is made of the same words.
        var message = problem.Type == UnknownCall ? $"{host} has no such call: it is of an earlier version than this command line."
            : details.Count == 0 ? problem.Detail ?? problem.Title ?? $"HTTP {status}"
            : $"{problem.Title ?? "Refused"} (HTTP {status}):";
        if (retryAfter is not null) details.Add($"ask again in {retryAfter} s");
        if (problem.State is { } state) details.Add($"its state is {state}");
        return new CliException(ExitCode.No, message) { Details = details, Json = text, Status = status };
    }

    static Problem? Read(HttpResponseMessage response, string text)
    {
        if (response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) != true) return null;
        try
        {
            return JsonSerializer.Deserialize<Problem>(text, JsonSerializerOptions.Web);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    sealed record Problem(string? Type, string? Title, string? Detail, IReadOnlyDictionary<string, string>? Errors, string? State);
}
