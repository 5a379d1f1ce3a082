namespace Lifecycle.Doctor.Tests.Support;

/// <summary>What the app servers of these tests are registered with.</summary>
static class Keys
{
    public const string Package = "com.example.notes";
    public const string ApiKey = "a-key-of-16-or-more";

    public static readonly string[] Secrets = ["whsec_b25seSBmb3IgdHJ5aW5nIGl0IG9uIGEgbGFwdG9wISE=", "whsec_YW5vdGhlciBvbmUgZm9yIGEgbGFwdG9wLCBvbGRlcg=="];

    /// <summary>Any app server, by a doctor that has a free port.</summary>
    public static DoctorOptions Options { get; } = new()
    {
        WebhookUrl = new Uri("http://127.0.0.1:9/lifecycle"),
        PackageName = Package,
        ApiKey = ApiKey,
        Secrets = Secrets,
        Listen = new Uri("http://127.0.0.1:0"),
    };
}
