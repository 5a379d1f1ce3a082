namespace Lifecycle.SignalREmulator.Tests.Support;

/// <summary>A service with an app behind it, and the tokens its clients need.</summary>
sealed class TestService
{
    public const string Hub = "apps";

    public TestService(TimeProvider? time = null, int seed = 1, Func<SignalRServiceOptions, SignalRServiceOptions>? change = null)
    {
        var options = new SignalRServiceOptions { TimeProvider = time ?? TimeProvider.System, Seed = seed };
        Core = new(change?.Invoke(options) ?? options, Upstream);
    }

    public SignalRServiceCore Core { get; }

    public RecordingUpstream Upstream { get; } = new();

    public IServiceApi Api => Core.Api;

    public string Url => Core.ConnectionString.ClientUrl(Hub);

    public string Token(string? user = null, params (string Type, string Value)[] claims) => AccessToken.Create(
        Core.Options.AccessKey, Core.ConnectionString.ClientAudience(Hub), Core.TimeProvider.GetUtcNow(), TimeSpan.FromHours(1),
        [.. user is null ? [] : new[] { KeyValuePair.Create(AccessToken.UserIdClaim, user) }, .. claims.Select(c => KeyValuePair.Create(c.Type, c.Value))]);

    public async Task<TestClient> ConnectAsync(string? user = null, params (string, string)[] claims)
    {
        var client = new TestClient(Core);
        await client.Client.ConnectAsync(Url, Token(user, claims));
        return client;
    }
}

/// <summary>A virtual client whose events a test can wait for.</summary>
sealed class TestClient
{
    public TestClient(SignalRServiceCore core)
    {
        Client = new(core);
        Client.Invoked += (method, arguments) => Calls.Add((method, string.Join(",", arguments)));
        Client.Closed += Closed.Add;
    }

    public VirtualClient Client { get; }

    public string Id => Client.ConnectionId!;

    public Inbox<(string Method, string Arguments)> Calls { get; } = new("a call by the service");

    public Inbox<VirtualClientClosed> Closed { get; } = new("the end of a connection");
}
