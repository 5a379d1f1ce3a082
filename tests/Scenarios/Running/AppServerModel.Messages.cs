namespace Lifecycle.Scenarios;

/// <content>How the process handles messages, one after the other, and tells how far it has come, as the SDKs do.</content>
sealed partial class AppServerModel
{
    static readonly TimeSpan tellAfter = TimeSpan.FromSeconds(2.5);
    static readonly TimeSpan tellWhileLeaving = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan askAgain = TimeSpan.FromSeconds(3);

    const int TellAtOnce = 32;

    public sealed partial class SessionClient
    {
        readonly Queue<(long Seq, string Body)> waiting = [];
        TaskCompletionSource idle = Done();
        string? takeOver;
        bool? hint;
        bool isHandling;
        bool isTelling;
        bool isDeaf;
        bool isGone;
        long handled;
        long told;
        int life;

        /// <summary>Whether its process is about to go.</summary>
        public bool IsLeaving { get; private set; }

        /// <summary>Whether it only ends what it is at.</summary>
        public bool IsEnding { get; private set; }

        bool Tells => app.Model.Version >= Wire.TellsFrom;

        public void TakeOverBy(string? token) => takeOver = token;

        /// <summary>What it says of its state when it has none.</summary>
        public void Says(bool? reconnect) => hint = reconnect;

        public void GoDeaf() => isDeaf = true;

        static TaskCompletionSource Done()
        {
            var done = new TaskCompletionSource();
            done.SetResult();
            return done;
        }

        void Handle(long seq, string body)
        {
            waiting.Enqueue((seq, body));
            if (!isHandling)
            {
                HandleAll();
            }
        }

        async void HandleAll()
        {
            (isHandling, idle) = (true, new TaskCompletionSource());
            var its = life;
            while (its == life && !IsEnding && waiting.TryDequeue(out var message))
            {
                talk.Begin(message.Body, this);
                if (app.Model.HandleMs > 0)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(app.Model.HandleMs), app.WorldTime);
                }

                if (isDeaf || its != life)
                {
                    return; // it hangs, or the process is gone
                }

                talk.End(message.Body, this);
                handled = message.Seq;
                TellSoon();
            }

            if (its == life)
            {
                isHandling = false;
                idle.TrySetResult();
            }
        }

        async void TellSoon()
        {
            if (!Tells || isTelling)
            {
                return;
            }

            isTelling = true;
            var (its, until) = (life, app.WorldNow + (IsLeaving ? tellWhileLeaving : tellAfter));
            while (its == life && app.WorldNow < until && handled - told < TellAtOnce && !IsEnding)
            {
                await Task.Delay(tellWhileLeaving, app.WorldTime);
            }

            if (its == life)
            {
                isTelling = false;
                await TellAsync(isLast: false);
            }
        }

        async Task TellAsync(bool isLast)
        {
            if (socket is { IsOpen: true } on && (handled > told || isLast))
            {
                (told, talk.Calls) = (handled, talk.Calls + 1);
                await on.DoneAsync(Math.Max(handled, 0), isLast);
            }
        }

        public void OnTell(IAppSocket from) => _ = from == socket ? from.DoneAsync(handled, isLast: false) : Task.CompletedTask;

        /// <summary>SIGTERM: it hands over, and goes when somebody has taken over or the time is up. Completes when it is gone.</summary>
        public async Task LeaveAsync(TimeSpan limit)
        {
            IsLeaving = true;
            var until = app.WorldNow + limit;
            await TellAsync(isLast: false);
            while (app.WorldNow < until && hasState && !IsEnding)
            {
                await (socket is { IsOpen: true } on ? on.HandOverAsync() : Task.CompletedTask);
                for (var waited = TimeSpan.Zero; waited < askAgain && hasState && !IsEnding; waited += tellWhileLeaving)
                {
                    await Task.Delay(tellWhileLeaving, app.WorldTime);
                }
            }

            await EndAsync();
            isGone = true;
        }

        /// <summary>Somebody else has the session: what runs may end, and nothing else begins.</summary>
        public void OnSuperseded(IAppSocket from, bool handedOver)
        {
            if (from == socket && handedOver)
            {
                _ = EndAsync();
            }
        }

        async Task EndAsync()
        {
            if (IsEnding || !hasState)
            {
                await idle.Task;
                return;
            }

            IsEnding = true;
            waiting.Clear();
            await idle.Task;
            await TellAsync(isLast: true);
            var closing = socket;
            EndSession();
            await (closing?.DropAsync() ?? Task.CompletedTask);
        }

        // This process has the session no more; it may get it anew.
        void EndSession()
        {
            app.Left(id, Instance);
            (hasState, token, takeOver, last, IsAttached, socket, lostAt) = (false, null, null, 0, false, null, null);
            ForgetMessages();
        }

        void ForgetMessages()
        {
            talk.Drop(this);
            (life, handled, told, isHandling, isTelling, isDeaf, IsEnding) = (life + 1, 0, 0, false, false, false, false);
            waiting.Clear();
            idle.TrySetResult();
        }
    }
}
