using Lifecycle.Entities;
using Lifecycle.Functions.Fleet;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests.Fleet;

/// <summary>Pages of a list while rows come and go.</summary>
public sealed class PagingTests
{
    static readonly TimeSpan day = TimeSpan.FromDays(1);

    [Fact]
    public void A_list_neither_skips_nor_repeats_a_session_while_others_come_and_go() => TestApp.Run(async app =>
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            AppSessionId NewId() => FleetStore.Id($"r{seed}-{random.Next(100_000):00000}");
            var there = Enumerable.Range(0, random.Next(0, 700)).Select(_ => NewId()).ToHashSet();
            await app.PutAsync(there.Select(id => (id, FleetStore.In(app, random.Next(3) == 0 ? AppState.Evicted : AppState.Running))));
            var (always, told, coming) = (there.ToHashSet(), new List<AppSessionId>(), new HashSet<AppSessionId>());
            var filter = new SessionFilter { Session = new NameFilter($"r{seed}-", IsPrefix: true), States = random.Next(2) == 0 ? [] : [AppState.Evicted] };
            var bounds = new ScanBounds(random.Next(1, 130), random.Next(1, 600), day);
            for (ScanCursor? cursor = ScanCursor.Beginning; cursor is not null;)
            {
                var piece = await app.Services.GetRequiredService<StoredSessions>().ReadAsync(app.Client(), filter, cursor, bounds, CancellationToken.None);
                Assert.InRange(piece.Items.Count, 0, bounds.Items);
                told.AddRange(piece.Items.Select(item => item.Id));
                cursor = piece.Next is null ? null : ScanCursor.Read(piece.Next.ToText("list"), "list");

                var gone = there.Concat(coming).Where(_ => random.Next(12) == 0).ToArray();
                var come = Enumerable.Range(0, random.Next(0, 40)).Select(_ => NewId()).Except(there).ToArray();
                always.ExceptWith(gone);
                coming.UnionWith(come);
                await app.PutAsync(come.Select(id => (id, FleetStore.In(app, AppState.Evicted))));
                await app.ForgetAsync(gone);
            }

            Assert.Equal(told.Distinct().Count(), told.Count);
            var states = (await ReadAllAsync(app, filter)).ToHashSet();
            Assert.Empty(always.Where(states.Contains).Except(told));
        }
    });

    static async Task<List<AppSessionId>> ReadAllAsync(TestApp app, SessionFilter filter)
    {
        var piece = await app.Services.GetRequiredService<StoredSessions>()
            .ReadAsync(app.Client(), filter, ScanCursor.Beginning, new ScanBounds(int.MaxValue, int.MaxValue, day), CancellationToken.None);
        return [.. piece.Items.Select(item => item.Id)];
    }

    [Fact]
    public void A_piece_ends_after_its_rows_or_its_time_whichever_is_first() => TestApp.Run(async app =>
    {
        await app.PutAsync(Enumerable.Range(0, 2_000).Select(n => (FleetStore.Id($"s{n:0000}"), FleetStore.In(app, AppState.Running))));
        var sessions = app.Services.GetRequiredService<StoredSessions>();
        var nobody = new SessionFilter { States = [AppState.Evicted] };
        var rows = await sessions.ReadAsync(app.Client(), nobody, ScanCursor.Beginning, new ScanBounds(50, 500, day), CancellationToken.None);
        Assert.Equal((0, 550, "s0549"), (rows.Items.Count, rows.Looked, rows.Next!.From!.Split('@')[^1].Split(':')[0])); // 50 at first, for a list of everything would end there
        var time = await sessions.ReadAsync(app.Client(), nobody, rows.Next, new ScanBounds(50, int.MaxValue, TimeSpan.Zero), CancellationToken.None);
        Assert.Equal(50, time.Looked);
        var all = await sessions.ReadAsync(app.Client(), nobody, rows.Next, new ScanBounds(50, int.MaxValue, day), CancellationToken.None);
        Assert.Equal((1_450, (ScanCursor?)null), (all.Looked, all.Next));
    });

    [Fact]
    public void A_filter_of_users_reads_no_others() => TestApp.Run(async app =>
    {
        await app.PutAsync(Enumerable.Range(0, 900).Select(n => (FleetStore.Id($"user-{n:000}", $"com.example.app{n % 3}"), FleetStore.In(app, AppState.Running))));
        async Task<(int Found, int Looked)> FindAsync(string query)
        {
            var page = (await app.CallAsync("GET", $"/api/app-sessions?{query}")).Json;
            return (page.GetProperty("items").GetArrayLength(), page.GetProperty("looked").GetInt32());
        }

        Assert.Equal((100, 100), await FindAsync("session=user-1*&limit=200"));
        Assert.Equal((1, 1), await FindAsync("session=user-123"));
        Assert.Equal((1, 1), await FindAsync("session=user-123&package=com.example.app0"));
        Assert.Equal((0, 0), await FindAsync("session=user-123&package=com.example.app1"));
        Assert.Equal((0, 0), await FindAsync("session=user-12"));
    });
}
