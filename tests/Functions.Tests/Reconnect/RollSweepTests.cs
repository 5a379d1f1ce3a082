using System.Globalization;
using System.Runtime.CompilerServices;
using Lifecycle.Entities;
using Lifecycle.Local.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests.Reconnect;

/// <summary>Sweeps of more sessions than there are rolls: the service is asked for lists, and about single sessions only where these do not tell enough.</summary>
public sealed class RollSweepTests
{
    const int Sessions = 12;
    const double Sweep = 30_000;

    static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"s{number:000}");

    static string UserOf(int number) => new AppSessionId(Name(number), TestApp.Package).ToString();

    static void Run(Func<TestApp, ConnectionSpy, Task> test) => TestApp.Run(app => test(app, app.Services.GetRequiredService<ConnectionSpy>()), ConnectionSpy.Install);

    static async Task<AppClient[]> AttachAsync(TestApp app, int count = Sessions)
    {
        await app.PutAppAsync(policy: new { resurrect = false, reconnectGraceMs = 60_000, allowUnsolicited = true });
        var clients = new AppClient[count];
        for (var n = 0; n < count; n++)
        {
            clients[n] = await AppClient.AttachAsync(app, session: Name(n));
        }

        await app.Settle(40_000);
        return clients;
    }

    static async Task SweepAsync(TestApp app, ConnectionSpy spy)
    {
        spy.Pages.Clear();
        spy.Questions.Clear();
        await app.Settle(Sweep);
    }

    static async Task<int> LeftAsync(TestApp app) =>
        (await app.CallAsync("GET", "/api/fleet")).Json.GetProperty("platform").GetProperty("sweep").GetProperty("left").GetInt32();

    static async Task AssertAllRunAsync(TestApp app)
    {
        for (var n = 0; n < Sessions; n++)
        {
            Assert.Equal("RUNNING", await app.StateAsync(Name(n)));
        }
    }

    // It was one call for each of them.
    [Fact]
    public void Sweep_ManySessionsAndAllIsWell_ReadsTheRollsAndAsksAboutNobody() => Run(async (app, spy) =>
    {
        const int count = 1_000;
        await AttachAsync(app, count);
        await SweepAsync(app, spy);
        Assert.Empty(spy.Questions);
        Assert.Equal(Enumerable.Range(0, Lifecycle.Rolls.Count), spy.Pages.Order());
        Assert.InRange(spy.Pages.Count, 1, 10);
        Assert.Equal(count, spy.Enrolled);
        var sweep = (await app.CallAsync("GET", "/api/fleet")).Json.GetProperty("platform").GetProperty("sweep");
        Assert.Equal((count, 0), (sweep.GetProperty("asked").GetInt32(), sweep.GetProperty("left").GetInt32()));
    });

    [Fact]
    public void Sweep_FewSessions_AsksAboutEachOfThem() => Run(async (app, spy) =>
    {
        await AttachAsync(app, Lifecycle.Rolls.Count);
        await SweepAsync(app, spy);
        Assert.Empty(spy.Pages);
        Assert.Equal(Lifecycle.Rolls.Count, spy.Questions.Count);
    });

    // The user stays on the roll while its connections come and go.
    [Fact]
    public void Sweep_AfterReconnects_AsksAboutNobody() => Run(async (app, spy) =>
    {
        foreach (var client in await AttachAsync(app))
        {
            client.Socket.Drop();
        }

        for (var n = 0; n < Sessions; n++)
        {
            await AppClient.AttachAsync(app, session: Name(n), reconnect: true);
        }

        await app.Settle(15_000);
        await SweepAsync(app, spy);
        Assert.Empty(spy.Questions);
        Assert.Equal(Sessions, spy.Enrolled);
    });

    [Fact]
    public void Sweep_ALossThatNobodyReported_IsFoundWithOneQuestion() => Run(async (app, spy) =>
    {
        var clients = await AttachAsync(app);
        ReconcileTests.Lose(app, "disconnected");
        spy.Questions.Clear();
        clients[5].Socket.Drop();
        await app.Settle(40_000);
        var session = await app.SessionAsync(Name(5));
        Assert.Equal(("GRACE_PERIOD", "connection_missing"), (session.GetProperty("state").GetString(), session.GetProperty("reason").GetString()));
        Assert.Equal([clients[5].Socket.ConnectionId!], spy.Questions);
    });

    [Fact]
    public void Sweep_AConnectionThatNobodyReported_IsFoundWithOneQuestion() => Run(async (app, spy) =>
    {
        var clients = await AttachAsync(app);
        clients[5].Socket.Drop();
        await app.Settle(100_000);
        Assert.Equal("DISCONNECTED", await app.StateAsync(Name(5)));
        ReconcileTests.Lose(app, "connected");
        spy.Questions.Clear();
        await AppClient.AttachAsync(app, session: Name(5));
        await app.Settle(Sweep);
        Assert.Equal("adopted", (await app.SessionAsync(Name(5))).GetProperty("reason").GetString());
        Assert.Equal([UserOf(5)], spy.Questions);
    });

    // Half of it was read, or nothing: nobody is lost for that, and nobody is asked.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sweep_RollsThatCannotBeReadToTheEnd_LoseNobody(bool isCut) => Run(async (app, spy) =>
    {
        var clients = await AttachAsync(app);
        spy.Rolls = (_, pages) => BreakAsync(pages, isCut);
        await SweepAsync(app, spy);
        await SweepAsync(app, spy);
        await AssertAllRunAsync(app);
        Assert.Empty(spy.Questions);
        Assert.Equal(isCut ? 0 : Sessions, await LeftAsync(app)); // who is on the half that was read is there

        // What was really lost meanwhile is found when they can be read again.
        ReconcileTests.Lose(app, "disconnected");
        clients[3].Socket.Drop();
        await SweepAsync(app, spy);
        await AssertAllRunAsync(app);
        spy.Rolls = null;
        await SweepAsync(app, spy);
        Assert.Equal(("GRACE_PERIOD", 0), (await app.StateAsync(Name(3)), await LeftAsync(app)));
    });

    [Fact]
    public void Sweep_OneRollCannotBeRead_GoesByTheOthers() => Run(async (app, spy) =>
    {
        var clients = await AttachAsync(app);
        var broken = Lifecycle.Rolls.NumberOf(new AppSessionId(Name(0), TestApp.Package));
        var onIt = Enumerable.Range(0, Sessions).Where(n => Lifecycle.Rolls.NumberOf(new AppSessionId(Name(n), TestApp.Package)) == broken).ToList();
        var other = Enumerable.Range(0, Sessions).Except(onIt).First();
        spy.Rolls = (roll, pages) => roll == broken ? BreakAsync(pages, isCut: false) : pages;
        ReconcileTests.Lose(app, "disconnected");
        clients[0].Socket.Drop();
        clients[other].Socket.Drop();
        await app.Settle(40_000);
        Assert.Equal(("RUNNING", "GRACE_PERIOD"), (await app.StateAsync(Name(0)), await app.StateAsync(Name(other))));
        Assert.Equal(onIt.Count, await LeftAsync(app));
    });

    // What a library or a service of before does: all is as it was, and once an hour it is tried again.
    [Fact]
    public void Sweep_WhereThereIsNoSuchCall_AsksAboutEachOfThem() => Run(async (app, spy) =>
    {
        var calls = 0;
        var clients = await AttachAsync(app);
        spy.Rolls = (_, _) =>
        {
            calls++;
            throw new NotSupportedException();
        };
        ReconcileTests.Lose(app, "disconnected");
        clients[5].Socket.Drop();
        await SweepAsync(app, spy);
        Assert.Equal("connection_missing", (await app.SessionAsync(Name(5))).GetProperty("reason").GetString());
        Assert.Equal((Sessions, Lifecycle.Rolls.Count), (spy.Questions.Count, calls));
        await app.Settle(3_500_000);
        Assert.Equal(Lifecycle.Rolls.Count, calls);
        spy.Rolls = null;
        await app.Settle(200_000);
        await SweepAsync(app, spy);
        Assert.Empty(spy.Questions);
    });

    // Attached by a version before, or after all groups were left: asked about once, put on their rolls, and not asked about again.
    [Fact]
    public void Sweep_SessionsThatAreOnNoRoll_AreAskedAboutOnceAndPutThere() => Run(async (app, spy) =>
    {
        foreach (var client in await AttachAsync(app))
        {
            await client.Socket.InvokeAsync("setSubscriptions", Array.Empty<string>(), 0);
        }

        await app.Settle();
        for (var n = 0; n < Sessions; n++)
        {
            await AppClient.AttachAsync(app, session: Name(n), instance: "i2", reconnect: false);
        }

        Assert.Equal(Sessions, spy.Enrolled);
        await app.Settle(11_000 + Sweep);
        Assert.Equal(2 * Sessions, spy.Enrolled);
        await SweepAsync(app, spy);
        await AssertAllRunAsync(app);
        Assert.Empty(spy.Questions);
        Assert.Equal(2 * Sessions, spy.Enrolled);
    });

    // Nobody told that the service has forgotten it.
    [Fact]
    public void Sweep_AUserThatIsOffItsRoll_IsAskedAboutAndPutThereAgain() => Run(async (app, spy) =>
    {
        await AttachAsync(app);
        await app.Settle(Rules.RollAgain.TotalMilliseconds);
        await app.Services.GetRequiredService<SignalRServiceCore>().Api.RemoveUserFromAllGroupsAsync("apps", UserOf(7));
        await SweepAsync(app, spy);
        Assert.Single(spy.Questions);
        Assert.Equal(Sessions + 1, spy.Enrolled);
        await SweepAsync(app, spy);
        Assert.Empty(spy.Questions);
        await AssertAllRunAsync(app);
    });

    [Fact]
    public void Attach_WhenItCannotBePutOnItsRoll_IsAskedAboutUntilItIs() => Run(async (app, spy) =>
    {
        spy.Fails = call => call == "enroll";
        await AttachAsync(app);
        await SweepAsync(app, spy);
        Assert.Equal((Sessions, Sessions), (spy.Questions.Count, spy.Enrolled));
        spy.Fails = _ => false;
        await app.Settle(Rules.RollAgain.TotalMilliseconds);
        Assert.Equal(2 * Sessions, spy.Enrolled);
        await SweepAsync(app, spy);
        Assert.Empty(spy.Questions);
    });

    static async IAsyncEnumerable<IReadOnlyList<ListedConnection>> BreakAsync(
        IAsyncEnumerable<IReadOnlyList<ListedConnection>> pages, bool isCut, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var page in pages.WithCancellation(cancellation))
        {
            if (isCut)
            {
                yield return page;
            }

            throw new HttpRequestException("The service is away.");
        }
    }
}
