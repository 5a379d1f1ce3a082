using System.Globalization;

namespace Lifecycle;

/// <summary>The words of explanations.</summary>
static class Phrases
{
    /// <summary>A time, with how far it is from now.</summary>
    public static string At(DateTimeOffset time, DateTimeOffset now)
    {
        var far = time > now ? $"in {Span(time - now)}" : $"{Span(now - time)} ago";
        return $"{Clock(time, now)} ({far})";
    }

    /// <summary>How many sessions of an app go in a second.</summary>
    public static string Pace(AppGate gate, Policy policy) => AppRules.PaceOf(gate, policy) is var pace && pace == policy.PacePerSecond
        ? $"{policy.PacePerSecond} a second"
        : string.Create(CultureInfo.InvariantCulture, $"{pace:0.#} a second, as the app's answers allow");

    /// <summary>A time alone; with its date when that is not today's.</summary>
    public static string Clock(DateTimeOffset time, DateTimeOffset now) =>
        time.UtcDateTime.ToString(time.UtcDateTime.Date == now.UtcDateTime.Date ? "HH:mm:ss 'UTC'" : "yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A duration.</summary>
    public static string Span(TimeSpan span) => span.TotalSeconds switch
    {
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.#} s"),
        < 120 => $"{span.TotalSeconds:0} s",
        < 7_200 => $"{span.TotalMinutes:0} min",
        < 172_800 => $"{span.TotalHours:0} h",
        _ => $"{span.TotalDays:0} days",
    };

    /// <summary>A duration in milliseconds.</summary>
    public static string Span(double milliseconds) => Span(TimeSpan.FromMilliseconds(Math.Max(0, milliseconds)));

    /// <summary>Whose fault it is, as a clause.</summary>
    public static string Fault(Blame blame) => blame switch
    {
        Blame.App => "the app's fault",
        Blame.Network => "the fault of the network between app and SignalR service",
        Blame.SignalR => "the SignalR service's fault",
        Blame.Lifecycle => "Lifecycle's own fault",
        Blame.Platform => "asked for by the platform",
        _ => "whose fault it was is not known",
    };

    /// <summary>A number of things.</summary>
    public static string Count(int count, string one) => count == 1 ? $"one {one}" : $"{count.ToString("N0", CultureInfo.InvariantCulture)} {one}s";

    /// <summary>What came of a webhook.</summary>
    public static string Outcome(string outcome) => outcome switch
    {
        "timeout" => "it did not answer in time",
        "refused" => "nobody listens at its address",
        "network" => "the connection to it broke",
        "unknown_host" => "its host name is not known",
        "name_service" => "its host name could not be looked up",
        "tls" => "its certificate or TLS handshake is bad",
        "not_registered" => "it is no longer registered",
        "forbidden_target" => "its address is in a network that webhooks may not go to",
        "no_secret" => "none of its signing secrets can be read",
        WebhookResult.NobodyConnected => "none of its processes is connected to take webhooks",
        Reasons.NotAttachedInTime => "it accepted a webhook and did not attach in time",
        Reasons.NotLooked => "the SignalR service could not be asked whether it is attached",
        _ when outcome.StartsWith("http_", StringComparison.Ordinal) => $"it answered HTTP {outcome["http_".Length..]}",
        _ => outcome,
    };

    /// <summary>Clauses as one sentence.</summary>
    public static string Sentence(params IEnumerable<string?> clauses)
    {
        var text = string.Join("; ", clauses.Where(clause => !string.IsNullOrEmpty(clause)));
        return $"{char.ToUpperInvariant(text[0])}{text[1..]}.";
    }
}
