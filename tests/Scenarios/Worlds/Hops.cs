using Lifecycle.Local.Durable;

namespace Lifecycle.Scenarios;

/// <summary>
/// The ways that messages take through a durable engine, for the world that has none: each takes its time, those to one target stay in order, what
/// waits for a target is one work item, and work items begin at the engine's capacity. In exact timing all of it happens at once.
/// </summary>
sealed class Hops(EngineTiming timing, TimeProvider time, int seed)
{
    const int MostAtOnce = 64;

    readonly HopLatency latency = new(timing.Latency, seed);
    readonly WorkPace pace = new(timing.Capacity, time);
    readonly Dictionary<string, Line> lines = new(StringComparer.Ordinal);
    bool stands;

    /// <summary>How many work items have begun.</summary>
    public int WorkItems { get; private set; }

    bool IsInstant => !timing.IsAzureStorage && !stands;

    /// <summary>A message to an entity: does the work there.</summary>
    public void Signal(string entity, Action work) => Send(entity, latency.OfSignal, work);

    /// <summary>A message to an orchestration, or its timer: completes when its next step begins.</summary>
    public Task EpisodeAsync(string orchestration) => Completed(done => Send(orchestration, latency.OfEpisode, done));

    /// <summary>A call of an entity by an orchestration: completes with the answer, when that has come back.</summary>
    public async Task<T> CallAsync<T>(string entity, string orchestration, Func<T> work)
    {
        T? answer = default;
        await Completed(done => Send(entity, latency.OfSignal, () =>
        {
            answer = work();
            done();
        }));
        await EpisodeAsync(orchestration);
        return answer!;
    }

    /// <summary>An activity: completes when it begins.</summary>
    public Task ActivityAsync(string name) => Completed(done => Send(name, latency.OfSignal, done));

    /// <summary>Nothing begins for so long.</summary>
    public void StandStill(TimeSpan duration)
    {
        stands = true;
        pace.StandStill(duration);
    }

    static Task Completed(Action<Action> send)
    {
        var completion = new TaskCompletionSource();
        send(completion.SetResult);
        return completion.Task;
    }

    void Send(string target, Func<TimeSpan> way, Action work)
    {
        if (IsInstant)
        {
            WorkItems++;
            work();
            return;
        }

        if (!lines.TryGetValue(target, out var line))
        {
            lines[target] = line = new Line();
        }

        var arrives = time.GetUtcNow() + way();
        line.LastArrival = arrives > line.LastArrival ? arrives : line.LastArrival;
        line.UnderWay++;
        _ = ArriveAsync(target, line, work);
    }

    async Task ArriveAsync(string target, Line line, Action work)
    {
        var wait = line.LastArrival - time.GetUtcNow();
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time);
        }

        line.UnderWay--;
        line.Waiting.Enqueue(work);
        if (!line.AtWork)
        {
            line.AtWork = true;
            await WorkAsync(target, line);
        }
    }

    async Task WorkAsync(string target, Line line)
    {
        while (line.Waiting.Count > 0)
        {
            await pace.TurnAsync();
            WorkItems++;
            for (var n = 0; n < MostAtOnce && line.Waiting.TryDequeue(out var work); n++)
            {
                work();
            }
        }

        line.AtWork = false;
        if (line.UnderWay == 0)
        {
            lines.Remove(target);
        }
    }

    sealed class Line
    {
        public Queue<Action> Waiting { get; } = new();

        public DateTimeOffset LastArrival { get; set; }

        public int UnderWay { get; set; }

        public bool AtWork { get; set; }
    }
}
