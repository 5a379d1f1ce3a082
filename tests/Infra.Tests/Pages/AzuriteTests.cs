namespace Lifecycle.Infra.Tests.Pages;

/// <summary>The commands that start Azurite, as people copy them.</summary>
public sealed class AzuriteTests
{
    // As the page had it, the storage emulator refused every request of the durable provider, which asks for a newer version of the API:
    // HTTP worked, and no entity ever ran.
    [Fact]
    public void Pages_ThatStartAzurite_HaveItTakeNewerVersionsOfTheApi()
    {
        var starts = RepositoryFiles.All("*.md")
            .SelectMany(page => RepositoryFiles.Read(page).Split('\n').Where(line => line.TrimStart().StartsWith("azurite ", StringComparison.Ordinal)))
            .ToList();
        Assert.NotEmpty(starts);
        Assert.All(starts, line => Assert.Contains(" --skipApiVersionCheck", line));
    }
}
