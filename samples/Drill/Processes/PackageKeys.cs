using System.Security.Cryptography;

namespace Lifecycle.Samples.Drill.Processes;

/// <summary>A package and its secrets: the same for all of its processes.</summary>
sealed class PackageKeys(string package)
{
    public string Package => package;

    /// <summary>The API key with which it is registered.</summary>
    public string Key { get; } = "drill_" + Guid.NewGuid().ToString("n");

    /// <summary>The secret with which its webhooks are signed.</summary>
    public string Secret { get; } = "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
}
