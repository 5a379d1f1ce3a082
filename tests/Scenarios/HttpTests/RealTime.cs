namespace Lifecycle.Scenarios.Http;

/// <summary>Tests on a clock on the wall run alone: those on virtual time take every processor there is.</summary>
[CollectionDefinition("real time", DisableParallelization = true)]
public sealed class RealTime;
