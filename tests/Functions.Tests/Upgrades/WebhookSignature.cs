using System.Security.Cryptography;
using System.Text;

namespace Lifecycle.Functions.Tests.Upgrades;

/// <summary>Verifies a webhook as its receiver does: by the scheme, and not with the code that signed it.</summary>
static class WebhookSignature
{
    public static void AssertGood(Func<string, string> header, string body)
    {
        var signed = Encoding.UTF8.GetBytes($"{header("webhook-id")}.{header("webhook-timestamp")}.{body}");
        var mac = HMACSHA256.HashData(Convert.FromBase64String(RecordedWorld.Secret["whsec_".Length..]), signed);
        Assert.Contains($"v1,{Convert.ToBase64String(mac)}", header("webhook-signature").Split(' '));
    }
}
