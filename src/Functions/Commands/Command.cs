using System.Text;
using Lifecycle.Functions.Http;

namespace Lifecycle.Functions.Commands;

/// <summary>One message of the queue <c>lifecycle-commands</c> (docs/wire.md).</summary>
sealed record Command(CommandType Type, AppSessionId Id, string? Reason, bool Foreground)
{
    const string Invalid = "invalid_command";

    /// <summary>Reads a message. What is wrong is told by field, without the values.</summary>
    /// <exception cref="InputException">It is too large, not JSON of the expected form, or has a field that its type does not take.</exception>
    public static Command Parse(string message)
    {
        if (Encoding.UTF8.GetByteCount(message) > Requests.MaxBody)
        {
            throw InputException.TooLarge($"The command is larger than {Requests.MaxBody} bytes.");
        }

        var body = Requests.ReadJson<Body>(Encoding.UTF8.GetBytes(message), Invalid, "command");
        var errors = new Dictionary<string, string>();
        var type = body.Type switch
        {
            "start" => CommandType.Start,
            "stop" => CommandType.Stop,
            "revive" => CommandType.Revive,
            _ => CommandType.None,
        };
        Check("type", type != CommandType.None, "must be start, stop or revive");
        Check("sessionId", Identifiers.IsValid(body.SessionId), $"must be {Identifiers.Rule}");
        Check("packageName", Identifiers.IsValid(body.PackageName), $"must be {Identifiers.Rule}");
        Check("reason", body.Reason is null || type == CommandType.Stop, "goes with stop only");
        Check("foreground", body.Foreground is null || type == CommandType.Start, "goes with start only");
        return errors.Count == 0
            ? new(type, new(body.SessionId!, body.PackageName!), body.Reason, body.Foreground ?? false)
            : throw InputException.Invalid(Invalid, errors);

        void Check(string field, bool holds, string rule)
        {
            if (!holds)
            {
                errors[field] = rule;
            }
        }
    }

    sealed record Body
    {
        public string? Type { get; init; }

        public string? SessionId { get; init; }

        public string? PackageName { get; init; }

        public string? Reason { get; init; }

        public bool? Foreground { get; init; }
    }
}
