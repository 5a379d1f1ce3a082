using Lifecycle.Entities;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions.Hub;

/// <summary>
/// Tells an app session of the signs of life in <c>negotiate</c>: a second try, or one that says that a connect was refused. Of a client that does not count
/// its tries, this process counts. A first try tells nothing, so a plain reconnect costs nothing.
/// </summary>
public sealed class SignsOfLife(IServiceWatch watch, TimeProvider time)
{
    readonly RecentSessions negotiated = new(NegotiateSigns.Again, isRenewed: true, time);
    readonly RecentSessions told = new(NegotiateSigns.Holds, isRenewed: false, time);

    /// <summary>It has attached: what it negotiates next is a first try.</summary>
    public void Attached(AppSessionId id) => negotiated.Forget(id);

    /// <summary>Looks at one negotiate that is good, and tells when it is a sign.</summary>
    public async Task HearAsync(DurableTaskClient client, AttachRequest attach)
    {
        var isAgain = attach.Attempt is null && negotiated.Seen(attach.Id);
        if (!NegotiateSigns.IsSign(attach.Attempt, attach.ConnectRefused, isAgain))
        {
            return;
        }

        watch.Suspect();
        if (NegotiateSigns.IsTold(watch.Last) && !told.Seen(attach.Id))
        {
            var sign = new SignOfLife(attach.InstanceId, attach.TokenEpoch, attach.TokenLife, time.GetUtcNow());
            await client.TellAsync(attach.Id, nameof(AppSessionEntity.Sign), sign);
        }
    }
}
