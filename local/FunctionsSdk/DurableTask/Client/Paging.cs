namespace Microsoft.DurableTask;

/// <summary>Values that come in pages.</summary>
public abstract class AsyncPageable<T> : IAsyncEnumerable<T>
    where T : notnull
{
    /// <summary>The pages.</summary>
    public abstract IAsyncEnumerable<Page<T>> AsPages(string? continuationToken = null, int? pageSizeHint = null);

    /// <summary>The values, page after page.</summary>
    public async IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        await foreach (var page in AsPages().WithCancellation(cancellationToken))
        {
            foreach (var value in page.Values)
            {
                yield return value;
            }
        }
    }
}

/// <summary>One page.</summary>
public sealed class Page<T>
    where T : notnull
{
    /// <summary>Makes a page.</summary>
    public Page(IReadOnlyList<T> values, string? continuationToken = null) => (Values, ContinuationToken) = (values, continuationToken);

    /// <summary>Its values.</summary>
    public IReadOnlyList<T> Values { get; }

    /// <summary>Where the next page begins; null on the last.</summary>
    public string? ContinuationToken { get; }
}
