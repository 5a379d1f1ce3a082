namespace Lifecycle.HostSettings.Tests;

/// <summary>
/// The deployed host.json on the host's own option classes. The host never started with it: "ControlQueueVisibilityTimeout must be between
/// 1 and 60 minutes", and every call was answered 503; only our own rules had been compared with the file.
/// </summary>
public sealed class HostJsonTests(HostJsonTests.Started host) : IClassFixture<HostJsonTests.Started>
{
    public static TheoryData<string, string> Settings()
    {
        var data = new TheoryData<string, string>();
        foreach (var (path, value) in HostJson.Read(HostJson.Deployed))
        {
            data.Add(path, value);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void HostJson_EverySetting_IsKnownToTheHostAndReadAsItStands(string path, string value)
    {
        var (bound, wanted) = host.Settings.Read(path, value);
        Assert.Equal(wanted, bound);
    }

    [Theory]
    [InlineData("controlQueueVisibilityTimeout", "00:00:59", "ControlQueueVisibilityTimeout must be between 1 and 60 minutes.")]
    [InlineData("controlQueueVisibilityTimeout", "01:00:01", "ControlQueueVisibilityTimeout must be between 1 and 60 minutes.")]
    [InlineData("partitionCount", "17", "PartitionCount must be an integer value between 1 and 16.")]
    public async Task Start_WithWhatTheHostRefuses_SaysSo(string name, string value, string problem)
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => OfficialHost.StartAsync(
            HostJson.Deployed, [new($"{OfficialHost.Root}__extensions__durableTask__storageProvider__{name}", value)]));
        Assert.Equal(problem, refused.Message);
    }

    // A typing error is not refused, and not even logged: the default counts.
    [Theory]
    [InlineData("extensions:durableTask:storageProvider:controlQueueVisibilityTimout")]
    [InlineData("extensions:durableTask:tracing:versions")]
    [InlineData("extensions:queues:maxPolingInterval")]
    [InlineData("extension:queues:batchSize")]
    public async Task Read_NameThatTheHostDoesNotKnow_IsFound(string path)
    {
        await using var mistaken = await OfficialHost.StartAsync(HostJson.Deployed, [new($"{OfficialHost.Root}:{path}", "00:01:00")]);
        Assert.Throws<MissingMemberException>(() => new BoundSettings(mistaken.Services).Read(path, "00:01:00"));
    }

    /// <summary>The host, started once for all tests.</summary>
    public sealed class Started : IAsyncLifetime
    {
        OfficialHost? host;

        internal BoundSettings Settings => new(host!.Services);

        /// <inheritdoc/>
        public async Task InitializeAsync() => host = await OfficialHost.StartAsync(HostJson.Deployed);

        /// <inheritdoc/>
        public async Task DisposeAsync() => await (host?.DisposeAsync() ?? ValueTask.CompletedTask);
    }
}
