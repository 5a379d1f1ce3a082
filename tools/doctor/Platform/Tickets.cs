using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Lifecycle.Doctor.Running;
using Microsoft.AspNetCore.Http;

namespace Lifecycle.Doctor.Platform;

/// <summary>An access token that negotiate gave out.</summary>
sealed class Ticket(Scene scene, NegotiateCall call)
{
    public Scene Scene => scene;

    public NegotiateCall Call => call;

    /// <summary>How many sockets were opened with it.</summary>
    public int Uses { get; set; }

    /// <summary>Whether the socket was opened at the whole address that was given.</summary>
    public bool KeepsQuery { get; set; }

    /// <summary>The first record of its socket; of several sockets the one that is no handshake, if there is one.</summary>
    public string? Handshake { get; set; }
}

/// <summary>The access tokens of one examination: JWTs in form, which nobody reads but the doctor.</summary>
sealed class Tickets
{
    readonly ConcurrentDictionary<string, Ticket> _byToken = new(StringComparer.Ordinal);

    public IReadOnlyCollection<Ticket> All => [.. _byToken.Values];

    public string Issue(Scene scene, NegotiateCall call)
    {
        var payload = JsonSerializer.Serialize(new { sub = scene.SessionId, jti = Guid.NewGuid().ToString("n") });
        var token = $"{Base64("""{"alg":"HS256","typ":"JWT"}"""u8)}.{Base64(Encoding.UTF8.GetBytes(payload))}.{Base64(RandomNumberGenerator.GetBytes(32))}";
        _byToken[token] = new Ticket(scene, call);
        return token;
    }

    public Ticket? Find(HttpContext http)
    {
        var token = http.Request.Headers.Authorization is [{ } header] && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            ? header["Bearer ".Length..]
            : http.Request.Query["access_token"].ToString();
        return _byToken.GetValueOrDefault(token);
    }

    static string Base64(ReadOnlySpan<byte> bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
