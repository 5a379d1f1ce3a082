using Microsoft.Azure.Functions.Worker.Builder;
using Xunit.Abstractions;

namespace Lifecycle.FunctionsSdk.Tests.Surface;

public class PublicSurfaceTests(ITestOutputHelper output)
{
    [Fact]
    public void The_stand_ins_public_surface_is_a_subset_of_the_official_listings()
    {
        var surface = PublicSurface.Of(typeof(FunctionsApplication).Assembly);
        Assert.Contains("Microsoft.Azure.Functions.Worker.Builder.FunctionsApplication | M | public static FunctionsApplicationBuilder CreateBuilder(string[] args)", surface);
        if (OfficialListings.Load() is not { } official)
        {
            output.WriteLine("There is no folder shared/official-api above the repository: the surface was not compared.");
            return;
        }
        var foreign = surface.Where(line => !official.Contains(line)).ToArray();
        Assert.True(foreign.Length == 0, $"Not in the official listings:{Environment.NewLine}{string.Join(Environment.NewLine, foreign)}");
        output.WriteLine($"{surface.Count} lines stand in the official listings.");
    }

    [Theory]
    [InlineData("N.A | T | [X(\"a]b\")][Y({1})] public abstract class A", "N.A | T | public class A")]
    [InlineData("N.A | M | protected virtual int[] M(int[]? x = null)", "N.A | M | protected int[] M(int[]? x = null)")]
    [InlineData("N.A | P | public abstract override string P { get; }", "N.A | P | public string P { get; }")]
    public void Normalize_ALine_DropsAttributesAndModifiers(string line, string normalized) =>
        Assert.Equal(normalized, OfficialListings.Normalize(line));

    [Fact]
    public void Surface_OfAnAssembly_HasEveryKindOfLine()
    {
        var lines = PublicSurface.Of(typeof(PublicSurfaceTests).Assembly).Where(l => l.Contains(".Shapes<")).ToArray();

        Assert.Equal(
            [
                "Lifecycle.FunctionsSdk.Tests.Surface.Shapes<T> | T | public class Shapes<T> : IDisposable where T : class, new()",
                "Lifecycle.FunctionsSdk.Tests.Surface.Shapes<T> | C | protected Shapes(int a = 1, string? b = null)",
                "Lifecycle.FunctionsSdk.Tests.Surface.Shapes<T> | E | public event EventHandler Changed",
                "Lifecycle.FunctionsSdk.Tests.Surface.Shapes<T> | F | public const string Name = \"shape\"",
                "Lifecycle.FunctionsSdk.Tests.Surface.Shapes<T> | M | public Task<string?> Find<K>(IReadOnlyList<K?> keys, CancellationToken cancellation = default) where K : class",
                "Lifecycle.FunctionsSdk.Tests.Surface.Shapes<T> | M | public void Dispose()",
                "Lifecycle.FunctionsSdk.Tests.Surface.Shapes<T> | P | public int? Size { get; protected set; }",
                "Lifecycle.FunctionsSdk.Tests.Surface.Shapes<T> | P | public required string Label { get; init; }",
                "Lifecycle.FunctionsSdk.Tests.Surface.Shapes<T>.Kind | T | public enum Shapes<T>.Kind : int where T : class, new()",
                "Lifecycle.FunctionsSdk.Tests.Surface.Shapes<T>.Kind | F | Round = 3",
            ],
            lines);
    }
}
