using System.Collections.Concurrent;
using Lifecycle.Samples.DoctorContract;
using Lifecycle.Sdk;

namespace Lifecycle.Doctor.Tests.Faults;

/// <summary>Faults of the app's own handlers.</summary>
sealed class FaultyContract(Uri lifecycle, IReadOnlySet<Fault> faults) : ContractApp(lifecycle)
{
    readonly ConcurrentDictionary<(string Session, long Seq), bool> _seen = new();

    /// <summary>Who serves it.</summary>
    public AppServer? Server { get; set; }

    /// <summary>Whether a message of that number was there before.</summary>
    public bool HasSeen(AttachedSession session, long seq) => !_seen.TryAdd((session.SessionId, seq), true);

    public override async Task DoAsync(AttachedSession session, AppMessage message)
    {
        if (faults.Contains(Fault.LosesMessages) && (Moods.IsOf(session.SessionId, "message-handled") || (message.Seq == 2 && Moods.IsOf(session.SessionId, "message-fails")))) return;
        if (faults.Contains(Fault.HandlesInAnyOrder) && message.Seq % 2 == 1) _ = LaterAsync(session, message);
        else await base.DoAsync(session, message);
    }

    async Task LaterAsync(AttachedSession session, AppMessage message)
    {
        await Task.Delay(500);
        await base.DoAsync(session, message);
    }
}
