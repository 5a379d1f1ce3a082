using Microsoft.Extensions.Logging;

namespace Lifecycle.Entities;

/// <summary>Whether this host can send events: told once when it no longer can and once when it can again, and counted between.</summary>
public sealed partial class EventOutage(TimeProvider time, ILogger<EventOutage> logger)
{
    const int Remarkable = 100;
    const int MostLogged = 8_192;

    readonly Lock gate = new();
    long failures;
    DateTimeOffset? since;

    /// <summary>Tries that failed since this host started.</summary>
    public long Failures => Interlocked.Read(ref failures);

    /// <summary>Since when every try fails; null while events can be sent.</summary>
    public DateTimeOffset? Since
    {
        get
        {
            lock (gate)
            {
                return since;
            }
        }
    }

    /// <summary>A try failed.</summary>
    public void Failed(Exception exception)
    {
        Interlocked.Increment(ref failures);
        lock (gate)
        {
            if (since is not null)
            {
                return;
            }

            since = time.GetUtcNow();
        }

        LogBegan(exception is EventSinkException ? exception.Message : exception.GetType().Name);
    }

    /// <summary>A try succeeded.</summary>
    public void Succeeded()
    {
        DateTimeOffset began;
        lock (gate)
        {
            if (since is null)
            {
                return;
            }

            (began, since) = (since.Value, null);
        }

        LogEnded((time.GetUtcNow() - began).TotalSeconds, Failures);
    }

    /// <summary>An outbox grew. There is no limit, since nothing may be lost; but whoever looks must see it: at 100, 1,000, …</summary>
    public void Grew(string entity, int from, int to)
    {
        for (long size = Remarkable; size <= to; size *= 10)
        {
            if (from < size)
            {
                LogGrew(entity, to);
            }
        }
    }

    /// <summary>A record was refused for what it is until its tries were used up. What it would have told is in the log.</summary>
    public void SetAside(string entity, OutboxRecord record, string reason) =>
        LogSetAside(entity, record.Destination, record.Id, reason, record.Body.Length <= MostLogged ? record.Body : record.Body[..MostLogged]);

    [LoggerMessage(1304, LogLevel.Error, "{Entity}: a record for {Destination}, {RecordId}, was refused again and again ({Reason}) and is set aside; those behind it go on. It says: {Body}")]
    partial void LogSetAside(string entity, OutboxDestination destination, string recordId, string reason, string body);

    [LoggerMessage(1301, LogLevel.Warning, "Events cannot be sent ({Reason}); they are kept in their entities, in order, and tried again")]
    partial void LogBegan(string reason);

    [LoggerMessage(1302, LogLevel.Warning, "Events can be sent again after {Seconds:0} s; {Failures} tries failed since this host started")]
    partial void LogEnded(double seconds, long failures);

    [LoggerMessage(1303, LogLevel.Warning, "{Entity}: {Records} records wait in its outbox")]
    partial void LogGrew(string entity, int records);
}
