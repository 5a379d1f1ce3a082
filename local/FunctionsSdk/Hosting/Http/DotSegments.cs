using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Http;

/// <summary>
/// The parts <c>.</c> and <c>..</c> of an address. Kestrel resolves them, so that <c>/sessions/../apps/P/revive</c> is another call than its sender
/// meant, who put an unchecked id into it. Clients that mean it resolve them before they send.
/// </summary>
static class DotSegments
{
    public const string Problem = "The path has a part that is . or .., which would make it another path. Neither is an id.";

    public static bool AreIn(HttpContext context) => AreIn(context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "");

    /// <param name="target">The address as it was sent.</param>
    public static bool AreIn(string target) =>
        (target.Contains('.') || target.Contains("%2e", StringComparison.OrdinalIgnoreCase))
        && target.Split('?')[0].Split('/').Any(part => Uri.UnescapeDataString(part) is "." or "..");
}
