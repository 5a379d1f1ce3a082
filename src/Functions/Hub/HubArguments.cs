using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using Lifecycle.Functions.Http;
using Microsoft.Azure.Functions.Worker;

namespace Lifecycle.Functions.Hub;

/// <summary>Reads and validates the arguments of hub methods.</summary>
static class HubArguments
{
    const string InitRule = "one object { \"reconnect\": true or false, \"instanceId\": text }, both optional";

    public static AppSessionId ReadUser(SignalRInvocationContext context) => AppSessionId.TryParse(context.UserId, out var id)
        ? id
        : throw InputException.Unauthorized("The connection has no user id of the form session:package.");

    public static (bool? Reconnect, string? InstanceId) ReadInit(SignalRInvocationContext context)
    {
        Expect(context, "payload");
        var payload = Argument(context, 0);
        if (payload.ValueKind == JsonValueKind.Null)
        {
            return (null, null);
        }

        if (payload.ValueKind != JsonValueKind.Object)
        {
            throw Invalid("payload", $"must be {InitRule}");
        }

        return (ReadFlag(payload, "reconnect"), ReadInstance(payload));
    }

    public static (ImmutableArray<string> Streams, int Version) ReadSubscriptions(SignalRInvocationContext context)
    {
        Expect(context, "streams", "version");
        var (streams, version) = (Argument(context, 0), Argument(context, 1));
        if (streams.ValueKind != JsonValueKind.Array)
        {
            throw Invalid("streams", "must be an array of stream names");
        }

        if (streams.GetArrayLength() > Identifiers.MaxStreams)
        {
            throw InputException.TooLarge($"streams has {streams.GetArrayLength()} names; at most {Identifiers.MaxStreams} are allowed.");
        }

        if (version.ValueKind != JsonValueKind.Number || !version.TryGetInt32(out var replaces) || replaces < 0)
        {
            throw Invalid("version", "must be the whole number of the version that is replaced");
        }

        return ([.. streams.EnumerateArray().Select(ReadStream)], replaces);
    }

    public static (long Seq, ImmutableArray<FailedMessage> Failed, bool IsLast) ReadDone(SignalRInvocationContext context)
    {
        Expect(context, "payload");
        var payload = Argument(context, 0);
        if (payload.ValueKind != JsonValueKind.Object)
        {
            throw Invalid("payload", "must be one object { \"seq\": number, \"failed\": array, \"last\": true or false }, the last two optional");
        }

        return (ReadSeq(payload), ReadFailed(payload), ReadFlag(payload, "last") == true);
    }

    static long ReadSeq(JsonElement element) =>
        element.TryGetProperty("seq", out var seq) && seq.ValueKind == JsonValueKind.Number && seq.TryGetInt64(out var number) && number >= 0
            ? number
            : throw Invalid("seq", "must be the whole number of a message, from 0");

    static ImmutableArray<FailedMessage> ReadFailed(JsonElement payload)
    {
        if (!payload.TryGetProperty("failed", out var failed) || failed.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        return failed.ValueKind == JsonValueKind.Array && failed.GetArrayLength() <= MessagesDone.MostFailed
            ? [.. failed.EnumerateArray().Select(ReadFailure)]
            : throw Invalid("failed", $"must be an array of at most {MessagesDone.MostFailed}");
    }

    static FailedMessage ReadFailure(JsonElement failure)
    {
        if (failure.ValueKind != JsonValueKind.Object)
        {
            throw Invalid("failed", "may only hold objects { \"seq\": number, \"error\": text }");
        }

        return FailedMessage.Of(ReadSeq(failure), failure.TryGetProperty("error", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : "");
    }

    /// <summary>None, or one object in which nothing is read: a later client may say more.</summary>
    public static void ReadHandOver(SignalRInvocationContext context)
    {
        if ((context.Arguments?.Length ?? 0) == 0)
        {
            return;
        }

        Expect(context, "payload");
        if (Argument(context, 0).ValueKind != JsonValueKind.Object)
        {
            throw Invalid("payload", "must be an object, or absent");
        }
    }

    /// <summary>For methods without arguments.</summary>
    public static void ReadNothing(SignalRInvocationContext context) => Expect(context);

    /// <summary>Requires so many arguments.</summary>
    // A trigger that names no arguments takes any number of them.
    public static void Expect(SignalRInvocationContext context, params string[] names)
    {
        if ((context.Arguments?.Length ?? 0) is var count && count != names.Length)
        {
            throw Invalid("arguments", names.Length == 0 ? $"must be none, not {count}" : $"must be {names.Length} ({string.Join(", ", names)}), not {count}");
        }
    }

    static string ReadStream(JsonElement name) =>
        name.ValueKind == JsonValueKind.String && Identifiers.IsValidStream(name.GetString())
            ? name.GetString()!
            : throw Invalid("streams", $"may only hold names of {Identifiers.StreamRule}");

    static bool? ReadFlag(JsonElement payload, string name) => !payload.TryGetProperty(name, out var flag) ? null : flag.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Null => null,
        _ => throw Invalid(name, "must be true, false or absent"),
    };

    static string? ReadInstance(JsonElement payload)
    {
        if (!payload.TryGetProperty("instanceId", out var instance) || instance.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return instance.ValueKind == JsonValueKind.String && Identifiers.IsValid(instance.GetString())
            ? instance.GetString()
            : throw Invalid("instanceId", $"must be {Identifiers.Rule}");
    }

    /// <summary>One argument; null when there are fewer.</summary>
    // The worker hands arguments over as JSON elements; a host that deserialized them further is no reason to fail.
    public static JsonElement Argument(SignalRInvocationContext context, int index)
    {
        var argument = context.Arguments is { } arguments && index < arguments.Length ? arguments[index] : null;
        var element = argument as JsonElement? ?? JsonSerializer.SerializeToElement(argument);
        return JsonTexts.AreUtf8(JsonMarshal.GetRawUtf8Value(element)) ? JsonTexts.Mended(element) : throw Invalid("arguments", "must be UTF-8");
    }

    /// <summary>An argument is wrong.</summary>
    public static InputException Invalid(string argument, string rule) => InputException.Invalid("invalid_argument", argument, rule);
}
