using System.Net;
using Azure;
using Lifecycle.Functions.Hub;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Azure.SignalR;
using Microsoft.Azure.SignalR.Management;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace Lifecycle.Functions.Units;

/// <summary>The hub on a SignalR service that does not answer, or fails.</summary>
public sealed class AppsHubTests
{
    static readonly AppSessionId id = new("s1", "com.example.app");
    static readonly TimeSpan hour = TimeSpan.FromHours(1);

    readonly FakeTimeProvider time = new();
    readonly Mock<ServiceHubContext> context = new();
    readonly Mock<ClientManager> clients = new();
    readonly Apps apps;

    public AppsHubTests()
    {
        context.Setup(c => c.ClientManager).Returns(clients.Object);
        apps = new(context.Object, time);
    }

    // Its clients and groups as well: an entity waits for every one of them, and its reconnects behind it.
    [Theory]
    [InlineData("send to a user")]
    [InlineData("send to a connection")]
    [InlineData("close")]
    [InlineData("join")]
    [InlineData("leave")]
    [InlineData("leave all")]
    [InlineData("user exists")]
    [InlineData("connection exists")]
    [InlineData("is in")]
    [InlineData("read a roll")]
    public void Call_OfAServiceThatNeverAnswers_EndsWithItsPatience(string what) => TurnByTurn.Run(turns =>
    {
        BeSilent();
        var call = Make(what);

        time.Advance(Apps.Patience - TimeSpan.FromMilliseconds(1));
        turns.RunAll();
        Assert.False(call.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        turns.RunAll();

        Assert.IsType<TimeoutException>(call.Exception?.InnerException);
    });

    // Whoever asks has to know that it was no "no".
    [Fact]
    public async Task Exists_OfAServiceThatFails_PassesItOn()
    {
        var failure = new HttpRequestException("404 without the header that the library reads");
        clients.Setup(c => c.UserExistsAsync("s1:com.example.app", It.IsAny<CancellationToken>())).ThrowsAsync(failure);

        Assert.Same(failure, await Assert.ThrowsAsync<HttpRequestException>(() => apps.ExistsAsync(id, CancellationToken.None)));
    }

    // The library that lacks the call, and what it makes of a service that does.
    [Theory]
    [InlineData(false, null)]
    [InlineData(true, HttpStatusCode.NotFound)]
    [InlineData(true, HttpStatusCode.MethodNotAllowed)]
    public async Task ReadRoll_WhereThereIsNoSuchCall_SaysSo(bool hasCall, HttpStatusCode? answer)
    {
        var groups = new Mock<GroupManager> { CallBase = true };
        context.Setup(c => c.Groups).Returns(groups.Object);
        var setup = groups.Setup(g => g.ListConnectionsInGroup("roll-3", null, It.IsAny<CancellationToken>()));
        if (hasCall)
        {
            setup.Returns(new Members(_ => throw new InvalidOperationException("wrapped", new HttpRequestException("What is that?", null, answer))));
        }
        else
        {
            setup.CallBase();
        }

        await Assert.ThrowsAsync<NotSupportedException>(() => ReadAsync(3));
    }

    [Fact]
    public async Task ReadRoll_OfAServiceThatFails_PassesItOn()
    {
        var groups = new Mock<GroupManager>();
        context.Setup(c => c.Groups).Returns(groups.Object);
        groups.Setup(g => g.ListConnectionsInGroup("roll-3", null, It.IsAny<CancellationToken>()))
            .Returns(new Members(_ => throw new HttpRequestException("away", null, HttpStatusCode.ServiceUnavailable)));
        await Assert.ThrowsAsync<HttpRequestException>(() => ReadAsync(3));
    }

    async Task ReadAsync(int roll)
    {
        await foreach (var _ in apps.ReadRollAsync(roll, CancellationToken.None))
        {
        }
    }

    Task Make(string what) => what switch
    {
        "send to a user" => apps.SendAsync(id, connectionId: null, "ack", new { }),
        "send to a connection" => apps.SendAsync(id, "c1", "ack", new { }),
        "close" => apps.CloseAsync("c1", "superseded"),
        "join" => apps.JoinAsync(id, "g", hour),
        "leave" => apps.LeaveAsync(id, "g"),
        "leave all" => apps.LeaveAllAsync(id),
        "user exists" => apps.ExistsAsync(id, CancellationToken.None),
        "connection exists" => apps.ExistsAsync("c1", CancellationToken.None),
        "read a roll" => ReadAsync(3),
        _ => apps.IsInAsync(id, "g"),
    };

    // As the library, it gives up when it is told to, and not before.
    void BeSilent()
    {
        const string user = "s1:com.example.app";
        var (all, one, groups) = (new Mock<IClientProxy>(), new Mock<ISingleClientProxy>(), new Mock<UserGroupManager>());
        context.Setup(c => c.Clients).Returns(Mock.Of<IHubClients>(c => c.User(user) == all.Object && c.Client("c1") == one.Object));
        context.Setup(c => c.UserGroups).Returns(groups.Object);
        all.Setup(p => p.SendCoreAsync("ack", It.IsAny<object?[]>(), It.IsAny<CancellationToken>())).Returns((string _, object?[] _, CancellationToken late) => Never(late));
        one.Setup(p => p.SendCoreAsync("ack", It.IsAny<object?[]>(), It.IsAny<CancellationToken>())).Returns((string _, object?[] _, CancellationToken late) => Never(late));
        clients.Setup(c => c.CloseConnectionAsync("c1", "superseded", It.IsAny<CancellationToken>())).Returns((string _, string _, CancellationToken late) => Never(late));
        clients.Setup(c => c.UserExistsAsync(user, It.IsAny<CancellationToken>())).Returns((string _, CancellationToken late) => Never(late));
        clients.Setup(c => c.ConnectionExistsAsync("c1", It.IsAny<CancellationToken>())).Returns((string _, CancellationToken late) => Never(late));
        groups.Setup(g => g.AddToGroupAsync(user, "g", hour, It.IsAny<CancellationToken>())).Returns((string _, string _, TimeSpan _, CancellationToken late) => Never(late));
        groups.Setup(g => g.RemoveFromGroupAsync(user, "g", It.IsAny<CancellationToken>())).Returns((string _, string _, CancellationToken late) => Never(late));
        groups.Setup(g => g.RemoveFromAllGroupsAsync(user, It.IsAny<CancellationToken>())).Returns((string _, CancellationToken late) => Never(late));
        var lists = new Mock<GroupManager>();
        context.Setup(c => c.Groups).Returns(lists.Object);
        lists.Setup(g => g.ListConnectionsInGroup("roll-3", null, It.IsAny<CancellationToken>())).Returns((string _, int? _, CancellationToken late) => new Members(Never, late));
        groups.Setup(g => g.IsUserInGroup(user, "g", It.IsAny<CancellationToken>())).Returns((string _, string _, CancellationToken late) => Never(late));
    }

    static async Task<bool> Never(CancellationToken late)
    {
        await Task.Delay(Timeout.Infinite, late);
        return true;
    }

    /// <summary>A list whose first page never comes, or fails.</summary>
    sealed class Members(Func<CancellationToken, Task<bool>> page, CancellationToken cancellation = default) : AsyncPageable<SignalRGroupMember>(cancellation)
    {
        public override async IAsyncEnumerable<Page<SignalRGroupMember>> AsPages(string? continuationToken = null, int? pageSizeHint = null)
        {
            await page(CancellationToken);
            yield break;
        }
    }
}
