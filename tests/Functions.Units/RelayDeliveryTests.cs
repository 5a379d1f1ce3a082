using System.Buffers.Text;
using System.Text;
using System.Xml.Linq;
using Lifecycle.Entities;
using Lifecycle.Functions.Relay;
using Lifecycle.Functions.Tokens;
using Lifecycle.Functions.Webhooks;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace Lifecycle.Functions.Units;

/// <summary>One relayed webhook on its way, with a service or a store that hangs or fails.</summary>
public sealed class RelayDeliveryTests : IDisposable
{
    const string Package = "com.example.app";
    const int TimeoutMs = 5_000;

    static readonly DateTimeOffset start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    readonly FakeTimeProvider time = new(start);
    readonly FakeLogger<RelaySender> log = new();
    readonly Mock<IRelayConnections> service = new();
    readonly Mock<DurableEntityClient> entities = new("units");
    readonly RelayDesk desk = new();
    readonly List<string> asked = [];
    readonly List<string> looked = [];
    readonly List<RelayEvent> told = [];
    readonly CancellationTokenSource late;
    Func<string, Task<bool>> exists = _ => Task.FromResult(true);
    Func<string, Task> send = _ => Task.CompletedTask;
    Func<Task<RelayRoster>> read;
    RelayRoster roster = RelayRoster.Empty;

    public RelayDeliveryTests()
    {
        late = new CancellationTokenSource(TimeSpan.FromMilliseconds(TimeoutMs), time);
        read = () => Task.FromResult(roster);
        service.Setup(s => s.ExistsAsync(It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .Returns((string connection, CancellationToken _) =>
            {
                looked.Add(connection);
                return exists(connection);
            });
        service.Setup(s => s.SendAsync(It.IsAny<string>(), RelayMessage.Target, It.IsAny<object>(), It.IsAny<CancellationToken>()))
            .Returns((string connection, string _, object payload, CancellationToken _) =>
            {
                asked.Add(((RelayMessage)payload).Ticket);
                return send(connection);
            });
        async Task<EntityMetadata<RelayRoster>?> ReadAsync() => new(RelayEntity.IdOf(Package), await read());
        entities.Setup(e => e.GetEntityAsync<RelayRoster>(RelayEntity.IdOf(Package), It.IsAny<bool>(), It.IsAny<CancellationToken>())).Returns(ReadAsync);
        entities.Setup(e => e.GetEntityAsync<RelayRoster>(RelayEntity.IdOf(Package), It.IsAny<CancellationToken>())).Returns(ReadAsync);
        entities.Setup(e => e.SignalEntityAsync(RelayEntity.IdOf(Package), It.IsAny<string>(), It.IsAny<object?>(), It.IsAny<SignalEntityOptions?>(), It.IsAny<CancellationToken>()))
            .Callback((EntityInstanceId _, string _, object? input, SignalEntityOptions? _, CancellationToken _) => told.Add((RelayEvent)input!))
            .Returns(Task.CompletedTask);
    }

    IEnumerable<string> Silent => told.OfType<ProcessSilent>().Select(silent => silent.ConnectionId);

    IEnumerable<int> Logged => log.Collector.GetSnapshot().Select(record => record.Id.Id);

    public void Dispose() => late.Dispose();

    void Connected(int processes) => roster = Enumerable.Range(0, processes)
        .Aggregate(RelayRoster.Empty, (known, n) => RelayRules.Decide(known, new ProcessReady($"c{n}", $"i{n}"), start).Roster);

    // The webhook is on its way; what happens to it happens when the time of the test goes on.
    Task<WebhookResult?> Begin()
    {
        var client = new Mock<DurableTaskClient>("units");
        client.Setup(c => c.Entities).Returns(entities.Object);
        var tickets = new RelayTickets(new TokenKeys(new Keys(), time, new FakeLogger<TokenKeys>()), time);
        var sender = new RelaySender(service.Object, tickets, desk, Instruments.Make(), time, log);
        var request = new WebhookRequest("wh_1", "session_request", "s1", Package, "c1", "r1", 1, Reasons.StartRequested, TimeoutMs);
        return sender.RoadTo(client.Object, request)(new SignedWebhook("wh_1", "1", "v1,x", "{}"u8.ToArray()), late.Token);
    }

    void Pass(TurnByTurn turns, double milliseconds)
    {
        turns.RunAll();
        for (var passed = 0.0; passed < milliseconds; passed += 50)
        {
            time.Advance(TimeSpan.FromMilliseconds(Math.Min(50, milliseconds - passed)));
            turns.RunAll();
        }
    }

    WebhookResult? ResultAt(TurnByTurn turns, Task<WebhookResult?> delivery, double milliseconds)
    {
        Pass(turns, milliseconds);
        Assert.True(delivery.IsCompletedSuccessfully, $"{delivery.Status}");
        return delivery.Result;
    }

    // The app was blamed for a timeout, though the service did not answer and nobody was asked.
    [Theory]
    [InlineData("exists")]
    [InlineData("send")]
    [InlineData("roster")]
    public void Deliver_WhileACallHangs_EndsBeforeItsCallersTimeAndBlamesNobody(string what) => TurnByTurn.Run(turns =>
    {
        Connected(2);
        if (what == "exists")
        {
            exists = _ => new TaskCompletionSource<bool>().Task;
        }
        else if (what == "send")
        {
            send = _ => new TaskCompletionSource().Task;
        }
        else
        {
            read = () => new TaskCompletionSource<RelayRoster>().Task;
        }

        var delivery = Begin();
        Pass(turns, 4_700);
        Assert.False(delivery.IsCompleted);
        Assert.Null(ResultAt(turns, delivery, 50));
        Assert.False(late.IsCancellationRequested);
        Assert.Equal([3601], Logged);
        Assert.Empty(Silent);
    });

    // The message had come through; only that it had was not said.
    [Fact]
    public void Deliver_OfAMessageThatHangsAndIsAnswered_HasTheAnswer() => TurnByTurn.Run(turns =>
    {
        Connected(1);
        send = _ => new TaskCompletionSource().Task;
        var delivery = Begin();
        Pass(turns, 100);
        Answer(0, 202);
        Assert.Equal(WebhookVerdict.Accepted, ResultAt(turns, delivery, 4_650)!.Verdict);
        Assert.Empty(Logged);
    });

    // One had answered that it leaves, and a hanging look for the next one made a timeout of it.
    [Fact]
    public void Deliver_WhereTheLookForTheSecondHangs_SaysWhatTheFirstOneSaid() => TurnByTurn.Run(turns =>
    {
        Connected(2);
        var delivery = Begin();
        turns.RunAll();
        exists = _ => new TaskCompletionSource<bool>().Task;
        Answer(0, 503, leaving: "i0");
        Assert.True(ResultAt(turns, delivery, 4_750)!.IsLeaving);
    });

    [Fact]
    public void Deliver_WhereSomebodyWasAskedAndTheNextLookHangs_IsATimeout() => TurnByTurn.Run(turns =>
    {
        Connected(2);
        var delivery = Begin();
        turns.RunAll();
        exists = _ => new TaskCompletionSource<bool>().Task;
        Assert.Equal("timeout", ResultAt(turns, delivery, 4_750)!.Detail);
    });

    // A crash of a whole release left a hundred processes in the roster, and looking for them took all of the time.
    [Fact]
    public void Deliver_WhereManyAreGone_LooksForSomeOfThemAndAsksTheNextUnseen() => TurnByTurn.Run(turns =>
    {
        Connected(40);
        exists = _ => Task.FromResult(false);
        var delivery = Begin();
        turns.RunAll();
        Assert.Equal((RelaySchedule.MostLooks, 1), (looked.Count, asked.Count));
        Answer(0, 202);
        Assert.Equal(WebhookVerdict.Accepted, ResultAt(turns, delivery, 0)!.Verdict);
        Assert.Equal(RelaySchedule.MostLooks, told.OfType<ProcessGone>().Count());
    });

    // It was asked last from then on, though its answer lay in the roster.
    [Fact]
    public void Dispose_OfOneWhoAnsweredAtAnotherInstance_DoesNotCallItSilent() => TurnByTurn.Run(turns =>
    {
        Connected(2);
        var delivery = Begin();
        Pass(turns, 2_500); // the first one has had half of the time, and the second one is asked
        Assert.Equal(2, asked.Count);
        roster = RelayRules.Decide(roster, new WebhookReplied(TryOf(0), new RelayReply(202)), time.GetUtcNow()).Roster;
        Answer(1, 202);
        Assert.Equal(WebhookVerdict.Accepted, ResultAt(turns, delivery, 0)!.Verdict);
        Assert.Empty(Silent);
    });

    // One that was asked a moment before the end was asked last from then on.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    public void Dispose_OfThoseWhoDidNotAnswer_CallsThoseSilentThatHadTheirTime(int answers, int silent) => TurnByTurn.Run(turns =>
    {
        Connected(2);
        var delivery = Begin();
        Pass(turns, 2_500);
        Assert.Equal(2, asked.Count);
        Answer(answers, 202);
        Assert.Equal(WebhookVerdict.Accepted, ResultAt(turns, delivery, 0)!.Verdict);
        Assert.Equal(silent, Silent.Count());
    });

    [Fact]
    public void Dispose_OfOneThatIsAloneAndDoesNotAnswer_CallsItSilent() => TurnByTurn.Run(turns =>
    {
        Connected(1);
        var delivery = Begin();
        Assert.Equal("timeout", ResultAt(turns, delivery, 4_750)!.Detail);
        Assert.Equal(["c0"], Silent);
    });

    // One hiccup of the store ended the delivery with an exception, and the answer that came a moment later was lost.
    [Fact]
    public void Look_ThatFails_IsLoggedAndTheWaitGoesOn() => TurnByTurn.Run(turns =>
    {
        Connected(1);
        var delivery = Begin();
        turns.RunAll();
        read = () => Task.FromException<RelayRoster>(new IOException("The store is away."));
        Pass(turns, 300);
        Assert.False(delivery.IsCompleted);
        Assert.Equal(3604, Assert.Single(Logged.Distinct()));
        roster = RelayRules.Decide(roster, new WebhookReplied(TryOf(0), new RelayReply(202)), time.GetUtcNow()).Roster;
        read = () => Task.FromResult(roster);
        Assert.Equal(WebhookVerdict.Accepted, ResultAt(turns, delivery, 600)!.Verdict);
    });

    // The answer was there, and waited for the store until the time was over.
    [Fact]
    public void Look_ThatHangs_DoesNotHoldUpAnAnswerThatComesHere() => TurnByTurn.Run(turns =>
    {
        Connected(1);
        var delivery = Begin();
        turns.RunAll();
        read = () => new TaskCompletionSource<RelayRoster>().Task;
        Pass(turns, 300);
        Answer(0, 202);
        Assert.Equal(WebhookVerdict.Accepted, ResultAt(turns, delivery, 0)!.Verdict);
        Assert.Empty(Logged);
    });

    [Fact]
    public void Deliver_WhereTheRosterCannotBeRead_BlamesNobody() => TurnByTurn.Run(turns =>
    {
        read = () => Task.FromException<RelayRoster>(new IOException("The store is away."));
        Assert.Null(ResultAt(turns, Begin(), 0));
        Assert.Equal([3601], Logged);
    });

    // A ticket names its try: package|try|end|connection.
    string TryOf(int n) => Encoding.ASCII.GetString(Base64Url.DecodeFromChars(asked[n].Split('.')[2])).Split('|')[1];

    void Answer(int n, int status, string? leaving = null) => Assert.Equal(DeskVerdict.Taken, desk.Answer(TryOf(n), new RelayReply(status, Leaving: leaving)));

    sealed class Keys : IXmlRepository
    {
        readonly List<XElement> elements = [];

        public IReadOnlyCollection<XElement> GetAllElements() => elements;

        public void StoreElement(XElement element, string friendlyName) => elements.Add(element);
    }
}
