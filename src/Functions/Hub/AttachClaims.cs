using System.Globalization;
using System.Security.Claims;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Primitives;

namespace Lifecycle.Functions.Hub;

/// <summary>
/// The app's own claims in the access token: how what was said at <c>negotiate</c> reaches the <c>connected</c> event, signed. The
/// service passes claims on as <c>type: value</c> items joined by commas, so values stay within the identifier alphabet.
/// </summary>
static class AttachClaims
{
    /// <summary>How long an access token opens connections: enough for a slow start, too short to be worth stealing.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>The app process, as it calls itself.</summary>
    public const string Instance = "lc.instance";
    const string Reconnect = "lc.reconnect";
    const string NegotiatedAt = "lc.at";
    const string Epoch = "lc.epoch";
    const string Life = "lc.life";
    const string LastSeq = "lc.seq";
    const string Attempt = "lc.try";
    const string Refused = "lc.refused";
    const string Version = "lc.version";
    const string TakeOver = "lc.takeover";

    public static IList<Claim> Of(AttachRequest request, DateTimeOffset now)
    {
        List<Claim> claims = [new(NegotiatedAt, now.UtcTicks.ToString(CultureInfo.InvariantCulture))];
        if (request.InstanceId is not null)
        {
            claims.Add(new Claim(Instance, request.InstanceId));
        }

        if (request.Reconnect is { } reconnect)
        {
            claims.Add(new Claim(Reconnect, reconnect ? "true" : "false"));
        }

        if (request.TokenLife is { } life)
        {
            claims.Add(new Claim(Life, life));
        }

        AddNumber(claims, Epoch, request.TokenEpoch);
        if (request.ConnectRefused)
        {
            claims.Add(new Claim(Refused, "true"));
        }

        if (request.TakeOver is { } invitation)
        {
            claims.Add(new Claim(TakeOver, invitation));
        }

        AddNumber(claims, Version, request.Version > 0 ? request.Version : null);
        AddNumber(claims, LastSeq, request.LastSeq);
        AddNumber(claims, Attempt, request.Attempt);
        return claims;
    }

    static void AddNumber(List<Claim> claims, string type, long? value)
    {
        if (value is { } number)
        {
            claims.Add(new Claim(type, number.ToString(CultureInfo.InvariantCulture)));
        }
    }

    public static Connected ReadConnected(SignalRInvocationContext context) => new(
        context.ConnectionId,
        Value(context, Instance),
        Value(context, Reconnect) is { } hint ? hint == "true" : null,
        Number(context, NegotiatedAt) is { } ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null,
        Number(context, Epoch),
        LastSeq: Number(context, LastSeq),
        TokenLife: Value(context, Life))
    {
        Attempt = Number(context, Attempt) is > 0 and <= int.MaxValue and var tried ? (int)tried : null,
        ConnectRefused = Value(context, Refused) == "true",
        Version = Number(context, Version) is > 0 and <= int.MaxValue and var version ? (int)version : 0,
        TakeOver = Value(context, TakeOver),
    };

    static long? Number(SignalRInvocationContext context, string type) =>
        long.TryParse(Value(context, type), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The value of a claim; null when there is none.</summary>
    public static string? Value(SignalRInvocationContext context, string type) =>
        context.Claims is { } claims && claims.TryGetValue(type, out StringValues values) && values.Count > 0 ? values[0] : null;
}
