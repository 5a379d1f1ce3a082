using Azure.Core;

namespace Lifecycle.Bench.Storage;

/// <summary>What a request to storage is for, as the page for operators calls it.</summary>
static class StorageRequest
{
    public const string PutMessage = "put message";
    public const string GetMessages = "get messages";
    public const string EmptyPoll = "poll that finds nothing";
    public const string DeleteMessage = "delete message";
    public const string UpdateMessage = "put message back";
    public const string ReadHistory = "read history";
    public const string WriteHistory = "write history";
    public const string UpdateInstance = "update instance";
    public const string ReadInstance = "read instance";
    public const string Leases = "leases of partitions";

    // Bits of the bodies and paths that tell one from the other.
    const string AMessage = "<QueueMessage>";
    const string Batch = "$batch";

    /// <summary>The name of a request to a queue.</summary>
    /// <param name="method">The verb.</param>
    /// <param name="path">The path.</param>
    /// <param name="answer">The body of the answer.</param>
    public static string OfQueue(RequestMethod method, string path, string answer)
    {
        var isMessages = path.EndsWith("/messages", StringComparison.Ordinal);
        return method.Method switch
        {
            "GET" when isMessages => answer.Contains(AMessage, StringComparison.Ordinal) ? GetMessages : EmptyPoll,
            "POST" when isMessages => PutMessage,
            "DELETE" when path.Contains("/messages/", StringComparison.Ordinal) => DeleteMessage,
            "PUT" when path.Contains("/messages/", StringComparison.Ordinal) => UpdateMessage,
            _ => $"other to queues, {method}",
        };
    }

    /// <summary>The name of a request to a table: a hub has one of histories, one of instances and one of partitions.</summary>
    public static string OfTable(RequestMethod method, string path)
    {
        if (path.Contains("Partitions", StringComparison.Ordinal))
        {
            return Leases;
        }

        var isRead = method == RequestMethod.Get;
        return path switch
        {
            _ when path.Contains("Instances", StringComparison.Ordinal) => isRead ? ReadInstance : UpdateInstance,
            _ when path.Contains("History", StringComparison.Ordinal) && isRead => ReadHistory,
            _ when path.Contains("History", StringComparison.Ordinal) || path.EndsWith(Batch, StringComparison.Ordinal) => WriteHistory,
            _ => $"other to tables, {method}",
        };
    }

    /// <summary>The name of a request to a blob: those of leases are known by their container.</summary>
    public static string OfBlob(RequestMethod method, string path, string query) =>
        path.Contains("-leases", StringComparison.Ordinal) || path.Contains("applease", StringComparison.OrdinalIgnoreCase) || query.Contains("comp=lease", StringComparison.Ordinal)
            ? Leases
            : method == RequestMethod.Get || method == RequestMethod.Head ? "read blob" : "write blob";
}
