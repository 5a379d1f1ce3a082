using Lifecycle.Entities;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions.Hub;

/// <summary>
/// Tells an app session of the signs of life in <c>negotiate</c>: a second try, or one that says that a connect was refused. Of a client that does not count
/// its tries, this process counts. A first try tells nothing, so a plain reconnect costs nothing.
/// </summary>
public sealed class SignsOfLife(IServiceWatch watch, TimeProvider time)
{
    /// <summary>How soon one that does not count its tries has to come again for that to be a second try.</summary>
    public static readonly TimeSpan Again = TimeSpan.FromSeconds(60);

    /// <summary>One sign of a session holds for so long; others within it tell nothing new.</summary>
    public static readonly TimeSpan Holds = TimeSpan.FromSeconds(2);

    readonly RecentSessions negotiated = new(Again, isRenewed: true, time);
    readonly RecentSessions told = new(Holds, isRenewed: false, time);

    /// <summary>It has attached: what it negotiates next is a first try.</summary>
    public void Attached(AppSessionId id) => negotiated.Forget(id);

    /// <summary>Looks at one negotiate that is good, and tells when it is a sign.</summary>
    public async Task HearAsync(DurableTaskClient client, AttachRequest attach)
    {
        var isAgain = attach.Attempt is null && negotiated.Seen(attach.Id);
        if (attach.Attempt is null or < 2 && !attach.ConnectRefused && !isAgain)
        {
            return;
        }

        watch.Suspect();
        if (watch.Last is { IsAway: true, ProvenFrom: null })
        {
            return; // evidence enough, and everybody would tell the same
        }

        if (!told.Seen(attach.Id))
        {
            var sign = new SignOfLife(attach.InstanceId, attach.TokenEpoch, attach.TokenLife, time.GetUtcNow());
            await client.TellAsync(attach.Id, nameof(AppSessionEntity.Sign), sign);
        }
    }
}
