using System.Collections.Immutable;

namespace Lifecycle.Scenarios;

/// <content>What the server knows of one session.</content>
sealed partial class AppServerModel
{
    /// <summary>One session of the app, as its process sees it.</summary>
    public sealed partial class SessionClient(AppServerModel app, AppSessionId id, int pod, Talk talk) : IAppSocketEvents
    {
        int tries;
        bool refused;
        string? closedFor;
        bool wasClosed;
        IAppSocket? socket;
        bool hasState;
        bool attaching;
        int process;
        string? token;
        long last;
        int resumes;
        int exits;
        IAppSocket? greetedOn;

        /// <summary>From the last loss (or the app being up again) to the attach after it, if there was one.</summary>
        public TimeSpan? Recovery { get; private set; }

        DateTimeOffset? lostAt;

        /// <summary>What the app believes to be subscribed to.</summary>
        public ImmutableArray<string> Subscriptions { get; private set; } = [];

        public AppSessionId Id => id;

        /// <summary>The process that serves it: one for all sessions, but where they exit one by one.</summary>
        public string Instance => exits == 0 ? app.InstanceOf(pod) : $"{app.InstanceOf(pod)}.{exits}";

        /// <summary>Whether this process has the session.</summary>
        public bool HasState => hasState;

        /// <summary>Whether the app has been greeted on a socket that it believes to be open.</summary>
        public bool IsAttached { get; private set; }

        /// <summary>What it was told and what came.</summary>
        public Talk Talk => talk;

        /// <summary>How often it has tried to attach.</summary>
        public int Attempts { get; private set; }

        public Task DropAsync() => socket?.DropAsync() ?? Task.CompletedTask;

        public Task ReleaseAsync() => socket?.ReleaseAsync() ?? Task.CompletedTask;

        /// <summary>The process is gone: its socket with it, and what it knew.</summary>
        public void Forget()
        {
            (hasState, attaching, Subscriptions, token, last, IsAttached) = (false, false, [], null, 0, false);
            (tries, refused, wasClosed) = (0, false, false);
            ForgetMessages();
            var closing = socket;
            (socket, lostAt) = (null, app.WorldNow);
            _ = closing?.DropAsync();
        }

        public async void AttachLater(double[] rangeMs)
        {
            if (attaching || socket is { IsOpen: true } || isGone)
            {
                return;
            }

            (attaching, process) = (true, app.processes);
            var wait = app.Between(rangeMs);
            do
            {
                await Task.Delay(wait, app.WorldTime);
                if (!app.up || process != app.processes || isGone)
                {
                    attaching = false;
                    return; // another process now
                }

                wait = await TryAsync(rangeMs);
            }
            while (socket is null);
            attaching = false;
            ExpectAck(socket);
        }

        // As the SDKs do: they count their tries, and come back in the slot that they are told, give or take a second.
        async Task<TimeSpan> TryAsync(double[] rangeMs)
        {
            var shown = token;
            (Attempts, tries) = (Attempts + 1, tries + 1);
            var outcome = await app.AttachAsync(id, Saying, this);
            socket = outcome.Socket;
            refused |= outcome.ConnectRefused;
            token = socket is null && !outcome.ConnectRefused && outcome.RetryAfter is null && shown == token ? null : token; // perhaps because of it
            return outcome.RetryAfter is { } later ? later + app.Between([0, 1_000]) : app.Between(rangeMs);
        }

        AttachAs Saying => new(
            Instance, hasState ? true : hint, token, hasState ? last : null, Math.Max(1, tries), refused, app.blocked, app.Model.Version, takeOver);

        bool IsPaused => app.paused.Contains(pod);

        /// <summary>What happened meanwhile is noticed now.</summary>
        public void WakeUp()
        {
            if (wasClosed)
            {
                wasClosed = false;
                OnClosed(socket!, closedFor);
            }
        }

        // A socket is kept for as long as negotiate says that the engine is busy: another attempt would only make it busier.
        async void ExpectAck(IAppSocket on)
        {
            TimeSpan? within = on.AckWithin;
            for (var round = 0; round < AckRounds && within is { } wait; round++)
            {
                await Task.Delay(wait, app.WorldTime);
                if (greetedOn == on || (socket != on && arriving != on))
                {
                    return;
                }

                within = await app.ExpectAsync(id, Saying);
            }

            await on.DropAsync();
        }

        public void OnAck(IAppSocket from, AckSeen ack)
        {
            Arrive(from);
            greetedOn = from;
            (tries, refused) = (0, false);
            if (!app.up || process != app.processes)
            {
                return;
            }

            if (lostAt is { } lost)
            {
                var since = lost > app.UpSince ? lost : app.UpSince;
                since = app.reachableFrom > since ? app.reachableFrom.Value : since;
                (Recovery, lostAt) = (app.WorldNow - since, null);
            }

            if (ack.InitWanted)
            {
                _ = from.InitAsync(Instance);
                return;
            }

            app.Held(id, Instance);
            ExitLater();
            (hasState, token, IsAttached, takeOver) = (true, ack.Token, true, null);
            _ = IsLeaving ? from.HandOverAsync() : Task.CompletedTask;
            last = ack.Resumed ? Math.Max(last, ack.Seq) : ack.Seq;
            Subscriptions = ack.Subscriptions;
            _ = app.AttachedAsync(this);
            if (WantedAfter(ack) is { } wanted)
            {
                _ = from.SetSubscriptionsAsync(wanted, ack.Version);
            }
        }

        async void ExitLater()
        {
            var its = exits;
            if (app.exitsAfter is not { } after)
            {
                return;
            }

            await Task.Delay(after, app.WorldTime);
            if (its == exits && process == app.processes && app.up)
            {
                exits++;
                Forget();
            }
        }

        string[]? WantedAfter(AckSeen ack)
        {
            if (ack.Resumed && app.Model.AfterReconnect is { Length: > 0 } sets)
            {
                return sets[resumes++ % sets.Length];
            }

            return app.Model.Subscribe.Length > 0 && ack.Subscriptions.IsEmpty ? app.Model.Subscribe : null;
        }

        public void OnMessage(IAppSocket from, long seq, string body)
        {
            if (app.up && process == app.processes && seq > last)
            {
                last = seq;
                Handle(seq, body);
            }
        }

        public void OnPublished(IAppSocket from, string stream, int number)
        {
            if (app.up)
            {
                Talk.Heard.Add((stream, number));
            }
        }

        public void OnSubscriptions(IAppSocket from, bool accepted, ImmutableArray<string> streams, int version) => Subscriptions = streams;

        public void OnClosed(IAppSocket from, string? reason)
        {
            if (from != socket || !app.up)
            {
                return;
            }

            if (IsPaused)
            {
                (wasClosed, closedFor) = (true, reason);
                return;
            }

            // In a move its own new connection takes over, and the close of the old one can be heard before the ack of the new one.
            if (IsEnding || (arriving is { IsOpen: true } && reason == Reasons.Superseded))
            {
                (socket, IsAttached) = (null, false);
                return;
            }

            (socket, lostAt, IsAttached) = (null, lostAt ?? app.WorldNow, false);
            token = reason?.EndsWith(Reasons.StaleToken, StringComparison.Ordinal) == true ? null : token;
            if (reason is not (Reasons.NotStarted or Reasons.Superseded or Reasons.Stopped))
            {
                AttachLater(app.Model.ReconnectMs);
            }
            else
            {
                EndSession();
            }
        }
    }
}
