using System.Text.Json;

namespace Lifecycle.SignalREmulator.Tests.Rest;

public sealed class RestDocumentTests
{
    /// <summary>The document lies beside the repository on some machines only; without it there is nothing to compare.</summary>
    [Fact]
    public void Paths_OfTheDocument_AreAllTested()
    {
        if (Find() is not { } file)
        {
            return;
        }
        using var document = JsonDocument.Parse(File.ReadAllText(file));
        var documented = document.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(p => p.Value.EnumerateObject().Select(v => $"{v.Name.ToUpperInvariant()} {p.Name}"))
            .Order(StringComparer.Ordinal);
        Assert.Equal(documented, RestPaths.All.Select(o => $"{o.Verb} {o.Path}").Order(StringComparer.Ordinal));
    }

    static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "shared", "signalr-rest-v2022-06-01.json");
            if (File.Exists(file))
            {
                return file;
            }
        }
        return null;
    }
}
