using System.Runtime.CompilerServices;
using Azure;
using Lifecycle.Local.SignalR;
using Microsoft.Azure.SignalR;

namespace Lifecycle.Local.FunctionsSdk.SignalR;

/// <summary>Who is in a group behind an <see cref="IServiceApi"/>: each page is a call that is made when it is wanted.</summary>
/// <param name="api">The service.</param>
/// <param name="hub">The hub.</param>
/// <param name="group">The group.</param>
/// <param name="top">How many are wanted at most; null for all.</param>
/// <param name="cancellation">Ends it.</param>
sealed class ApiGroupMembers(IServiceApi api, string hub, string group, int? top, CancellationToken cancellation)
    : AsyncPageable<SignalRGroupMember>(cancellation)
{
    public override IAsyncEnumerable<Page<SignalRGroupMember>> AsPages(string? continuationToken = null, int? pageSizeHint = null)
        => PagesAsync(continuationToken, pageSizeHint);

    async IAsyncEnumerable<Page<SignalRGroupMember>> PagesAsync(
        string? from, int? size, [EnumeratorCancellation] CancellationToken enumeration = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken, enumeration);
        var left = top;
        do
        {
            var page = await api.ListConnectionsInGroupAsync(hub, group, size, left, from, either.Token);
            (from, left) = (page.ContinuationToken, left - page.Members.Count);
            // There is no response to show where the service is in this process.
            yield return Page<SignalRGroupMember>.FromValues([.. page.Members.Select(m => new SignalRGroupMember(m.ConnectionId, m.UserId))], from, null!);
        }
        while (from is not null && !(left <= 0));
    }
}
