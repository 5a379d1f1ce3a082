using System.Net;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Primitives;

namespace Lifecycle.Local.SignalR;

/// <summary>
/// Who may call a port that listens on loopback. A browser reaches such a port for any page that it shows: a foreign page is known by its
/// <c>Origin</c>, and one whose name was made to lead to this machine (DNS rebinding) by the <c>Host</c>. Pages of this machine may call,
/// whatever their port: what runs here can call without a browser, too.
/// </summary>
public sealed class AllowedCallers
{
    // RFC 6761 keeps names under .localhost for loopback: nobody else can own one.
    static readonly string[] loopback = ["localhost", "*.localhost"];

    readonly IList<StringSegment> names;

    /// <param name="hosts">Hosts besides loopback, without ports; <c>*.example.com</c> for every name under one, <c>*</c> for any host and any page.</param>
    /// <exception cref="FormatException">One is not a host; the message says so in one line.</exception>
    public AllowedCallers(IEnumerable<string> hosts)
    {
        names = [.. loopback.Concat(hosts.Select(Checked)).Select(name => new StringSegment(name))];
    }

    /// <summary>This machine alone.</summary>
    public static AllowedCallers Loopback { get; } = new([]);

    /// <summary>The hosts in a setting, parted by semicolons.</summary>
    public static string[] Split(string? text) => (text ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>What is wrong with a request, in one sentence; null for nothing. What is no browser's, without an origin, is judged by its host alone.</summary>
    public string? Problem(HttpRequest request)
    {
        // No host at all is possible with HTTP/1.0, which no browser speaks.
        if (request.Host.HasValue && !IsAllowed(request.Host.Host))
        {
            return $"The host '{Clip(request.Host.Host)}' is not one of this machine.";
        }
        return request.Headers.Origin.All(IsAllowedOrigin) ? null : $"A page of '{Clip(request.Headers.Origin.ToString())}' may not call this machine.";
    }

    /// <summary>Answers a request that may not call with 403 and a problem (RFC 9457), and says whether it did.</summary>
    /// <param name="context">The request.</param>
    /// <param name="remedy">The setting that would allow it, as a sentence.</param>
    /// <param name="log">Is told what is wrong.</param>
    public async Task<bool> RefuseAsync(HttpContext context, string remedy, Action<string> log)
    {
        if (Problem(context.Request) is not { } problem)
        {
            return false;
        }
        log(problem);
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        var details = new ProblemDetails { Status = StatusCodes.Status403Forbidden, Title = "Foreign caller", Detail = $"{problem} {remedy}" };
        await context.Response.WriteAsJsonAsync(details, options: null, contentType: "application/problem+json");
        return true;
    }

    // 'null' is the origin of pages without an address, and of any page that hides its own in a sandboxed frame.
    bool IsAllowedOrigin(string? origin) => names.Contains("*")
        || (Uri.TryCreate(origin, UriKind.Absolute, out var page) && page.Scheme is "http" or "https" && IsAllowed(page.Host));

    bool IsAllowed(string host) =>
        (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address)) || HostString.MatchesAny(host, names);

    static string Checked(string host) =>
        host == "*" || IPAddress.TryParse(host, out _) || Uri.CheckHostName(host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host) == UriHostNameType.Dns
            ? host
            : throw new FormatException($"'{host}' is not a host without scheme and port, such as dev.example.com, *.example.com or *.");

    static string Clip(string text) => text.Length <= 100 ? text : text[..100] + "…";
}
