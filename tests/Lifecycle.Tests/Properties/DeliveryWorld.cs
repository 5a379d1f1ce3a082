namespace Lifecycle.Tests.Properties;

/// <summary>
/// An app that keeps its state, a platform that posts messages, and a network between them that cuts sockets with messages on their
/// way, loses and delays events, and refuses sends. The app's side does what docs/wire.md tells an app to do.
/// </summary>
/// <param name="policy">The app's.</param>
/// <param name="tellsLastSeq">Whether the app says what it had.</param>
/// <param name="isRefused">Which bodies can never be sent; null for none.</param>
sealed class DeliveryWorld(Policy policy, bool tellsLastSeq, Predicate<string>? isRefused = null)
{
    readonly List<SessionEvent> undelivered = [];
    DateTimeOffset now = Walk.Start;
    string? open;
    string? greeted;
    int opened;
    int refusedSends;
    int toldMissed;

    public AppSession Session { get; private set; } = AppSession.None.On(new StartRequested());

    /// <summary>The bodies that were answered with sent or buffered, in order.</summary>
    public List<string> Taken { get; } = [];

    /// <summary>The bodies that the app has handled, in order.</summary>
    public List<string> Handled { get; } = [];

    public int Posted { get; private set; }

    public long Last { get; private set; }

    /// <summary>How many messages the app was told that it will not get, over all acks, and those of which it will be told.</summary>
    public int Missed => toldMissed + Session.Mailbox.Missed;

    /// <summary>The reasons for which messages were lost.</summary>
    public List<string> Lost { get; } = [];

    /// <summary>Messages that reached a connection that was not the attachment.</summary>
    public int Astray { get; private set; }

    public void Play(IEnumerable<byte> script)
    {
        foreach (var code in script)
        {
            switch (code % 12)
            {
                case 0 or 1 or 2 or 3: Post(); break;
                case 4: Cut(tell: true); break;
                case 5: Cut(tell: false); break;
                case 6 or 7: Reconnect(); break;
                case 8: Deliver(code / 12); break;
                case 9: refusedSends = 1 + (code / 100); break;
                case 10: now = now.AddMilliseconds(200 + (10 * code)); break;
                default: Mend(); break;
            }
        }
    }

    /// <summary>Peace: the app is connected, and everything on its way arrives.</summary>
    public void Settle()
    {
        refusedSends = 0;
        Cut(tell: true);
        Reconnect();
        while (undelivered.Count > 0)
        {
            Deliver(0);
        }

        do
        {
            Mend();
        }
        while (Session.Attachment?.MendAt is not null);
    }

    void Post()
    {
        var body = $"{++Posted}";
        var attachment = Session.Attachment?.ConnectionId;
        Decide(new MessagePosted($"m{Posted}", body, attachment is null ? null : attachment == open));
        if (Session.Mailbox.ReceiptOf($"m{Posted}") is { Outcome: MessageOutcome.Sent or MessageOutcome.Buffered })
        {
            Taken.Add(body);
        }
    }

    void Cut(bool tell)
    {
        if (open is not null && tell)
        {
            undelivered.Add(new Disconnected(open));
        }

        open = null;
    }

    void Reconnect()
    {
        Cut(tell: true);
        open = $"c{++opened}";
        now = now.AddMilliseconds(10);
        undelivered.Add(new Connected(open, "i1", opened > 1, now, LastSeq: tellsLastSeq && opened > 1 ? Last : null));
    }

    void Deliver(int index)
    {
        if (undelivered.Count > 0)
        {
            var @event = undelivered[index % undelivered.Count];
            undelivered.RemoveAt(index % undelivered.Count);
            Decide(@event);
        }
    }

    void Mend()
    {
        now = now.AddSeconds(1);
        Decide(new TimerFired(TimerKind.Mend, Session.Epoch));
    }

    void Decide(SessionEvent @event)
    {
        var events = new Queue<SessionEvent>([@event]);
        while (events.TryDequeue(out var next))
        {
            var decision = Session.DecideAt(next, now, policy);
            Session = decision.Session;
            var held = false;
            foreach (var effect in decision.Effects)
            {
                if (effect is SendMessage message && !held)
                {
                    held = !Send(message, events);
                }
                else if (effect is LoseMessage lost)
                {
                    Lost.Add(lost.Reason);
                }
                else if (effect is SendAck ack)
                {
                    Greet(ack);
                }
            }
        }
    }

    // As the shell does: what the service refuses is told to the rules, and nothing behind it is sent.
    bool Send(SendMessage message, Queue<SessionEvent> events)
    {
        if (refusedSends > 0)
        {
            refusedSends--;
            events.Enqueue(new MessageUndelivered(message.ConnectionId, message.Seq));
            return false;
        }

        if (isRefused?.Invoke(message.Body) == true)
        {
            events.Enqueue(new MessageUndelivered(message.ConnectionId, message.Seq, Never: true));
            return false;
        }

        if (message.ConnectionId == open && message.Seq > Last)
        {
            Last = message.Seq;
            Handled.Add(message.Body);
        }

        Astray += message.ConnectionId == open && greeted != open ? 1 : 0;
        return true;
    }

    void Greet(SendAck ack)
    {
        toldMissed += ack.Ack.Missed;
        if (ack.ConnectionId == open)
        {
            greeted = open;
            Last = ack.Ack.Resumed ? Math.Max(Last, ack.Ack.Seq) : ack.Ack.Seq;
        }
    }
}
