using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Lifecycle.Bench.Measuring;
using Lifecycle.Bench.Results;
using Lifecycle.Bench.Rigs;
using Lifecycle.Entities;
using Lifecycle.Functions.Hub;
using Lifecycle.Functions.Maintenance;
using Lifecycle.Local.FunctionsSdk.SignalR;
using Lifecycle.Local.SignalR;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lifecycle.Bench.Benches;

/// <summary>
/// What it takes to compare sessions with the connections that the SignalR service knows: by its lists, and as the baseline one by one. Calls are counted with the deployed
/// app, their time is measured over REST, and the comparison of a million is done in memory.
/// </summary>
sealed class SweepBench : IBench
{
    const int AtOnce = 16;
    const int Rounds = 3;
    const int MostCalls = 10;
    const int Documents = 500;
    static readonly TimeSpan patience = TimeSpan.FromSeconds(60);

    public string Name => "sweep";

    public async Task<IReadOnlyList<Figure>> RunAsync(bool quick, Action<string> progress)
    {
        var figures = new List<Figure>();
        foreach (var sessions in quick ? [200] : new[] { 1_000, 10_000 })
        {
            progress(Figure.Text($"the calls of a sweep of {sessions:N0} sessions"));
            figures.Add(Calls(sessions));
        }

        var page = await ReadAsync(quick ? 2_000 : 20_000, figures, progress);
        progress("a million sessions, compared in memory");
        Compare(quick ? 100_000 : 1_000_000, page, figures);
        progress("reading what is stored of sessions");
        figures.Add(Understand(quick ? 2_000 : 50_000));
        return figures;
    }

    static Figure Calls(int sessions)
    {
        var (pages, questions) = SweepSteps.Count(sessions, lists: true);
        var (_, before) = SweepSteps.Count(sessions, lists: false);
        var per1000 = (pages + questions) * 1000.0 / sessions;
        return new(
            Figure.Text($"calls of a sweep of {sessions:N0} sessions"),
            Figure.Text($"{pages} lists, {questions} questions: {per1000:0.0} per 1,000"),
            Figure.Text($"{before:N0} one by one"),
            Figure.Text($"{(double)(pages + questions) / before:0.0000}"),
            Figure.Text($"at most {MostCalls} per 1,000: {Figure.Verdict(per1000 <= MostCalls)}"));
    }

    // The time of a call when eight are made at once, and its share of it.
    static async Task<TimeSpan> ReadAsync(int count, List<Figure> figures, Action<string> progress)
    {
        var core = new SignalRServiceCore(new SignalRServiceOptions());
        await using var server = await SignalREmulatorServer.StartAsync(core, 0);
        progress(Figure.Text($"{count:N0} connections"));
        var clients = await ConnectAsync(core, count);
        using var rest = new RestServiceApi(server.ConnectionString);
        var counted = new CountedConnections(new Apps(new ApiHubContext(rest, Apps.HubName, TimeProvider.System), TimeProvider.System), lists: true);
        var caller = new RollCaller(counted, new ReconcileCursor(), TimeProvider.System, NullLogger<RollCaller>.Instance);
        var (lists, questions) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        for (var round = 0; round < Rounds; round++)
        {
            progress(Figure.Text($"round {round + 1} of {Rounds}"));
            lists = Least(lists, await TimeAsync(() => CallAsync(caller)));
            questions = Least(questions, await TimeAsync(() => Clock.ForEachAsync(count, AtOnce, i => counted.ExistsAsync(clients[i].ConnectionId!, CancellationToken.None))));
        }

        var pages = counted.Pages / Rounds;
        figures.Add(new(
            Figure.Text($"{count:N0} connections read over REST, eight lists at once"),
            Figure.Text($"{lists.TotalMilliseconds:N0} ms in {pages} calls"),
            Figure.Text($"{questions.TotalMilliseconds:N0} ms in {count:N0} questions, {AtOnce} at once"),
            Figure.Text($"{lists / questions:0.000}")));
        return lists / pages;
    }

    static async Task CallAsync(RollCaller caller)
    {
        if (await caller.CallAsync(CancellationToken.None) is not { Unread: 0 })
        {
            throw new InvalidOperationException("The rolls could not be read.");
        }
    }

    static async Task<VirtualClient[]> ConnectAsync(SignalRServiceCore core, int count)
    {
        var clients = new VirtualClient[count];
        var url = core.ConnectionString.ClientUrl(Apps.HubName);
        for (var i = 0; i < count; i++)
        {
            var id = IdOf(i);
            var token = AccessToken.Create(
                core.Options.AccessKey, core.ConnectionString.ClientAudience(Apps.HubName), TimeProvider.System.GetUtcNow(), TimeSpan.FromHours(1),
                [KeyValuePair.Create(AccessToken.UserIdClaim, id.ToString())]);
            await core.Api.AddUserToGroupAsync(Apps.HubName, id.ToString(), Rolls.GroupOf(id), Memberships.Ttl);
            clients[i] = new(core);
            await clients[i].ConnectAsync(url, token);
        }

        return clients;
    }

    // What the service answers of a million has a time on paper, and this has one here.
    static void Compare(int count, TimeSpan page, List<Figure> figures)
    {
        var now = TimeProvider.System.GetUtcNow();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var (call, start) = (new RollCall(now), Clock.Now);
        for (var i = 0; i < count; i++)
        {
            call.Add(Rolls.NumberOf(IdOf(i)), ConnectionOf(i), IdOf(i).ToString());
        }

        for (var roll = 0; roll < Rolls.Count; roll++)
        {
            call.Complete(roll);
        }

        var (filling, memory) = (Clock.Since(start), GC.GetTotalMemory(forceFullCollection: true) - before);
        start = Clock.Now;
        for (var i = 0; i < count; i++)
        {
            var session = new AppSession { State = AppState.Running, Attachment = new() { ConnectionId = ConnectionOf(i), AttachedAt = now.AddHours(-1) } };
            if (call.WordOn(IdOf(i), session, Rules.QuestionAbout(session, now)!, now) != RollWord.AsExpected)
            {
                throw new InvalidOperationException("One that is on its roll was not found.");
            }
        }

        var comparing = Clock.Since(start);
        GC.KeepAlive(call);
        figures.Add(new(
            Figure.Text($"{count:N0} sessions compared in memory"),
            Figure.Text($"{filling.TotalSeconds:0.0} s to take the lists in, {comparing.TotalSeconds:0.0} s to compare, {memory / 1048576.0:N0} MiB")));
        var pages = Rolls.Count + (count / Rolls.PageSize);
        var whole = (page * pages) + filling + comparing;
        figures.Add(new(
            Figure.Text($"{count:N0} sessions on paper: {pages:N0} lists at {page.TotalMilliseconds:0.00} ms, and that, one after the other"),
            Figure.Text($"{whole.TotalSeconds:0.0} s"),
            Aim: Figure.Text($"under {patience.TotalSeconds:0} s: {Figure.Verdict(whole < patience)}")));
    }

    // In time of the processor: whatever else the machine does, this is what a core has to do.
    static Figure Understand(int count)
    {
        var now = TimeProvider.System.GetUtcNow();
        var documents = Enumerable.Range(0, Documents).Select(i => FilledStore.DocumentOf(i, now)).ToList();
        var (fleet, asked, start) = (new FleetCount(now, null), 0, Processor());
        for (var i = 0; i < count; i++)
        {
            var session = JsonSerializer.Deserialize<AppSessionDocument>(documents[i % Documents])!.Session;
            fleet.Add(IdOf(i), session, now);
            asked += Rules.QuestionAbout(session, now) is null ? 0 : 1;
            asked += Rules.RenewalOf(IdOf(i), session, now) is null ? 0 : 1;
        }

        var each = (Processor() - start) / count;
        return new(
            Figure.Text($"what is stored of a session ({documents.Average(document => document.Length) / 1024.0:0.0} KiB), understood and decided upon"),
            Figure.Text($"{each.TotalMicroseconds:0.0} µs of a core"),
            Aim: Figure.Text($"a million: {each.TotalSeconds * 1_000_000:0} s of a core"));
    }

    static TimeSpan Processor()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }

    static AppSessionId IdOf(int number) => new(string.Create(CultureInfo.InvariantCulture, $"user-{number:0000000}"), "com.example.notes");

    static string ConnectionOf(int number) => string.Create(CultureInfo.InvariantCulture, $"connection-{number:x12}");

    static async Task<TimeSpan> TimeAsync(Func<Task> work)
    {
        var start = Clock.Now;
        await work();
        return Clock.Since(start);
    }

    static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
