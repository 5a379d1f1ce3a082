using System.Collections.Concurrent;

namespace Lifecycle.Bench.Storage;

/// <summary>How many requests of which kind have been made since the start, by all clients that share it.</summary>
sealed class RequestLog
{
    readonly ConcurrentDictionary<string, int> made = new(StringComparer.Ordinal);

    /// <summary>One was made, and answered.</summary>
    public void Add(string request) => made.AddOrUpdate(request, 1, static (_, count) => count + 1);

    /// <summary>All so far.</summary>
    public RequestCounts Counts => RequestCounts.Of(made);
}
