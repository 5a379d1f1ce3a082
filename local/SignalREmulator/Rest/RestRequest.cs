using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace Lifecycle.Local.SignalR;

/// <summary>A request to the REST API, taken apart. Names are unescaped once, so a group may contain a slash.</summary>
sealed partial class RestRequest
{
    const int MaxNameLength = 1024;

    // What differs from page to page.
    static readonly HashSet<string> pageParts = new(["top", "continuationToken"], StringComparer.OrdinalIgnoreCase);

    RestRequest(HttpContext context, string path, string[] segments)
    {
        Context = context;
        Path = path;
        Segments = segments;
    }

    public HttpContext Context { get; }

    /// <summary>The path as it was sent.</summary>
    public string Path { get; }

    /// <summary>The unescaped parts of the path after <c>/api</c>.</summary>
    public string[] Segments { get; }

    public string Method => Context.Request.Method;

    public IReadOnlyList<string> Excluded => [.. Context.Request.Query["excluded"].OfType<string>()];

    public string? Reason => Context.Request.Query["reason"].FirstOrDefault();

    /// <summary>Reads the request, whose path begins with <c>/api/</c>.</summary>
    public static RestRequest From(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget;
        var path = (string.IsNullOrEmpty(target) ? context.Request.Path.ToUriComponent() : target).Split('?')[0];
        var segments = path.Trim('/').Split('/').Skip(1).Select(Uri.UnescapeDataString);
        return new(context, path, [.. segments]);
    }

    /// <summary>The hub, with the application in front when there is one.</summary>
    public string Hub()
    {
        CheckVersion();
        var hub = Segments[1];
        var application = Context.Request.Query["application"].FirstOrDefault();
        return !HubNames.IsValid(hub) ? throw RestException.Invalid("The hub's name must begin with a letter and have letters, digits and underscores.")
            : application is null ? hub
            : HubNames.IsValid(application) ? $"{application}_{hub}"
            : throw RestException.Invalid("The application's name must begin with a letter and have letters, digits and underscores.");
    }

    public void CheckVersion()
    {
        var version = Context.Request.Query["api-version"].FirstOrDefault();
        if (version is null || !VersionForm().IsMatch(version))
        {
            throw RestException.Invalid("The query needs an api-version such as 2022-06-01.");
        }
    }

    /// <summary>Who a request is about, such as <c>groups/{group}</c>.</summary>
    public static SendTarget Target(string collection, string name)
    {
        var kind = collection switch
        {
            "users" => SendTargetKind.User,
            "groups" => SendTargetKind.Group,
            _ => SendTargetKind.Connection
        };
        return string.IsNullOrWhiteSpace(name) || name.Length > MaxNameLength
            ? throw RestException.Invalid($"The name in {collection} must have 1 to {MaxNameLength} characters and not only spaces.")
            : new(kind, name);
    }

    /// <summary>The query's <c>ttl</c>; null when there is none.</summary>
    public TimeSpan? Ttl()
    {
        var text = Context.Request.Query["ttl"].FirstOrDefault();
        return text is null ? null
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds)
            : throw RestException.Invalid("The ttl must be a whole number of seconds, zero or more.");
    }

    /// <summary>Whether it is of this version of the API or a later one.</summary>
    public bool IsOfVersion(string version) =>
        Context.Request.Query["api-version"].FirstOrDefault() is { } its && string.CompareOrdinal(its, version) >= 0;

    /// <summary>The page that is asked for; null for the first one.</summary>
    public string? ContinuationToken => Context.Request.Query["continuationToken"].FirstOrDefault();

    /// <summary>A number in the query, from 1 on; null when there is none.</summary>
    public int? Number(string name, int most)
    {
        var text = Context.Request.Query[name].FirstOrDefault();
        return text is null ? null
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most ? number
            : throw RestException.Invalid($"{name} must be a whole number from 1 to {most}.");
    }

    /// <summary>The whole address of the page behind this one; null when there is none.</summary>
    public string? NextLink(GroupPage page, int? top)
    {
        if (page.ContinuationToken is not { } token)
        {
            return null;
        }
        var query = Context.Request.Query.Where(part => !pageParts.Contains(part.Key))
            .SelectMany(part => part.Value, (part, value) => KeyValuePair.Create(part.Key, value));
        query = top is { } wanted ? query.Append(new("top", (wanted - page.Members.Count).ToString(CultureInfo.InvariantCulture))) : query;
        var (scheme, host) = (Context.Request.Scheme, Context.Request.Host);
        return QueryHelpers.AddQueryString($"{scheme}://{host.ToUriComponent()}{Path}", query.Append(new("continuationToken", token)));
    }

    [GeneratedRegex(@"^20\d\d-[01]\d-[0-3]\d(-preview)?$")]
    private static partial Regex VersionForm();
}
