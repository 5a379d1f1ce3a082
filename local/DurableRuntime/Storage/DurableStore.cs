using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Data.Sqlite;

namespace Lifecycle.Local.Durable;

/// <summary>
/// The embedded database: entities, orchestrations with their histories, and messages on their way. In WAL mode with
/// synchronous=NORMAL: what was committed survives a killed process; the last commits may be lost with the machine's power.
/// </summary>
public sealed class DurableStore : IDisposable
{
    const int SchemaVersion = 1;
    const string FileName = "durable.db";

    /// <summary>The files that the database may consist of.</summary>
    public static IReadOnlyList<string> FileNames { get; } = [FileName, $"{FileName}-wal", $"{FileName}-shm", $"{FileName}-journal"];

    static readonly JsonSerializerOptions json = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    readonly Lock readGate = new();
    readonly SqliteSession writer;
    readonly SqliteSession reader;
    long lastSequence;

    DurableStore(string connectionString, bool oneConnection)
    {
        writer = new SqliteSession(connectionString);
        Prepare(writer);
        reader = oneConnection ? writer : new SqliteSession(connectionString);
        lastSequence = writer.Scalar("SELECT COALESCE(MAX(seq), 0) FROM messages");
    }

    /// <summary>Opens the database file in the folder, and makes it when it is not there.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="oneThread">
    /// Whether one thread alone reads and writes, as on virtual time. Then one connection does both: a second one would read again what the first has in its memory, after
    /// every commit.
    /// </param>
    /// <exception cref="SqliteException">The file cannot be opened, or is not a database.</exception>
    public static DurableStore InFolder(string folder, bool oneThread = false)
    {
        // Before SQLite opens it: the files beside it get the mode that it has.
        PrivateFiles.Prepare(folder, FileName, FileNames);
        return new(new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder, FileName), Pooling = false }.ToString(), oneConnection: oneThread);
    }

    /// <summary>A database that lives as long as this object.</summary>
    // A second connection to a database in memory would wait 150 ms whenever the other is at work: there is no WAL there.
    public static DurableStore InMemory() => new("Data Source=:memory:;Pooling=False", oneConnection: true);

    static void Prepare(SqliteSession session)
    {
        session.Execute("PRAGMA journal_mode=WAL");
        session.Execute("PRAGMA synchronous=NORMAL");
        session.Execute("PRAGMA temp_store=MEMORY");
        session.Execute("PRAGMA wal_autocheckpoint=4000");
        var version = session.Scalar("PRAGMA user_version");
        if (version > SchemaVersion)
        {
            throw new InvalidOperationException($"The database has schema {version}; this version reads up to {SchemaVersion}.");
        }

        session.Execute("CREATE TABLE IF NOT EXISTS entities(id TEXT PRIMARY KEY, state TEXT NOT NULL, modified INTEGER NOT NULL) WITHOUT ROWID");
        session.Execute("CREATE TABLE IF NOT EXISTS orchestrations(id TEXT PRIMARY KEY, record TEXT NOT NULL, state INTEGER NOT NULL, created INTEGER NOT NULL) WITHOUT ROWID");
        session.Execute("CREATE TABLE IF NOT EXISTS history(instance TEXT NOT NULL, position INTEGER NOT NULL, line TEXT NOT NULL, PRIMARY KEY(instance, position)) WITHOUT ROWID");
        session.Execute(
            "CREATE TABLE IF NOT EXISTS messages(seq INTEGER PRIMARY KEY, target TEXT NOT NULL, kind INTEGER NOT NULL, due INTEGER, name TEXT, " +
            "payload TEXT, caller TEXT, execution TEXT, task INTEGER NOT NULL)");
        session.Execute($"PRAGMA user_version={SchemaVersion}");
    }

    /// <summary>Stores transactions together. Only the single writer may call it.</summary>
    /// <returns>For each, its messages with the sequence they were given.</returns>
    internal List<DurableMessage>[] Commit(IReadOnlyList<DurableTransaction> transactions)
    {
        if (reader != writer)
        {
            return CommitAlone(transactions);
        }

        lock (readGate)
        {
            return CommitAlone(transactions);
        }
    }

    List<DurableMessage>[] CommitAlone(IReadOnlyList<DurableTransaction> transactions)
    {
        var sequence = lastSequence;
        writer.Execute("BEGIN IMMEDIATE");
        try
        {
            DeleteHandled(transactions);
            var sent = new List<DurableMessage>[transactions.Count];
            for (var i = 0; i < sent.Length; i++)
            {
                sent[i] = Write(transactions[i], ref sequence);
            }

            writer.Execute("COMMIT");
            lastSequence = sequence;
            return sent;
        }
        catch
        {
            writer.Execute("ROLLBACK");
            throw;
        }
    }

    // All of them first: what is handled was stored by an earlier commit, and one that may be refused handles nothing.
    void DeleteHandled(IReadOnlyList<DurableTransaction> transactions)
    {
        foreach (var (first, last) in SequenceRuns.Of([.. transactions.SelectMany(transaction => transaction.Handled)]))
        {
            writer.Execute("DELETE FROM messages WHERE seq BETWEEN $1 AND $2", first, last);
        }
    }

    List<DurableMessage> Write(DurableTransaction transaction, ref long sequence)
    {
        // Asked here and not by the caller: between its question and the commit another start could slip in.
        if (transaction.MustNotRun is { } busy && IsUnderWay(busy))
        {
            transaction.Refused = true;
            return [];
        }

        transaction.PurgedCount = transaction.Purged.Count(Purge);

        foreach (var (id, state, at) in transaction.Entities)
        {
            WriteEntity(id, state, at);
        }

        foreach (var id in transaction.ClearedHistories)
        {
            writer.Execute("DELETE FROM history WHERE instance=$1", id);
        }

        foreach (var record in transaction.Orchestrations)
        {
            writer.Execute(
                "INSERT INTO orchestrations VALUES($1,$2,$3,$4) ON CONFLICT(id) DO UPDATE SET record=$2, state=$3, created=$4",
                record.InstanceId, JsonSerializer.Serialize(record, json), (int)record.State, record.CreatedAt.UtcTicks);
        }

        foreach (var (instance, position, line) in transaction.History)
        {
            writer.Execute("INSERT INTO history VALUES($1,$2,$3)", instance, position, JsonSerializer.Serialize(line, json));
        }

        var sent = new List<DurableMessage>(transaction.Sent.Count);
        foreach (var message in transaction.Sent)
        {
            sent.Add(WriteMessage(message with { Sequence = ++sequence }));
        }

        return sent;
    }

    bool Purge(string id)
    {
        if (IsUnderWay(id) || writer.Execute("DELETE FROM orchestrations WHERE id=$1", id) == 0)
        {
            return false;
        }

        writer.Execute("DELETE FROM history WHERE instance=$1", id);
        writer.Execute("DELETE FROM messages WHERE target=$1 AND kind<>$2", id, (int)MessageKind.Start);
        return true;
    }

    bool IsUnderWay(string id) => writer.Scalar(
        "SELECT COUNT(*) FROM orchestrations WHERE id=$1 AND state IN ($2,$3)", id, (int)OrchestrationState.Pending, (int)OrchestrationState.Running) > 0;

    void WriteEntity(string id, string? state, DateTimeOffset at)
    {
        if (state is null)
        {
            writer.Execute("DELETE FROM entities WHERE id=$1", id);
        }
        else
        {
            writer.Execute("INSERT INTO entities VALUES($1,$2,$3) ON CONFLICT(id) DO UPDATE SET state=$2, modified=$3", id, state, at.UtcTicks);
        }
    }

    DurableMessage WriteMessage(DurableMessage m)
    {
        writer.Execute(
            "INSERT INTO messages VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9)",
            m.Sequence, m.Target, (int)m.Kind, m.DueAt?.UtcTicks, m.Name, m.Payload, m.Caller, m.Execution, m.TaskId);
        return m;
    }

    /// <summary>Every message that has not been handled, in the order of commits.</summary>
    public List<DurableMessage> ReadMessages() => Read(session => session.Query(
        r => new DurableMessage
        {
            Sequence = r.GetInt64(0),
            Target = r.GetString(1),
            Kind = (MessageKind)r.GetInt32(2),
            DueAt = r.IsDBNull(3) ? null : new DateTimeOffset(r.GetInt64(3), TimeSpan.Zero),
            Name = Text(r, 4),
            Payload = Text(r, 5),
            Caller = Text(r, 6),
            Execution = Text(r, 7),
            TaskId = r.GetInt32(8),
        },
        "SELECT seq, target, kind, due, name, payload, caller, execution, task FROM messages ORDER BY seq"));

    /// <summary>One entity's state; null when there is none.</summary>
    public EntityRecord? ReadEntity(string id) => Read(session => session.Query(
        ReadEntity, "SELECT id, state, modified FROM entities WHERE id=$1", id)).FirstOrDefault();

    /// <summary>Entities by prefix of their id, in the order of ids, after the given id.</summary>
    public List<EntityRecord> ReadEntities(string prefix, string? after, int most) => Read(session => session.Query(
        ReadEntity, "SELECT id, state, modified FROM entities WHERE id>=$1 AND id<$2 ORDER BY id LIMIT $3", From(prefix, after), prefix + '\uffff', most));

    /// <summary>One orchestration; null when there is none.</summary>
    public OrchestrationRecord? ReadOrchestration(string id) => Read(session => session.Query(
        ReadOrchestration, "SELECT record FROM orchestrations WHERE id=$1", id)).FirstOrDefault();

    /// <summary>Orchestrations by prefix of their id, in the order of ids, after the given id.</summary>
    public List<OrchestrationRecord> ReadOrchestrations(string prefix, string? after, int most) => Read(session => session.Query(
        ReadOrchestration, "SELECT record FROM orchestrations WHERE id>=$1 AND id<$2 ORDER BY id LIMIT $3", From(prefix, after), prefix + '\uffff', most));

    /// <summary>An orchestration's history, in order.</summary>
    public List<HistoryEvent> ReadHistory(string id) => Read(session => session.Query(
        r => JsonSerializer.Deserialize<HistoryEvent>(r.GetString(0), json)!, "SELECT line FROM history WHERE instance=$1 ORDER BY position", id));

    // One bound, not two: of two SQLite seeks the one and passes over all rows up to the other. The first text after another is that and a NUL.
    static string From(string prefix, string? after) => after is not null && string.CompareOrdinal(after, prefix) >= 0 ? after + '\0' : prefix;

    // One reading connection for all: reads are short, and on two cores a pool of them only adds contention.
    T Read<T>(Func<SqliteSession, T> read)
    {
        lock (readGate)
        {
            return read(reader);
        }
    }

    static EntityRecord ReadEntity(SqliteDataReader r) => new(r.GetString(0), r.GetString(1), new DateTimeOffset(r.GetInt64(2), TimeSpan.Zero));

    static OrchestrationRecord ReadOrchestration(SqliteDataReader r) => JsonSerializer.Deserialize<OrchestrationRecord>(r.GetString(0), json)!;

    static string? Text(SqliteDataReader r, int column) => r.IsDBNull(column) ? null : r.GetString(column);

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (readGate)
        {
            reader.Dispose();
            writer.Dispose();
        }
    }
}
