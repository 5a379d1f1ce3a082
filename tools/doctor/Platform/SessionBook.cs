using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lifecycle.Doctor.Platform;

/// <summary>What Lifecycle knows of one app session: enough of it to answer as Lifecycle does. Not thread-safe: its scene's lock guards it.</summary>
sealed class SessionBook(string sessionId, string packageName)
{
    readonly List<string> _tokens = [];

    public long Epoch { get; private set; }

    public long LastSent { get; private set; }

    public string[] Streams { get; set; } = [];

    public int SetVersion { get; set; }

    /// <summary>The token of the newest ack.</summary>
    public string? NewestToken => _tokens.LastOrDefault();

    /// <summary>How a token is shown to people: by its number, never itself.</summary>
    public string NameOf(string? token) => token is null ? "no token" : _tokens.IndexOf(token) is >= 0 and var index ? $"token {index + 1} of {_tokens.Count}" : "a token that is not one of this session's";

    /// <summary>The ack of another attach.</summary>
    /// <param name="call">The negotiate that it answers.</param>
    /// <param name="terms">What differs.</param>
    public JsonObject Ack(NegotiateCall call, AckTerms terms)
    {
        var resumed = terms.Resumed ?? (Epoch > 0 && call.Reconnect != "false");
        if (!resumed && Epoch > 0) (Streams, SetVersion) = ([], SetVersion + 1);
        if (terms.Streams is { } streams) (Streams, SetVersion) = (streams, SetVersion + 1);
        Epoch += 2;
        _tokens.Add($"doctor.{sessionId}.{_tokens.Count + 1}.{Guid.NewGuid():n}");
        var ack = new JsonObject
        {
            ["sessionId"] = sessionId,
            ["packageName"] = packageName,
            ["state"] = "RUNNING",
            ["resumed"] = resumed,
            ["epoch"] = Epoch,
            ["correlationId"] = $"c_{sessionId}",
            ["subscriptions"] = JsonSerializer.SerializeToNode(Streams),
            ["subscriptionsVersion"] = SetVersion,
            ["token"] = terms.InitWanted ? null : NewestToken,
            ["missed"] = 0,
            ["seq"] = terms.Seq ?? (resumed ? call.LastSeq ?? 0 : LastSent),
            ["reconnectGraceMs"] = terms.GraceMs,
            ["initWanted"] = terms.InitWanted,
        };
        if (terms.Version is { } version) (ack["version"], ack["takenOver"], ack["handOverMs"]) = (version, terms.TakenOver, terms.HandOverMs);
        if (terms.SaysMore) (ack["weather"], ack["later"]) = ("rain", new JsonObject { ["version"] = 3, ["list"] = new JsonArray(1, 2, 3) });
        return ack;
    }

    /// <summary>A message with the next number, or with that one.</summary>
    public JsonObject Message(JsonNode? body, long? seq, bool prompt)
    {
        var number = seq ?? LastSent + 1;
        LastSent = Math.Max(LastSent, number);
        var message = new JsonObject { ["seq"] = number, ["body"] = body };
        if (prompt) message["prompt"] = true;
        return message;
    }

    /// <summary>The app replaces its set: the <c>subscriptions</c> message that follows.</summary>
    public JsonObject Replace(string[] streams, int version)
    {
        var accepted = version == SetVersion;
        if (accepted) (Streams, SetVersion) = (streams, SetVersion + 1);
        return Set(accepted);
    }

    /// <summary>The set in force.</summary>
    public JsonObject Set(bool accepted) => new()
    {
        ["accepted"] = accepted,
        ["reason"] = accepted ? null : "version_conflict",
        ["subscriptions"] = JsonSerializer.SerializeToNode(Streams),
        ["subscriptionsVersion"] = SetVersion,
    };
}
