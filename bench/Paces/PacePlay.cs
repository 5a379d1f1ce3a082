namespace Lifecycle.Bench.Paces;

/// <summary>
/// Sends the sessions of an app that has just been found their webhooks at a pace. As at the gate, slots are given out some time before they are due and are not
/// taken back, and an answer is heard of a hop later.
/// </summary>
sealed class PacePlay
{
    const double LeadSeconds = 1;
    const double HopSeconds = 0.05;
    const double RefusedAgainSeconds = 1;
    const double LongestSeconds = 900;

    // What a refused webhook takes of the work of an accepted one.
    const double RefusedShare = 0.1;

    readonly PacedApp app;
    readonly int sessions;
    readonly PriorityQueue<Action, (double At, int Order)> due = new();
    readonly List<double> sent = [];
    readonly List<double> attached = [];
    readonly Queue<double> lastSecond = new();
    IPace pace;
    double now;
    double nextSlot;
    double busyUntil;
    int waiting;
    int refused;
    int order;

    PacePlay(PacedApp app, IPace pace, int sessions) => (this.app, this.pace, this.sessions, waiting) = (app, pace, sessions, sessions);

    /// <summary>Plays it until all are back, or a quarter of an hour is over.</summary>
    public static PaceResult Play(PacedApp app, IPace pace, int sessions)
    {
        var play = new PacePlay(app, pace, sessions);
        play.At(0, play.Give);
        while (play.attached.Count < sessions && play.due.TryDequeue(out var next, out var key) && key.At < LongestSeconds)
        {
            play.now = key.At;
            next();
        }

        play.attached.Sort();
        return new PaceResult(app, sessions, play.sent, play.attached, play.refused);
    }

    void At(double second, Action what) => due.Enqueue(what, (second, order++));

    void Give()
    {
        while (waiting > 0 && nextSlot <= now + LeadSeconds)
        {
            waiting--;
            nextSlot = Math.Max(nextSlot, now);
            At(nextSlot, Send);
            nextSlot += 1 / pace.PerSecond;
        }

        At(Math.Max(now + 0.01, Math.Min(nextSlot - LeadSeconds, now + 1)), Give);
    }

    void Send()
    {
        sent.Add(now);
        var sentAt = now;
        var (accepted, seconds) = Take();
        refused += accepted ? 0 : 1;
        At(now + seconds + HopSeconds, () => pace = pace.After(new(Time(sentAt), Time(now), seconds * 1_000, accepted), Time(nextSlot)));
        if (accepted)
        {
            At(now + seconds + Draw("attach", 0.4, 1.2), () => attached.Add(now));
        }
        else
        {
            At(now + seconds + RefusedAgainSeconds, () => waiting++);
        }
    }

    (bool Accepted, double Seconds) Take()
    {
        var rate = app.TakesPerSecond(now);
        var answer = app.AnswerMs / 1_000 * Math.Pow(app.Noise, Draw("noise", -1, 1));
        if (app.QueueSeconds == 0)
        {
            lastSecond.Enqueue(now);
            while (lastSecond.Peek() <= now - 1)
            {
                lastSecond.Dequeue();
            }

            return (lastSecond.Count <= rate, answer);
        }

        var wait = Math.Max(0, busyUntil - now);
        var accepted = wait <= app.QueueSeconds;
        busyUntil = Math.Max(busyUntil, now) + ((accepted ? 1 : RefusedShare) / rate);
        return (accepted, accepted ? answer + wait : answer / 10);
    }

    static DateTimeOffset Time(double second) => PaceContender.Found.AddSeconds(second);

    double Draw(string kind, double from, double to) => from + (StableHash.Uniform(new AppSessionId($"s{sent.Count}", app.Name), kind, 0) * (to - from));
}
