using System.Buffers.Text;
using System.Text;

namespace Lifecycle.Local.SignalR;

/// <summary>
/// Takes groups apart into pages. A page begins behind a connection id and not at a place, so that none is left out or comes twice while others
/// come and go.
/// </summary>
static class GroupPages
{
    /// <summary>How many connections a page has at most, and when nothing is said.</summary>
    public const int MaxPageSize = 200;

    /// <summary>One page.</summary>
    /// <exception cref="ArgumentException">A size is out of its range, or the token is none that a page before gave.</exception>
    public static GroupPage Read(ServiceHub hub, string group, int? maxPageSize, int? top, string? continuationToken)
    {
        if (maxPageSize is < 1 or > MaxPageSize)
        {
            throw new ArgumentException($"A page has 1 to {MaxPageSize} connections.", nameof(maxPageSize));
        }
        if (top < 1)
        {
            throw new ArgumentException("At least one connection must be wanted.", nameof(top));
        }
        var size = Math.Min(maxPageSize ?? MaxPageSize, top ?? int.MaxValue);
        var found = hub.InGroup(group, Place(continuationToken), size + 1);
        var members = found.Take(size).Select(session => new GroupMember(session.ConnectionId, session.Identity.UserId)).ToList();
        return new(members, found.Count > size && size != top ? Token(members[^1].ConnectionId) : null);
    }

    static string Token(string connectionId) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(connectionId));

    static string? Place(string? token)
    {
        try
        {
            return token is null ? null : Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token));
        }
        catch (FormatException e)
        {
            throw new ArgumentException("The continuation token is not one of this service.", nameof(token), e);
        }
    }
}
