namespace Lifecycle.FunctionsSdk.Tests.Surface;

/// <summary>A type with a member of every kind, for the test of the surface itself.</summary>
public abstract class Shapes<T> : IDisposable
    where T : class, new()
{
    public const string Name = "shape";

    protected Shapes(int a = 1, string? b = null) => Size = a + (b?.Length ?? 0);

    public event EventHandler Changed = delegate { };

    public enum Kind
    {
        Round = 3,
    }

    public required string Label { get; init; }

    public int? Size { get; protected set; }

    public virtual Task<string?> Find<K>(IReadOnlyList<K?> keys, CancellationToken cancellation = default)
        where K : class => Task.FromResult<string?>(null);

    public void Dispose()
    {
        Changed(this, EventArgs.Empty);
        GC.SuppressFinalize(this);
    }
}
