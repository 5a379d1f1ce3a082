using System.Collections.Immutable;

namespace Lifecycle.Simulator.Searching;

/// <summary>How far a connection has come.</summary>
enum Link
{
    /// <summary>Both ends hold it.</summary>
    Open = 1,

    /// <summary>The client has lost it, and the service has not noticed.</summary>
    Half = 2,

    /// <summary>Neither end holds it.</summary>
    Closed = 3,
}

/// <summary>A connection as it truly is.</summary>
/// <param name="Link">How far it has come.</param>
/// <param name="Claim">What its access token says.</param>
/// <param name="Process">Which process opened it, from 0.</param>
/// <param name="Greeted">Whether its client has an ack.</param>
/// <param name="HeardClosed">Whether the entity has been told that it is closed.</param>
/// <param name="Spoken">Whether its client has invoked <c>init</c> over it.</param>
readonly record struct Connection(Link Link, Connected Claim, int Process, bool Greeted = false, bool HeardClosed = false, bool Spoken = false);

/// <summary>An app process as it truly is, as far as this session goes.</summary>
/// <param name="Lives">Whether it lives.</param>
/// <param name="Ended">Whether it was told that the session is another's, or over.</param>
/// <param name="TokenEpoch">Of its reconnect token; null without one.</param>
/// <param name="TokenLife">Of its reconnect token.</param>
/// <param name="Replaced">Whether another process has attached since.</param>
/// <param name="Invite">The invitation by which it takes over, until it is greeted; null for none.</param>
/// <param name="Leaves">Whether it has been told that its successor has the session, and closes its socket in its own time.</param>
readonly record struct Process(
    bool Lives, bool Ended = false, long? TokenEpoch = null, string? TokenLife = null, bool Replaced = false, string? Invite = null, bool Leaves = false);

/// <summary>One session with all that is its own: what its entity has stored, what is true of its app, and what is under way. A value.</summary>
sealed record Local
{
    /// <summary>What is stored.</summary>
    public AppSession Stored { get; init; } = AppSession.None;

    /// <summary>In the order in which they were opened.</summary>
    public ImmutableArray<Connection> Connections { get; init; } = [];

    public ImmutableArray<Process> Processes { get; init; } = [];

    /// <summary>What is under way, by number, sorted: it arrives in any order.</summary>
    public ImmutableArray<int> Items { get; init; } = [];

    /// <summary>The app was asked by webhook, and no process has come of it yet.</summary>
    public bool Asked { get; init; }

    /// <summary>The invitation that the webhook carried; null for none.</summary>
    public string? Invite { get; init; }

    /// <summary>Whether a process has asked for a successor: once, for a second run in one epoch would have the name of the first where the clock stands still.</summary>
    public bool HandedOver { get; init; }

    /// <summary>A stop was asked for, and no start since.</summary>
    public bool Stopped { get; init; }

    /// <summary>The epoch for which a resurrection was begun last.</summary>
    public long RunEpoch { get; init; } = -1;

    /// <summary>How many last looks of a run failed in a row.</summary>
    public int Unlooked { get; init; }

    /// <summary>The process that attached last, from 0; -1 for none.</summary>
    public int Holder { get; init; } = -1;

    /// <summary>Whether the service knows an open connection of it.</summary>
    public bool IsConnected => Connections.Any(connection => connection.Link != Link.Closed);

    public bool Equals(Local? other) =>
        other is not null
        && (Asked, Invite, HandedOver, Stopped, RunEpoch, Unlooked, Holder) == (other.Asked, other.Invite, other.HandedOver, other.Stopped, other.RunEpoch, other.Unlooked, other.Holder)
        && Items.AsSpan().SequenceEqual(other.Items.AsSpan())
        && Processes.AsSpan().SequenceEqual(other.Processes.AsSpan())
        && Connections.AsSpan().SequenceEqual(other.Connections.AsSpan())
        && (ReferenceEquals(Stored, other.Stored) || Stored.Equals(other.Stored));

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add((Asked, Invite, HandedOver, Stopped, RunEpoch, Unlooked, Holder));
        foreach (var item in Items)
        {
            hash.Add(item);
        }

        foreach (var process in Processes)
        {
            hash.Add(process);
        }

        foreach (var connection in Connections)
        {
            hash.Add((connection.Link, connection.Process, connection.Greeted, connection.HeardClosed, connection.Spoken));
        }

        hash.Add((Stored.Mailbox.LastSeq, Stored.Mailbox.SentUpTo, Stored.Mailbox.DoneUpTo, Stored.Evidence.AwayAt));
        hash.Add((Stored.State, Stored.Epoch, Stored.Since, Stored.Deadline, Stored.LostAt, Stored.KeptUntil));
        hash.Add((Stored.Run?.Phase, Stored.Run?.DueAt, Stored.Run?.Driver, Stored.Run?.HorizonAt, Stored.Life.BeganAt, Stored.Closed.Length, Stored.ToldWebhook));
        return hash.ToHashCode();
    }
}
