using System.Collections.Concurrent;

namespace Lifecycle.Conformance.Apps;

/// <summary>What the endpoint of a registered app was sent, and how it answers.</summary>
sealed class WebhookInbox
{
    readonly ConcurrentQueue<string> received = new();
    readonly ConcurrentQueue<int> answers = new();

    /// <summary>Each webhook as text.</summary>
    public IReadOnlyList<string> Received => [.. received];

    /// <summary>The next webhook is answered so; after the last of these, 202.</summary>
    public void AnswerNext(int status) => answers.Enqueue(status);

    /// <summary>Takes a webhook and gives the status to answer with.</summary>
    public int Take(string method, IEnumerable<KeyValuePair<string, string>> headers, string body)
    {
        // How a body is framed and who else is named is the server's and the client's, not the app's.
        var told = headers
            .Where(header => header.Key.ToLowerInvariant() is not ("host" or "content-length" or "transfer-encoding"))
            .Select(header => $"{header.Key.ToLowerInvariant()}: {header.Value}")
            .Order(StringComparer.Ordinal);
        received.Enqueue($"{method} {string.Join("; ", told)}\n{body}");
        return answers.TryDequeue(out var status) ? status : 202;
    }
}
