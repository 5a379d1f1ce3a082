using System.Net;
using System.Reflection;
using System.Runtime.CompilerServices;
using Lifecycle.Entities;
using Microsoft.Azure.SignalR.Management;

namespace Lifecycle.Functions.Hub;

/// <summary>Reads who is on a roll, and gives each page a limit of its own.</summary>
static class RollPages
{
    // Looked up and not linked: the library that the SignalR extension brings may be older than the call, and one that is put beside it has it.
    static readonly MethodInfo? listing = typeof(GroupManager).GetMethod("ListConnectionsInGroup", [typeof(string), typeof(int?), typeof(CancellationToken)]);

    /// <summary>The pages of a roll.</summary>
    /// <exception cref="NotSupportedException">The library, or the service that it asks, is older than the call.</exception>
    /// <exception cref="TimeoutException">A page did not come.</exception>
    public static async IAsyncEnumerable<IReadOnlyList<ListedConnection>> ReadAsync(
        GroupManager groups, int roll, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await using var pages = Open(groups, roll, reading.Token).GetAsyncEnumerator(reading.Token);
        while (await CallLimit.RunAsync(late => NextAsync(pages, reading, late), Apps.Patience, time, cancellation))
        {
            yield return Listed(pages.Current);
        }
    }

    // A library that lacks the call says so at once, if it knows of it at all; a service that does with its first page.
    static IAsyncEnumerable<object> Open(GroupManager groups, int roll, CancellationToken cancellation)
    {
        try
        {
            dynamic members = listing?.Invoke(groups, BindingFlags.DoNotWrapExceptions, null, [Rolls.GroupOf(roll), null, cancellation], null) ?? throw new NotImplementedException();
            return (IAsyncEnumerable<object>)members.AsPages(null, Rolls.PageSize);
        }
        catch (NotImplementedException e)
        {
            throw Lacking(e);
        }
    }

    static List<ListedConnection> Listed(dynamic page)
    {
        var listed = new List<ListedConnection>();
        foreach (var member in page.Values)
        {
            listed.Add(new ListedConnection((string)member.ConnectionId, (string?)member.UserId));
        }

        return listed;
    }

    // The library takes one token for all pages; the limit is for each.
    static async Task<bool> NextAsync<T>(IAsyncEnumerator<T> pages, CancellationTokenSource reading, CancellationToken late)
    {
        using var end = late.Register(reading.Cancel);
        try
        {
            return await pages.MoveNextAsync();
        }
        catch (Exception e) when (IsLacking(e))
        {
            throw Lacking(e);
        }
    }

    // The library wraps what the service answered.
    static bool IsLacking(Exception? failure) => failure switch
    {
        null => false,
        NotImplementedException or HttpRequestException { StatusCode: HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed } => true,
        _ => IsLacking(failure.InnerException),
    };

    static NotSupportedException Lacking(Exception cause) => new("The SignalR library or service cannot list who is in a group.", cause);
}
