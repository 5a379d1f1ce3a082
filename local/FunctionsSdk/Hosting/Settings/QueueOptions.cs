namespace Lifecycle.Local.FunctionsSdk.Hosting.Settings;

/// <summary>The part <c>extensions.queues</c> of host.json, with the official names and defaults.</summary>
sealed record QueueOptions
{
    /// <summary>The longest pause between two looks into an empty queue, 100 ms to a day.</summary>
    public TimeSpan MaxPollingInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a message stays away after its function failed, 0 to 7 days.</summary>
    public TimeSpan VisibilityTimeout { get; init; } = TimeSpan.Zero;

    /// <summary>How many messages are taken at a time, 1 to 32.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>More messages are taken once this many or fewer are being processed; null for half a batch.</summary>
    public int? NewBatchThreshold { get; init; }

    /// <summary>After how many failures a message goes to the poison queue, 1 or more.</summary>
    public int MaxDequeueCount { get; init; } = 5;

    /// <summary>How the texts of messages are written.</summary>
    public QueueEncoding MessageEncoding { get; init; } = QueueEncoding.Base64;
}
