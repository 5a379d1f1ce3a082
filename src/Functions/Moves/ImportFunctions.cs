using Lifecycle.Entities;
using Lifecycle.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions.Moves;

/// <summary>Takes over what another installation told.</summary>
public sealed class ImportFunctions(AppDirectory directory, ImportCheck check, TimeProvider time)
{
    /// <summary>The largest page that is taken, in bytes.</summary>
    internal const int MaxBody = 1024 * 1024;

    const int AtOnce = 16;

    static readonly TimeSpan usual = TimeSpan.FromHours(1);

    /// <summary>Takes one page. What is here already and is no older is left alone; a page may come twice.</summary>
    [Function("ImportState")]
    [Api("Takes a page of another installation's export: registrations, and app sessions, which wait for their apps until a time.", Body = typeof(CarryPage))]
    [Answers(StatusCodes.Status200OK, "What was taken, and what was left alone.", typeof(ImportAnswer))]
    [Answers(StatusCodes.Status409Conflict, "This installation has another key ring, and could not sign webhooks (key_ring_differs); nothing was taken.")]
    public async Task<IActionResult> Import(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "import")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        var page = await Requests.ReadBodyAsync<CarryPage>(request, cancellation, MaxBody);
        var (apps, sessions) = check.Validated(page);
        var until = ReadUntil(page.Until);
        var left = new List<LeftAlone>();
        var taken = 0;
        foreach (var (packageName, registration) in apps)
        {
            taken += await TakeAsync(client, packageName, registration, left, cancellation) ? 1 : 0;
        }

        var reasons = new List<string?>();
        foreach (var batch in sessions.Chunk(AtOnce))
        {
            reasons.AddRange(await Task.WhenAll(batch.Select(session => TakeAsync(client, session.Id, new CarriedOver(session.Cargo, until), cancellation))));
        }

        left.AddRange(sessions.Zip(reasons).Where(both => both.Second is not null).Select(both => new LeftAlone(both.First.Id.ToString(), both.Second!)));
        return JsonAnswer.Ok(new ImportAnswer(taken, reasons.Count(reason => reason is null), left));
    }

    DateTimeOffset ReadUntil(DateTimeOffset? asked)
    {
        var now = time.GetUtcNow();
        return asked is null ? now + usual
            : asked > now && asked <= now + Rules.LongestCarry ? asked.Value
            : throw InputException.Invalid("invalid_page", "until", $"must be within {Rules.LongestCarry.TotalHours:0} hours from now; or absent for an hour");
    }

    // The entity decides; this says what it will find.
    async Task<bool> TakeAsync(DurableTaskClient client, string packageName, AppRegistration app, List<LeftAlone> left, CancellationToken cancellation)
    {
        var there = await directory.ReadAsync(client, packageName);
        if (!app.IsNewerThan(there))
        {
            left.Add(new LeftAlone(packageName, there!.Has(app.Revision) ? Reasons.AlreadyHere : "differs_here"));
            return false;
        }

        await client.Entities.SignalEntityAsync(AppEntity.IdOf(packageName), nameof(AppEntity.CarryOver), app, cancellation: cancellation);
        var (inForce, _) = await directory.WaitForAsync(client, packageName, now => now?.Has(app.Revision) == true, cancellation);
        return inForce ? true : throw InputException.NotNow("outcome_unknown", "The durable engine is behind. Send the page again: what was taken is left alone then.", TimeSpan.FromSeconds(5));
    }

    // Null when it is taken.
    async Task<string?> TakeAsync(DurableTaskClient client, AppSessionId id, CarriedOver carried, CancellationToken cancellation)
    {
        if (await directory.FindPolicyAsync(client, id.PackageName) is not { } policy)
        {
            return Reasons.AppNotRegistered;
        }

        var entity = await client.Entities.GetEntityAsync<AppSessionDocument>(AppSessionEntity.IdOf(id), cancellation: cancellation);
        if (Rules.WhyLeftAlone(entity?.State?.Session ?? AppSession.None, carried.Cargo) is { } why)
        {
            return why;
        }

        await client.TellAsync(id, nameof(AppSessionEntity.CarryOver), carried with { InForce = policy }, cancellation);
        return null;
    }
}
