namespace Lifecycle.Conformance;

/// <summary>One story at a time: each has processes of its own, and waits for what they do.</summary>
[CollectionDefinition(nameof(BothHosts), DisableParallelization = true)]
public sealed class BothHostsCollection;
