using System.Globalization;
using Lifecycle.Functions.Http;
using Lifecycle.Functions.Relay;
using Microsoft.AspNetCore.Http;

namespace Lifecycle.Functions.Hub;

/// <summary>What <c>negotiate</c> is asked, from the body, the query or headers, in that order (docs/wire.md).</summary>
static class NegotiateInput
{
    const string HeaderPrefix = "x-lifecycle-";
    const string NumberRule = "must be a whole number from 0 to 4503599627370496 (2^52)";

    const int MaxAttempt = 1_000_000;
    const int MaxVersion = 1_000;
    const string VersionRule = "must be a whole number from 1 to 1000";

    const string AttemptRule = "must be a whole number from 1 to 1000000";

    // Numbers go on behind the one that is named, and readers of JSON count to 2^53 - 1.
    const long MaxNumber = 1L << 52;

    /// <summary>
    /// The largest number that an app may name which it was not given. Half of what is taken at all: an app that named this one can count on for ever
    /// and show what it was given.
    /// </summary>
    public const long MaxClaim = 1L << 51;

    /// <summary>400: the app names a number that nobody can have given it.</summary>
    public static InputException NeverGiven(long lastSeq) =>
        InputException.Invalid("invalid_negotiate", "lastSeq", $"must be at most {MaxClaim} (2^51), or a number that this session was given; {lastSeq} it was not");

    public static async Task<AttachRequest> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        var body = await Requests.ReadBodyAsync<NegotiateBody>(request, cancellation);
        var errors = new Dictionary<string, string>();
        var session = Identifier("sessionId", body.SessionId ?? Find(request, "sessionId", "session-id"), required: true);
        var package = Identifier("packageName", body.PackageName ?? Find(request, "packageName", "package-name"), required: true);
        var instance = Identifier("instanceId", body.InstanceId ?? Find(request, "instanceId", "instance-id"), required: false);
        var reconnect = body.Reconnect ?? Hint("reconnect", Find(request, "reconnect", "reconnect"));
        var token = body.ReconnectToken ?? Find(request, "reconnectToken", "reconnect-token");
        var lastSeq = body.LastSeq ?? Number("lastSeq", Find(request, "lastSeq", "last-seq"), NumberRule);
        var attempt = body.Attempt ?? Number("attempt", Find(request, "attempt", "attempt"), AttemptRule);
        var refused = body.ConnectRefused ?? Hint("connectRefused", Find(request, "connectRefused", "connect-refused"));
        var version = body.Version ?? Number("version", Find(request, "version", "version"), VersionRule);
        var takeOver = body.TakeOverToken ?? Find(request, "takeOverToken", "take-over-token");
        Require("version", version is null or (>= 1 and <= MaxVersion), VersionRule);
        Require("lastSeq", lastSeq is null or (>= 0 and <= MaxNumber), NumberRule);
        Require("attempt", attempt is null or (>= 1 and <= MaxAttempt), AttemptRule);
        return errors.Count == 0
            ? new AttachRequest(new AppSessionId(session!, package!), instance, reconnect, token is "" ? null : token, lastSeq)
            {
                Attempt = (int?)attempt,
                ConnectRefused = refused == true,
                Version = (int)(version ?? 0),
                TakeOverToken = takeOver is "" ? null : takeOver,
            }
            : throw InputException.Invalid("invalid_negotiate", errors);

        string? Identifier(string name, string? value, bool required)
        {
            if (value is null ? required : !Identifiers.IsValid(value))
            {
                errors[name] = value is null ? "is required" : $"must be {Identifiers.Rule}";
            }

            return value;
        }

        void Require(string name, bool isGood, string rule)
        {
            if (!isGood)
            {
                errors[name] = rule;
            }
        }

        long? Number(string name, string? text, string rule)
        {
            if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return number;
            }

            Require(name, text is null, rule);
            return null;
        }

        bool? Hint(string name, string? text)
        {
            Require(name, text is null or "true" or "false", "must be true, false or absent");

            return text is null ? null : text == "true";
        }
    }

    /// <summary>What a process says that wants its app's webhooks relayed.</summary>
    public static async Task<(string PackageName, string? InstanceId)> ReadProcessAsync(HttpRequest request, CancellationToken cancellation)
    {
        var body = await Requests.ReadBodyAsync<RelayNegotiateBody>(request, cancellation);
        var package = body.PackageName ?? Find(request, "packageName", "package-name");
        var instance = body.InstanceId ?? Find(request, "instanceId", "instance-id");
        var errors = new Dictionary<string, string>();
        if (!Identifiers.IsValid(package))
        {
            errors["packageName"] = package is null ? "is required" : $"must be {Identifiers.Rule}";
        }

        if (instance is not null && !Identifiers.IsValid(instance))
        {
            errors["instanceId"] = $"must be {Identifiers.Rule}";
        }

        return errors.Count == 0 ? (package!, instance) : throw InputException.Invalid("invalid_negotiate", errors);
    }

    /// <summary>503: a socket could not be opened. What is known of the service is evidence enough: nobody else is told.</summary>
    /// <param name="who">Who asks: each has a slot of its own.</param>
    /// <param name="policy">Its app's policy.</param>
    /// <param name="last">What was seen of the service last.</param>
    /// <param name="now">The time, UTC.</param>
    public static InputException NotTaken(AppSessionId who, Policy policy, ServiceSight last, DateTimeOffset now) => InputException.NotNow(
        "service_away",
        "The SignalR service takes no connections now. Nothing is forgotten: ask again after Retry-After.",
        ServiceAway.RetryAfter(who, policy, last, now));

    public static string? ReadApiKey(HttpRequest request)
    {
        const string Bearer = "Bearer ";
        if (request.Headers["x-api-key"] is [{ Length: > 0 } key])
        {
            return key;
        }

        return request.Headers.Authorization is [{ } header] && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? header[Bearer.Length..]
            : null;
    }

    static string? Find(HttpRequest request, string query, string header) =>
        request.Query[query] is [{ } inQuery] ? inQuery : request.Headers[HeaderPrefix + header] is [{ } inHeader] ? inHeader : null;
}
