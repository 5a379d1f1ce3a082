using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Lifecycle.Functions.Http;

/// <summary>Reads the parameters of a query. What is wrong is gathered, and told together.</summary>
sealed class QueryInput
{
    /// <summary>The code of what is thrown.</summary>
    public const string Code = "invalid_query";

    readonly IQueryCollection query;

    /// <summary>Reads a query; a parameter that nobody reads is an error, for it would be a typing error that changes nothing.</summary>
    /// <param name="request">The request.</param>
    /// <param name="known">The parameters of the call. A function key may come in the query, too.</param>
    public QueryInput(HttpRequest request, params string[] known)
    {
        query = request.Query;
        foreach (var name in query.Keys.Except([.. known, "code"], StringComparer.OrdinalIgnoreCase))
        {
            Errors[CloudEvent.Clip(name)!] = "is not a parameter of this call";
        }
    }

    /// <summary>What is wrong, by parameter.</summary>
    public Dictionary<string, string> Errors { get; } = [];

    /// <summary>A text; null when there is none.</summary>
    public string? Text(string name)
    {
        if (!query.TryGetValue(name, out var values))
        {
            return null;
        }

        if (values.Count == 1)
        {
            return values[0];
        }

        Errors[name] = "must be given once";
        return null;
    }

    /// <summary>A whole number.</summary>
    public long Number(string name, long least, long most, long otherwise)
    {
        if (!query.TryGetValue(name, out var values))
        {
            return otherwise;
        }

        if (values.Count == 1 && long.TryParse(values[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        Errors[name] = most == long.MaxValue ? $"must be one whole number from {least}" : $"must be one whole number from {least} to {most}";
        return otherwise;
    }

    /// <summary>Ends the reading.</summary>
    /// <exception cref="InputException">Something is wrong.</exception>
    public void Done()
    {
        if (Errors.Count > 0)
        {
            throw InputException.Invalid(Code, Errors);
        }
    }
}
