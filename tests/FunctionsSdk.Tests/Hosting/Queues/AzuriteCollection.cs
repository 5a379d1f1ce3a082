using Lifecycle.Azurite;

namespace Lifecycle.FunctionsSdk.Tests.Hosting.Queues;

/// <summary>The tests that share one queue service, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class AzuriteCollection : ICollectionFixture<AzuriteFixture>
{
    public const string Name = "Azurite";
}
